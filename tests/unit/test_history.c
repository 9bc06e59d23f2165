/*
 * The history of recordings against /usr/bin/git: a scenario has the versions that `git log` shows of its path, under
 * the names that `git log --follow` finds.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/cassette/cassette.h"
#include "lib/json/write.h"
#include "lib/store/history.h"
#include "lib/store/history_values.h"
#include "tests/support/cassettes.h"
#include "tests/support/git_home.h"

static struct gwt_arena arena;
static struct gwt_error err;
static const char *home;
static const char *repo;     /* the user's repository */
static const char *dir;      /* cassettes in the repository */
static struct gwt_buf input; /* for git fast-import */

static void setup(void)
{
	home = git_home_make();
	repo = gwt_file_join(&arena, home, "project");
	dir = gwt_file_join(&arena, repo, "tapes");
	gwt_buf_init(&input, SIZE_MAX);
}

static void teardown(void)
{
	git_home_remove();
	gwt_buf_release(&input);
	gwt_arena_release(&arena);
}

TestSuite(history, .init = setup, .fini = teardown);

#define sh(...) git_home_sh(&arena, __VA_ARGS__)

/* Commits, as `git fast-import` reads them: the mark of a commit is its number. */

static void begin(int mark, int parent, int merged)
{
	gwt_buf_printf(&input, "commit refs/heads/main\nmark :%d\ncommitter A <a@b> %d +0000\ndata 0\n", mark,
		       1767225600 + mark);
	if (parent)
		gwt_buf_printf(&input, "from :%d\n", parent);
	if (merged)
		gwt_buf_printf(&input, "merge :%d\n", merged);
}

static void file_of_mode(const char *mode, const char *path, const char *text)
{
	gwt_buf_printf(&input, "M %s inline %s\ndata %zu\n%s\n", mode, path, strlen(text), text);
}

static void file(const char *path, const char *text)
{
	file_of_mode("100644", path, text);
}

/* Make the repository from the commits that were written; HEAD is the last one. */
static void import(void)
{
	const char *stream = gwt_file_join(&arena, home, "stream");

	cr_assert_eq(gwt_file_write(stream, gwt_buf_span(&input), &err), GWT_OK, "%s", err.msg);
	sh(home, "git init -q -b main project && cd project && git fast-import --quiet < ../stream");
}

static struct gwt_history *opened(void)
{
	struct gwt_history *history = NULL;

	cr_assert_eq(gwt_history_open(dir, &history, &err), GWT_OK, "%s", err.msg);
	return history;
}

static struct gwt_history_versions versions_of(struct gwt_history *history, const char *scenario)
{
	struct gwt_history_versions versions = { 0 };

	cr_assert_eq(gwt_history_of(history, &arena, gwt_span_of(scenario), &versions, &err), GWT_OK, "%s",
		     err.msg);
	return versions;
}

/* One line for each version, the oldest first, as in `git log --reverse --format=%H`. */
static const char *commits_of(const struct gwt_history_versions *versions)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	for (size_t i = 0; i < versions->len; i++)
		gwt_buf_printf(&out, "%s\n", versions->items[i].commit);
	return gwt_arena_cstr(&arena, gwt_buf_span(&out));
}

#define DATES(name, recorded, confirmed)                                                                     \
	"{\n  \"" name "\": {\"recorded\": \"" recorded "\", \"confirmed\": \"" confirmed                    \
	"\", \"upstream\": \"sandbox\"}\n}\n"

/*
 * 1 - 2 - 4 - 5 - 6 - 7
 *  \- 3 -/
 * 2 changes g/a, 3 changes it otherwise and is merged away by 4, 5 changes nothing of it, 6 removes it, 7 has it again.
 */
static void make_merged_history(void)
{
	begin(1, 0, 0);
	file("tapes/g/a.json", "one");
	file("tapes/g/b.json", "b");
	file("tapes/README.md", "no cassette");
	begin(2, 1, 0);
	file("tapes/g/a.json", "two");
	begin(3, 1, 0);
	file("tapes/g/a.json", "other");
	file("tapes/h/c.json", "c");
	begin(4, 2, 3);
	file("tapes/h/c.json", "c");
	begin(5, 4, 0);
	file("tapes/g/VALIDATED.json", "{}");
	file("tapes/g/.hidden.json", "no cassette");
	file("tapes/.trash/x.json", "no cassette");
	begin(6, 5, 0);
	gwt_buf_add_text(&input, "D tapes/g/a.json\n");
	begin(7, 6, 0);
	file("tapes/g/a.json", "again");
	import();
}

