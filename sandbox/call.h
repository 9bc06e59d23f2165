/*
 * call.h - one call in the making, as the files of the sandbox share it.
 *
 * A call goes through the steps of its operation (operations.c) in order. A step returns true to go on, or
 * fails the call and returns false. The last step does the work: it changes the state and builds `output`.
 */
#ifndef GWT_SANDBOX_CALL_H
#define GWT_SANDBOX_CALL_H

#include "lib/model/model.h"
#include "lib/json/json.h"
#include "sandbox/asof.h"
#include "sandbox/ids.h"
#include "sandbox/rules.h"
#include "sandbox/sandbox.h"
#include "sandbox/state.h"

struct gwt_sandbox {
	struct gwt_sandbox_options options;
	struct gwt_sigv4 *sigv4;
	struct gwt_state state;
	struct gwt_ids ids;
};

struct gwt_call {
	struct gwt_sandbox *sandbox;
	const struct gwt_request *request;
	struct gwt_arena *arena; /* of the exchange; holds everything that a step makes */
	int64_t now;
	struct gwt_span region, service; /* of the credential scope; absent when unsigned */
	struct gwt_route route;
	struct gwt_json *input; /* the body's known members, by wire name; empty where there is no body */
	const struct gwt_json *patches; /* the body's patchOperations; NULL where there are none */
	/* set by the steps */
	struct gwt_node *api, *resource, *method, *integration;
	struct gwt_node *node; /* the object that the call is about */
	/* the answer */
	struct gwt_json *output;  /* NULL: no body */
	struct gwt_node **listed; /* the node of each item, where the output is a list */
	int status;
	enum gwt_rule rule;                    /* of an error, or that of the operation */
	const struct gwt_sandbox_basis *basis; /* the weakest basis that the answer rests on */
	struct gwt_span code, message;         /* of an error; absent otherwise */
};

typedef bool (*gwt_step)(struct gwt_call *call);

#define GWT_CALL_STEPS 16

struct gwt_sandbox_operation {
	const char *name;               /* in the model */
	enum gwt_rule rule;             /* the rule that a success rests on */
	gwt_step steps[GWT_CALL_STEPS]; /* NULL-ended */
};
/* NULL when the sandbox does not have the operation. */
const struct gwt_sandbox_operation *gwt_sandbox_operation(const char *name);

/* call.c */

/*
 * Fail with a rule; its `{}` are replaced by the values, in order. Returns false, so that a step fails in one
 * statement. `kind` is the kind of input, in the words of kinds.inc; it decides the evidence of the answer.
 */
bool gwt_call_fail(struct gwt_call *call, enum gwt_rule rule);
bool gwt_call_fail_kind(struct gwt_call *call, enum gwt_rule rule, struct gwt_span kind);
bool gwt_call_fail_with(struct gwt_call *call, enum gwt_rule rule, struct gwt_span value);
bool gwt_call_fail_values(struct gwt_call *call, enum gwt_rule rule, struct gwt_span kind,
			  const struct gwt_span *values, size_t count);
/* Note that the answer also rests on `rule`: the weaker basis is kept. Both return true. */
bool gwt_call_rests_on(struct gwt_call *call, enum gwt_rule rule);
bool gwt_call_rests_on_kind(struct gwt_call *call, enum gwt_rule rule, struct gwt_span kind);
/* Note that the answer rests on the basis of `node`: a read is as good as the write. Returns true. */
bool gwt_call_rests_on_node(struct gwt_call *call, const struct gwt_node *node);
/* Whether the call is answered as AWS does after a change. */
bool gwt_call_is(const struct gwt_call *call, enum gwt_api_change change);

