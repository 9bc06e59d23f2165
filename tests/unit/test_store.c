/*
 * The store against /usr/bin/git: whatever libgit2 did, git itself must find a repository in order, and
 * nothing but the named paths changed.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/store/note.h"
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
	dir = gwt_file_join(&arena, repo, "test/cassettes");
}

static void teardown(void)
{
	git_home_remove();
	gwt_arena_release(&arena);
}

TestSuite(store, .init = setup, .fini = teardown);

#define sh(...) git_home_sh(&arena, __VA_ARGS__)

static void make_user_repository(void)
{
	cr_assert_eq(gwt_file_mkdirs(dir, &err), GWT_OK);
	git_home_repository(&arena, repo);
}

#define put(name, text) git_home_put(&arena, dir, name, text)

static const struct gwt_commit_item one[] = { { { "g/a", 3 }, NULL } };

/* A line of VALIDATED.json. */
#define LINE(name, day)                                                                                      \
	"  \"" name "\": {\"recorded\": \"2026-11-01T00:00:00Z\", \"confirmed\": \"2026-11-" day             \
	"T00:00:00Z\", \"upstream\": \"sandbox\"}"
#define LINES(text) "{\n" text "\n}\n"

static struct gwt_commit_request request(enum gwt_commit_mode mode)
{
	return (struct gwt_commit_request){ .dir = dir,
					    .items = one,
					    .len = 1,
					    .message =
						    "record: 1 scenario from sandbox\n\nUpstream: sandbox\n",
					    .mode = mode };
}

static gwt_status prepare(enum gwt_commit_mode mode)
{
	struct gwt_commit_request wanted = request(mode);
	struct gwt_store store;
	gwt_status status = gwt_store_prepare(&wanted, &store, &err);

	if (status == GWT_OK)
		gwt_store_release(&store);
	return status;
}

static struct gwt_commit_result commit(enum gwt_commit_mode mode)
{
	struct gwt_commit_request wanted = request(mode);
	struct gwt_commit_result result;

	cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	return result;
}

static void expect_sound(void)
{
	cr_expect_str_eq(sh(repo, "git fsck --strict --no-dangling --no-progress"), "");
	cr_expect_str_eq(sh(repo, "find .git -name '*.lock' -o -name gwtape"), "");
}

Test(store, attributes_alone_are_worth_no_commit)
{
	struct gwt_commit_result result;

	dir = repo = gwt_file_join(&arena, home, "cassettes");
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect_not(result.committed);
	cr_expect_str_eq(result.hint, "");
	cr_expect_str_eq(sh(dir, "git log --oneline 2>&1 | head -c 5"), "fatal");
	cr_expect_str_eq(sh(dir, "git status --porcelain"), "?? .gitattributes\n");
}

Test(store, a_folder_outside_any_repository_gets_a_marked_one_and_commits_into_it)
{
	struct gwt_commit_result result;

	dir = repo = gwt_file_join(&arena, home, "cassettes");
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	put("g/a.json", "{}\n");
	put("g/VALIDATED.json", LINES(LINE("g/a", "01")));
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect(result.committed);
	cr_expect_str_eq(sh(dir, "git config --local gwtape.created"), "true\n");
	cr_expect_str_eq(sh(dir, "git status --porcelain"), "");
	cr_expect_str_eq(sh(dir, "git ls-tree -r --name-only HEAD"),
			 ".gitattributes\ng/VALIDATED.json\ng/a.json\n");
	cr_expect_str_eq(
		sh(dir,
		   "git show -s --format='%%an <%%ae>|%%cn|%%s|%%(trailers:key=Upstream,valueonly)' HEAD"),
		"gwtape <gwtape@localhost>|gwtape|record: 1 scenario from sandbox|sandbox\n\n");
	cr_expect_str_eq(sh(dir, "git rev-parse HEAD"), gwt_arena_printf(&arena, "%s\n", result.oid).ptr);
	cr_expect_str_eq(sh(dir, "git reflog --format=%%gs"),
			 "commit (initial): record: 1 scenario from sandbox\n");
	expect_sound();
}

Test(store, the_same_bytes_again_make_no_commit)
{
	struct gwt_commit_result result;

	dir = repo = gwt_file_join(&arena, home, "cassettes");
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	put("g/a.json", "{}\n");
	commit(GWT_COMMIT_DEFAULT);
	put("g/a.json", "{}\n");
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect_not(result.committed);
	cr_expect_str_eq(result.hint, "");
	cr_expect_str_eq(sh(dir, "git rev-list --count HEAD"), "1\n");
}

