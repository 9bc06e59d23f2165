/* What is rare around a commit: many groups, long names, what others hold or left, words of configuration. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/store/note.h"
#include "lib/store/place.h"
#include "lib/store/store.h"
#include "tests/support/data.h"
#include "tests/support/git_home.h"

static struct gwt_arena arena;
static struct gwt_error err;
static const char *home;
static const char *repo; /* the user's repository */
static const char *dir;  /* cassettes in the repository */

static void setup(void)
{
	home = git_home_make();
	repo = gwt_file_join(&arena, home, "project");
	dir = gwt_file_join(&arena, repo, "tapes");
}

static void teardown(void)
{
	git_home_remove();
	gwt_arena_release(&arena);
}

TestSuite(store_edges, .init = setup, .fini = teardown);

#define sh(...) git_home_sh(&arena, __VA_ARGS__)

static void make_user_repository(void)
{
	cr_assert_eq(gwt_file_mkdirs(dir, &err), GWT_OK);
	git_home_repository(&arena, repo);
}

#define put(name, text) git_home_put(&arena, dir, name, text)

static struct gwt_commit_request request_of(const struct gwt_commit_item *items, size_t len,
					    enum gwt_commit_mode mode)
{
	return (struct gwt_commit_request){
		.dir = dir, .items = items, .len = len, .message = "record: some\n", .mode = mode
	};
}

static const struct gwt_commit_item one[] = { { { "g/a", 3 }, NULL } };

static gwt_status prepare(enum gwt_commit_mode mode)
{
	struct gwt_commit_request wanted = request_of(one, 1, mode);
	struct gwt_store store;
	gwt_status status = gwt_store_prepare(&wanted, &store, &err);

	if (status == GWT_OK)
		gwt_store_release(&store);
	return status;
}

/* Write scenarios of `groups` groups, `each` of a group, all with long names and not in order. */
static struct gwt_commit_item *write_many(size_t groups, size_t each)
{
	struct gwt_commit_item *items = gwt_arena_array(&arena, struct gwt_commit_item, groups * each);

	for (size_t i = 0; i < groups * each; i++) {
		size_t at = (i * 7) % (groups * each); /* 7 is not a factor of any number below */

		items[i].scenario = gwt_arena_printf(
			&arena, "group-number-%03zu/a-scenario-with-a-name-%03zu", at / each, at % each);
		put(gwt_arena_printf(&arena, "%s.json", items[i].scenario.ptr).ptr, "{}\n");
	}
	return items;
}

/* store.h: the command that would commit. It works as printed, with any number of paths. */
Test(store_edges, the_command_that_is_printed_commits_them_all)
{
	static const struct {
		size_t groups, each;
		const char *folder, *names;
	} rows[] = {
		{ 1, 2, "tapes", "-- 'tapes/group-number-000/a-scenario-with-a-name-000.json' 'tapes/" },
		{ 2, 8, "tapes", "-- 'tapes/group-number-000' 'tapes/group-number-001' && git" },
		{ 30, 1, "tapes", "-- 'tapes' && git" },
		{ 30, 1, "", "-- '.' && git" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_commit_request wanted;
		struct gwt_commit_result result;
		size_t count = rows[i].groups * rows[i].each;

		repo = gwt_arena_printf(&arena, "%s/project %zu", home, i).ptr;
		dir = gwt_file_join(&arena, repo, rows[i].folder);
		make_user_repository();
		wanted = request_of(write_many(rows[i].groups, rows[i].each), count, GWT_COMMIT_DEFAULT);
		cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
		cr_expect(strstr(result.hint, rows[i].names), "%s", result.hint);
		sh(home, "%s", result.hint);
		cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "");
		cr_expect_str_eq(sh(repo, "git show --format= --name-only HEAD | wc -l"),
				 gwt_arena_printf(&arena, "%zu\n", count).ptr);
	}
}

Test(store_edges, many_groups_are_one_commit)
{
	struct gwt_commit_request wanted;
	struct gwt_commit_result result;

	make_user_repository();
	wanted = request_of(write_many(3, 4), 12, GWT_COMMIT_YES);
	cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	cr_expect(result.committed);
	cr_expect_str_eq(sh(repo, "git show --format= --name-only HEAD | wc -l"), "12\n");
	cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "");
	cr_expect_str_eq(sh(repo, "git fsck --strict --no-dangling --no-progress"), "");
}

