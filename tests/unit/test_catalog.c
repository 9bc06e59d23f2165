/* Cassettes of a folder or a revision, and the cache of them, which must never be seen in what is served. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/cassette/cassette.h"
#include "lib/match/catalog.h"
#include "lib/match/image.h"
#include "lib/store/load.h"
#include "tests/support/cassettes.h"
#include "tests/support/data.h"
#include "tests/support/git_home.h"

static struct gwt_arena arena;
static struct gwt_error err;
static const char *home;
static const char *dir;

static void setup(void)
{
	home = git_home_make();
	dir = gwt_file_join(&arena, home, "tapes");
	cr_assert_eq(mkdir(dir, 0755), 0);
}

static void teardown(void)
{
	git_home_remove();
	gwt_arena_release(&arena);
}

TestSuite(load, .init = setup, .fini = teardown);
TestSuite(catalog, .init = setup, .fini = teardown);

static struct gwt_span written(const struct gwt_cassette *cassette)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	cr_assert_eq(gwt_cassette_write(&out, cassette, &err), GWT_OK, "%s", err.msg);
	return gwt_arena_copy(&arena, gwt_buf_span(&out));
}

static void put_text(const char *file, struct gwt_span text)
{
	const char *path = gwt_file_join(&arena, dir, file);

	cr_assert_eq(gwt_file_mkdirs_for(path, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_file_write(path, text, &err), GWT_OK, "%s", err.msg);
}

static void put(const char *file, const char *scenario, const char *answer)
{
	const struct test_step steps[] = { { "put", "PUT", "GET/integration", "{}", 201, answer }, { NULL } };
	struct gwt_cassette cassette;

	test_cassette(&arena, scenario, "api0000001", "res001", steps, &cassette);
	put_text(file, written(&cassette));
}

/* The names of the cassettes that were loaded. */
static const char *load(const char *source, char *const *names, size_t count)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_cassettes cassettes;

	if (gwt_cassettes_load(&arena, source, names, count, &cassettes, &err) != GWT_OK)
		return gwt_arena_printf(&arena, "%d: %s", gwt_status_exit_code(err.status), err.msg).ptr;
	for (size_t i = 0; i < cassettes.len; i++)
		gwt_buf_printf(&out, GWT_SPAN_FMT " ", GWT_SPAN_ARG(cassettes.items[i].scenario));
	return gwt_arena_cstr(&arena, gwt_buf_span(&out));
}

Test(load, names_and_groups_choose_and_what_is_unknown_is_named)
{
	static const struct {
		char *names[2];
		size_t count;
		const char *loaded; /* the names, or the end of the message */
	} rows[] = {
		{ { NULL }, 0, "g/a g/ab h/sub/c " },
		{ { "g" }, 1, "g/a g/ab " },
		{ { "g/" }, 1, "g/a g/ab " },
		{ { "g/a" }, 1, "g/a " },
		{ { "h", "g/ab" }, 2, "g/ab h/sub/c " },
		{ { "h/sub" }, 1, "h/sub/c " },
		{ { "g/aa" }, 1, "5: no cassette 'g/aa' in '%s'; did you mean 'g/a'?" },
		{ { "g", "nothing-like-it" }, 2, "5: no cassette 'nothing-like-it' in '%s'" },
	};

	put("g/a.json", "g/a", "{}");
	put("g/ab.json", "g/ab", "{}");
	put("h/sub/c.json", "h/sub/c", "{}");
	put_text("g/VALIDATED.json", GWT_SPAN("{}"));
	put_text("g/README.md", GWT_SPAN("no cassette"));
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf expected = { .max = SIZE_MAX };
		const char *mark = strstr(rows[i].loaded, "%s");

		gwt_buf_add(&expected,
			    (struct gwt_span){ rows[i].loaded, mark ? (size_t)(mark - rows[i].loaded)
								    : strlen(rows[i].loaded) });
		if (mark)
			gwt_buf_printf(&expected, "%s%s", dir, mark + 2);
		cr_expect_str_eq(load(dir, rows[i].names, rows[i].count), gwt_buf_cstr(&expected), "%zu", i);
	}
}

