/* Whole files and folders: what cannot be read or written is named, and leaves nothing behind. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/map.h"

static struct gwt_arena arena;
static struct gwt_error err;
static char folder[] = "/tmp/gwtape-files.XXXXXX";

static void setup(void)
{
	cr_assert(mkdtemp(folder) && chdir(folder) == 0);
}

/* A test removes the files that it made: any other file would make rmdir() fail. */
static void teardown(void)
{
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0);
	gwt_arena_release(&arena);
}

TestSuite(files, .init = setup, .fini = teardown);

Test(files, what_cannot_be_read_is_named)
{
	static const struct {
		const char *path;
		size_t max;
		gwt_status status;
		const char *reason;
	} rows[] = {
		{ "five", 5, GWT_OK, "" },
		{ "five", 4, GWT_ELIMIT, "'five' is over the limit of 4 bytes" },
		{ "five", 0, GWT_ELIMIT, "'five' is over the limit of 0 bytes" },
		{ "none", 5, GWT_EIO, "cannot open 'none': " },
		{ "five/below", 5, GWT_EIO, "cannot open 'five/below': " },
		{ "sub", 5, GWT_EIO, "cannot open 'sub': is a folder" },
		{ "pipe", 5, GWT_EIO, "cannot open 'pipe': is not a regular file" },
	};
	struct gwt_span out;
	bool found;

	cr_assert_eq(gwt_file_write("five", GWT_SPAN("12345"), &err), GWT_OK);
	cr_assert(mkdir("sub", 0755) == 0 && mkfifo("pipe", 0644) == 0);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(gwt_file_read(&arena, rows[i].path, rows[i].max, &out, &err), rows[i].status,
			     "%s", rows[i].path);
		cr_expect_eq(strncmp(rows[i].status == GWT_OK ? "" : err.msg, rows[i].reason,
				     strlen(rows[i].reason)),
			     0, "%s", err.msg);
	}
	cr_expect_eq(gwt_file_read_if_there(&arena, "five/below", 5, &out, &found, &err), GWT_OK);
	cr_expect_not(found);
	cr_expect_eq(gwt_file_read_if_there(&arena, "sub", 5, &out, &found, &err), GWT_EIO);
	cr_expect(found, "it is there, and is not a file");
	cr_expect(remove("five") == 0 && remove("sub") == 0 && remove("pipe") == 0);
}

Test(files, what_cannot_be_written_leaves_nothing)
{
	static char longest[PATH_MAX + 10];
	static const struct {
		const char *path, *reason;
	} rows[] = {
		{ "none/file", "cannot write 'none/file': " },
		{ "sub", "cannot write 'sub': " },
		{ longest, "is too long" },
	};

	memset(longest, 'x', sizeof(longest) - 1);
	cr_assert_eq(mkdir("sub", 0755), 0);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(gwt_file_write(rows[i].path, GWT_SPAN("x"), &err), GWT_EIO, "%zu", i);
		cr_expect(strstr(err.msg, rows[i].reason), "%s", err.msg);
	}
	cr_expect_eq(gwt_file_mkdirs(longest, &err), GWT_EIO);
	cr_expect_eq(gwt_file_mkdirs_for(longest, &err), GWT_EIO);
	cr_assert_eq(gwt_file_write("file", GWT_SPAN("x"), &err), GWT_OK);
	cr_expect_eq(gwt_file_mkdirs("file", &err), GWT_EIO);
	cr_expect_str_eq(err.msg, "cannot make the folder 'file': a file is in the way");
	cr_expect_eq(gwt_file_mkdirs("file/below", &err), GWT_EIO);
	cr_expect_eq(gwt_file_mkdirs_for("a//b/c", &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_file_is_dir("a/b") && !gwt_file_exists("a/b/c"));
	cr_expect(remove("file") == 0 && remove("sub") == 0 && remove("a/b") == 0 && remove("a") == 0);
}