/* One line for each scenario, sorted, in its group's file; HEAD's lines stay where HEAD can be read. */
Test(store_edges, notes_go_to_the_file_of_their_group)
{
#define NOTE(name, upstream_, day, recorded_)                                                                \
	{                                                                                                    \
		.scenario = GWT_SPAN_INIT(name), .upstream = GWT_SPAN_INIT(upstream_),                       \
		.at = GWT_SPAN_INIT("2026-11-" day "T00:00:00Z"), .recorded = recorded_                      \
	}
#define LINE(name, recorded, confirmed, upstream)                                                            \
	"  \"" name "\": {\"recorded\": \"2026-11-" recorded                                                 \
	"T00:00:00Z\", \"confirmed\": \"2026-11-" confirmed "T00:00:00Z\", \"upstream\": \"" upstream "\"}"
	static const struct gwt_store_note notes[] = { NOTE("h/x", "sandbox", "03", true),
						       NOTE("g/b", "aws", "02", true),
						       NOTE("g/a", "aws", "02", false) };
	struct gwt_commit_request wanted;
	struct gwt_store store;

	make_user_repository();
	put("g/VALIDATED.json", "{\n" LINE("g/a", "01", "01", "aws") "\n}\n");
	put("h/VALIDATED.json", "this is not JSON");
	sh(repo, "git add . && git commit -qm dates && rm tapes/h/VALIDATED.json");
	wanted = request_of(one, 1, GWT_COMMIT_YES);
	cr_assert_eq(gwt_store_prepare(&wanted, &store, &err), GWT_OK, "%s", err.msg);
	cr_expect_eq(gwt_store_note(&store, notes, 0, NULL, &err), GWT_OK);
	cr_assert_eq(gwt_store_note(&store, notes, GWT_LEN(notes), NULL, &err), GWT_OK, "%s", err.msg);
	gwt_store_release(&store);
	cr_expect_str_eq(sh(dir, "cat g/VALIDATED.json"),
			 "{\n" LINE("g/a", "01", "02", "aws") ",\n" LINE("g/b", "02", "02", "aws") "\n}\n");
	cr_expect_str_eq(sh(dir, "cat h/VALIDATED.json"), "{\n" LINE("h/x", "03", "03", "sandbox") "\n}\n");
}

/* git-config(1), core.sharedRepository. */
Test(store_edges, words_of_sharing_are_those_that_git_knows)
{
	static const struct {
		const char *word;
		unsigned group, others; /* mode bits of a new object; 010: refused */
	} rows[] = {
		{ "umask", 0, 0 }, { "false", 0, 0 }, { "true", 4, 0 },   { "1", 4, 0 },
		{ "0640", 4, 0 },  { "world", 4, 4 }, { "junk", 010, 0 }, { "0060", 010, 0 },
	};

	make_user_repository();
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_commit_request wanted = request_of(one, 1, GWT_COMMIT_YES);
		struct gwt_commit_result result;
		struct stat st;

		/* by hand: git itself does not read a word that it does not know */
		sh(repo,
		   "sed -i /sharedrepo/d .git/config; sed -i 's/^\\[core\\]/&\\n\\tsharedrepo = x/' .git/config;"
		   "sed -i 's/sharedrepo = x/sharedrepository = %s/' .git/config",
		   rows[i].word);
		put("g/a.json", gwt_arena_printf(&arena, "{\"n\": %zu}\n", i).ptr);
		umask(077);
		if (rows[i].group == 010) {
			cr_expect_eq(gwt_store_commit(&wanted, &result, &err), GWT_EUNCHECKED, "%s",
				     rows[i].word);
			cr_expect(strstr(err.msg, "which git does not know"), "%s", err.msg);
		} else {
			cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s: %s", rows[i].word,
				     err.msg);
			cr_assert_eq(stat(gwt_arena_printf(&arena, "%s/.git/objects/%.2s/%s", repo,
							   result.oid, result.oid + 2)
						  .ptr,
					  &st),
				     0);
			cr_expect_eq(st.st_mode & 0777, 0400 | rows[i].group << 3 | rows[i].others, "%s: %o",
				     rows[i].word, st.st_mode & 0777);
		}
		umask(022);
	}
}