Test(load, one_that_is_not_right_stops_it_all_with_its_place)
{
	static const struct {
		const char *file, *text, *place, *reason;
	} rows[] = {
		{ "z.json", "{\"format\": 1}", "tapes/g/z.json:1:1: ", "lacks the member" },
		{ "z.json", "", "tapes/g/z.json:1:1: ", "" },
		{ "other.json", NULL, "tapes/g/other.json:1:1: ",
		  "it holds another scenario than 'g/other', which its file name says" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const char *path = gwt_arena_printf(&arena, "g/%s", rows[i].file).ptr, *said;

		put("g/a.json", "g/a", "{}");
		if (rows[i].text)
			put_text(path, gwt_span_of(rows[i].text));
		else
			put(path, "g/a", "{}");
		said = load(dir, NULL, 0);
		cr_expect_eq(said[0], '3', "%s", said);
		cr_expect(strstr(said, rows[i].place) && strstr(said, rows[i].reason), "%s", said);
		cr_assert_eq(remove(gwt_file_join(&arena, dir, path)), 0);
	}
}

Test(load, nothing_is_not_a_folder_of_cassettes)
{
	const char *said = load(dir, NULL, 0);

	cr_expect_eq(said[0], '5', "%s", said);
	cr_expect(strstr(said, "record some first"), "%s", said);
	said = load(gwt_file_join(&arena, dir, "nowhere"), NULL, 0);
	cr_expect(strstr(said, "no such file or directory") || strstr(said, "No such file or directory"),
		  "%s", said);
	cr_expect(strstr(said, "--cassettes DIR"), "%s", said);
}

/* DESIGN 4: "A reader may read straight from a revision: DIR@REV". */
Test(load, a_revision_has_what_it_had)
{
	static const char commit[] =
		"{ test -d .git || git init -q -b main .; } && git add -A && git -c user.name=a -c user.email=a@b commit -qm %s";
	const char *said;

	put("g/a.json", "g/a", "{}");
	git_home_sh(&arena, home, commit, "one");
	put("g/b.json", "g/b", "{}");
	put_text("g/VALIDATED.json", GWT_SPAN("{}"));
	git_home_sh(&arena, home, commit, "two");
	put_text("g/b.json", GWT_SPAN("{}"));
	git_home_sh(&arena, home, commit, "three");
	cr_expect_str_eq(load(gwt_arena_printf(&arena, "%s@HEAD~2", dir).ptr, NULL, 0), "g/a ");
	cr_expect_str_eq(load(gwt_arena_printf(&arena, "%s@main~1", dir).ptr, NULL, 0), "g/a g/b ");
	cr_expect_str_eq(load(gwt_arena_printf(&arena, "%s@HEAD@{1}", dir).ptr, NULL, 0), "g/a g/b ");
	cr_expect_str_eq(load(gwt_arena_printf(&arena, "%s@HEAD", dir).ptr, (char *const[]){ "g/a" }, 1),
			 "g/a ");
	said = load(gwt_arena_printf(&arena, "%s@HEAD", dir).ptr, NULL, 0);
	cr_expect_eq(said[0], '3', "%s", said);
	cr_expect(strstr(said, "tapes@HEAD:g/b.json:1:1: "), "%s", said);
	said = load(gwt_arena_printf(&arena, "%s@nowhere", dir).ptr, NULL, 0);
	cr_expect(strstr(said, "'nowhere'"), "%s", said);
}

/* Cassettes are loaded completely: written again they are equal to their files. */
static void expect_shipped(const struct gwt_cassettes *cassettes, const char *folder, size_t count)
{
	cr_assert_eq(cassettes->len, count);
	for (size_t i = 0; i < cassettes->len; i++) {
		const char *path = gwt_arena_printf(&arena, "%s/" GWT_SPAN_FMT ".json", folder,
						    GWT_SPAN_ARG(cassettes->items[i].scenario))
					   .ptr;
		struct gwt_span file;

		cr_assert_eq(gwt_file_read(&arena, path, 1u << 20, &file, &err), GWT_OK, "%s", err.msg);
		cr_expect(gwt_span_eq(written(&cassettes->items[i]), file), "%s", path);
	}
}

static char *const group[] = { "get" };
static struct gwt_catalog catalog;

/* The shipped cassettes of one group; their files are old enough for their dates to be trusted. */
static struct gwt_catalog_source shipped(const char *cache)
{
	return (struct gwt_catalog_source){
		.source = gwt_file_join(&arena, gwt_test_source(), "cassettes"),
		.names = group,
		.name_count = 1,
		.cache = cache,
	};
}

/* The only file of the cache; "" when there is none. */
static const char *cache_file(const char *cache)
{
	struct gwt_file_list list = { 0 };

	if (gwt_file_list(&arena, cache, ".index", &list, &err) != GWT_OK || list.len == 0)
		return "";
	cr_assert_eq(list.len, 1u);
	return gwt_file_join(&arena, cache, list.paths[0]);
}

static ino_t inode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0, "%s", path);
	return st.st_ino;
}

/* Open the catalog and read all of it. */
static void open_shipped(const char *cache)
{
	struct gwt_catalog_source source = shipped(cache);
	const struct gwt_entry *entry;

	cr_assert_eq(gwt_catalog_open(&source, &catalog, &err), GWT_OK, "%s", err.msg);
	expect_shipped(catalog.cassettes, source.source, 12);
	entry = &gwt_index_entries(catalog.index, 3)[0];
	cr_expect_eq(entry->cassette, &catalog.cassettes->items[3]);
	cr_expect(gwt_index_has_operation(catalog.index, GWT_SPAN("GetIntegration")));
	cr_expect_not(gwt_index_has_operation(catalog.index, GWT_SPAN("DeleteRestApi")));
	gwt_catalog_close(&catalog);
}

