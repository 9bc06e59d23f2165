#include "verifier/bisect.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "verifier/cell.h"
#include "verifier/client.h"
#include "verifier/jobs.h"

enum { VERSIONS_MS = 120000, INSTALL_MS = 600000, MAX_DIFFERENCES = 1000 };

struct bisector {
	struct gwt_arena *arena;
	const struct gwt_bisect_options *options;
	struct gwt_bisect *out;
	char **versions; /* GOOD .. BAD */
	size_t len;
	struct gwt_contestant good;
};

static gwt_status list_versions(struct gwt_arena *arena, const struct gwt_client *client,
				struct gwt_span *out, struct gwt_error *err)
{
	struct gwt_job job = { .argv = client->versions_command, .folder = client->folder };

	if (!job.argv)
		return gwt_fail(err, GWT_EUSAGE,
				"client '%s' has no versions: its client.json has no "
				"'versions'",
				client->name);
	gwt_jobs_run(arena, &job, 1, 1, VERSIONS_MS);
	if (job.exit_code != 0)
		return gwt_fail(err, GWT_EUNCHECKED, "cannot list the versions of '%s': " GWT_SPAN_FMT,
				client->name, GWT_SPAN_ARG(gwt_span_slice(job.errors, 0, 300)));
	*out = job.output;
	return GWT_OK;
}

static size_t add_version(struct bisector *bisector, struct gwt_span version, size_t *cap)
{
	GWT_GROW(bisector->arena, bisector->versions, bisector->len, *cap);
	bisector->versions[bisector->len] = gwt_arena_cstr(bisector->arena, version);
	return bisector->len++;
}

/* Lines of the versions command, oldest first, from GOOD to BAD. */
static gwt_status choose_versions(struct bisector *bisector, struct gwt_span text, struct gwt_error *err)
{
	const struct gwt_bisect_options *options = bisector->options;
	bool inside = false, ended = false;
	size_t cap = 0;

	while (text.ptr && !ended) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		while (line.len && (unsigned char)line.ptr[line.len - 1] <= ' ')
			line.len--;
		if (!line.len)
			continue;
		inside = inside || gwt_span_is(line, options->good);
		if (inside)
			add_version(bisector, line, &cap);
		ended = inside && gwt_span_is(line, options->bad);
	}
	if (!inside)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not a version of '%s'", options->good,
				options->name);
	if (!ended)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not a version of '%s' that comes after '%s'",
				options->bad, options->name, options->good);
	return GWT_OK;
}

static void say(const struct bisector *bisector, const char *what, const char *version)
{
	bisector->options->say(
		gwt_arena_printf(bisector->arena, "%s@%s: %s", bisector->options->name, version, what).ptr);
}

static gwt_status install(struct bisector *bisector, struct gwt_client *client, struct gwt_error *err)
{
	static char shell[] = "/bin/sh", dash_c[] = "-c";
	char *argv[] = { shell, dash_c, NULL, NULL };
	struct gwt_job job = { .argv = argv, .version = client->wanted };

	gwt_clients_probe(bisector->arena, client, 1);
	if (!client->missing)
		return GWT_OK;
	if (!client->install)
		return gwt_fail(err, GWT_EUNCHECKED, "client '%s' does not say how to install it",
				client->name);
	say(bisector, "installing", client->wanted);
	argv[2] = gwt_arena_cstr(bisector->arena, gwt_span_of(client->install));
	bisector->out->installs++;
	gwt_jobs_run(bisector->arena, &job, 1, 1, INSTALL_MS);
	gwt_clients_probe(bisector->arena, client, 1);
	if (!client->missing)
		return GWT_OK;
	return gwt_fail(err, GWT_EUNCHECKED, "cannot install '%s': " GWT_SPAN_FMT, client->word,
			GWT_SPAN_ARG(gwt_span_slice(job.errors, 0, 300)));
}

/* Let one version make all calls. */
static gwt_status drive(struct bisector *bisector, const char *version, struct gwt_contestant *out,
			struct gwt_error *err)
{
	struct gwt_client *client = gwt_arena_new(bisector->arena, struct gwt_client);
	const char *word = gwt_arena_printf(bisector->arena, "%s@%s", bisector->options->name, version).ptr;
	int signum = 0;
	gwt_status status = gwt_client_read(bisector->arena, bisector->options->clients, word, client, err);