Test(store, a_repository_of_the_user_gets_no_commit_but_the_command_for_one)
{
	struct gwt_commit_result result;

	make_user_repository();
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	put("g/a.json", "{}\n");
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect_not(result.committed);
	cr_expect_str_eq(result.reason, "gwtape did not make this repository, and --commit was not given");
	cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "?? test/cassettes/g/a.json\n");
	sh(home, "%s", result.hint); /* and it works as printed */
	cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "");
	cr_expect_str_eq(sh(repo, "git show --format=%%s --name-only HEAD"),
			 "record: 1 scenario from sandbox\n\ntest/cassettes/g/a.json\n");
}

/* A scenario goes with its cassette: always into the printed command, into the commit if the run wrote it. */
Test(store, a_scenario_is_named_and_committed_with_its_cassette)
{
	struct gwt_commit_item item = { { "g/a", 3 }, NULL };
	struct gwt_commit_request wanted;
	struct gwt_commit_result result;

	make_user_repository();
	item.source = gwt_file_join(&arena, repo, "scenarios/it's.yaml");
	sh(repo, "mkdir scenarios; echo one > \"scenarios/it's.yaml\"");
	put("g/a.json", "{}\n");
	wanted = request(GWT_COMMIT_DEFAULT);
	wanted.items = &item;
	cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	sh(home, "%s", result.hint);
	cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "");
	cr_expect_str_eq(sh(repo, "git show --format= --name-only HEAD"),
			 "scenarios/it's.yaml\ntest/cassettes/g/a.json\n");
	sh(repo, "echo two > \"scenarios/it's.yaml\"");
	wanted.mode = GWT_COMMIT_YES;
	cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	cr_expect_not(result.committed, "the user's scenario is the user's to commit");
	wanted.with_sources = true;
	put("g/a.json", "{\"n\": 2}\n");
	cr_assert_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	cr_expect_str_eq(sh(repo, "git show --format= --name-only HEAD"),
			 "scenarios/it's.yaml\ntest/cassettes/g/a.json\n");
	cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "");
	expect_sound();
}

Test(store, commit_touches_these_paths_and_nothing_else_of_the_users)
{
	struct gwt_commit_result result;

	make_user_repository();
	sh(repo, "echo x > kept.c; echo y > deleted.c; git add . ; git commit -qm second");
	/* files elsewhere: staged, unstaged, untracked, deleted, added and changed again */
	sh(repo,
	   "echo two > code.c; git add code.c; echo three > code.c; echo z >> kept.c; git rm -q deleted.c;"
	   "echo new > fresh.c; git add -N fresh.c; echo u > untracked.c");
	put("g/a.json", "{}\n");
	put("g/VALIDATED.json", LINES(LINE("g/a", "01")));
	put("g/b.json", "not named\n");
	cr_assert_eq(prepare(GWT_COMMIT_YES), GWT_OK, "%s", err.msg);
	result = commit(GWT_COMMIT_YES);
	cr_expect(result.committed);
	cr_expect_str_eq(
		sh(repo, "git status --porcelain -uall"),
		"MM code.c\nD  deleted.c\n A fresh.c\n M kept.c\n?? test/cassettes/g/b.json\n?? untracked.c\n");
	cr_expect_str_eq(sh(repo, "git show --format='%%an %%cn' --name-status HEAD"),
			 "Ada Ada\n\nA\ttest/cassettes/g/VALIDATED.json\nA\ttest/cassettes/g/a.json\n");
	cr_expect_str_eq(sh(repo, "git diff --cached --name-only"), "code.c\ndeleted.c\n");
	expect_sound();
}

/* A missing file does not mean that the scenario is gone: it may be on another branch, or not checked out. */
Test(store, a_file_that_is_missing_keeps_what_head_has)
{
	make_user_repository();
	put("g/a.json", "{}\n");
	put("g/VALIDATED.json", LINES(LINE("g/a", "01")));
	commit(GWT_COMMIT_YES);
	cr_assert_eq(remove(gwt_file_join(&arena, dir, "g/a.json")), 0);
	cr_assert_eq(remove(gwt_file_join(&arena, dir, "g/VALIDATED.json")), 0);
	cr_expect_not(commit(GWT_COMMIT_YES).committed);
	cr_expect_str_eq(sh(repo, "git ls-tree -r --name-only HEAD"),
			 "code.c\ntest/cassettes/g/VALIDATED.json\ntest/cassettes/g/a.json\n");
	cr_expect_str_eq(sh(repo, "git diff --cached --name-only"), "");
	expect_sound();
}

