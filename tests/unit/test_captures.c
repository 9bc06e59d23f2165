/*
 * test_captures.c - the requests that real clients sent: contract, signed and wire
 * bytes against the second implementation (tests/support/contract_bytes.py), grouping
 * and signatures against the report that was written when they were captured.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"
#include "lib/base/map.h"
#include "lib/contract/canonical.h"
#include "lib/contract/cache.h"
#include "lib/sigv4/sigv4.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"
#include "tests/support/request.h"

static struct gwt_arena arena;
static struct gwt_sigv4 *sigv4;
static struct gwt_file_list captures;
static const char *folder;

static void setup(void)
{
	struct gwt_error err;

	sigv4 = gwt_sigv4_new();
	folder = gwt_file_join(&arena, gwt_test_source(), "tests/data/captures");
	if (gwt_file_list(&arena, folder, ".http", &captures, &err) != GWT_OK)
		abort();
}

static void teardown(void)
{
	gwt_sigv4_free(sigv4);
	gwt_arena_release(&arena);
}

TestSuite(captures, .init = setup, .fini = teardown);

static struct gwt_request request_at(size_t i)
{
	return gwt_test_request(&arena, gwt_guarded(gwt_test_read(&arena, folder, captures.paths[i])));
}

static struct gwt_span digest(struct gwt_span bytes)
{
	char hex[GWT_SHA256_HEX + 1];

	gwt_sha256_hex(sigv4, bytes, hex);
	return gwt_arena_printf(&arena, "%s", hex);
}

/* "PATH CONTRACT SIGNED WIRE BODY-ERROR", as the second implementation prints it. */
static struct gwt_span line_of(size_t i)
{
	struct gwt_request request = request_at(i);
	struct gwt_contract contract;
	const char *error;

	gwt_contract_make(&request, &arena, &contract);
	error = gwt_json_fault_word(contract.body_error);
	return gwt_arena_printf(&arena, "%s %s %s %s %s\n", captures.paths[i], digest(contract.bytes).ptr,
				digest(gwt_signed_bytes(&request, &arena)).ptr,
				digest(gwt_wire_bytes(&request, &arena)).ptr, *error ? error : "-");
}

Test(captures, all_three_levels_are_those_of_the_second_implementation)
{
	const char *script = gwt_file_join(&arena, gwt_test_source(), "tests/support/contract_bytes.py");
	struct gwt_map ours = { 0 };
	FILE *theirs;
	char *line = NULL;
	size_t size = 0, count = 0;

	if (system("python3 -c 'import json' >/dev/null 2>&1") != 0) {
		fprintf(stderr, "SKIPPED: captures against Python (no python3)\n");
		return;
	}
	for (size_t i = 0; i < captures.len; i++)
		gwt_map_put(&ours, line_of(i), captures.paths[i]);
	theirs = popen(gwt_arena_printf(&arena, "python3 '%s' digests '%s'", script, folder).ptr, "r");
	for (; getline(&line, &size, theirs) > 0; count++)
		cr_expect_not_null(gwt_map_get(&ours, gwt_span_of(line)), "differs: %s", line);
	free(line);
	cr_expect_eq(pclose(theirs), 0);
	cr_expect_eq(count, captures.len);
	cr_expect_gt(count, 1600u);
	fprintf(stderr, "%zu captures agree at contract, signed and wire\n", count);
	gwt_map_release(&ours);
}

/* In this order entries replace one another and return. A request is kept when it comes a second time. */
Test(captures, a_cache_gives_what_is_made_anew)
{
	struct gwt_contract_cache *cache = gwt_contract_cache_new();
	size_t hits = 0;

	for (size_t i = 0; i < 2 * captures.len; i++) {
		size_t at = i % 2 ? i / 2 : (i * 7) % captures.len;
		struct gwt_request request = request_at(at);
		struct gwt_contract made, first, kept, again;

		gwt_contract_make(&request, &arena, &made);
		gwt_contract_cache_make(cache, &request, &arena, &first, NULL);
		cr_expect(gwt_span_eq(made.bytes, first.bytes), "%s", captures.paths[at]);
		gwt_contract_cache_make(cache, &request, &arena, &kept, NULL);
		gwt_contract_cache_make(cache, &request, &arena, &again, NULL);
		cr_expect(gwt_span_eq(made.bytes, kept.bytes), "%s", captures.paths[at]);
		cr_expect(gwt_span_eq(made.body, kept.body), "%s", captures.paths[at]);
		cr_expect_eq(made.body_error, kept.body_error);
		cr_expect_eq(made.says_json, kept.says_json);
		cr_expect_eq(!made.json, !kept.json);
		hits += kept.bytes.ptr == again.bytes.ptr;
	}
	cr_expect_eq(hits, 2 * captures.len, "the third of equal requests is made again");
	gwt_contract_cache_free(cache);
}

