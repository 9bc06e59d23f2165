/*
 * metadata.c - keys from the container's endpoint and from EC2's
 * instance metadata, version 2 of it only.
 *
 * Both are asked directly, never through a proxy, and where botocore would send a
 * token in clear text only to this machine or the addresses that AWS documents,
 * so do we.
 */
#include "lib/upstream/metadata.h"

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/http/uri.h"
#include "lib/awsconf/config.h"
#include "lib/awsconf/source.h"
#include "lib/awsconf/ini.h"
#include "lib/json/json.h"
#include "lib/upstream/upstream.h"

#define CONTAINER_BASE     "http://169.254.170.2"
#define INSTANCE_BASE      "http://169.254.169.254"
#define INSTANCE_BASE_IPV6 "http://[fd00:ec2::254]"
#define ROLE_PATH          "/latest/meta-data/iam/security-credentials/"

enum { CONTAINER_TIMEOUT_MS = 2000, INSTANCE_TIMEOUT_MS = 1000, MAX_ANSWER_BYTES = 64 * 1024, TRIES = 3 };

/* One small request to a service of the machine; *body lives in `arena`. */
struct question {
	const char *base, *method, *target;
	const char *name, *value; /* one header; NULL: none */
	unsigned timeout_ms;
};

static gwt_status ask(const struct question *q, struct gwt_arena *arena, struct gwt_response *response,
		      struct gwt_error *err)
{
	struct gwt_upstream_options options = { .base_url = q->base,
						.direct = true,
						.connect_timeout_ms = q->timeout_ms,
						.timeout_ms = q->timeout_ms,
						.max_response_bytes = MAX_ANSWER_BYTES };
	struct gwt_upstream *upstream;
	struct gwt_transport transport;
	struct gwt_headers headers;
	struct gwt_request request;
	gwt_status status = gwt_upstream_new(&options, &upstream, err);

	if (status != GWT_OK)
		return status;
	gwt_upstream_transport(upstream, &transport);
	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), transport.host);
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (q->name)
		gwt_headers_add_view(&headers, gwt_span_of(q->name), gwt_span_of(q->value));
	gwt_request_set(
		&request, gwt_span_of(q->method),
		gwt_arena_printf(arena, GWT_SPAN_FMT "%s", GWT_SPAN_ARG(transport.path_prefix), q->target),
		&headers, GWT_SPAN(""));
	status = gwt_upstream_send(upstream, &request, arena, response, err);
	gwt_upstream_free(upstream);
	return status;
}

/* Ask until the answer is 200: a service that is just starting is asked again. */
static gwt_status ask_for_200(const struct question *q, struct gwt_arena *arena, struct gwt_span *body,
			      struct gwt_error *err)
{
	struct gwt_response response;
	gwt_status status = GWT_EUPSTREAM;

	for (int i = 0; i < TRIES && status == GWT_EUPSTREAM; i++) {
		status = ask(q, arena, &response, err);
		if (status == GWT_OK && response.status != 200)
			status = gwt_fail(err, GWT_EUPSTREAM, "the endpoint answered %d", response.status);
	}
	if (status == GWT_OK)
		*body = response.body;
	return status;
}

/*
 * Whether a host may be asked without TLS: this machine, and the addresses that AWS documents for ECS
 * and EKS.
 */
static bool is_trusted(const struct gwt_url *url)
{
	static const char *const hosts[] = { "169.254.170.2", "169.254.170.23", "fd00:ec2::23" };

	if (gwt_span_iis(url->scheme, "https") || gwt_host_is_loopback(url->host))
		return true;
	for (size_t i = 0; i < GWT_LEN(hosts); i++)
		if (gwt_span_iis(url->host, hosts[i]))
			return true;
	return false;
}

/* Split AWS_CONTAINER_CREDENTIALS_FULL_URI into a base and a target. */
static gwt_status split_full_uri(const char *uri, struct gwt_arena *arena, struct question *q,
				 struct gwt_error *err)
{
	struct gwt_url url;