Test(store, lines_of_other_scenarios_stay_as_head_has_them)
{
	static const struct gwt_store_note note = {
		{ "g/a", 3 }, { "sandbox", 7 }, { "2026-11-09T00:00:00Z", 20 }, false
	};
	struct gwt_commit_request wanted;
	struct gwt_store store;

	make_user_repository();
	wanted = request(GWT_COMMIT_YES);
	put("g/a.json", "{}\n");
	put("g/VALIDATED.json", LINES(LINE("g/a", "01") ",\n" LINE("g/b", "01")));
	sh(repo, "git add . && git commit -qm lines");
	/* without the file in the working tree, the run adds its line to those of HEAD */
	cr_assert_eq(remove(gwt_file_join(&arena, dir, "g/VALIDATED.json")), 0);
	cr_assert_eq(gwt_store_prepare(&wanted, &store, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_store_note(&store, &note, 1, NULL, &err), GWT_OK, "%s", err.msg);
	gwt_store_release(&store);
	cr_expect(commit(GWT_COMMIT_YES).committed);
	cr_expect_str_eq(sh(repo, "git show HEAD:test/cassettes/g/VALIDATED.json"),
			 LINES(LINE("g/a", "09") ",\n" LINE("g/b", "01")));
	cr_expect_str_eq(sh(repo, "git status --porcelain"), "");
	/* an uncommitted line of another scenario is not committed with it */
	put("g/VALIDATED.json", LINES(LINE("g/a", "10") ",\n" LINE("g/b", "11") ",\n" LINE("g/c", "12")));
	cr_expect(commit(GWT_COMMIT_YES).committed);
	cr_expect_str_eq(sh(repo, "git show HEAD:test/cassettes/g/VALIDATED.json"),
			 LINES(LINE("g/a", "10") ",\n" LINE("g/b", "01")));
	cr_expect_str_eq(sh(repo, "git status --porcelain"), " M test/cassettes/g/VALIDATED.json\n");
	expect_sound();
}

Test(store, commit_is_refused_with_the_reason)
{
	static const struct {
		const char *label, *shell, *reason;
	} rows[] = {
		{ "signing", "git config commit.gpgsign true", "signs its commits" },
		{ "staged", "echo x > test/cassettes/g/a.json; git add test/cassettes/g/a.json",
		  "has staged changes" },
		{ "staged deletion",
		  "mkdir -p test/cassettes/g; echo 1 > test/cassettes/g/a.json; git add .; git commit -qm x;"
		  "git rm -q --cached test/cassettes/g/a.json",
		  "has staged changes" },
		{ "staged beside", "echo x > test/cassettes/README.md; git add test/cassettes/README.md",
		  "'test/cassettes/README.md' has staged changes" },
		{ "ignored", "echo '*.json' > .gitignore", "is ignored by git" },
		{ "filter", "echo '*.json filter=lfs' > .gitattributes", "filter attribute" },
		{ "merge",
		  "git checkout -qb other; echo 2 > code.c; git commit -qam o; git checkout -q main; echo 3 > code.c;"
		  "git commit -qam m; git merge -q other >/dev/null || true",
		  "merge is in progress" },
		{ "encoding", "echo '*.json working-tree-encoding=UTF-16' > .gitattributes",
		  "working-tree-encoding attribute" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		repo = gwt_arena_printf(&arena, "%s/project%zu", home, i).ptr;
		dir = gwt_file_join(&arena, repo, "test/cassettes");
		make_user_repository();
		put("g/a.json", "{}\n");
		sh(repo, "%s", rows[i].shell);
		cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_EUNCHECKED, "%s", rows[i].label);
		cr_expect(strstr(err.msg, rows[i].reason), "%s: %s", rows[i].label, err.msg);
		cr_expect_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s: %s", rows[i].label, err.msg);
	}
}

/* These paths are refused before the first call, whether or not a commit is wanted. */
Test(store, paths_that_are_not_what_their_names_say_are_refused)
{
	static const struct {
		const char *label, *shell, *reason;
	} rows[] = {
		{ "linked group", "mkdir ../away; ln -s ../../../away test/cassettes/g",
		  "is a symbolic link" },
		{ "linked cassette",
		  "mkdir test/cassettes/g; echo > x; ln -s ../../../x test/cassettes/g/a.json",
		  "is a symbolic link" },
		{ "link to nothing", "mkdir test/cassettes/g; ln -s nothing test/cassettes/g/a.json",
		  "is a symbolic link" },
		{ "linked dates", "mkdir test/cassettes/g; ln -s nothing test/cassettes/g/VALIDATED.json",
		  "is a symbolic link" },
		{ "link in git",
		  "mkdir test/cassettes/g; ln -s x test/cassettes/g/a.json; git add .; git commit -qm x;"
		  "rm test/cassettes/g/a.json; echo > test/cassettes/g/a.json",
		  "is a symbolic link in git" },
		{ "pipe", "mkdir test/cassettes/g; mkfifo test/cassettes/g/a.json", "not a regular file" },
		{ "file as group", "echo > test/cassettes/g", "is not a folder" },
		{ "nested repository", "git init -q test/cassettes/g", "a separate repository" },
		{ "submodule",
		  "git init -q ../sub; git -C ../sub -c user.name=a -c user.email=a@b commit -q --allow-empty -m s;"
		  "git -c protocol.file.allow=always submodule --quiet add ../sub test/cassettes/g",
		  "a separate repository" },
		{ "submodule that is not checked out",
		  "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),test/cassettes/g; git commit -qm s",
		  "is a submodule" },
		{ "group of other case", "mkdir test/cassettes/G", "ignores case" },
		{ "cassette of other case", "mkdir test/cassettes/g; echo > test/cassettes/g/A.json",
		  "ignores case" },
		{ "other case in git alone",
		  "mkdir test/cassettes/g; echo > test/cassettes/g/A.json; git add .; git commit -qm x;"
		  "rm test/cassettes/g/A.json",
		  "ignores case" },
		{ "cassettes of other case in git",
		  "mkdir test/Cassettes; echo > test/Cassettes/x; git add .; git commit -qm x",
		  "ignores case" },
		{ "dates of other case", "mkdir test/cassettes/g; echo > test/cassettes/g/validated.json",
		  "ignores case" },
	};
	static const enum gwt_commit_mode modes[] = { GWT_COMMIT_DEFAULT, GWT_COMMIT_YES, GWT_COMMIT_NO };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		sh(home, "rm -rf away sub");
		repo = gwt_arena_printf(&arena, "%s/project%zu", home, i).ptr;
		dir = gwt_file_join(&arena, repo, "test/cassettes");
		make_user_repository();
		sh(repo, "%s", rows[i].shell);
		for (size_t mode = 0; mode < GWT_LEN(modes); mode++) {
			cr_expect_eq(prepare(modes[mode]), GWT_EUNCHECKED, "%s", rows[i].label);
			cr_expect(strstr(err.msg, rows[i].reason), "%s: %s", rows[i].label, err.msg);
		}
	}
}

