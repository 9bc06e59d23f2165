/*
 * walk_sandbox.c - a generated walk over every operation that the sandbox has.
 *
 * Calls are made from the service model: members by their shapes, labels and patches from what the
 * answers named. After each call: the answer is strict JSON in AWS's order; what a write answered is
 * what a read of the object gives; a refused write changed nothing that can be read; the memory that the
 * answer looks into is alive (the program is always built with AddressSanitizer). At the end every
 * operation was called and succeeded.
 *
 *   walk_sandbox [STEPS [SEED]]
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/json/write.h"
#include "lib/http/uri.h"
#include "sandbox/call.h"
#include "tests/unit/walk_values.h"

#define NOW     1700000000
#define MAX_OPS 128
#define ERA     400 /* calls before a new sandbox is made */

struct walk {
	struct gwt_sandbox *sandbox;
	struct gwt_arena arena;
	struct walk_world world;
	const struct gwt_operation *operations[MAX_OPS];
	size_t len, called[MAX_OPS], succeeded[MAX_OPS];
	size_t reads, refused, failures;
};

struct answer {
	int status;
	struct gwt_span body;
	struct gwt_json *json;
};

static void fail(struct walk *walk, const char *what, struct gwt_span target, struct gwt_span sent,
		 struct gwt_span got, struct gwt_span other)
{
	walk->failures++;
	fprintf(stderr,
		"%s: " GWT_SPAN_FMT "\n  sent  " GWT_SPAN_FMT "\n  got   " GWT_SPAN_FMT
		"\n  other " GWT_SPAN_FMT "\n",
		what, GWT_SPAN_ARG(target), GWT_SPAN_ARG(sent), GWT_SPAN_ARG(got), GWT_SPAN_ARG(other));
}

static struct gwt_span written(struct walk *walk, const struct gwt_json *json)
{
	struct gwt_buf text;
	struct gwt_span made;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, json, GWT_JSON_COMPACT_LF);
	made = gwt_arena_copy(&walk->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}

/* Make one call. The answer must be empty, or strict JSON whose members are sorted. */
static struct answer ask(struct walk *walk, struct gwt_span method, struct gwt_span path,
			 struct gwt_span body)
{
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;
	struct answer answer;

	gwt_headers_init(&headers, &walk->arena);
	gwt_headers_add(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"), NULL);
	gwt_request_set(&request, method, path, &headers, body);
	gwt_sandbox_handle(walk->sandbox, &request, NOW, &walk->arena, &response);
	answer = (struct answer){ response.status, response.body, NULL };
	if (answer.body.len == 0)
		return answer;
	if (!gwt_json_parse(&walk->arena, answer.body, &answer.json, NULL)) {
		fail(walk, "not JSON", path, body, answer.body, GWT_SPAN(""));
		return answer;
	}
	gwt_json_sort(answer.json);
	if (!gwt_span_eq(written(walk, answer.json), answer.body))
		fail(walk, "not sorted", path, body, answer.body, written(walk, answer.json));
	return answer;
}

static struct gwt_span make_path(struct walk *walk, const struct gwt_operation *operation)
{
	struct gwt_span rest = gwt_span_of(operation->uri), made;
	struct gwt_buf path;