/* The part of `text` between two marks; stops the test when one is missing. */
static struct gwt_span between(struct gwt_span text, const char *from, const char *to)
{
	size_t start = gwt_span_find_span(text, gwt_span_of(from)) + strlen(from);
	struct gwt_span rest = gwt_span_slice(text, start, text.len);

	cr_assert_lt(start, text.len, "'%s' is not in the report", from);
	return gwt_span_slice(rest, 0, gwt_span_find_span(rest, gwt_span_of(to)));
}

static struct gwt_span report(void)
{
	return gwt_test_read(&arena, gwt_test_source(), "tests/data/captures-report.md");
}

enum { CLIENTS = 32 };

/* The report's number of a client ("8=js-v3"), 0 when it has none. */
static unsigned number_of(struct gwt_span clients, struct gwt_span name)
{
	while (clients.ptr) {
		struct gwt_span entry = gwt_span_trim(gwt_span_cut(&clients, ','));
		struct gwt_span number = gwt_span_cut(&entry, '=');
		uint64_t value;

		if (gwt_span_eq(entry, name) && gwt_span_to_u64(number, CLIENTS - 1, &value))
			return (unsigned)value;
	}
	return 0;
}

/* Cell "(2) 1-11,16-18 / 12-13 solo:14": the group of each client, 0 for one that is not there. */
static void read_groups(struct gwt_span cell, unsigned group[CLIENTS])
{
	unsigned current = 1;
	bool solo = false;

	memset(group, 0, CLIENTS * sizeof(*group));
	for (size_t i = gwt_span_find(cell, ')') + 1; i < cell.len;) {
		if (cell.ptr[i] >= '0' && cell.ptr[i] <= '9') {
			char *end;
			unsigned long first = strtoul(cell.ptr + i, &end, 10), last = first;

			if (*end == '-')
				last = strtoul(end + 1, &end, 10);
			for (; first <= last && first < CLIENTS; first++)
				group[first] = solo ? ++current : current;
			i = (size_t)(end - cell.ptr);
			continue;
		}
		if (cell.ptr[i] == '/' || cell.ptr[i] == 's')
			current++;
		solo |= cell.ptr[i] == 's';
		i++;
	}
}

/* The three levels follow, in the order of the report's columns a, b, c. */
static struct gwt_span wire_of(const struct gwt_request *request)
{
	return gwt_wire_bytes(request, &arena);
}

static struct gwt_span signed_of(const struct gwt_request *request)
{
	return gwt_signed_bytes(request, &arena);
}

static struct gwt_span contract_of(const struct gwt_request *request)
{
	struct gwt_contract contract;

	gwt_contract_make(request, &arena, &contract);
	return contract.bytes;
}

/* `different`: how many scenarios are grouped differently; docs/contract-bytes.md names them and says why. */
static const struct {
	const char *name;
	struct gwt_span (*bytes)(const struct gwt_request *request);
	size_t different;
} levels[] = { { "wire", wire_of, 0 }, { "signed", signed_of, 29 }, { "contract", contract_of, 1 } };

static struct gwt_span bytes_of(const char *client, struct gwt_span scenario, size_t level)
{
	struct gwt_span path =
		gwt_arena_printf(&arena, "%s/" GWT_SPAN_FMT ".http", client, GWT_SPAN_ARG(scenario));

	for (size_t i = 0; i < captures.len; i++) {
		if (gwt_span_is(path, captures.paths[i])) {
			struct gwt_request request = request_at(i);

			return levels[level].bytes(&request);
		}
	}
	return GWT_ABSENT;
}

/* Whether the bytes of a level group the captured clients as the report's column does; counts the pairs. */
static bool grouped_alike(struct gwt_span scenario, size_t level, struct gwt_span cell,
			  const char *const names[CLIENTS], size_t *pairs)
{
	struct gwt_span bytes[CLIENTS] = { { NULL, 0 } };
	unsigned group[CLIENTS];
	bool alike = true;

	read_groups(cell, group);
	for (size_t i = 1; i < CLIENTS; i++)
		if (names[i])
			bytes[i] = bytes_of(names[i], scenario, level);
	for (size_t i = 1; i < CLIENTS; i++) {
		for (size_t j = 1; j < i; j++) {
			if (!bytes[i].ptr || !bytes[j].ptr)
				continue;
			++*pairs;
			alike &= gwt_span_eq(bytes[i], bytes[j]) == (group[i] == group[j]);
		}
	}
	return alike;
}

static void read_names(struct gwt_span text, const char *names[CLIENTS])
{
	struct gwt_span clients = between(text, "Client numbers: ", "\n");

	for (size_t i = 0; i < captures.len; i++) {
		struct gwt_span path = gwt_span_of(captures.paths[i]), client = gwt_span_cut(&path, '/');

		names[number_of(clients, client)] = gwt_arena_cstr(&arena, client);
	}
	names[0] = NULL; /* the clients that the report does not know */
}