/* Repositories as git makes them: `git init --shared=WORD`, then a commit under umask 077. */
Test(store, what_a_shared_repository_gets_is_for_all_who_share_it)
{
	static const struct {
		const char *word;
		unsigned file, object, folder;
	} rows[] = { { "group", 0660, 0440, 02770 },
		     { "all", 0664, 0444, 02775 },
		     { "002", 0664, 0444, 02775 },
		     { "0640", 0640, 0440, 02750 } };
	static const char list[] =
		"find .git/objects .git/refs .git/logs .git/index -newer ../before %s -printf '%%m %%P\\n'"
		"| grep -v '^%o ' || true";

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		repo = gwt_arena_printf(&arena, "%s/project%zu", home, i).ptr;
		dir = gwt_file_join(&arena, repo, "test/cassettes");
		make_user_repository();
		sh(repo, "git config core.sharedRepository %s; touch ../before; sleep 0.02", rows[i].word);
		put("g/a.json", "{}\n");
		umask(077);
		cr_expect(commit(GWT_COMMIT_YES).committed);
		umask(022);
		cr_expect_str_eq(sh(repo, list, "-type f -path '*/objects/*'", rows[i].object), "", "%s",
				 rows[i].word);
		cr_expect_str_eq(sh(repo, list, "-type f -not -path '*/objects/*' -not -path '*/logs/*'",
				    rows[i].file),
				 "", "%s", rows[i].word);
		cr_expect_str_eq(sh(repo, list, "-type d -path '*/objects/?\\?'", rows[i].folder), "", "%s",
				 rows[i].word);
		cr_expect_str_eq(
			sh(repo, "find .git/logs -type f -not -perm -g=%s", rows[i].file & 020 ? "rw" : "r"),
			"", "%s", rows[i].word);
		cr_expect_str_neq(sh(repo, "find .git/objects -newer ../before -type f"), "");
	}
}

Test(store, a_marked_repository_that_signs_gets_the_command_instead)
{
	struct gwt_commit_result result;

	dir = repo = gwt_file_join(&arena, home, "cassettes");
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	sh(dir, "git config commit.gpgsign true");
	put("g/a.json", "{}\n");
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect_not(result.committed);
	cr_expect(strstr(result.reason, "signs its commits"), "%s", result.reason);
	cr_expect(strstr(result.hint, "git commit"), "%s", result.hint);
}

