#include "drift/rules.h"

#include "lib/base/error.h"

static const struct gwt_drift_rule_row rows[] = {
#define X(name, word, severity, by_value, about) { word, GWT_SEVERITY_##severity, by_value, about },
	GWT_DRIFT_RULE_MAP(X)
#undef X
};

static const struct {
	const char *word, *name;
} severities[] = {
	[GWT_SEVERITY_INFO] = { "INFO", "info" },
	[GWT_SEVERITY_RISKY] = { "RISKY", "risky" },
	[GWT_SEVERITY_BREAKING] = { "BREAKING", "breaking" },
};

const struct gwt_drift_rule_row *gwt_drift_rule_row(enum gwt_drift_rule rule)
{
	return &rows[rule];
}

bool gwt_drift_rule_parse(struct gwt_span word, enum gwt_drift_rule *out)
{
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_is(word, rows[i].word)) {
			*out = (enum gwt_drift_rule)i;
			return true;
		}
	return false;
}

const char *gwt_severity_word(enum gwt_severity severity)
{
	return severities[severity].word;
}

const char *gwt_severity_name(enum gwt_severity severity)
{
	return severities[severity].name;
}

bool gwt_severity_parse(struct gwt_span word, enum gwt_severity *out)
{
	for (size_t i = 0; i < GWT_LEN(severities); i++)
		if (gwt_span_is(word, severities[i].word) || gwt_span_is(word, severities[i].name)) {
			*out = (enum gwt_severity)i;
			return true;
		}
	return false;
}
