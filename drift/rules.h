/*
 * rules.h - the kinds of difference between two answers, and how severe each is.
 *
 * A rule's word is stable: reports, gwtape.json and other people's scripts contain it. The severity in the
 * table is the default; a project may choose another (`drift.severity` of gwtape.json, policy.h).
 */
#ifndef GWT_DRIFT_RULES_H
#define GWT_DRIFT_RULES_H

#include "lib/base/span.h"

enum gwt_severity { GWT_SEVERITY_INFO, GWT_SEVERITY_RISKY, GWT_SEVERITY_BREAKING };
enum { GWT_SEVERITY_COUNT = GWT_SEVERITY_BREAKING + 1 };

/*
 * name, word, severity, what it says. BY_VALUE: two such changes are the same only where old and new value
 * agree, too.
 */
#define GWT_DRIFT_RULE_MAP(X)                                                                                \
	X(NOW_REFUSED, "now-refused", BREAKING, true, "a call that was accepted is refused")                 \
	X(STATUS, "status-changed", BREAKING, true, "the status changed")                                    \
	X(ERROR_CODE, "error-code-changed", BREAKING, true, "the error code changed")                        \
	X(MEMBER_REMOVED, "member-removed", BREAKING, false, "a member is gone")                             \
	X(TYPE, "type-changed", BREAKING, true, "a value has another type")                                  \
	X(ENUM_GONE, "enum-value-gone", BREAKING, true, "a value of an enum is gone")                        \
	X(BODY_REMOVED, "body-removed", BREAKING, false, "the body is gone, or is not JSON any more")        \
	X(DEFAULT, "default-changed", RISKY, true, "a default value in the answer changed")                  \
	X(ECHO, "echo-changed", RISKY, true, "what was sent does not come back as it did")                   \
	X(VALUE, "value-changed", RISKY, true, "a value changed")                                            \
	X(MESSAGE, "message-changed", RISKY, true, "the text of an error changed")                           \
	X(ENUM_NEW, "enum-value-added", RISKY, true, "an enum has a new value")                              \
	X(MEMBER_MODELLED, "modelled-member-added", RISKY, false,                                            \
	  "a member that the service model knows is new in this answer: clients show it")                    \
	X(HEADER_REMOVED, "header-removed", RISKY, false, "a header is gone")                                \
	X(HEADER, "header-changed", RISKY, true, "a header has another value")                               \
	X(BODY, "body-changed", RISKY, true, "a body that is not JSON changed, or is new")                   \
	X(MEMBER_ADDED, "member-added", INFO, false, "a member that the service model does not know is new") \
	X(HEADER_ADDED, "header-added", INFO, false, "a header is new")                                      \
	X(HEADER_FORM, "header-form", INFO, true,                                                            \
	  "the spelling of the name, or the suffix of the error type, changed")                              \
	X(ORDER, "order-changed", INFO, false, "members or items come in another order")                     \
	X(LAYOUT, "layout-changed", INFO, true, "white space or escapes of the body changed")                \
	X(NUMBER_FORM, "number-form", INFO, false, "the spelling of a number changed, its value did not")    \
	X(HASH, "hash-changed", RISKY, false, "the hash of an answer changed")                               \
	X(MODEL_OPERATION_GONE, "model-operation-removed", BREAKING, false, "the model lacks an operation")  \
	X(MODEL_ROUTE, "model-route-changed", BREAKING, true, "an operation has another method or path")     \
	X(MODEL_STATUS, "model-status-changed", BREAKING, true, "the status of success changed")             \
	X(MODEL_MEMBER_GONE, "model-member-removed", BREAKING, false, "the model lacks a member")            \
	X(MODEL_TYPE, "model-type-changed", BREAKING, true, "a member has another type")                     \
	X(MODEL_NAME, "model-name-changed", BREAKING, true, "a member has another name on the wire")         \
	X(MODEL_VALUE_GONE, "model-value-removed", BREAKING, false, "the model lacks a value of an enum")    \
	X(MODEL_REQUIRED, "model-member-required", BREAKING, true, "a member must be sent now")              \
	X(MODEL_MEMBER_NEW, "model-member-added", RISKY, false, "the model has a new member")                \
	X(MODEL_VALUE_NEW, "model-value-added", RISKY, false, "the model has a new value of an enum")        \
	X(MODEL_OPERATION_NEW, "model-operation-added", INFO, false, "the model has a new operation")        \
	X(MODEL_OPTIONAL, "model-member-optional", INFO, true, "a member need not be sent any more")

enum gwt_drift_rule {
#define X(name, word, severity, by_value, about) GWT_DRIFT_RULE_##name,
	GWT_DRIFT_RULE_MAP(X)
#undef X
};
#define X(name, word, severity, by_value, about) +1
enum { GWT_DRIFT_RULE_COUNT = GWT_DRIFT_RULE_MAP(X) };
#undef X

struct gwt_drift_rule_row {
	const char *word;
	enum gwt_severity severity;
	bool by_value;
	const char *about;
};
const struct gwt_drift_rule_row *gwt_drift_rule_row(enum gwt_drift_rule rule);
bool gwt_drift_rule_parse(struct gwt_span word, enum gwt_drift_rule *out);

const char *gwt_severity_word(enum gwt_severity severity); /* BREAKING, RISKY, INFO */
const char *gwt_severity_name(enum gwt_severity severity); /* breaking, risky, info */
/* Accepts both spellings. */
bool gwt_severity_parse(struct gwt_span word, enum gwt_severity *out);

#endif