	if (gwt_url_parse(gwt_span_of(uri), &url, NULL) != GWT_OK || !is_trusted(&url))
		return gwt_fail(err, GWT_EUSAGE,
				"AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of "
				"this machine or of ECS or EKS");
	q->base = gwt_arena_printf(arena, GWT_SPAN_FMT "://" GWT_SPAN_FMT, GWT_SPAN_ARG(url.scheme),
				   GWT_SPAN_ARG(url.authority))
			  .ptr;
	q->target = gwt_arena_printf(arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT, GWT_SPAN_ARG(url.path),
				     url.query.ptr ? "?" : "", GWT_SPAN_ARG(url.query))
			    .ptr;
	if (!url.path.len)
		q->target = gwt_arena_printf(arena, "/%s", q->target).ptr;
	return GWT_OK;
}

/* Read keys from an answer; an error names a member, never a value. */
static gwt_status read_keys(struct gwt_credential_set *set, struct gwt_span body, struct gwt_error *err)
{
	struct gwt_json *json;
	const char *missing;

	if (!gwt_json_parse(&set->arena, body, &json, NULL) || json->type != GWT_JSON_OBJECT)
		return gwt_fail(err, GWT_EUPSTREAM, "the answer is not a JSON object");
	if (!gwt_credentials_take(set, json, "Token", &missing))
		return gwt_fail(err, GWT_EUPSTREAM, "'%s' is missing in the answer, or not what it must be",
				missing);
	return GWT_OK;
}

static gwt_status read_token(struct gwt_arena *arena, struct question *q, struct gwt_error *err)
{
	const char *path = gwt_credentials_env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	struct gwt_span text;
	gwt_status status;

	q->name = "Authorization";
	q->value = gwt_credentials_env("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	if (path) {
		status = gwt_secret_file_read(arena, path, &text, err);
		if (status != GWT_OK)
			return status;
		if (!text.ptr)
			return gwt_fail(err, GWT_EUSAGE, "cannot open '%s'", path);
		q->value = gwt_arena_cstr(arena, text);
	}
	if (!q->value)
		q->name = NULL;
	else if (!gwt_is_field_value(gwt_span_of(q->value)))
		return gwt_fail(err, GWT_EUSAGE,
				"the container's authorization token cannot be sent in a header");
	return GWT_OK;
}

static gwt_status from_container(const struct gwt_aws_config *config, struct gwt_credential_set *set,
				 bool *found, struct gwt_error *err)
{
	const char *relative = gwt_credentials_env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = gwt_credentials_env("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	struct question q = { .base = CONTAINER_BASE,
			      .method = "GET",
			      .target = relative,
			      .timeout_ms = CONTAINER_TIMEOUT_MS };
	struct gwt_span body;
	gwt_status status = GWT_OK;

	(void)config;
	*found = relative || full;
	if (!*found)
		return GWT_OK;
	if (!relative)
		status = split_full_uri(full, &set->arena, &q, err);
	if (status == GWT_OK)
		status = read_token(&set->arena, &q, err);
	if (status == GWT_OK)
		status = ask_for_200(&q, &set->arena, &body, err);
	if (status == GWT_OK)
		status = read_keys(set, body, err);
	if (status != GWT_OK)
		return gwt_fail_in(err, "container credentials");
	set->source = "container endpoint";
	return GWT_OK;
}

static const char *instance_base(const struct gwt_aws_config *config)
{
	const char *base = gwt_credentials_env("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *mode = gwt_credentials_env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");

	if (!base)
		base = gwt_aws_config_get(config, "ec2_metadata_service_endpoint");
	if (!mode)
		mode = gwt_aws_config_get(config, "ec2_metadata_service_endpoint_mode");
	if (base)
		return base;
	return mode && gwt_span_iis(gwt_span_of(mode), "ipv6") ? INSTANCE_BASE_IPV6 : INSTANCE_BASE;
}

/*
 * A step may fail because this is not EC2, or because no role is attached: then there are no keys, which is
 * not an error.
 */
static bool step(struct question *q, const char *method, const char *target, struct gwt_arena *arena,
		 struct gwt_span *body)
{
	struct gwt_response response;

	q->method = method;
	q->target = target;
	if (ask(q, arena, &response, NULL) != GWT_OK || response.status != 200 || !response.body.len)
		return false;
	*body = response.body;
	return true;
}