Test(captures, clients_group_as_the_report_says_but_where_the_documentation_says_why)
{
	struct gwt_span text = report(), rows = between(text, "|---|---|---|---|\n", "\n\n");
	const char *names[CLIENTS] = { NULL };
	size_t different[GWT_LEN(levels)] = { 0 }, pairs = 0, scenarios = 0;

	read_names(text, names);
	for (; rows.len; scenarios++) {
		struct gwt_span row = gwt_span_cut(&rows, '\n'), scenario;

		gwt_span_cut(&row, '|');
		scenario = gwt_span_trim(gwt_span_cut(&row, '|'));
		for (size_t level = 0; level < GWT_LEN(levels); level++) {
			bool alike = grouped_alike(scenario, level, gwt_span_cut(&row, '|'), names, &pairs);

			different[level] += !alike;
			cr_expect(alike || level != 2 || gwt_span_is(scenario, "text_lone_surrogate"), "%.*s",
				  GWT_SPAN_ARG(scenario));
		}
	}
	for (size_t level = 0; level < GWT_LEN(levels); level++)
		cr_expect_eq(different[level], levels[level].different, "%s: %zu scenarios",
			     levels[level].name, different[level]);
	fprintf(stderr,
		"%zu scenarios, %zu pairs of clients; grouped otherwise: wire %zu, signed %zu, contract "
		"%zu\n",
		scenarios, pairs, different[0], different[1], different[2]);
	cr_expect_eq(scenarios, 101u);
	cr_expect_gt(pairs, 30000u);
}

static size_t lookup(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	(void)arg;
	(void)access_key_id;
	secrets[0] = GWT_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	return 1;
}

static const char *const dotted[] = { "path_dotdot", "path_dot", "path_empty" };
static bool is_scenario(const char *path, const char *const *names, size_t count)
{
	const char *name = strchr(path, '/') + 1;
	size_t len = strcspn(name, ".");

	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == len && strncmp(name, names[i], len) == 0)
			return true;
	return false;
}

/* The result that section 2 of the report gives for a capture. */
static const char *reported(const char *path, const struct gwt_request *request)
{
	bool single = strncmp(path, "curl/", 5) == 0 || strncmp(path, "perl-", 5) == 0;
	bool php = strncmp(path, "php-", 4) == 0;

	if (php && is_scenario(path, dotted, 2))
		return "invalid";
	if (single && gwt_span_find(request->path, '%') < request->path.len)
		return "single-encoded-path";
	return is_scenario(path, dotted, 3) ? "dotted" : "valid";
}

Test(captures, signatures_are_what_the_report_found)
{
	struct gwt_verify_options options = { .lookup = lookup };
	size_t valid = 0, normalized = 0, raw = 0, single = 0, invalid = 0;

	for (size_t i = 0; i < captures.len; i++) {
		struct gwt_request request = request_at(i);
		struct gwt_signature s;
		const char *expected = reported(captures.paths[i], &request), *got;

		gwt_sigv4_verify(sigv4, &request, &options, false, &arena, &s);
		valid += s.verdict == GWT_SIG_VALID;
		normalized += s.verdict == GWT_SIG_VALID_NORMALIZED_PATH;
		raw += s.verdict == GWT_SIG_VALID_RAW_PATH;
		single += s.reason == GWT_SIG_SINGLE_ENCODED_PATH;
		invalid += s.verdict == GWT_SIG_INVALID && s.reason != GWT_SIG_SINGLE_ENCODED_PATH;
		got = s.verdict == GWT_SIG_VALID     ? "valid"
		      : s.verdict == GWT_SIG_INVALID ? "invalid"
						     : "dotted";
		if (s.reason == GWT_SIG_SINGLE_ENCODED_PATH)
			got = "single-encoded-path";
		/* some clients collapsed path_empty before they sent it; then nothing is left to normalize */
		cr_expect(strcmp(got, expected) == 0 ||
				  (strcmp(expected, "dotted") == 0 && strcmp(got, "valid") == 0 &&
				   gwt_span_find_span(request.path, GWT_SPAN("//")) == request.path.len &&
				   gwt_span_find_span(request.path, GWT_SPAN("/.")) == request.path.len),
			  "%s: %s, not %s (%s)", captures.paths[i], got, expected, s.detail);
	}
	fprintf(stderr, "%zu valid, %zu normalized path, %zu raw path, %zu single-encoded, %zu invalid\n",
		valid, normalized, raw, single, invalid);
	cr_expect_eq(invalid, 1u, "php-async-aws/path_dot; its path_dotdot was not kept");
	cr_expect_gt(single, 0u);
}