/* `text` with U+FFFD for each byte that is not UTF-8: the text of a path must be valid in an answer. */
struct gwt_span gwt_clean_utf8(struct gwt_arena *arena, struct gwt_span text);
/* A path label by its wire name, percent-decoded; empty when the operation has none. */
struct gwt_span gwt_call_label(const struct gwt_call *call, const char *wire);
/* First value of a query parameter, decoded; absent when there is none. */
struct gwt_span gwt_call_query(const struct gwt_call *call, const char *name);
/* Each pair of the query in turn; begin with *rest = the query. False at the end. */
bool gwt_call_next_query(const struct gwt_call *call, struct gwt_span *rest, struct gwt_span *name,
			 struct gwt_span *value);

/* A node's JSON, parsed into the call's arena. */
struct gwt_json *gwt_call_read(const struct gwt_call *call, const struct gwt_node *node);
/* Store `json`, members sorted; fails the call when the state is full. */
bool gwt_call_store(struct gwt_call *call, struct gwt_node *node, struct gwt_json *json);
/* Add a node with a body. When a limit is reached, fails the call with `full` and returns NULL. */
struct gwt_node *gwt_call_add(struct gwt_call *call, struct gwt_node *parent, enum gwt_kind kind,
			      struct gwt_span id, struct gwt_json *json, enum gwt_rule full);
/* An id that no child of this kind of `parent` has. */
struct gwt_span gwt_call_new_id(struct gwt_call *call, const struct gwt_node *parent, enum gwt_kind kind,
				size_t len);
/* Like gwt_call_add(), where the id may already exist. */
struct gwt_node *gwt_call_put(struct gwt_call *call, struct gwt_node *parent, enum gwt_kind kind,
			      struct gwt_span id, struct gwt_json *json);
/* Children of one kind in the order of their ids, NULL-ended. */
struct gwt_node **gwt_call_list(const struct gwt_call *call, const struct gwt_node *parent,
				enum gwt_kind kind);
/* Add the children of one kind as a member that maps ids to them; no member where there are no children. */
void gwt_call_add_map(const struct gwt_call *call, struct gwt_json *json, const char *name,
		      const struct gwt_node *parent, enum gwt_kind kind);
/* Answer with a page of children as `item`, ordered by id, and with `position` where more follow. */
bool gwt_call_answer_list(struct gwt_call *call, const struct gwt_node *parent, enum gwt_kind kind,
			  struct gwt_json *(*read)(struct gwt_call *call, const struct gwt_node *node));
/* A node unchanged, as a reader for gwt_call_answer_list(). */
struct gwt_json *gwt_read_node(struct gwt_call *call, const struct gwt_node *node);
/* Copy a member of the input to `object`; false when it was not sent. */
bool gwt_call_echo(struct gwt_call *call, struct gwt_json *object, const char *name);

/* What runs before and after the steps. */
bool gwt_is_import(const struct gwt_call *call);  /* absent.c: ImportRestApi has the route of CreateRestApi */
bool gwt_refuse_operation(struct gwt_call *call); /* absent.c: 501, or AWS's answer to an unknown operation */
bool gwt_overwrite_api(struct gwt_call *call);    /* overwrite.c: PutRestApi */
bool gwt_call_authenticate(struct gwt_call *call); /* auth.c */
bool gwt_call_validate(struct gwt_call *call);     /* validate.c */
void gwt_call_order_output(struct gwt_call *call); /* hal.c: members sorted, or with links */
void gwt_call_answer(struct gwt_call *call, struct gwt_response *response); /* answer.c */
bool gwt_is_get_caller_identity(const struct gwt_call *call);               /* sts.c */
void gwt_answer_caller_identity(struct gwt_call *call, struct gwt_response *response);
void gwt_refuse_foreign(struct gwt_call *call, struct gwt_response *response);

/* Steps that look up what the path names; they fill the fields above or fail as AWS does (find.c). */
bool gwt_find_api(struct gwt_call *call);         /* "Invalid API identifier" */
bool gwt_find_parent(struct gwt_call *call);      /* label parent_id: "Invalid Resource identifier" */
bool gwt_find_resource(struct gwt_call *call);    /* unknown API or resource: "Invalid Resource identifier" */
bool gwt_find_method(struct gwt_call *call);      /* those, then "Invalid Method identifier" */
bool gwt_find_integration(struct gwt_call *call); /* those, then "Invalid Integration identifier" */