Test(files, a_secret_is_for_nobody_else_and_other_files_follow_the_umask)
{
	struct stat st;

	umask(0);
	cr_assert_eq(gwt_file_write_private("secret", GWT_SPAN("x"), &err), GWT_OK);
	cr_assert_eq(stat("secret", &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600u);
	umask(027);
	cr_assert_eq(gwt_file_write("file", GWT_SPAN("x"), &err), GWT_OK);
	cr_assert_eq(stat("file", &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0640u);
	cr_expect(remove("secret") == 0 && remove("file") == 0);
}

Test(files, a_list_has_regular_files_alone_and_its_depth_has_a_bound)
{
	static const char *const made[] = { "list/a.json", "list/.hidden/b.json", "list/.git/c.json",
					    "list/sub/d.json" };
	struct gwt_file_list list;
	struct gwt_file_facts *facts, again;
	char deep[3 * 70] = "list";

	for (size_t i = 0; i < GWT_LEN(made); i++) {
		cr_assert_eq(gwt_file_mkdirs_for(made[i], &err), GWT_OK);
		cr_assert_eq(gwt_file_write(made[i], GWT_SPAN("{}"), &err), GWT_OK);
	}
	cr_assert_eq(symlink("a.json", "list/link.json"), 0);
	cr_assert_eq(gwt_file_list(&arena, "list", ".json", &list, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(list.len, 2u);
	cr_expect_str_eq(list.paths[0], "a.json");
	cr_expect_str_eq(list.paths[1], "sub/d.json");
	cr_assert_eq(gwt_file_list_facts(&arena, "list", &list, &facts, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_file_facts("list/sub/d.json", &again));
	cr_expect_eq(facts[1].size, 2u);
	cr_expect_eq(facts[1].inode, again.inode);
	cr_expect_eq(facts[1].changed_ns, again.changed_ns);
	cr_expect_neq(facts[1].inode, facts[0].inode);
	cr_expect_not(gwt_file_facts("list/none", &again));
	cr_assert_eq(gwt_file_list_all(&arena, "list", &list, &err), GWT_OK, "%s", err.msg);
	cr_expect_eq(list.len, 3u);
	cr_expect_eq(gwt_file_list(&arena, "none", "", &list, &err), GWT_EIO);
	cr_expect_eq(gwt_file_list_facts(&arena, "none", &list, &facts, &err), GWT_EIO);
	list.paths[0] = gwt_arena_cstr(&arena, GWT_SPAN("gone"));
	cr_expect_eq(gwt_file_list_facts(&arena, "list", &list, &facts, &err), GWT_EIO);
	for (int i = 0; i < 70; i++)
		snprintf(deep + strlen(deep), sizeof(deep) - strlen(deep), "/d");
	cr_assert_eq(gwt_file_mkdirs(deep, &err), GWT_OK);
	cr_expect_eq(gwt_file_list(&arena, "list", "", &list, &err), GWT_ELIMIT);
	cr_expect_str_eq(err.msg, "folders below 'list' are nested too deep");
	cr_expect_eq(system("rm -r list"), 0);
}

Test(files, a_folder_that_is_needed_comes_with_advice)
{
	cr_expect_eq(gwt_file_need_dir(".", "make it", &err), GWT_OK);
	cr_expect_eq(gwt_file_need_dir("none", "make it", &err), GWT_EIO);
	cr_expect(strstr(err.msg, "cannot read the folder 'none': ") && strstr(err.msg, "; make it"), "%s",
		  err.msg);
}

/* A process adopts a seed when it has none yet, or has the same one. */
Test(files, a_seed_is_adopted_once)
{
	static const uint64_t none[2] = { 0, 0 }, mine[2] = { 1, 2 }, other[2] = { 1, 3 };
	uint64_t seed[2];

	cr_expect_not(gwt_hash_adopt_seed(none));
	cr_expect(gwt_hash_adopt_seed(mine));
	cr_expect(gwt_hash_adopt_seed(mine));
	cr_expect_not(gwt_hash_adopt_seed(other));
	gwt_hash_seed(seed);
	cr_expect(seed[0] == 1 && seed[1] == 2);
}

/* RFC 4648, 8, in lower case. */
Test(files, hexadecimal_is_two_digits_a_byte)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_buf_add_hex(&out, (struct gwt_span){ "\x00\x0f\xf0\xff", 4 });
	cr_expect_str_eq(gwt_buf_cstr(&out), "000ff0ff");
}