	gwt_buf_init(&path, SIZE_MAX);
	gwt_span_cut(&rest, '/');
	while (rest.ptr) {
		struct gwt_span segment = gwt_span_cut(&rest, '/');

		gwt_buf_add_char(&path, '/');
		if (segment.len > 2 && segment.ptr[0] == '{')
			gwt_uri_encode(&path,
				       gwt_span_of(walk_label(
					       &walk->world,
					       gwt_arena_cstr(&walk->arena,
							      gwt_span_slice(segment, 1, segment.len - 1)))),
				       false);
		else
			gwt_buf_add(&path, segment);
	}
	made = gwt_arena_copy(&walk->arena, gwt_buf_span(&path));
	gwt_buf_release(&path);
	return made;
}

static bool begins(const struct gwt_operation *operation, const char *verb)
{
	return strncmp(operation->name, verb, strlen(verb)) == 0;
}

/* Remember the id that a create answered. */
static void learn(struct walk *walk, const struct gwt_operation *operation, const struct gwt_json *json)
{
	const char *member = strcmp(operation->name, "CreateModel") == 0 ? "name" : "id";
	struct gwt_span root = gwt_json_get_text(json, "rootResourceId");

	if (!begins(operation, "Create") || !gwt_json_get_text(json, member).ptr)
		return;
	walk_learn(&walk->world, operation->name + 6, gwt_json_get_text(json, member));
	if (root.ptr && strcmp(operation->name, "CreateRestApi") == 0)
		walk_learn(&walk->world, "Resource", root);
}

/* The path at which a read finds the object that a write answered; absent where no read does. */
static struct gwt_span object_path(struct walk *walk, const struct gwt_operation *operation,
				   struct gwt_span path, const struct gwt_json *json)
{
	static const char *const names[] = { "id", "stageName", "name" };
	struct gwt_route route;
	struct gwt_span made = path;

	if (begins(operation, "Create")) {
		size_t i = strcmp(operation->name, "CreateStage") == 0   ? 1
			   : strcmp(operation->name, "CreateModel") == 0 ? 2
									 : 0;
		size_t base = strcmp(operation->name, "CreateResource") == 0 ? 3 : SIZE_MAX;

		for (size_t at = 0, slashes = 0; at < path.len && base == 3; at++)
			if (path.ptr[at] == '/' && ++slashes == 4)
				path.len = at;
		made = gwt_arena_printf(&walk->arena, GWT_SPAN_FMT "/" GWT_SPAN_FMT, GWT_SPAN_ARG(path),
					GWT_SPAN_ARG(gwt_json_get_text(json, names[i])));
	}
	if (!gwt_route_find(GWT_SPAN("GET"), made, &route) || !gwt_sandbox_operation(route.operation->name))
		return GWT_ABSENT;
	return made;
}

/* Members that AWS shows differently in a write's answer than in a read. */
static bool differs_by_rule(const struct gwt_operation *operation, const struct gwt_json *member)
{
	static const struct {
		const char *operation, *member;
	} rows[] = { { "UpdateRestApi", "tags" }, { "CreateVpcLink", "status" } };

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (strcmp(rows[i].operation, operation->name) == 0 &&
		    gwt_span_is(member->name, rows[i].member))
			return true;
	return false;
}

/* A read must give every member of the write's answer. */
static void check_read(struct walk *walk, const struct gwt_operation *operation, struct gwt_span path,
		       struct gwt_span body, const struct answer *wrote)
{
	struct gwt_span at = object_path(walk, operation, path, wrote->json);
	struct answer read;

	if (!at.ptr || begins(operation, "Tag") || begins(operation, "Untag"))
		return;
	walk->reads++;
	read = ask(walk, GWT_SPAN("GET"), at, GWT_SPAN(""));
	for (const struct gwt_json *m = wrote->json->child; m; m = m->next)
		if (!differs_by_rule(operation, m) &&
		    !gwt_json_equal(m, gwt_json_get_span(read.json, m->name)))
			fail(walk, "read after write", at, body, wrote->body, read.body);
}

/* Everything of the API that can be read, in one text. */
static struct gwt_span look(struct walk *walk)
{
	static const char *const lists[] = { "", "/resources?embed=methods&limit=500", "/stages",
					     "/deployments?limit=500" };
	struct gwt_span seen = GWT_SPAN("");