Test(store, a_bare_repository_is_refused_and_still_read)
{
	struct gwt_store_files files;
	struct gwt_commit_result result;

	make_user_repository();
	put("g/a.json", "{\"bare\":1}\n");
	commit(GWT_COMMIT_YES);
	sh(home, "git clone -q --bare project bare.git");
	dir = gwt_file_join(&arena, home, "bare.git/test/cassettes");
	cr_assert_eq(gwt_store_read(&arena, dir, "main", ".json", &files, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(files.len, 1u);
	cr_expect(gwt_span_is(files.items[0].path, "g/a.json"));
	cr_expect(gwt_span_is(files.items[0].bytes, "{\"bare\":1}\n"));
	cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_EUNCHECKED);
	cr_expect(strstr(err.msg, "bare repository"), "%s", err.msg);
	sh(home, "mkdir -p bare.git/test/cassettes/g");
	put("g/a.json", "{}\n");
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect(strstr(result.reason, "bare"), "%s", result.reason);
	cr_expect_str_eq(result.hint, "");
	result = commit(GWT_COMMIT_NO);
	cr_expect_str_eq(result.reason, "");
}

Test(store, a_repository_that_cannot_be_opened_is_written_to_and_not_read)
{
	struct gwt_store_files files;
	struct gwt_commit_result result;

	make_user_repository();
	sh(repo, "git config core.repositoryformatversion 1 && git config extensions.ofTomorrow true");
	cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_EUNCHECKED);
	cr_expect(strstr(err.msg, "ofTomorrow") || strstr(err.msg, "oftomorrow"), "%s", err.msg);
	cr_expect_eq(prepare(GWT_COMMIT_NO), GWT_OK, "%s", err.msg);
	cr_expect_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	put("g/a.json", "{}\n");
	result = commit(GWT_COMMIT_DEFAULT);
	cr_expect(strstr(result.reason, "cannot open the repository"), "%s", result.reason);
	result = commit(GWT_COMMIT_NO);
	cr_expect_str_eq(result.reason, "");
	cr_expect_eq(gwt_store_read(&arena, dir, "main", ".json", &files, &err), GWT_EIO);
}

/* libgit2 1.5 names the owner only where a safe.directory is configured. */
Test(store, a_repository_of_another_user_is_left_alone)
{
	struct gwt_store_files files;
	const char *git = NULL;

	if (geteuid() != 0) {
		gwt_test_skipped("a repository of another user: needs root to be another");
		return;
	}
	make_user_repository();
	git = gwt_file_join(&arena, dir, ".git");
	sh(home, "chmod 755 . && chmod 777 project/test/cassettes");
	cr_assert_eq(seteuid(65534), 0);
	for (int configured = 0; configured < 2; configured++) {
		cr_expect_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
		cr_expect_not(gwt_file_exists(git));
		cr_expect(strstr(commit(GWT_COMMIT_DEFAULT).reason, "another user"));
		cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_EUNCHECKED);
		cr_expect(strstr(err.msg, "detected dubious ownership"), "%s", err.msg);
		cr_expect(
			strstr(err.msg,
			       gwt_arena_printf(&arena, "git config --global --add safe.directory '%s'", repo)
				       .ptr),
			"%s", err.msg);
		cr_expect_eq(gwt_store_read(&arena, dir, "main", ".json", &files, &err), GWT_EIO);
		cr_expect(strstr(err.msg, "another user"), "%s", err.msg);
		cr_assert_eq(seteuid(0), 0);
		sh(home, "git config --global safe.directory /elsewhere");
		cr_assert_eq(seteuid(65534), 0);
	}
	cr_assert_eq(seteuid(0), 0);
}

Test(store, worktrees_detached_heads_and_unborn_branches_work)
{
	static const struct {
		const char *label, *shell;
	} rows[] = {
		{ "worktree", "git worktree add -q ../wt -b wt" },
		{ "detached", "git worktree add -q --detach ../wt" },
		{ "unborn",
		  "git init -q -b trunk ../wt; cd ../wt; git config user.name A; git config user.email a@b" },
		{ "packed refs", "git worktree add -q ../wt -b wt; git pack-refs --all --prune; git gc -q" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		sh(home, "rm -rf project wt");
		repo = gwt_file_join(&arena, home, "project");
		dir = gwt_file_join(&arena, repo, "test/cassettes");
		make_user_repository();
		sh(repo, "%s", rows[i].shell);
		repo = gwt_file_join(&arena, home, "wt");
		dir = gwt_file_join(&arena, repo, "test/cassettes");
		put("g/a.json", "{}\n");
		cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_OK, "%s: %s", rows[i].label, err.msg);
		cr_expect(commit(GWT_COMMIT_YES).committed, "%s", rows[i].label);
		cr_expect_str_eq(sh(repo, "git status --porcelain"), "", "%s", rows[i].label);
		cr_expect_str_eq(sh(repo, "git fsck --strict --no-dangling --no-progress"), "", "%s",
				 rows[i].label);
		cr_expect_str_eq(sh(repo, "git log -1 --format=%%s"), "record: 1 scenario from sandbox\n",
				 "%s", rows[i].label);
	}
}