Test(store_edges, what_git_is_in_the_middle_of_is_named)
{
	static const struct {
		const char *label, *shell, *reason;
	} rows[] = {
		{ "a conflict in the path",
		  "b=$(git hash-object -w code.c); printf '100644 %s 1\\ttapes/g/a.json\\n100644 %s 2\\ttapes/g/a.json\\n'"
		  " $b $b | git update-index --index-info",
		  "'tapes/g/a.json' has an unresolved merge conflict" },
		{ "an index that is damaged", "echo junk > .git/index", "index" },
		{ "a HEAD that is damaged", "echo junk > .git/refs/heads/main", "cannot read HEAD" },
		{ "a commit that is missing",
		  "id=$(git rev-parse HEAD); rm -f .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)",
		  "HEAD" },
		{ "something in the way of our folder", "echo > tapes/.gwtape", "is in the way" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		repo = gwt_arena_printf(&arena, "%s/project%zu", home, i).ptr;
		dir = gwt_file_join(&arena, repo, "tapes");
		make_user_repository();
		put("g/a.json", "{}\n");
		sh(repo, "%s", rows[i].shell);
		cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_EUNCHECKED, "%s: %s", rows[i].label, err.msg);
		cr_expect(strstr(err.msg, rows[i].reason), "%s: %s", rows[i].label, err.msg);
	}
}

/* A lock that another process keeps stays, and the branch does not move; a stopped run does not wait. */
Test(store_edges, a_branch_that_somebody_holds_is_not_moved)
{
	static const volatile sig_atomic_t stop = 1;
	struct gwt_commit_request wanted = request_of(one, 1, GWT_COMMIT_YES);
	struct gwt_commit_result result;
	const char *before;

	make_user_repository();
	put("g/a.json", "{}\n");
	before = sh(repo, "git rev-parse HEAD");
	sh(repo, "echo somebody > .git/refs/heads/main.lock");
	wanted.stop = &stop;
	cr_expect_eq(gwt_store_commit(&wanted, &result, &err), GWT_EUNCHECKED);
	cr_expect(strstr(err.msg, "refs/heads/main"), "%s", err.msg);
	cr_expect_str_eq(sh(repo, "cat .git/refs/heads/main.lock"), "somebody\n");
	sh(repo, "rm .git/refs/heads/main.lock");
	cr_expect_str_eq(sh(repo, "git rev-parse HEAD"), before);
	cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "?? tapes/g/a.json\n");
	cr_expect_str_eq(sh(repo, "find .git -name '*.lock'"), "");
	cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	cr_expect(result.committed);
}

Test(store_edges, outside_any_repository_there_is_no_commit)
{
	struct gwt_commit_request wanted = request_of(one, 1, GWT_COMMIT_YES);
	struct gwt_commit_result result;

	put("g/a.json", "{}\n");
	cr_expect_eq(gwt_store_commit(&wanted, &result, &err), GWT_EUNCHECKED);
	cr_expect(strstr(err.msg, "is outside any repository"), "%s", err.msg);
	wanted.mode = GWT_COMMIT_DEFAULT;
	cr_expect_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	cr_expect_not(result.committed);
	cr_expect_str_eq(result.reason, "it is outside any repository");
}

/* The scenario's file must be a file of its own name, too, to be committed. */
Test(store_edges, a_scenario_that_is_a_link_is_refused)
{
	struct gwt_commit_item item = { { "g/a", 3 }, NULL };
	struct gwt_commit_request wanted;
	struct gwt_store store;

	make_user_repository();
	sh(repo, "mkdir scenarios; echo > x; ln -s ../x scenarios/a.yaml");
	item.source = gwt_file_join(&arena, repo, "scenarios/a.yaml");
	wanted = request_of(&item, 1, GWT_COMMIT_YES);
	wanted.with_sources = true;
	cr_expect_eq(gwt_store_prepare(&wanted, &store, &err), GWT_EUNCHECKED);
	cr_expect(strstr(err.msg, "scenarios/a.yaml' is a symbolic link"), "%s", err.msg);
}

Test(store_edges, the_root_of_a_repository_is_read_too)
{
	struct gwt_store_files files;

	make_user_repository();
	sh(repo, "mkdir g; echo '{}' > g/a.json; echo '[]' > top.json; git add .; git commit -qm x");
	cr_assert_eq(gwt_store_read(&arena, repo, "HEAD", ".json", &files, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(files.len, 2u);
	cr_expect(gwt_span_is(files.items[0].path, "g/a.json"));
	cr_expect(gwt_span_is(files.items[1].path, "top.json"));
	cr_expect(gwt_span_is(files.items[1].bytes, "[]\n"));
}

Test(store_edges, a_turn_is_taken_in_a_folder_that_is_there)
{
	int first = -1;

	cr_expect_eq(gwt_turn_take(gwt_file_join(&arena, home, "nowhere"), NULL, &first, &err), GWT_EIO);
	cr_expect_eq(first, -1);
	cr_expect_eq(gwt_turn_take(home, NULL, &first, &err), GWT_OK, "%s", err.msg);
	cr_expect_geq(first, 0);
	gwt_turn_end(first);
	gwt_turn_end(-1);
}
