#include "recorder/keep.h"

#include "lib/cassette/scan.h"
#include "recorder/derive.h"
#include "recorder/scenario_run.h"

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
			     struct gwt_kept *out, struct gwt_error *err)
{
	struct gwt_provenance provenance = options->provenance;
	struct gwt_secrecy secrecy = { &options->credentials, options->forbidden, options->forbidden_count,
				       gwt_scan_examples };
	gwt_status status;

	provenance.server = gwt_captures_server(captures);
	status = gwt_scenario_cassette(scenario, captures, &provenance, &secrecy, arena, &out->cassette, err);
	if (status == GWT_OK)
		status = gwt_check_scenario(captures, &secrecy, scenario->source, err);
	out->scenario = scenario->source;
	return status;
}

gwt_status gwt_keep_calls(const struct gwt_capture *calls, size_t len, const struct gwt_keep_options *options,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err)
{
	struct gwt_scenario derived, scenario;
	struct gwt_captures captures;
	struct gwt_ordered ordered;
	gwt_status status;

	memset(out, 0, sizeof(*out));
	if (!len)
		return gwt_fail(err, GWT_EUNCHECKED, "there is no call of API Gateway: nothing to keep");
	gwt_order_calls(calls, len, options->provenance.region, options->order, arena, &ordered);
	gwt_derive_scenario(&ordered, options, arena, &derived, &out->inexact);
	out->calls = ordered.len;
	out->repeated = len - ordered.len;
	out->reordered = ordered.reordered;
	if (!derived.step_count)
		return gwt_fail(err, GWT_EUNCHECKED, "none of the %zu calls is one that the model knows",
				ordered.len);
	captures = captures_of(&ordered, arena);
	status = write_scenario(&derived, arena, &scenario, err);
	return status == GWT_OK ? make_files(&captures, &scenario, options, arena, out, err) : status;
}
