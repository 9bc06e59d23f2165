#include "cli/drift_result.h"

#include <stdio.h>

#include "cli/config.h"
#include "cli/option.h"
#include "drift/policy.h"
#include "drift/report.h"
#include "drift/rules.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

static gwt_status parse_report(const char *text, const struct gwt_drift_format **format, const char **path,
			       struct gwt_error *err)
{
	struct gwt_span file = gwt_span_of(text), name = gwt_span_cut(&file, ':');

	*format = gwt_drift_format_named(name);
	if (!*format)
		return gwt_fail(err, GWT_EUSAGE,
				"unknown report '%s': expected FORMAT:FILE, with a format of %s", text,
				gwt_drift_formats());
	if (!file.len)
		return gwt_fail(err, GWT_EUSAGE, "report '%s' names no file: expected %s:FILE", text,
				(*format)->name);
	*path = file.ptr;
	return GWT_OK;
}

gwt_status gwt_drift_output_check(const struct gwt_drift_output *output, struct gwt_error *err)
{
	const struct gwt_drift_format *format;
	const char *path;
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < output->reports->len; i++)
		status = parse_report(output->reports->items[i], &format, &path, err);
	return status;
}

gwt_status gwt_drift_policy_load(struct gwt_drift_policy *policy, struct gwt_arena *arena,
				 struct gwt_error *err)
{
	struct gwt_config config;
	gwt_status status = gwt_config_load(&config, arena, err);

	gwt_drift_policy_init(policy, gwt_clock_now());
	if (status == GWT_OK && config.path)
		status = gwt_drift_policy_read(policy, config.path, gwt_json_get(config.tree, "drift"), arena,
					       err);
	gwt_config_release(&config);
	return status;
}

static gwt_status write_to(const char *path, struct gwt_span bytes, struct gwt_error *err)
{
	gwt_status status;

	if (strcmp(path, "-") == 0)
		return fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot write the report to stdout");
	status = gwt_file_mkdirs_for(path, err);
	return status == GWT_OK ? gwt_file_write_any(path, bytes, err) : status;
}

static gwt_status write_reports(const struct gwt_drift_output *output, const struct gwt_drift_report *report,
				struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < output->reports->len; i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
		const struct gwt_drift_format *format = NULL;
		const char *path = NULL;

		status = parse_report(output->reports->items[i], &format, &path, err);
		if (status != GWT_OK)
			break;
		format->write(&out, report);
		status = write_to(path, gwt_buf_span(&out), err);
	}
	return status;
}

static void say_stale(const struct gwt_drift_policy *policy)
{
	for (size_t i = 0; i < policy->accepted_count; i++)
		if (!policy->accepted[i].used)
			gwt_say("gwtape.json: 'drift.accepted' item %zu (%s) fits nothing that was found",
				i + 1, gwt_drift_rule_row(policy->accepted[i].rule)->word);
}

gwt_status gwt_drift_output_write(const struct gwt_drift_output *output, struct gwt_findings *findings,
				  const char *title, int *exit_code, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_drift_report report = { .title = gwt_span_of(title), .fail_on = output->fail_on };
	gwt_status status;

	gwt_findings_finish(findings);
	report.run = gwt_findings_json(findings, findings->arena);
	*exit_code = gwt_status_exit_code(
		output->unanswered ? GWT_EUPSTREAM : gwt_findings_verdict(findings, report.fail_on));
	status = write_reports(output, &report, err);
	if (output->json)
		gwt_drift_report_json(&out, &report);
	else
		gwt_drift_report_short(&out, &report);
	gwt_print(GWT_SPAN_FMT, GWT_SPAN_ARG(gwt_buf_span(&out)));
	say_stale(findings->policy);
	return status;
}