Test(store, crlf_conversion_leaves_a_clean_status)
{
	make_user_repository();
	sh(repo, "git config core.autocrlf true");
	put("g/a.json", "{\r\n}\r\n");
	cr_expect(commit(GWT_COMMIT_YES).committed);
	cr_expect_str_eq(sh(repo, "git status --porcelain"), "");
	expect_sound();
}

/* git checks the cassette out with CRLF: writing the same recording changes nothing, here or in git. */
Test(store, a_cassette_checked_out_with_crlf_is_the_same_one)
{
	static const char *const rows[] = { "git config core.autocrlf true",
					    "echo '*.json text eol=crlf' > .gitattributes" };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_commit_request wanted;
		struct gwt_store store = { 0 };
		bool changed = true;
		const char *path;

		repo = gwt_arena_printf(&arena, "%s/project%zu", home, i).ptr;
		dir = gwt_file_join(&arena, repo, "test/cassettes");
		path = gwt_file_join(&arena, dir, "g/a.json");
		make_user_repository();
		sh(repo, "%s; git add .; git commit -qm attributes || true", rows[i]);
		put("g/a.json", "{\n  \"a\": 1\n}\n");
		cr_expect(commit(GWT_COMMIT_YES).committed);
		sh(repo, "rm -r test/cassettes/g; git checkout -q .");
		cr_expect_str_eq(sh(repo, "cat test/cassettes/g/a.json"), "{\r\n  \"a\": 1\r\n}\r\n");
		wanted = request(GWT_COMMIT_YES);
		cr_assert_eq(gwt_store_prepare(&wanted, &store, &err), GWT_OK, "%s", err.msg);
		cr_assert_eq(gwt_store_write(&store, path, GWT_SPAN("{\n  \"a\": 1\n}\n"), &changed, &err),
			     GWT_OK);
		cr_expect_not(changed);
		cr_expect_str_eq(sh(repo, "git status --porcelain"), "");
		cr_assert_eq(gwt_store_write(&store, path, GWT_SPAN("{\n  \"a\": 2\n}\n"), &changed, &err),
			     GWT_OK);
		cr_expect(changed);
		gwt_store_release(&store);
		cr_expect(commit(GWT_COMMIT_YES).committed);
		cr_expect_str_eq(sh(repo, "git status --porcelain"), "");
		expect_sound();
	}
}

Test(store, a_lock_of_git_itself_is_waited_for_and_respected)
{
	struct gwt_commit_request wanted = request(GWT_COMMIT_YES);
	struct gwt_commit_result result;
	pid_t child;

	make_user_repository();
	put("g/a.json", "{}\n");
	sh(repo, ": > .git/index.lock");
	cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_OK, "%s", err.msg);
	child = fork();
	if (child == 0) {
		usleep(300 * 1000);
		unlink(gwt_file_join(&arena, repo, ".git/index.lock"));
		_exit(0);
	}
	cr_expect_eq(gwt_store_commit(&wanted, &result, &err), GWT_OK, "%s", err.msg);
	cr_expect(result.committed);
	waitpid(child, NULL, 0);
	expect_sound();
}

/* What a killed run may leave, made by hand: the next start repairs every form of it. */
Test(store, an_index_behind_its_commit_is_repaired)
{
	const char *before, *after;

	make_user_repository();
	put("g/a.json", "{}\n");
	commit(GWT_COMMIT_YES);
	before = sh(repo, "git rev-parse HEAD");
	put("g/a.json", "{\"n\": 2}\n");
	put("g/VALIDATED.json", LINES(LINE("g/a", "01")));
	sh(repo, "cp .git/index .git/saved");
	commit(GWT_COMMIT_YES);
	after = sh(repo, "git rev-parse HEAD");
	sh(repo,
	   "mv .git/saved .git/index; echo staged > code.c; git add code.c;"
	   "printf 'gwtape commit 1\\nref refs/heads/main\\nold %%s\\nnew %%s\\n' %.40s %.40s > .git/index.lock;"
	   "mkdir -p .git/gwtape; echo junk > .git/gwtape/index; echo junk > .git/gwtape/index.lock;"
	   "echo junk > .git/gwtape/lock.abcdef; echo %.40s > .git/refs/heads/main.lock",
	   before, after, after);
	cr_expect_eq(prepare(GWT_COMMIT_YES), GWT_OK, "%s", err.msg);
	cr_expect_str_eq(sh(repo, "git status --porcelain"), "M  code.c\n");
	expect_sound();
}

