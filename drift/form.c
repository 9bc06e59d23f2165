/* How a body is written: white space, escapes, the line feed at its end. */
#include "drift/change.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

static const struct {
	enum gwt_json_layout layout;
	const char *word; /* those of the cassette's `layout` */
} layouts[] = {
	{ GWT_JSON_COMPACT, "compact" },
	{ GWT_JSON_COMPACT_LF, "compact-lf" },
	{ GWT_JSON_SPACED, "spaced" },
	{ GWT_JSON_PRETTY, "pretty" },
};

static const char *layout_of(struct gwt_span body)
{
	struct gwt_arena arena = { 0 };
	const char *word = "another";
	struct gwt_json *json;

	if (gwt_json_parse(&arena, body, &json, NULL))
		for (size_t i = 0; i < GWT_LEN(layouts); i++) {
			gwt_auto(gwt_buf_release) struct gwt_buf written = { .max = SIZE_MAX };

			gwt_json_write(&written, json, layouts[i].layout);
			if (gwt_span_eq(gwt_buf_span(&written), body)) {
				word = layouts[i].word;
				break;
			}
		}
	gwt_arena_release(&arena);
	return word;
}

/* White space, punctuation and escapes: all of a text except its values. */
static void add_skeleton(struct gwt_buf *out, struct gwt_span body)
{
	bool in_string = false;

	for (size_t i = 0; i < body.len; i++) {
		char c = body.ptr[i];

		if (c == '"') {
			in_string = !in_string;
			gwt_buf_add_char(out, c);
		} else if (in_string && c == '\\') {
			gwt_buf_add(out, gwt_span_slice(body, i, i + 2));
			i++;
		} else if (!in_string && strchr(" \t\r\n{}[]:,", c)) {
			gwt_buf_add_char(out, c);
		}
	}
}

static bool same_skeleton(struct gwt_span was, struct gwt_span now)
{
	gwt_auto(gwt_buf_release) struct gwt_buf a = { .max = SIZE_MAX }, b = { .max = SIZE_MAX };

	add_skeleton(&a, was);
	add_skeleton(&b, now);
	return gwt_span_eq(gwt_buf_span(&a), gwt_buf_span(&b));
}

void gwt_forms_compare(struct gwt_span was, struct gwt_span now, bool same_values, struct gwt_changes *out)
{
	const char *before = layout_of(was), *after = layout_of(now);
	struct gwt_change *change;

	if (strcmp(before, after) == 0 &&
	    (strcmp(before, "another") != 0 || !same_values || same_skeleton(was, now)))
		return;
	change = gwt_changes_add(out, GWT_DRIFT_RULE_LAYOUT, GWT_SPAN(""), GWT_SPAN(""),
				 gwt_json_new_string(out->arena, gwt_span_of(before)),
				 gwt_json_new_string(out->arena, gwt_span_of(after)));
	gwt_change_say(out, change, "the layout of the body was %s, is now %s", before, after);
}
