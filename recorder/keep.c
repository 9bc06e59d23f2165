#include "recorder/keep.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/scan.h"
#include "lib/scenario/scenario.h"
#include "recorder/derive.h"
#include "recorder/scenario_run.h"
#include "recorder/secrecy.h"

/* How many calls may be left out before the whole recording is given up. */
enum { MAX_LEFT = 50 };

static struct gwt_captures captures_of(const struct gwt_ordered *ordered, struct gwt_arena *arena)
{
	struct gwt_binding *bindings = gwt_arena_array(arena, struct gwt_binding, ordered->id_count + 1);

	for (size_t i = 0; i < ordered->id_count; i++)
		bindings[i] = (struct gwt_binding){ ordered->ids[i].name, ordered->ids[i].type,
						    ordered->ids[i].live };
	return (struct gwt_captures){ ordered->calls, ordered->len, bindings, ordered->id_count };
}

static gwt_status write_scenario(const struct gwt_scenario *derived, struct gwt_arena *arena,
				 struct gwt_scenario *out, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	const char *path = gwt_arena_printf(arena, GWT_SPAN_FMT ".yaml", GWT_SPAN_ARG(derived->name)).ptr;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_scenario_write(&text, derived);
	if (gwt_scenario_parse(arena, derived->name, path, gwt_arena_copy(arena, gwt_buf_span(&text)), out,
			       err) != GWT_OK)
		return gwt_fail_in(err, "not kept: the scenario of these calls does not read back");
	return GWT_OK;
}

static gwt_status make_files(const struct gwt_captures *captures, const struct gwt_scenario *scenario,
			     const struct gwt_keep_options *options, struct gwt_arena *arena,
			     struct gwt_kept *out, size_t *culprit, struct gwt_error *err)
{
	struct gwt_provenance provenance = options->provenance;
	struct gwt_secrecy secrecy = { &options->credentials, options->forbidden, options->forbidden_count,
				       gwt_scan_examples };
	gwt_status status;

	provenance.server = gwt_captures_server(captures);
	status = gwt_scenario_cassette(scenario, captures, &provenance, &secrecy, arena, &out->cassette,
				       culprit, err);
	if (status == GWT_OK)
		status = gwt_check_scenario(captures, &secrecy, scenario->source, err);
	if (status != GWT_OK)
		out->cassette = GWT_ABSENT;
	out->scenario = scenario->source;
	return status;
}

/* The first of the run's texts that no kept call has. */
static const struct gwt_run_text *find_unmet(const struct gwt_run_texts *texts,
					     const struct gwt_ordered *ordered)
{
	for (size_t i = 0; i < texts->len; i++) {
		bool met = false;

		for (size_t j = 0; j < ordered->id_count && !met; j++)
			met = gwt_span_eq(ordered->ids[j].name, texts->items[i].name);
		if (!met)
			return &texts->items[i];
	}
	return NULL;
}

/* Try once. When one call is the reason for a failure, *culprit becomes its index into `calls`. */
static gwt_status try_keep(const struct gwt_capture *calls, size_t len,
			   const struct gwt_keep_options *options, struct gwt_arena *arena,
			   struct gwt_kept *out, size_t *culprit, struct gwt_error *err)
{
	struct gwt_scenario derived, scenario;
	struct gwt_captures captures;
	struct gwt_ordered ordered;
	size_t blamed = SIZE_MAX;
	gwt_status status;

	*culprit = SIZE_MAX;
	gwt_order_calls(calls, len, options->provenance.region, &options->texts, options->order, arena,
			&ordered);
	out->unmet = find_unmet(&options->texts, &ordered);
	gwt_derive_scenario(&ordered, options, arena, &derived, &out->inexact);
	out->calls = ordered.len;
	out->repeated = len - ordered.len;
	out->reordered = ordered.reordered;
	captures = captures_of(&ordered, arena);
	status = write_scenario(&derived, arena, &scenario, err);
	if (status == GWT_OK)
		status = make_files(&captures, &scenario, options, arena, out, &blamed, err);
	for (size_t i = 0; blamed != SIZE_MAX && i < len; i++)
		if (calls[i].request.target.ptr == ordered.calls[blamed].request.target.ptr)
			*culprit = i;
	return status;
}

static void leave_out(struct gwt_kept *out, const struct gwt_capture *call, const struct gwt_error *why,
		      struct gwt_arena *arena)
{
	out->left[out->left_count++] = (struct gwt_kept_left){ call->request.method, call->request.target,
							       gwt_arena_copy(arena, gwt_span_of(why->msg)) };
}

/* When a call cannot be kept, the others are kept without it. */
gwt_status gwt_keep_calls(const struct gwt_capture *calls, size_t len, const struct gwt_keep_options *options,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err)
{
	struct gwt_capture *kept = gwt_arena_array(arena, struct gwt_capture, len + 1);
	gwt_status status;
	size_t culprit;

	memset(out, 0, sizeof(*out));
	if (!len)
		return gwt_fail(err, GWT_EUNCHECKED, "there is no call of API Gateway: nothing to keep");
	gwt_copy(kept, calls, len * sizeof(*kept));
	out->left = gwt_arena_array(arena, struct gwt_kept_left, len);
	while ((status = try_keep(kept, len, options, arena, out, &culprit, err)) != GWT_OK) {
		if (culprit == SIZE_MAX || len == 1 || out->left_count == MAX_LEFT ||
		    options->order == GWT_ORDER_EXACT)
			return status;
		leave_out(out, &kept[culprit], err, arena);
		memmove(&kept[culprit], &kept[culprit + 1], (--len - culprit) * sizeof(*kept));
	}
	return GWT_OK;
}
