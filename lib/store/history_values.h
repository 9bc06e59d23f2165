/*
 * history_values.h - one field of a recorded answer, over the versions of its cassette.
 */
#ifndef GWT_STORE_HISTORY_VALUES_H
#define GWT_STORE_HISTORY_VALUES_H

#include "lib/json/json.h"
#include "lib/store/history.h"

/* A value from one commit until the next value of the same interaction. */
struct gwt_history_value {
	struct gwt_span interaction;
	const struct gwt_json
		*value; /* NULL: the field, the interaction or the cassette does not exist any more */
	const struct gwt_history_version *from;
	struct gwt_span confirmed;        /* the last date; absent when no VALIDATED.json has one */
	struct gwt_history_value *before; /* the value before in this interaction; NULL: this is the first */
};
struct gwt_history_values {
	struct gwt_history_value **items; /* oldest first */
	size_t len, cap;
};

/* Why a version cannot be read. */
struct gwt_history_problem {
	const struct gwt_history_version *version;
	const char *reason;
};
struct gwt_history_problems {
	struct gwt_history_problem *items;
	size_t len, cap;
};

/*
 * `at` is a JSON pointer into the body of the answer, a header's name, `status`, or "" for the answer as a whole.
 * A version that cannot be read changes nothing and is a problem. Numbers are equal by value (29000.0 is 29000).
 */
void gwt_history_values(const struct gwt_history_versions *versions, struct gwt_span at,
			struct gwt_arena *arena, struct gwt_history_values *out,
			struct gwt_history_problems *problems);

#endif