Test(history, a_scenario_has_the_versions_that_git_log_shows)
{
	static const char *const scenarios[] = { "g/a", "g/b", "h/c" };
	struct gwt_history_versions versions;
	struct gwt_history *history;

	make_merged_history();
	history = opened();
	cr_expect_not(gwt_history_is_cut(history));
	for (size_t i = 0; i < GWT_LEN(scenarios); i++) {
		versions = versions_of(history, scenarios[i]);
		cr_expect_str_eq(commits_of(&versions),
				 sh(repo, "git log --reverse --format=%%H -- tapes/%s.json", scenarios[i]),
				 "%s", scenarios[i]);
	}
	versions = versions_of(history, "g/a");
	cr_assert_eq(versions.len, 4u);
	cr_expect(gwt_span_is(versions.items[0].bytes, "one"));
	cr_expect(gwt_span_is(versions.items[1].bytes, "two"), "what was merged away is not in it");
	cr_expect_eq(versions.items[2].bytes.ptr, NULL, "removed");
	cr_expect(gwt_span_is(versions.items[3].bytes, "again"));
	cr_expect_eq(versions.items[3].time, 1767225607);
	cr_expect_eq(versions_of(history, "g/never").len, 0u);
	gwt_history_free(history);
}

/* One commit merges eight branches, and the older ones are found last. */
Test(history, many_branches_at_once_are_followed)
{
	enum { BRANCHES = 8 };
	struct gwt_history *history;

	begin(1, 0, 0);
	file("tapes/g/a.json", "one");
	for (int i = 2; i < 2 + BRANCHES; i++) {
		begin(i, 1, 0);
		file(gwt_arena_printf(&arena, "tapes/g/b%d.json", i).ptr, "b");
	}
	begin(2 + BRANCHES, 1 + BRANCHES, BRANCHES);
	for (int i = BRANCHES - 1; i >= 2; i--)
		gwt_buf_printf(&input, "merge :%d\n", i);
	for (int i = 2; i <= BRANCHES; i++)
		file(gwt_arena_printf(&arena, "tapes/g/b%d.json", i).ptr, "b");
	import();
	history = opened();
	for (int i = 2; i < 2 + BRANCHES; i++) {
		struct gwt_history_versions versions =
			versions_of(history, gwt_arena_printf(&arena, "g/b%d", i).ptr);

		cr_expect_str_eq(commits_of(&versions),
				 sh(repo, "git log --reverse --format=%%H -- tapes/g/b%d.json", i));
		cr_expect_eq(versions.len, 1u);
	}
	gwt_history_free(history);
}

Test(history, every_cassette_of_any_commit_is_a_scenario)
{
	static const char *const expected[] = { "g/a", "g/b", "h/c" };
	const struct gwt_span *names;
	struct gwt_history *history;
	size_t count;

	make_merged_history();
	history = opened();
	for (int again = 0; again < 2; again++) {
		cr_assert_eq(gwt_history_scenarios(history, &names, &count, &err), GWT_OK, "%s", err.msg);
		cr_assert_eq(count, GWT_LEN(expected));
		for (size_t i = 0; i < count; i++)
			cr_expect(gwt_span_is(names[i], expected[i]), GWT_SPAN_FMT, GWT_SPAN_ARG(names[i]));
	}
	gwt_history_free(history);
	dir = gwt_file_join(&arena, repo, "elsewhere");
	history = opened();
	cr_assert_eq(gwt_history_scenarios(history, &names, &count, &err), GWT_OK, "%s", err.msg);
	cr_expect_eq(count, 0u, "no commit has that folder");
	gwt_history_free(history);
}