	if (status == GWT_OK)
		status = install(bisector, client, err);
	if (status != GWT_OK)
		return status;
	*out = (struct gwt_contestant){ .client = client };
	status = gwt_contest_run(bisector->arena, bisector->options->contest, out, 1, &signum, err);
	if (status == GWT_OK && signum)
		status = gwt_fail(err, GWT_EUNCHECKED, "interrupted by signal %d", signum);
	if (status == GWT_OK && !out->called)
		status = gwt_fail(err, GWT_EUNCHECKED, "'%s' made no call", word);
	return status;
}

/* One made a request and the other did not, or both and they differ at the level. */
static bool differ(const struct gwt_cell *good, const struct gwt_cell *other, enum gwt_level level,
		   struct gwt_arena *arena, struct gwt_bisect_difference *out)
{
	struct gwt_compare_options how = { .any_region = false };
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_comparison comparison = { 0 };
	struct gwt_request a, b;
	bool has_a = gwt_cell_request(good, arena, &a), has_b = gwt_cell_request(other, arena, &b);

	out->verdict = other->verdict;
	if (!has_a || !has_b) {
		out->text = gwt_arena_printf(arena, "%s before, %s now", gwt_verdict_word(good->verdict),
					     gwt_verdict_word(other->verdict));
		return has_a != has_b || good->verdict != other->verdict;
	}
	gwt_compare(&a, &b, &how, arena, &comparison);
	if (comparison.level >= level)
		return false;
	gwt_compare_explain(&a, &b, level, arena, &comparison);
	gwt_comparison_text(&text, &comparison);
	out->verdict = comparison.verdict;
	out->text = gwt_arena_copy(arena, gwt_buf_span(&text));
	return true;
}

static size_t count_differences(struct bisector *bisector, const struct gwt_contestant *other, bool keep)
{
	const struct gwt_bisect_options *options = bisector->options;
	size_t calls = options->contest->plan->len, count = 0;
	struct gwt_bisect_difference *all =
		gwt_arena_array(bisector->arena, struct gwt_bisect_difference, MAX_DIFFERENCES);

	for (size_t i = 0; i < calls && count < MAX_DIFFERENCES; i++)
		if (differ(&bisector->good.cells[i], &other->cells[i], options->level, bisector->arena,
			   &all[count]))
			all[count++].place = gwt_cell_place(&other->cells[i], bisector->arena);
	if (keep) {
		bisector->out->differences = all;
		bisector->out->len = count;
	}
	return count;
}

/* Whether versions[at] differs from GOOD. */
static gwt_status try_version(struct bisector *bisector, size_t at, bool *differs, struct gwt_error *err)
{
	struct gwt_contestant other;
	gwt_status status = drive(bisector, bisector->versions[at], &other, err);
	size_t count;

	if (status != GWT_OK)
		return status;
	count = count_differences(bisector, &other, false);
	*differs = count > 0;
	say(bisector,
	    count ? gwt_arena_printf(bisector->arena, "%zu call%s differ%s", count, count == 1 ? "" : "s",
				     count == 1 ? "s" : "")
			    .ptr
		  : "no difference",
	    bisector->versions[at]);
	if (*differs)
		count_differences(bisector, &other, true); /* `bad` is now the first that differs */
	return GWT_OK;
}

static gwt_status search(struct bisector *bisector, struct gwt_error *err)
{
	size_t same = 0, different = bisector->len - 1;
	bool differs = false;
	gwt_status status = drive(bisector, bisector->versions[0], &bisector->good, err);

	if (status == GWT_OK && bisector->len > 1)
		status = try_version(bisector, different, &differs, err);
	if (status != GWT_OK || !differs)
		return status;
	while (different - same > 1 && status == GWT_OK) {
		size_t middle = same + (different - same) / 2;

		status = try_version(bisector, middle, &differs, err);
		*(differs ? &different : &same) = middle;
	}
	bisector->out->first = bisector->versions[different];
	bisector->out->before = bisector->versions[same];
	return status;
}

gwt_status gwt_bisect_run(struct gwt_arena *arena, const struct gwt_bisect_options *options,
			  struct gwt_bisect *out, struct gwt_error *err)
{
	struct bisector bisector = { .arena = arena, .options = options, .out = out };
	struct gwt_client client;
	struct gwt_span text = { NULL, 0 };
	gwt_status status = gwt_client_read(arena, options->clients, options->name, &client, err);

	*out = (struct gwt_bisect){ 0 };
	if (status == GWT_OK && !client.name)
		status = gwt_fail(err, GWT_EUSAGE, "'%s' is a command and has no versions", options->name);
	if (status == GWT_OK)
		status = list_versions(arena, &client, &text, err);
	if (status == GWT_OK)
		status = choose_versions(&bisector, text, err);
	if (status != GWT_OK)
		return status;
	out->versions = bisector.len;
	return search(&bisector, err);
}
