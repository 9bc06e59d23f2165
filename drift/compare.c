/* Two answers: status first, then the error's code, the headers, the body. */
#include "drift/change.h"

#include "drift/normal.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"

static bool is_refusal(int status)
{
	return status >= 400;
}

/* Error codes */

static struct gwt_span header_of(const struct gwt_normal *answer, const char *name)
{
	return gwt_headers_get(&answer->headers, name);
}

/* "NotFoundException" of "com.amazon#NotFoundException:http://…" */
static struct gwt_span bare_code(struct gwt_span code)
{
	code = gwt_span_slice(code, 0, gwt_span_find(code, ':'));
	for (size_t i = code.len; i > 0; i--)
		if (code.ptr[i - 1] == '#')
			return gwt_span_slice(code, i, code.len);
	return code;
}

static struct gwt_span code_of(const struct gwt_normal *answer)
{
	static const char *const members[] = { "__type", "code", "Code" };
	struct gwt_span code = header_of(answer, "x-amzn-errortype");

	for (size_t i = 0; !code.ptr && i < GWT_LEN(members); i++)
		code = gwt_json_get_text(answer->json, members[i]);
	return bare_code(code);
}

static struct gwt_span message_of(const struct gwt_normal *answer)
{
	struct gwt_span text = gwt_json_get_text(answer->json, "message");

	return text.ptr ? text : gwt_json_get_text(answer->json, "Message");
}

static const struct gwt_json *text_or_null(struct gwt_arena *arena, struct gwt_span text)
{
	return text.ptr ? gwt_json_new_string(arena, text) : NULL;
}

static bool compare_codes(const struct gwt_answers *answers, struct gwt_changes *out)
{
	static const struct gwt_span at = GWT_SPAN_INIT("x-amzn-errortype");
	struct gwt_span was = code_of(answers->was), now = code_of(answers->now);
	struct gwt_change *change;

	if (gwt_span_eq(was, now))
		return false;
	change = gwt_changes_add(out, GWT_DRIFT_RULE_ERROR_CODE, at, at, text_or_null(out->arena, was),
				 text_or_null(out->arena, now));
	gwt_change_say(out, change,
		       "the error code was " GWT_SPAN_FMT ", is now " GWT_SPAN_FMT " (" GWT_SPAN_FMT ")",
		       GWT_SPAN_ARG(was.ptr ? was : GWT_SPAN("absent")),
		       GWT_SPAN_ARG(now.ptr ? now : GWT_SPAN("absent")),
		       GWT_SPAN_ARG(gwt_span_slice(message_of(answers->now), 0, 300)));
	return true;
}

/* Status */

/* " BadRequestException: text" of a refusal. */
static struct gwt_span refusal_of(const struct gwt_normal *answer, struct gwt_arena *arena)
{
	struct gwt_span code = code_of(answer), text = message_of(answer);

	if (!is_refusal(answer->status))
		return GWT_SPAN("");
	return gwt_arena_printf(arena, " " GWT_SPAN_FMT "%s" GWT_SPAN_FMT, GWT_SPAN_ARG(code),
				text.len ? ": " : "", GWT_SPAN_ARG(gwt_span_slice(text, 0, 300)));
}

static void compare_status(const struct gwt_answers *answers, struct gwt_changes *out)
{
	const struct gwt_normal *was = answers->was, *now = answers->now;
	struct gwt_arena *arena = out->arena;
	bool refused = !is_refusal(was->status) && is_refusal(now->status);
	struct gwt_change *change = gwt_changes_add(
		out, refused ? GWT_DRIFT_RULE_NOW_REFUSED : GWT_DRIFT_RULE_STATUS, GWT_SPAN("status"),
		GWT_SPAN("status"), gwt_json_new_number(arena, was->status),
		gwt_json_new_number(arena, now->status));
	struct gwt_span before = refusal_of(was, arena), after = refusal_of(now, arena);

	change->variant =
		gwt_arena_printf(arena, "%d" GWT_SPAN_FMT "\n%d" GWT_SPAN_FMT, was->status,
				 GWT_SPAN_ARG(gwt_message_masked(answers, before, arena)), now->status,
				 GWT_SPAN_ARG(gwt_message_masked(answers, after, arena)));
	gwt_change_say(out, change, "the answer was %d" GWT_SPAN_FMT ", is now %d" GWT_SPAN_FMT, was->status,
		       GWT_SPAN_ARG(before), now->status, GWT_SPAN_ARG(after));
}

/* Headers */

/* The values of one name, joined; *at moves past them. */
static struct gwt_span take_values(const struct gwt_headers *headers, size_t *at, struct gwt_arena *arena)
{
	struct gwt_span name = headers->items[*at].name, values = headers->items[*at].value;

