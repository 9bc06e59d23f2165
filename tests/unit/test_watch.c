/* Watching a folder: all kinds of changes, below it as well, are reported once for each burst. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/net/watch.h"

static struct gwt_arena arena;
static struct gwt_loop *loop;
static char folder[64];
static int told;
static bool stop_when_told;

static void on_change(void *arg)
{
	(void)arg;
	told++;
	if (stop_when_told)
		gwt_loop_stop(loop);
}

static void on_late(void *arg)
{
	(void)arg;
	gwt_loop_stop(loop);
}

static void setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/gwtape-watch-XXXXXX");
	cr_assert(mkdtemp(folder));
	loop = gwt_loop_new();
}

static void teardown(void)
{
	char command[128];

	gwt_loop_free(loop);
	gwt_arena_release(&arena);
	snprintf(command, sizeof(command), "rm -rf '%s'*", folder);
	if (system(command) != 0)
		abort();
}

TestSuite(watch, .init = setup, .fini = teardown);

static const char *in_folder(const char *name)
{
	return gwt_file_join(&arena, folder, name);
}

static void write_file(const char *name, const char *text)
{
	struct gwt_error err;

	cr_assert_eq(gwt_file_write(in_folder(name), gwt_span_of(text), &err), GWT_OK, "%s", err.msg);
}

/* Run until a change was reported, or for `patience_ms`. */
static int run(uint64_t patience_ms)
{
	told = 0;
	stop_when_told = true;
	gwt_loop_after(loop, patience_ms, 0, on_late, NULL);
	gwt_loop_run(loop);
	return told;
}

static void start(void)
{
	struct gwt_error err;

	cr_assert_eq(gwt_loop_watch(loop, folder, on_change, NULL, &err), GWT_OK, "%s", err.msg);
}

static void make(void)
{
	write_file("a.json", "1");
}

static void change(void)
{
	write_file("a.json", "2");
}

static void append(void)
{
	FILE *file = fopen(in_folder("a.json"), "ae");

	cr_assert(file);
	fputs("3", file);
	fclose(file);
}

static void rename_it(void)
{
	cr_assert_eq(rename(in_folder("a.json"), in_folder("b.json")), 0);
}

static void make_below(void)
{
	cr_assert_eq(mkdir(in_folder("below"), 0777), 0);
	cr_assert_eq(mkdir(in_folder("below/deep"), 0777), 0);
}

static void change_below(void)
{
	write_file("below/deep/c.json", "4");
}

static void take_away(void)
{
	cr_assert_eq(unlink(in_folder("below/deep/c.json")), 0);
	cr_assert_eq(rmdir(in_folder("below/deep")), 0);
}

Test(watch, every_kind_of_change_is_told)
{
	static const struct {
		const char *label;
		void (*act)(void);
	} rows[] = {
		{ "made", make },
		{ "changed", change },
		{ "appended", append },
		{ "renamed", rename_it },
		{ "folders made", make_below },
		{ "changed below", change_below },
		{ "taken away", take_away },
	};

	start();
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		rows[i].act();
		cr_expect_eq(run(20000), 1, "%s", rows[i].label);
	}
}

Test(watch, what_was_before_is_no_news)
{
	make();
	start();
	cr_expect_eq(run(400), 0);
}

static void touch_again(void *arg)
{
	int *left = arg;

	if ((*left)-- > 0)
		change();
}

Test(watch, many_changes_are_one_piece_of_news)
{
	int left = 8;

	make();
	start();
	stop_when_told = false;
	told = 0;
	gwt_loop_after(loop, 1, 20, touch_again, &left);
	gwt_loop_after(loop, 900, 0, on_late, NULL);
	gwt_loop_run(loop);
	cr_expect(told >= 1 && told < 8, "told %d times", told);
}

/* A change is reported even while a writer never rests. */
Test(watch, unrest_is_told_before_it_ends)
{
	int left = 1000;

	make();
	start();
	gwt_loop_after(loop, 1, 20, touch_again, &left);
	cr_expect_eq(run(10000), 1);
	cr_expect_gt(left, 500);
}

Test(watch, a_folder_that_is_replaced_is_followed)
{
	char aside[80];

	snprintf(aside, sizeof(aside), "%s.aside", folder);
	make();
	start();
	cr_assert_eq(rename(folder, aside), 0);
	cr_expect_eq(run(20000), 1);
	cr_assert_eq(mkdir(folder, 0777), 0);
	cr_expect_eq(run(20000), 1);
	make();
	cr_expect_eq(run(20000), 1);
}

Test(watch, a_folder_that_is_not_there_cannot_be_watched)
{
	struct gwt_error err;

	cr_expect_eq(gwt_loop_watch(loop, in_folder("none"), on_change, NULL, &err), GWT_EIO);
	cr_expect(strstr(err.msg, "none"), "%s", err.msg);
}