Test(store, an_index_that_the_user_staged_into_is_not_repaired_over)
{
	make_user_repository();
	put("g/a.json", "{}\n");
	commit(GWT_COMMIT_YES);
	sh(repo,
	   "echo mine > test/cassettes/g/a.json; git add test;"
	   "printf 'gwtape commit 1\\nref refs/heads/main\\nold %%s\\nnew %%s\\n' $(git rev-parse HEAD~) "
	   "$(git rev-parse HEAD) > .git/index.lock");
	cr_expect_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	cr_expect_str_eq(sh(repo, "git status --porcelain"), "M  test/cassettes/g/a.json\n");
	expect_sound();
}

/* Only below .gwtape/run.XXXXXX, only files with our names, and only those of a run that has ended. */
Test(store, leftovers_are_swept_and_nothing_that_is_somebodys)
{
	static const char *const kept[] = { "g/a.json.tmp.AbC123",         "x.tmp.abcdef",
					    ".gitattributes.tmp.abcdef",   ".gwtape/new.abcdef",
					    ".gwtape/run.abcdef/notes.md", ".gwtape/notes.tmp.abcdef",
					    ".gwtape/runs/new.abcdef",     "g/new.abcdef" };
	struct gwt_commit_request wanted = request(GWT_COMMIT_DEFAULT);
	struct gwt_store first, second;
	const char *flying;

	make_user_repository();
	for (size_t i = 0; i < GWT_LEN(kept); i++)
		put(kept[i], "somebody's");
	put(".gwtape/run.abcdef/new.abcdef", "half");
	put(".gwtape/run.ghijkl/new.abcdef", "half");
	put(".gwtape/run.ghijkl/repository/.git/config", "half");
	cr_assert_eq(gwt_store_prepare(&wanted, &first, &err), GWT_OK, "%s", err.msg);
	cr_expect_not(gwt_file_exists(gwt_file_join(&arena, dir, ".gwtape/run.abcdef/new.abcdef")));
	cr_expect_not(gwt_file_exists(gwt_file_join(&arena, dir, ".gwtape/run.ghijkl")));
	flying = gwt_file_join(&arena, first.place, "new.AbC123");
	cr_assert_eq(gwt_file_write(flying, GWT_SPAN("in flight"), &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_store_prepare(&wanted, &second, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_file_exists(flying));
	gwt_store_release(&first);
	gwt_store_release(&second);
	for (size_t i = 0; i < GWT_LEN(kept); i++)
		cr_expect(gwt_file_exists(gwt_file_join(&arena, dir, kept[i])), "%s", kept[i]);
	sh(dir, "rm -rf .gwtape");
	cr_assert_eq(prepare(GWT_COMMIT_DEFAULT), GWT_OK, "%s", err.msg);
	cr_expect_not(gwt_file_exists(gwt_file_join(&arena, dir, ".gwtape")));
}

static void write_through(const struct gwt_store *store, const char *name, const char *text)
{
	bool changed;

	if (gwt_store_write(store, gwt_file_join(&arena, dir, name), gwt_span_of(text), &changed, &err) !=
	    GWT_OK)
		_exit(1);
}

/* Do what a run does, `count` times, or until the process is killed. */
static void record_again(unsigned round, unsigned count)
{
	struct gwt_commit_request wanted = request(GWT_COMMIT_YES);

	for (unsigned i = 0; i < count; i++) {
		struct gwt_store_note note = { { "g/a", 3 }, { "sandbox", 7 }, { NULL, 0 }, true };
		struct gwt_store store;

		note.at = gwt_arena_printf(&arena, "2026-11-%02uT%02u:%02u:00Z", 1 + round % 28, i / 60 % 24,
					   i % 60);
		if (gwt_store_prepare(&wanted, &store, &err) != GWT_OK)
			_exit(1);
		write_through(&store, "g/a.json",
			      gwt_arena_printf(&arena, "{\"n\": [%u, %u]}\n", round, i).ptr);
		if (gwt_store_note(&store, &note, 1, NULL, &err) != GWT_OK)
			_exit(1);
		commit(GWT_COMMIT_YES);
		gwt_store_release(&store);
	}
}

/* Kill -9 at random moments: the next start always gets through and git finds nothing wrong. */
Test(store, a_commit_killed_at_any_moment_does_not_stop_the_next)
{
	unsigned state = 12345, finished = 0, once_us;
	unsigned kills = getenv("GWTAPE_KILLS") ? (unsigned)strtoul(getenv("GWTAPE_KILLS"), NULL, 10) : 40;
	uint64_t start;

	make_user_repository();
	cr_assert_eq(gwt_file_mkdirs(gwt_file_join(&arena, dir, "g"), &err), GWT_OK);
	start = gwt_clock_monotonic_ns();
	record_again(1000, 3);
	once_us = (unsigned)((gwt_clock_monotonic_ns() - start) / 3000);
	for (unsigned round = 0; round < kills; round++) {
		pid_t child = fork();

		if (child == 0)
			record_again(round, UINT_MAX);
		state = state * 1103515245u + 12345u;
		usleep(2000 + (state >> 16) % 1024 * (3 * once_us / 1024));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		cr_assert_eq(prepare(GWT_COMMIT_YES), GWT_OK, "round %u: %s", round, err.msg);
		finished += commit(GWT_COMMIT_YES).committed;
		cr_expect_str_eq(sh(repo, "git status --porcelain -uall"), "", "round %u", round);
	}
	cr_expect_gt(finished, 0u, "no kill came between writing and committing");
	printf("%u kills, %u left something to commit, 0 stopped the next run\n", kills, finished);
	expect_sound();
}

Test(store, runs_at_the_same_time_all_get_their_commit)
{
	enum { RUNS = 4, EACH = 5 };
	pid_t children[RUNS];

	make_user_repository();
	for (size_t run = 0; run < RUNS; run++) {
		struct gwt_commit_item item = { gwt_arena_printf(&arena, "g/run%zu", run), NULL };

		children[run] = fork();
		for (unsigned i = 0; children[run] == 0 && i < EACH; i++) {
			struct gwt_commit_request wanted = request(GWT_COMMIT_YES);
			struct gwt_commit_result result;

			wanted.items = &item;
			put(gwt_arena_printf(&arena, "%s.json", item.scenario.ptr).ptr,
			    gwt_arena_printf(&arena, "%u\n", i).ptr);
			if (gwt_store_commit(&wanted, &result, &err) != GWT_OK || !result.committed) {
				fprintf(stderr, "run %zu: %s\n", run, err.msg);
				_exit(1);
			}
		}
		if (children[run] == 0)
			_exit(0);
	}
	for (size_t run = 0; run < RUNS; run++) {
		int status;

		waitpid(children[run], &status, 0);
		cr_expect_eq(status, 0, "run %zu", run);
	}
	cr_expect_str_eq(sh(repo, "git rev-list --count HEAD"), "21\n");
	cr_expect_str_eq(sh(repo, "git status --porcelain"), "");
	expect_sound();
}

Test(store, a_revision_is_read_without_a_checkout)
{
	struct gwt_store_files files;

	make_user_repository();
	put("g/a.json", "old\n");
	put("g/sub/b.json", "b\n");
	put("g/note.txt", "no\n");
	put(".hidden/c.json", "no\n");
	sh(repo, "ln -s a.json test/cassettes/g/link.json; git add -A; git commit -qm x; git tag v1");
	put("g/a.json", "new\n");
	sh(repo, "git commit -qam y; rm -rf test");
	cr_assert_eq(gwt_store_read(&arena, dir, "v1", ".json", &files, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(files.len, 2u);
	cr_expect(gwt_span_is(files.items[0].path, "g/a.json") && gwt_span_is(files.items[0].bytes, "old\n"));
	cr_expect(gwt_span_is(files.items[1].path, "g/sub/b.json") &&
		  gwt_span_is(files.items[1].bytes, "b\n"));
	cr_assert_eq(gwt_store_read(&arena, dir, "HEAD", ".json", &files, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(files.items[0].bytes, "new\n"));
}

Test(store, a_revision_that_cannot_be_read_is_named)
{
	static const struct {
		const char *below, *revision, *reason;
	} rows[] = {
		{ "project/test/cassettes", "nosuch", "'nosuch'" },
		{ "project/test/cassettes", "", "no revision" },
		{ "project/other", "HEAD", "there is no folder 'other'" },
		{ "project/code.c", "HEAD", "code.c" },
		{ "elsewhere", "HEAD", "outside any repository" },
	};
	struct gwt_store_files files;

	make_user_repository();
	put("g/a.json", "{}");
	commit(GWT_COMMIT_YES);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		dir = gwt_file_join(&arena, home, rows[i].below);
		cr_expect_eq(gwt_store_read(&arena, dir, rows[i].revision, ".json", &files, &err), GWT_EIO,
			     "%zu", i);
		cr_expect(strstr(err.msg, rows[i].reason), "%zu: %s", i, err.msg);
	}
}