	for (size_t i = 0; i < GWT_LEN(lists); i++) {
		struct gwt_span path = gwt_arena_printf(&walk->arena, "/restapis/%s%s",
							walk_id(&walk->world, "RestApi"), lists[i]);

		seen = gwt_arena_printf(&walk->arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(seen),
					GWT_SPAN_ARG(ask(walk, GWT_SPAN("GET"), path, GWT_SPAN("")).body));
	}
	return seen;
}

/* Prefer operations that others need to those that remove objects. */
static size_t pick(struct walk *walk)
{
	size_t i = walk_random(&walk->world, walk->len);

	while (!begins(walk->operations[i], "Put") &&
	       walk_random(&walk->world, begins(walk->operations[i], "Delete") ? 5 : 2))
		i = walk_random(&walk->world, walk->len);
	return i;
}

static void step(struct walk *walk)
{
	size_t i = pick(walk);
	const struct gwt_operation *operation = walk->operations[i];
	struct gwt_span path = make_path(walk, operation), body = walk_body(&walk->world, operation),
			before = { NULL, 0 };
	uint64_t seed = walk->world.seed;
	struct answer answer;

	if ((strstr(operation->name, "teRestApi") || begins(operation, "CreateRes")) &&
	    walk_random(&walk->world, 16))
		return;
	if (walk_random(&walk->world, 8) == 0) {
		seed = walk->world.seed;
		before = look(walk);
	}
	answer = ask(walk, gwt_span_of(operation->method), path, body);
	walk->called[i]++;
	walk->refused += answer.status >= 300;
	if (answer.status >= 500)
		fail(walk, "server error", path, body, answer.body, GWT_SPAN(""));
	if (answer.status >= 300 && before.ptr) {
		walk->world.seed = seed; /* so that the same ids are read */
		if (!gwt_span_eq(before, look(walk)))
			fail(walk, "a refused write changed something", path, body, answer.body, before);
	}
	if (answer.status >= 300)
		return;
	walk->succeeded[i]++;
	learn(walk, operation, answer.json);
	if (answer.json && gwt_method_writes(gwt_span_of(operation->method)))
		check_read(walk, operation, path, body, &answer);
}

static void find_operations(struct walk *walk)
{
	size_t count;
	const struct gwt_operation *all = gwt_operations(&count);

	for (size_t i = 0; i < count && walk->len < MAX_OPS; i++)
		if (gwt_sandbox_operation(all[i].name))
			walk->operations[walk->len++] = &all[i];
}

/* A new sandbox with another seed and one API, so that the walk has a beginning. */
static void start_era(struct walk *walk, uint64_t seed)
{
	struct gwt_sandbox_options options = { .seed = seed, .no_verify_signature = true };
	struct answer made;

	gwt_sandbox_free(walk->sandbox);
	gwt_arena_release(&walk->arena);
	walk->sandbox = gwt_sandbox_new(&options);
	walk->world = (struct walk_world){ .seed = seed, .arena = &walk->arena };
	made = ask(walk, GWT_SPAN("POST"), GWT_SPAN("/restapis"), GWT_SPAN("{\"name\":\"w\"}"));
	learn(walk, gwt_operation_named(GWT_SPAN("CreateRestApi")), made.json);
}

static int report(const struct walk *walk, size_t steps)
{
	size_t never = 0;

	for (size_t i = 0; i < walk->len; i++) {
		if (walk->succeeded[i])
			continue;
		fprintf(stderr, "%s: called %zu times, never succeeded\n", walk->operations[i]->name,
			walk->called[i]);
		never++;
	}
	printf("walk: %zu calls of %zu operations, %zu refused, %zu reads after writes, %zu failures\n",
	       steps, walk->len, walk->refused, walk->reads, walk->failures);
	return never || walk->failures || !walk->reads;
}

int main(int argc, char **argv)
{
	static struct walk walk;
	size_t steps = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	find_operations(&walk);
	for (size_t i = 0; i < steps && walk.failures < 10; i++) {
		if (i % ERA == 0)
			start_era(&walk, seed + i);
		step(&walk);
	}
	gwt_sandbox_free(walk.sandbox);
	gwt_arena_release(&walk.arena);
	return report(&walk, steps);
}