Test(catalog, without_a_cache_nothing_is_written)
{
	open_shipped(NULL);
	cr_expect_str_eq(cache_file(home), "");
}

Test(catalog, what_was_kept_is_taken_as_long_as_it_is_right)
{
	const char *cache = gwt_file_join(&arena, home, "new/cache"), *file;
	struct stat st;
	ino_t inode;

	open_shipped(cache);
	file = cache_file(cache);
	cr_assert_str_not_empty(file);
	cr_assert_eq(stat(file, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600u, "the seed of its hashes is in it");
	inode = inode_of(file);
	open_shipped(cache);
	cr_expect_eq(inode_of(file), inode, "taken, not made again");
}

/* docs/index-cache.md, "When it is taken": else the cache is made again, and the answers are the same. */
Test(catalog, what_is_not_right_is_made_again)
{
	static const struct {
		const char *label;
		off_t at; /* offset of a byte that is changed; below 0: from the end */
	} rows[] = {
#define AT(member) (off_t) offsetof(struct gwt_image_header, member)
		{ "magic", AT(magic) },          { "base", AT(base) + 4 }, { "length", AT(len) },
		{ "made of", AT(made_of) + 31 }, { "seed", AT(seed) },     { "root", AT(roots) + 7 },
		{ "checksum", AT(checksum) },    { "contents", 5000 },     { "the last byte", -1 },
	};
	const char *cache = gwt_file_join(&arena, home, "cache"), *file;

	open_shipped(cache);
	file = cache_file(cache);
	cr_assert_str_not_empty(file);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		ino_t inode = inode_of(file);
		int fd = open(file, O_RDWR | O_CLOEXEC);
		off_t at = rows[i].at >= 0 ? rows[i].at : lseek(fd, rows[i].at, SEEK_END);
		unsigned char byte;

		cr_assert_eq(pread(fd, &byte, 1, at), 1);
		byte ^= 0x55;
		cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
		close(fd);
		open_shipped(cache);
		cr_expect_neq(inode_of(file), inode, "%s", rows[i].label);
	}
}

Test(catalog, a_file_that_others_may_have_made_is_not_taken)
{
	static const struct {
		const char *label, *shell;
		bool made_again;
	} rows[] = {
		{ "cut", "truncate -s -1 \"$f\"", true },
		{ "empty", ": > \"$f\"", true },
		{ "writable by others", "chmod 0622 \"$f\"", true },
		{ "a link", "d=\"$(dirname \"$f\")\"; mv \"$f\" \"$d/../x\"; ln -s \"$d/../x\" \"$f\"",
		  true },
		{ "a pipe", "rm \"$f\"; mkfifo \"$f\"", true },
		{ "a folder", "rm \"$f\"; mkdir \"$f\"", false },
		{ "a folder of others", "rm -r \"$f\"; chmod 0777 \"$(dirname \"$f\")\"", false },
	};
	const char *cache = gwt_file_join(&arena, home, "cache"), *file;

	open_shipped(cache);
	file = cache_file(cache);
	cr_assert_str_not_empty(file);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct stat st;

		git_home_sh(&arena, home, "f='%s'; %s", file, rows[i].shell);
		open_shipped(cache);
		cr_expect_eq(lstat(file, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0600,
			     rows[i].made_again, "%s", rows[i].label);
	}
	cr_expect_str_eq(git_home_sh(&arena, cache, "ls -A"), "", "nothing half written is left");
}

/* Files that may change within a tick of the clock, few files, a revision, a folder that cannot be made. */
Test(catalog, what_cannot_be_kept_is_served_all_the_same)
{
	const char *cache = gwt_file_join(&arena, home, "cache");
	struct gwt_catalog_source source = { .source = dir, .cache = cache };

	put("g/a.json", "g/a", "{}");
	for (int few = 0; few < 2; few++) {
		source.cache_few = few;
		cr_assert_eq(gwt_catalog_open(&source, &catalog, &err), GWT_OK, "%s", err.msg);
		cr_expect_eq(catalog.cassettes->len, 1u);
		gwt_catalog_close(&catalog);
		cr_expect_str_eq(cache_file(cache), "");
	}
	put_text("file", GWT_SPAN(""));
	open_shipped(gwt_file_join(&arena, dir, "file/cache"));
	source.source = gwt_file_join(&arena, home, "nowhere");
	cr_expect_neq(gwt_catalog_open(&source, &catalog, &err), GWT_OK);
	put_text("g/b.json", GWT_SPAN("{}"));
	source.source = dir;
	cr_expect_eq(gwt_catalog_open(&source, &catalog, &err), GWT_EPARSE);
}