/* Steps for any kind of object. */
bool gwt_get_node(struct gwt_call *call);
bool gwt_delete_node(struct gwt_call *call);

/* restapi.c */
bool gwt_check_rest_api(struct gwt_call *call);
/* endpoint.c: endpointConfiguration */
void gwt_add_endpoint(struct gwt_call *call, struct gwt_json *api);
bool gwt_check_endpoint(struct gwt_call *call, const struct gwt_json *api);
bool gwt_settle_endpoint(struct gwt_call *call, struct gwt_json *api);
bool gwt_create_rest_api(struct gwt_call *call);
bool gwt_get_rest_apis(struct gwt_call *call);
bool gwt_update_rest_api(struct gwt_call *call);

/* resource.c */
bool gwt_check_path_part(struct gwt_call *call);
bool gwt_create_resource(struct gwt_call *call);
bool gwt_get_resource(struct gwt_call *call);
bool gwt_get_resources(struct gwt_call *call);
bool gwt_update_resource(struct gwt_call *call);
bool gwt_delete_resource(struct gwt_call *call);
/* Whether `resource` below `above` is neither too deep nor below itself; it is NULL for a new one. */
bool gwt_resource_fits_under(const struct gwt_node *resource, const struct gwt_node *above);
/* "/" or "/a/b". */
struct gwt_span gwt_resource_path(const struct gwt_call *call, const struct gwt_node *resource);

/* method.c */
bool gwt_check_method(struct gwt_call *call);
bool gwt_put_method(struct gwt_call *call);
bool gwt_get_method(struct gwt_call *call);
bool gwt_update_method(struct gwt_call *call);
struct gwt_json *gwt_method_json(struct gwt_call *call, const struct gwt_node *method);
/* Whether `text` is GET, PUT, … or ANY. */
bool gwt_is_verb(struct gwt_span text);

/* integration.c */
bool gwt_put_integration(struct gwt_call *call);
bool gwt_get_integration(struct gwt_call *call);
/* An integration as a write answers it, and as a read does, which also shows members that were not sent. */
struct gwt_json *gwt_integration_json(const struct gwt_call *call, const struct gwt_node *integration);
struct gwt_json *gwt_integration_read(struct gwt_call *call, const struct gwt_node *integration);
/* The integration that AWS makes from what was sent: with defaults, without members foreign to its type. */
struct gwt_json *gwt_integration_settle(struct gwt_call *call, const struct gwt_json *from);
bool gwt_integration_is_http(const struct gwt_json *integration);  /* HTTP or HTTP_PROXY */
bool gwt_integration_is_proxy(const struct gwt_json *integration); /* HTTP_PROXY or AWS_PROXY */
/* Replace empty templates by null, as AWS returns them. */
void gwt_null_empty_values(struct gwt_call *call, struct gwt_json *map);

/* integration_checks.c: over `input` */
bool gwt_check_integration_method(struct gwt_call *call);
bool gwt_check_uri(struct gwt_call *call); /* this, the role and the mode are in integration_uri.c */
bool gwt_check_role(struct gwt_call *call);
bool gwt_check_credentials(struct gwt_call *call);
bool gwt_check_connection(struct gwt_call *call);
bool gwt_check_passthrough(struct gwt_call *call);
bool gwt_check_mappings(struct gwt_call *call);
bool gwt_check_request_templates(struct gwt_call *call);
bool gwt_check_cache_keys(struct gwt_call *call);
bool gwt_check_transfer_mode(struct gwt_call *call);
bool gwt_check_timeout(struct gwt_call *call);
bool gwt_check_templates(struct gwt_call *call, const char *member);

/* integration_update.c: the patched integration becomes `input`, is checked like a put, and is stored */
bool gwt_patch_integration(struct gwt_call *call);
bool gwt_check_patched_enums(struct gwt_call *call);
bool gwt_update_integration(struct gwt_call *call);