	for (++*at; *at < headers->len && gwt_span_ieq(headers->items[*at].name, name); ++*at)
		values = gwt_arena_printf(arena, GWT_SPAN_FMT ", " GWT_SPAN_FMT, GWT_SPAN_ARG(values),
					  GWT_SPAN_ARG(headers->items[*at].value));
	return values;
}

static struct gwt_span lower(struct gwt_arena *arena, struct gwt_span name)
{
	char *text = gwt_arena_cstr(arena, name);

	for (size_t i = 0; i < name.len; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] | 0x20);
	return gwt_span_of(text);
}

static void add_header(struct gwt_changes *out, enum gwt_drift_rule rule, struct gwt_span name,
		       struct gwt_span was, struct gwt_span now)
{
	struct gwt_span at = lower(out->arena, name);
	struct gwt_change *change = gwt_changes_add(out, rule, at, at, text_or_null(out->arena, was),
						    text_or_null(out->arena, now));

	gwt_change_say(out, change, "header '" GWT_SPAN_FMT "' was " GWT_SPAN_FMT ", is now " GWT_SPAN_FMT,
		       GWT_SPAN_ARG(at), GWT_SPAN_ARG(gwt_value_shown(out->arena, change->was)),
		       GWT_SPAN_ARG(gwt_value_shown(out->arena, change->now)));
}

static void compare_one_header(struct gwt_span was_name, struct gwt_span was, struct gwt_span now_name,
			       struct gwt_span now, struct gwt_changes *out)
{
	bool type = gwt_span_iis(was_name, "x-amzn-errortype");

	if (!gwt_span_eq(was, now)) {
		if (!type)
			add_header(out, GWT_DRIFT_RULE_HEADER, was_name, was, now);
		else if (gwt_span_eq(bare_code(was), bare_code(now)))
			add_header(out, GWT_DRIFT_RULE_HEADER_FORM, was_name, was, now);
	} else if (!gwt_span_eq(was_name, now_name)) {
		add_header(out, GWT_DRIFT_RULE_HEADER_FORM, was_name, was_name, now_name);
	}
}

static void compare_headers(const struct gwt_answers *answers, bool code_changed, struct gwt_changes *out)
{
	const struct gwt_headers *was = &answers->was->headers, *now = &answers->now->headers;
	size_t a = 0, b = 0;

	while (a < was->len || b < now->len) {
		int order = a == was->len   ? 1
			    : b == now->len ? -1
					    : gwt_header_order(was->items[a].name, now->items[b].name);
		struct gwt_span was_name = order <= 0 ? was->items[a].name : GWT_SPAN("");
		struct gwt_span now_name = order >= 0 ? now->items[b].name : GWT_SPAN("");
		struct gwt_span none = { NULL, 0 };
		struct gwt_span before = order <= 0 ? take_values(was, &a, out->arena) : none;
		struct gwt_span after = order >= 0 ? take_values(now, &b, out->arena) : none;
		bool of_code = gwt_span_iis(order <= 0 ? was_name : now_name, "x-amzn-errortype");

		if (order == 0)
			compare_one_header(was_name, before, now_name, after, out);
		else if (!of_code || !code_changed)
			add_header(out,
				   order < 0 ? GWT_DRIFT_RULE_HEADER_REMOVED : GWT_DRIFT_RULE_HEADER_ADDED,
				   order < 0 ? was_name : now_name, before, after);
	}
}

/* Where the code differs, a different text is not a separate finding. */
static bool follows_from_code(const struct gwt_change *change)
{
	return change->rule == GWT_DRIFT_RULE_MESSAGE || change->rule == GWT_DRIFT_RULE_ENUM_GONE ||
	       change->rule == GWT_DRIFT_RULE_ENUM_NEW || gwt_span_is(change->at, "/message") ||
	       gwt_span_is(change->at, "/Message") || gwt_span_is(change->at, "/__type") ||
	       gwt_span_is(change->at, "/code") || gwt_span_is(change->at, "/Code");
}

static void drop_what_follows(struct gwt_changes *out, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < out->len; i++)
		if (!follows_from_code(&out->items[i]))
			out->items[kept++] = out->items[i];
	out->len = kept;
}

void gwt_answers_compare(const struct gwt_answers *answers, struct gwt_changes *out)
{
	bool refused = is_refusal(answers->was->status), code_changed;
	size_t before;

	if (answers->was->status != answers->now->status) {
		compare_status(answers, out);
		if (refused || is_refusal(answers->now->status))
			return; /* all other differences follow from it */
	}
	code_changed = refused && compare_codes(answers, out);
	compare_headers(answers, code_changed, out);
	before = out->len;
	gwt_bodies_compare(answers, out);
	if (code_changed)
		drop_what_follows(out, before);
}
