/*
 * scenario.h - scenario files: what to call, and what must exist first.
 *
 * scenarios/README.md describes the format. A parsed scenario lives in the arena
 * it was parsed into. Variables stay symbolic here; gwt_step_request() puts values
 * in and says where they went.
 */
#ifndef GWT_SCENARIO_SCENARIO_H
#define GWT_SCENARIO_SCENARIO_H

#include "lib/base/buf.h"
#include "lib/model/model.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "lib/sigv4/sigv4.h"

#define GWT_MAX_SCENARIO_BYTES (1024 * 1024)
#define GWT_MAX_STEPS          5000

enum gwt_fixture {
	GWT_FIXTURE_REST_API = 1 << 0,
	GWT_FIXTURE_RESOURCE = 1 << 1,
	GWT_FIXTURE_METHOD = 1 << 2,
	GWT_FIXTURE_METHOD_RESPONSE = 1 << 3,
	GWT_FIXTURE_VPC_LINK = 1 << 4,
};

/* A call that gives its own method and path, because the model has no operation for it. */
struct gwt_raw_call {
	struct gwt_span method;      /* absent: the step names an operation */
	const struct gwt_json *path; /* with its query; a text, or {"$sub": …} not replaced yet */
};

struct gwt_step {
	struct gwt_span id;
	struct gwt_span call; /* operation name; for a raw call the service's name for it */
	struct gwt_raw_call raw;
	const struct gwt_operation *operation; /* NULL only for a raw call */
	/*
	 * Object in its member order, "${name}" and {"$sub": …} not replaced yet. For a raw call the body
	 * (raw.h); NULL: none.
	 */
	struct gwt_json *input;
	/* the variables that the scenario declares, which decide what ${name} means; may be NULL */
	const struct gwt_json *variables;
	int expect_status;                    /* 0: not pinned */
	struct gwt_span expect_error;         /* error code; absent: not pinned */
	struct gwt_span expect_echoes;        /* id of an earlier step; absent: not pinned */
	const struct gwt_json *echoes_except; /* names of members that the echo leaves out; NULL: none */
	/* members that the answer must have, variables not replaced yet; NULL: not pinned */
	struct gwt_json *expect_body;
	struct gwt_json *gives; /* object: variable -> JSON pointer to its value in the answer; NULL: none */
	size_t line;            /* line of the file where the step begins */
};

struct gwt_scenario {
	struct gwt_span name; /* group/name */
	struct gwt_span path; /* path of the file, for messages */
	struct gwt_span about;
	struct gwt_span *tags;
	size_t tag_count;
	unsigned fixtures; /* bits of enum gwt_fixture */
	/* object: name -> default text, null, or type and default (variable.h); NULL: none */
	struct gwt_json *variables;
	struct gwt_step *steps;
	size_t step_count;
	struct gwt_span source;          /* the file's bytes */
	char sha256[GWT_SHA256_HEX + 1]; /* of `source` */
};

/* `name` is group/name, `path` for messages. GWT_EPARSE: "PATH:LINE:COLUMN: reason". */
gwt_status gwt_scenario_parse(struct gwt_arena *arena, struct gwt_span name, const char *path,
			      struct gwt_span text, struct gwt_scenario *out, struct gwt_error *err);

/* Whether the step gives its own method and path. */
static inline bool gwt_step_is_raw(const struct gwt_step *step)
{
	return step->raw.method.ptr != NULL;
}

/*
 * Whether NAME of GROUP/NAME can be a file name on any system, also beside VALIDATED.json. GWT_EPARSE:
 * "PATH:1:1: reason".
 */
gwt_status gwt_scenario_check_name(const char *path, struct gwt_span name, struct gwt_error *err);

/* A step's `echoes` as in its file: a text, or a mapping when members are left out. */
struct gwt_json *gwt_step_echoes(const struct gwt_step *step, struct gwt_arena *arena);

/*
 * Write the file of a scenario, in the one spelling of the format; gwt_scenario_parse() reads back the same.
 * Needs name, about, tags, fixtures, variables, and of the steps id, call, input and what is expected.
 */
void gwt_scenario_write(struct gwt_buf *out, const struct gwt_scenario *scenario);

struct gwt_scenarios {
	struct gwt_scenario *items; /* sorted by name */
	size_t len, cap;
};
/*
 * Every *.yaml in the groups below `dir` whose name is in `names` (or any, when name_count is 0). A name that
 * ends in '/' or is a group selects the whole group. GWT_EUNCHECKED when a name selects nothing.
 */
gwt_status gwt_scenarios_load(struct gwt_arena *arena, const char *dir, char *const *names, size_t name_count,
			      struct gwt_scenarios *out, struct gwt_error *err);

/* The value of a variable, by its name; absent when it has none. */
typedef struct gwt_span (*gwt_variable_lookup)(void *arg, struct gwt_span name);

/* Where a variable's value went. */
struct gwt_use {
	struct gwt_span variable;
	struct gwt_span at; /* position below the request: "path/4", "query/limit", "body/connectionId",
			       "body/credentials@13+12" (byte 13, 12 bytes, of the string) */
};
struct gwt_uses {
	struct gwt_use *items;
	size_t len, cap;
};

/* Whether `${name}` is a variable; `declared` are the scenario's own ones (may be NULL). */
bool gwt_variable_known(const struct gwt_json *declared, struct gwt_span name);

/*
 * A copy of `value` (an `input`, an `expect_body`) with the values of variables: "${name}" and {"$sub": …}
 * are replaced, "$${name}" loses its first '$'. Positions in `uses` (may be NULL) begin with `at`. GWT_EPARSE
 * when a variable has no value.
 */
gwt_status gwt_step_values(const struct gwt_step *step, const struct gwt_json *value, struct gwt_span at,
			   gwt_variable_lookup lookup, void *lookup_arg, struct gwt_arena *arena,
			   struct gwt_json **out, struct gwt_uses *uses, struct gwt_error *err);

/*
 * The request of a step, unsigned and without Host: method, target, `Accept: application/json`,
 * `Content-Type: application/json` exactly when there is a body, and the body in the order of the input.
 * Members that the model does not know are put into the body unchanged; a missing path label is empty. A raw
 * call is sent unchanged. GWT_EPARSE when a variable has no value.
 */
gwt_status gwt_step_request(const struct gwt_step *step, gwt_variable_lookup lookup, void *lookup_arg,
			    struct gwt_arena *arena, struct gwt_request *out, struct gwt_uses *uses,
			    struct gwt_error *err);

#endif