static gwt_status from_instance(const struct gwt_aws_config *config, struct gwt_credential_set *set,
				bool *found, struct gwt_error *err)
{
	const char *disabled = gwt_credentials_env("AWS_EC2_METADATA_DISABLED");
	struct question q = { .base = instance_base(config),
			      .name = "x-aws-ec2-metadata-token-ttl-seconds",
			      .value = "21600",
			      .timeout_ms = INSTANCE_TIMEOUT_MS };
	struct gwt_span token, role, body;
	struct gwt_arena *arena = &set->arena;

	*found = false;
	if (disabled && gwt_span_iis(gwt_span_of(disabled), "true"))
		return GWT_OK;
	if (!step(&q, "PUT", "/latest/api/token", arena, &token) || !gwt_is_field_value(token))
		return GWT_OK;
	q.name = "x-aws-ec2-metadata-token";
	q.value = gwt_arena_cstr(arena, token);
	if (!step(&q, "GET", ROLE_PATH, arena, &role))
		return GWT_OK;
	role = gwt_span_trim(gwt_span_slice(role, 0, gwt_span_find(role, '\n')));
	if (!step(&q, "GET", gwt_arena_printf(arena, ROLE_PATH GWT_SPAN_FMT, GWT_SPAN_ARG(role)).ptr, arena,
		  &body))
		return GWT_OK;
	*found = true;
	set->source = gwt_arena_printf(&set->arena, "instance metadata, role '" GWT_SPAN_FMT "'",
				       GWT_SPAN_ARG(role))
			      .ptr;
	if (read_keys(set, body, err) != GWT_OK)
		return gwt_fail_in(err, "instance metadata of role '" GWT_SPAN_FMT "'", GWT_SPAN_ARG(role));
	return GWT_OK;
}

/* Ask one of the services: its keys go to *out, and everything else is wiped. */
static gwt_status ask_service(gwt_status (*service)(const struct gwt_aws_config *config,
						    struct gwt_credential_set *set, bool *found,
						    struct gwt_error *err),
			      const struct gwt_aws_config *config, struct gwt_credential_set *out,
			      bool *found, struct gwt_error *err)
{
	struct gwt_credential_set set = { .expires = 0 };
	gwt_status status = service(config, &set, found, err);

	if (status == GWT_OK && *found)
		*out = set;
	else
		gwt_credentials_release(&set);
	return status;
}

/* Check what was found so far; keys that do not work any more are wiped. */
static gwt_status check(struct gwt_credential_set *out, struct gwt_error *err)
{
	gwt_status status = gwt_credentials_check(out, err);

	if (status != GWT_OK)
		gwt_credentials_release(out);
	return status;
}

static gwt_status find_configured(struct gwt_aws_config *config, const volatile sig_atomic_t *stop,
				  struct gwt_credential_set *out, bool *found, struct gwt_error *err)
{
	struct gwt_credential_search search = { .config = config, .stop = stop };
	gwt_status status = gwt_credentials_search(&search, out, found, err);

	if (status == GWT_OK && !*found)
		status = ask_service(from_container, config, out, found, err);
	return status;
}

gwt_status gwt_credentials_find_configured(struct gwt_aws_config *config, const volatile sig_atomic_t *stop,
					   struct gwt_credential_set *out, bool *found, struct gwt_error *err)
{
	struct gwt_credential_set set = { .expires = 0 };
	gwt_status status = find_configured(config, stop, &set, found, err);

	if (status == GWT_OK && *found)
		status = check(&set, err);
	if (status == GWT_OK && *found)
		*out = set;
	return status;
}

gwt_status gwt_credentials_find(struct gwt_aws_config *config, const volatile sig_atomic_t *stop,
				struct gwt_credential_set *out, struct gwt_error *err)
{
	struct gwt_credential_set set = { .expires = 0 };
	bool found;
	gwt_status status = find_configured(config, stop, &set, &found, err);

	if (status == GWT_OK && !found)
		status = ask_service(from_instance, config, &set, &found, err);
	if (status == GWT_OK && !found)
		status = gwt_fail(
			err, GWT_EUSAGE,
			"no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or put keys into "
			"profile '%s' (looked in the environment, both AWS files, the container's and the "
			"instance's metadata)",
			gwt_aws_config_profile(config));
	if (status == GWT_OK)
		status = check(&set, err);
	if (status == GWT_OK)
		*out = set;
	return status;
}