Test(history, the_root_of_a_repository_may_hold_the_groups)
{
	struct gwt_history_versions versions;
	const struct gwt_span *names;
	struct gwt_history *history;
	size_t count;

	begin(1, 0, 0);
	file("g/a.json", "one");
	file("README.md", "no cassette");
	import();
	dir = repo;
	history = opened();
	cr_assert_eq(gwt_history_scenarios(history, &names, &count, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(count, 1u);
	cr_expect(gwt_span_is(names[0], "g/a"));
	versions = versions_of(history, "g/a");
	cr_assert_eq(versions.len, 1u);
	cr_expect_str_eq(versions.items[0].path, "g/a.json");
	gwt_history_free(history);
}

/* docs/history.md: `recorded` is the first of a value, `confirmed` the last, over all commits that have it. */
Test(history, dates_are_the_first_recording_and_the_last_confirmation)
{
	struct gwt_history_versions versions;
	struct gwt_history *history;

	begin(1, 0, 0);
	file("tapes/g/a.json", "one");
	file("tapes/g/VALIDATED.json", DATES("g/a", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"));
	begin(2, 1, 0);
	file("tapes/g/VALIDATED.json", DATES("g/a", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
	begin(3, 2, 0);
	file("tapes/g/VALIDATED.json", DATES("g/a", "2026-01-01T00:00:00Z", "2026-01-15T00:00:00Z"));
	begin(4, 3, 0);
	file("tapes/g/a.json", "two");
	file("tapes/g/VALIDATED.json", "this is not JSON");
	begin(5, 4, 0);
	file("tapes/g/a.json", "three");
	file_of_mode("120000", "tapes/g/VALIDATED.json", "elsewhere");
	begin(6, 5, 0);
	file("tapes/g/a.json", "four");
	file("tapes/g/VALIDATED.json", DATES("g/b", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"));
	import();
	history = opened();
	versions = versions_of(history, "g/a");
	cr_assert_eq(versions.len, 4u);
	cr_expect(gwt_span_is(versions.items[0].recorded, "2026-01-01T00:00:00Z"));
	cr_expect(gwt_span_is(versions.items[0].confirmed, "2026-02-01T00:00:00Z"));
	for (size_t i = 1; i < versions.len; i++) {
		cr_expect_eq(versions.items[i].recorded.ptr, NULL, "%zu", i);
		cr_expect_eq(versions.items[i].confirmed.ptr, NULL, "%zu", i);
	}
	gwt_history_free(history);
}

Test(history, a_renamed_cassette_is_followed_under_its_old_name)
{
	static const char lines[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n";
	struct gwt_history_versions versions;
	struct gwt_history *history;

	begin(1, 0, 0);
	file("tapes/g/old.json", gwt_arena_printf(&arena, "%sone\n", lines).ptr);
	file("tapes/g/new-too.json", "nothing like it");
	begin(2, 1, 0);
	file("tapes/g/old.json", gwt_arena_printf(&arena, "%stwo\n", lines).ptr);
	begin(3, 2, 0);
	gwt_buf_add_text(&input, "D tapes/g/old.json\n");
	file("tapes/g/new.json", gwt_arena_printf(&arena, "%sthree\n", lines).ptr);
	begin(4, 3, 0);
	gwt_buf_add_text(&input, "D tapes/g/new-too.json\n");
	file("tapes/g/unlike.json", "entirely of its own");
	import();
	history = opened();
	versions = versions_of(history, "g/new");
	cr_expect_str_eq(commits_of(&versions),
			 sh(repo, "git log --follow --format=%%H -- tapes/g/new.json | tac"));
	cr_assert_eq(versions.len, 3u);
	cr_expect_str_eq(versions.items[0].path, "tapes/g/old.json");
	cr_expect_str_eq(versions.items[2].path, "tapes/g/new.json");
	versions = versions_of(history, "g/unlike");
	cr_expect_str_eq(commits_of(&versions),
			 sh(repo, "git log --follow --format=%%H -- tapes/g/unlike.json | tac"));
	gwt_history_free(history);
}

/* docs/history.md: an unreadable version is reported and is not a change; a partial clone lacks blobs. */
Test(history, a_version_that_cannot_be_read_says_why)
{
	struct gwt_history_versions versions;
	struct gwt_history *history;

	begin(1, 0, 0);
	file_of_mode("120000", "tapes/g/a.json", "elsewhere");
	begin(2, 1, 0);
	file("tapes/g/a.json", "gone");
	import();
	sh(repo,
	   "blob=$(git rev-parse HEAD:tapes/g/a.json); rm -f .git/objects/$(echo $blob | cut -c1-2)/$(echo $blob | cut -c3-)");
	history = opened();
	versions = versions_of(history, "g/a");
	cr_assert_eq(versions.len, 2u);
	cr_expect_str_eq(versions.items[0].unreadable, "it is not a file");
	cr_assert(versions.items[1].unreadable);
	cr_expect(strstr(versions.items[1].unreadable, "tapes/g/a.json"), "%s", versions.items[1].unreadable);
	cr_expect_eq(versions.items[1].bytes.ptr, NULL);
	gwt_history_free(history);
}

Test(history, of_a_shallow_clone_the_oldest_version_may_be_older)
{
	struct gwt_history_versions versions;
	struct gwt_history *history;

	make_merged_history();
	sh(home, "git clone -q --depth 3 file://%s/project shallow", home);
	repo = gwt_file_join(&arena, home, "shallow");
	dir = gwt_file_join(&arena, repo, "tapes");
	history = opened();
	cr_expect(gwt_history_is_cut(history));
	versions = versions_of(history, "g/a");
	cr_expect_str_eq(commits_of(&versions), sh(repo, "git log --reverse --format=%%H -- tapes/g/a.json"));
	cr_assert_eq(versions.len, 3u);
	cr_expect(versions.items[0].oldest);
	cr_expect_not(versions.items[1].oldest);
	cr_expect_not(versions.items[2].oldest);
	gwt_history_free(history);
}

static void remove_object(const char *revision)
{
	sh(repo, "id=$(git rev-parse %s); rm -f .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)",
	   revision);
}

Test(history, what_cannot_have_a_history_is_named)
{
	static const struct {
		const char *label, *shell;
		gwt_status status;
		const char *reason;
	} rows[] = {
		{ "no repository", "mkdir -p project", GWT_EIO, "is outside any repository" },
		{ "no commit", "git init -q -b main project", GWT_EUNCHECKED, "has no commit yet" },
		{ "the branch is damaged",
		  "git init -q -b main project; echo junk > project/.git/refs/heads/main", GWT_EIO,
		  "cannot read HEAD of the repository" },
		{ "not a repository of ours",
		  "git init -q project; cd project; git config core.repositoryformatversion 1; git config extensions.ofTomorrow 1",
		  GWT_EIO, "cannot open the repository" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_history *history = NULL;

		sh(home, "rm -rf project; %s", rows[i].shell);
		cr_expect_eq(gwt_history_open(dir, &history, &err), rows[i].status, "%s: %s", rows[i].label,
			     err.msg);
		cr_expect(strstr(err.msg, rows[i].reason), "%s: %s", rows[i].label, err.msg);
		cr_expect_eq(history, NULL);
	}
	gwt_history_free(NULL);
}

/* A whole clone that lacks a commit is damaged: half of a history must not pass for all of it. */
Test(history, objects_that_are_missing_are_not_passed_over)
{
	static const struct {
		const char *object;
		bool opens;
	} rows[] = {
		{ "HEAD~1", false },
		{ "HEAD~1^{tree}", true },
		{ "HEAD~1:tapes", true },
		{ "HEAD~1:tapes/g", true },
	};

	make_merged_history();
	sh(home, "cp -r project whole");
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_history_versions versions;
		struct gwt_history *history = NULL;
		const struct gwt_span *names;
		gwt_status status;
		size_t count;

		sh(home, "rm -rf project; cp -r whole project");
		remove_object(rows[i].object);
		status = gwt_history_open(dir, &history, &err);
		cr_expect_eq(status, rows[i].opens ? GWT_OK : GWT_EIO, "%s: %s", rows[i].object, err.msg);
		if (rows[i].opens) {
			cr_expect_eq(gwt_history_scenarios(history, &names, &count, &err), GWT_EIO, "%s",
				     rows[i].object);
			cr_expect_eq(gwt_history_of(history, &arena, GWT_SPAN("g/a"), &versions, &err),
				     GWT_EIO, "%s", rows[i].object);
		}
		cr_expect(strstr(err.msg, "read the object"), "%s: %s", rows[i].object, err.msg);
		gwt_history_free(history);
	}
}

/* Values */

/* A cassette with one answer; `body` is what differs. */
static struct gwt_span tape(const char *id, const char *body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	const struct test_step steps[] = { { id, "PUT", "GET/integration", "{}", 201, body }, { NULL } };
	struct gwt_cassette cassette;

	test_cassette(&arena, "g/a", "api0000001", "res001", steps, &cassette);
	cr_assert_eq(gwt_cassette_write(&out, &cassette, &err), GWT_OK, "%s", err.msg);
	return gwt_arena_copy(&arena, gwt_buf_span(&out));
}

/* INTERACTION=VALUE for each change, with the position of the version that it came with. */
static const char *values_at(const struct gwt_history_versions *versions, const char *at)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_history_problems problems;
	struct gwt_history_values values;

	gwt_history_values(versions, gwt_span_of(at), &arena, &values, &problems);
	for (size_t i = 0; i < values.len; i++) {
		const struct gwt_history_value *each = values.items[i];

		gwt_buf_printf(&out, "%zu:" GWT_SPAN_FMT "=", (size_t)(each->from - versions->items),
			       GWT_SPAN_ARG(each->interaction));
		if (each->value)
			gwt_json_write(&out, each->value, GWT_JSON_COMPACT);
		gwt_buf_printf(&out, "@" GWT_SPAN_FMT " ", GWT_SPAN_ARG(each->confirmed));
	}
	for (size_t i = 0; i < problems.len; i++)
		gwt_buf_printf(&out, "?%zu", (size_t)(problems.items[i].version - versions->items));
	return gwt_arena_cstr(&arena, gwt_buf_span(&out));
}

/* docs/history.md, "What counts": one entry per change and interaction, none for an unreadable version. */
Test(history, a_field_has_one_entry_a_change)
{
	struct gwt_history_version items[] = {
		{ .path = "a.json", .bytes = tape("put", "{\"t\":29000}"), .confirmed = GWT_SPAN("01") },
		{ .path = "a.json", .bytes = tape("put", "{\"t\":29000.0}"), .confirmed = GWT_SPAN("02") },
		{ .path = "a.json", .bytes = GWT_SPAN("{\"format\": 1}") },
		{ .path = "a.json", .unreadable = "it is not a file" },
		{ .path = "a.json", .bytes = tape("put", "{\"t\":50}"), .confirmed = GWT_SPAN("03") },
		{ .path = "a.json", .bytes = tape("put", "not JSON"), .confirmed = GWT_SPAN("04") },
		{ .path = "a.json" },
		{ .path = "a.json", .bytes = tape("other", "{\"t\":1}"), .confirmed = GWT_SPAN("05") },
	};
	struct gwt_history_versions versions = { items, GWT_LEN(items), GWT_LEN(items) };
	static const struct {
		const char *at, *values;
	} rows[] = {
		{ "/t", "0:put=29000@02 4:put=50@03 5:put=@04 7:other=1@05 ?2?3" },
		{ "/never", "?2?3" },
		{ "status", "0:put=201@04 6:put=@ 7:other=201@05 ?2?3" },
		{ "Content-Type",
		  "0:put=\"application/json\"@04 6:put=@ 7:other=\"application/json\"@05 ?2?3" },
		{ "x-never", "?2?3" },
#define WHOLE(body) "{\"status\":201,\"headers\":[[\"Content-Type\",\"application/json\"]],\"body\":" body "}"
		{ "", "0:put=" WHOLE("{\"t\":29000}") "@02 4:put=" WHOLE("{\"t\":50}") "@03 5:put=" WHOLE(
			      "\"not JSON\"") "@04 6:put=@ 7:other=" WHOLE("{\"t\":1}") "@05 ?2?3" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(values_at(&versions, rows[i].at), rows[i].values, "'%s'", rows[i].at);
}
