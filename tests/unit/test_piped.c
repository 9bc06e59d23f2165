/* Programs that are talked to through their standard streams. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/span.h"
#include "lib/net/piped.h"

static struct gwt_loop *loop;
static struct gwt_buf output;
static struct gwt_error err;
static int exit_code, ends;
static bool kill_at_output;

static void setup(void)
{
	loop = gwt_loop_new();
	gwt_buf_init(&output, SIZE_MAX);
}

static void teardown(void)
{
	gwt_loop_free(loop);
	gwt_buf_release(&output);
}

TestSuite(piped, .init = setup, .fini = teardown);

static void on_output(void *arg, struct gwt_piped *piped, struct gwt_span bytes)
{
	(void)arg;
	gwt_buf_add(&output, bytes);
	if (kill_at_output)
		gwt_piped_kill(piped);
}

static void on_end(void *arg, struct gwt_piped *piped, int code)
{
	(void)arg, (void)piped;
	exit_code = code;
	ends++;
}

static struct gwt_piped *spawn(char *script, const char *folder)
{
	char *const argv[] = { "sh", "-c", script, NULL };
	static char *const environment[] = { "PATH=/usr/bin:/bin", "GIVEN=yes", NULL };
	const struct gwt_piped_options options = { .argv = argv,
						   .environment = environment,
						   .folder = folder,
						   .on_output = on_output,
						   .on_end = on_end };
	struct gwt_piped *piped = NULL;

	exit_code = -1;
	gwt_buf_clear(&output);
	cr_assert_eq(gwt_piped_spawn(loop, &options, &piped, &err), GWT_OK, "%s", err.msg);
	return piped;
}

Test(piped, what_a_program_prints_and_how_it_ends_comes_back)
{
	static const struct {
		char *script;
		const char *folder, *output, *errors;
		int code;
	} rows[] = {
		{ "echo out; echo err >&2; exit 3", NULL, "out\n", "err\n", 3 },
		{ "echo $GIVEN; pwd", "/", "yes\n/\n", "", 0 },
		{ "kill -9 $$", NULL, "", "", 137 },
		{ "printf 'a\\000b'", NULL, "a\0b", "", 0 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_piped *piped = spawn(rows[i].script, rows[i].folder);

		gwt_loop_run(loop);
		cr_expect_eq(exit_code, rows[i].code, "%s: %d", rows[i].script, exit_code);
		cr_expect(gwt_span_is(gwt_piped_errors(piped), rows[i].errors), "%s", rows[i].script);
		if (i == 3)
			cr_expect(gwt_span_eq(gwt_buf_span(&output), (struct gwt_span){ "a\0b", 3 }));
		else
			cr_expect_str_eq(gwt_buf_cstr(&output), rows[i].output, "%s", rows[i].script);
		gwt_piped_kill(piped); /* the program has ended: nothing happens */
	}
	cr_expect_eq(ends, (int)GWT_LEN(rows));
}

Test(piped, what_is_written_is_read_until_the_input_is_closed)
{
	struct gwt_piped *piped = spawn("cat", NULL);

	gwt_piped_write(piped, GWT_SPAN("one\n"));
	gwt_piped_write(piped, GWT_SPAN(""));
	gwt_piped_write(piped, GWT_SPAN("two\n"));
	gwt_piped_close_input(piped);
	gwt_piped_close_input(piped);
	gwt_piped_write(piped, GWT_SPAN("too late\n"));
	gwt_loop_run(loop);
	cr_expect_eq(exit_code, 0);
	cr_expect_str_eq(gwt_buf_cstr(&output), "one\ntwo\n");
	gwt_piped_write(piped, GWT_SPAN("after its end\n"));
	gwt_piped_close_input(piped);
}

/* without care, SIGPIPE would end this process */
Test(piped, a_program_that_reads_nothing_drops_what_it_is_sent)
{
	struct gwt_piped *piped = spawn("exec <&-; echo closed; exit 4", NULL);

	gwt_piped_write(piped, GWT_SPAN("never read\n"));
	gwt_loop_run(loop);
	cr_expect_eq(exit_code, 4);
	cr_expect_str_eq(gwt_buf_cstr(&output), "closed\n");
}

/* The last 4096 bytes of the errors. */
Test(piped, of_its_errors_the_end_is_kept)
{
	static const struct {
		char *script;
		const char *begins, *ends;
	} rows[] = {
		{ "head -c 4096 /dev/zero | tr '\\0' a >&2; echo end >&2", "aaaa", "aend\n" },
		{ "head -c 100000 /dev/zero | tr '\\0' b >&2", "bbbb", "bbbb" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_piped *piped = spawn(rows[i].script, NULL);
		struct gwt_span errors;

		gwt_loop_run(loop);
		errors = gwt_piped_errors(piped);
		cr_expect_eq(errors.len, 4096u, "%zu", i);
		cr_expect(gwt_span_starts(errors, gwt_span_of(rows[i].begins)), "%zu", i);
		cr_expect(gwt_span_ends(errors, gwt_span_of(rows[i].ends)), "%zu", i);
	}
}

/* Whether a process has ended; a zombie counts, since its new parent may not have waited for it yet. */
static bool is_gone(uint64_t pid)
{
	char path[64], state = 'Z';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/stat", pid);
	file = fopen(path, "re");
	if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	if (file)
		fclose(file);
	return state == 'Z' || state == 'X';
}

Test(piped, killing_it_ends_what_it_started_too)
{
	uint64_t started;

	kill_at_output = true;
	spawn("sleep 600 & echo $!; wait", NULL);
	gwt_loop_run(loop);
	cr_expect_eq(exit_code, 128 + SIGKILL);
	cr_assert(gwt_span_to_u64(gwt_span_slice(gwt_buf_span(&output), 0, output.len - 1), INT32_MAX,
				  &started));
	for (int i = 0; i < 1000 && !is_gone(started); i++)
		usleep(10 * 1000);
	cr_expect(is_gone(started));
}

Test(piped, one_that_still_runs_ends_with_the_loop)
{
	struct gwt_piped *piped = spawn("exec sleep 600", NULL);

	(void)piped;
	gwt_loop_free(loop);
	cr_expect_eq(ends, 0, "nothing is reported");
	loop = gwt_loop_new();
}

Test(piped, what_cannot_be_started_is_named)
{
	char *const argv[] = { "no-such-program", NULL };
	struct gwt_piped_options options = { .argv = argv, .on_output = on_output, .on_end = on_end };
	struct gwt_piped *piped = NULL;

	cr_expect_eq(gwt_piped_spawn(loop, &options, &piped, &err), GWT_EUSAGE);
	cr_expect_str_eq(err.msg, "cannot run 'no-such-program': no such file or directory");
	gwt_loop_run(loop);
	cr_expect_eq(ends, 0);
}