/* integration_response.c */
bool gwt_find_integration_response(struct gwt_call *call);
bool gwt_find_integration_response_to_delete(struct gwt_call *call);
bool gwt_check_response_templates(struct gwt_call *call);
bool gwt_check_response_parameters(struct gwt_call *call);
bool gwt_check_selection_pattern(struct gwt_call *call);
bool gwt_put_integration_response(struct gwt_call *call);
bool gwt_patch_integration_response(struct gwt_call *call);
bool gwt_update_integration_response(struct gwt_call *call);

/* method_response.c */
bool gwt_find_method_response(struct gwt_call *call);
bool gwt_check_method_response(struct gwt_call *call);
bool gwt_put_method_response(struct gwt_call *call);
bool gwt_update_method_response(struct gwt_call *call);
bool gwt_delete_method_response(struct gwt_call *call);

/* references.c: what methods refer to */
bool gwt_find_model(struct gwt_call *call);
bool gwt_check_model(struct gwt_call *call);
bool gwt_create_model(struct gwt_call *call);
bool gwt_get_models(struct gwt_call *call);
bool gwt_delete_model(struct gwt_call *call);
/* Whether every model of a map by content type exists. */
bool gwt_check_models(struct gwt_call *call, const struct gwt_json *models);
/* Add the models that every new API has. */
bool gwt_add_first_models(struct gwt_call *call, struct gwt_node *api);
bool gwt_find_validator(struct gwt_call *call);
bool gwt_create_validator(struct gwt_call *call);
bool gwt_get_validators(struct gwt_call *call);
bool gwt_delete_validator(struct gwt_call *call);
bool gwt_find_authorizer(struct gwt_call *call);
bool gwt_create_authorizer(struct gwt_call *call);
bool gwt_get_authorizers(struct gwt_call *call);
bool gwt_delete_authorizer(struct gwt_call *call);

/* vpclink.c */
bool gwt_find_vpc_link(struct gwt_call *call);
bool gwt_check_vpc_link(struct gwt_call *call);
bool gwt_get_vpc_link(struct gwt_call *call);
bool gwt_delete_vpc_link(struct gwt_call *call);
bool gwt_create_vpc_link(struct gwt_call *call);
bool gwt_update_vpc_link(struct gwt_call *call);
bool gwt_get_vpc_links(struct gwt_call *call);

/* deployment.c */
bool gwt_find_deployment(struct gwt_call *call);
bool gwt_check_deployable(struct gwt_call *call);
bool gwt_create_deployment(struct gwt_call *call);
bool gwt_get_deployments(struct gwt_call *call);
bool gwt_update_deployment(struct gwt_call *call);
bool gwt_delete_deployment(struct gwt_call *call);

/* stage.c */
bool gwt_find_stage(struct gwt_call *call);
bool gwt_check_stage(struct gwt_call *call);
bool gwt_create_stage(struct gwt_call *call);
bool gwt_get_stages(struct gwt_call *call);
bool gwt_update_stage(struct gwt_call *call);
/* canary.c: canarySettings of stages and deployments */
bool gwt_check_canary_deployment(struct gwt_call *call);
/* The settings as a stage shows them, for `deployment`; `sent` may be NULL. */
struct gwt_json *gwt_canary_json(struct gwt_call *call, const struct gwt_json *sent,
				 struct gwt_span deployment);
/* A new stage made from the input; `description` is the name of the input's member with its description. */
struct gwt_json *gwt_stage_json(struct gwt_call *call, struct gwt_span name, const char *description);

/* tags.c */
bool gwt_find_tagged(struct gwt_call *call);
bool gwt_get_tags(struct gwt_call *call);
bool gwt_tag_resource(struct gwt_call *call);
bool gwt_untag_resource(struct gwt_call *call);
bool gwt_get_account(struct gwt_call *call);
bool gwt_update_account(struct gwt_call *call);

#endif
