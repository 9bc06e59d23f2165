/*
 * mutate_body.c - every change of a JSON body, member by member, and what it must be called.
 */
#include "lib/json/pointer.h"
#include "tests/support/mutate.h"

static void edit(struct gwt_subject *s, size_t from, size_t to, struct gwt_span text, const char *kind,
		 uint64_t verdicts, enum gwt_level level, struct gwt_span at)
{
	struct gwt_expected expected = { kind, verdicts, level, at };

	gwt_mutate(s, s->body_at + from, s->body_at + to, text, &expected);
}

static const struct gwt_span anywhere = { NULL, 0 };

static void retype(struct gwt_subject *s, const struct gwt_json *value, struct gwt_span at)
{
	static const struct gwt_span other[] = {
		[GWT_JSON_NULL] = GWT_SPAN_INIT("0"),        [GWT_JSON_FALSE] = GWT_SPAN_INIT("\"false\""),
		[GWT_JSON_TRUE] = GWT_SPAN_INIT("\"true\""), [GWT_JSON_NUMBER] = GWT_SPAN_INIT("\"0\""),
		[GWT_JSON_STRING] = GWT_SPAN_INIT("0"),      [GWT_JSON_ARRAY] = GWT_SPAN_INIT("{}"),
		[GWT_JSON_OBJECT] = GWT_SPAN_INIT("[]"),
	};

	edit(s, value->offset, value->end, other[value->type], "retype", GWT_IS(WRONG_TYPE), GWT_LEVEL_NONE,
	     at);
	if (value->type != GWT_JSON_NULL)
		edit(s, value->offset, value->end, GWT_SPAN("null"), "null", GWT_IS(WRONG_TYPE),
		     GWT_LEVEL_NONE, at);
}

static void change_number(struct gwt_subject *s, const struct gwt_json *value, struct gwt_span at)
{
	struct gwt_expected digit = { "digit", GWT_IS(WRONG_VALUE), GWT_LEVEL_NONE, at };
	size_t mantissa = gwt_span_find(value->text, 'e');
	struct gwt_span minus = value->text.ptr[0] == '-' ? GWT_SPAN("") : GWT_SPAN("-");

	if (!gwt_span_is(value->text, "0"))
		edit(s, value->offset, value->offset + !minus.len, minus, "sign", GWT_IS(WRONG_VALUE),
		     GWT_LEVEL_NONE, at);
	gwt_mutate_each(s, s->body_at + value->offset, s->body_at + value->offset + mantissa, &digit);
	gwt_mutate_each(s, s->body_at + value->offset + mantissa + 1, s->body_at + value->end, &digit);
	if (gwt_span_find(value->text, '.') == value->text.len &&
	    gwt_span_find(value->text, 'e') == value->text.len) {
		edit(s, value->end, value->end, GWT_SPAN(".0"), "number form", GWT_IS(NUMBER_FORM),
		     GWT_LEVEL_CONTRACT, at);
		edit(s, value->end, value->end, GWT_SPAN("e0"), "number form", GWT_IS(NUMBER_FORM),
		     GWT_LEVEL_CONTRACT, at);
		edit(s, value->end, value->end, GWT_SPAN(".1"), "fraction", GWT_IS(WRONG_VALUE),
		     GWT_LEVEL_NONE, at);
	}
}

static bool is_plain(char c)
{
	return c >= ' ' && c != '"' && c != '\\';
}

static void change_string(struct gwt_subject *s, const struct gwt_json *value, struct gwt_span at)
{
	size_t first = value->offset + 1;
	char c = s->request.body.ptr[first];
	struct gwt_expected flip = { "letter", GWT_IS(WRONG_VALUE), GWT_LEVEL_NONE, at };

	edit(s, first, first, GWT_SPAN("x"), "longer", GWT_IS(WRONG_VALUE), GWT_LEVEL_NONE, at);
	edit(s, first, first, GWT_SPAN("\\u0000"), "NUL", GWT_IS(WRONG_VALUE), GWT_LEVEL_NONE, at);
	edit(s, first, first, GWT_SPAN("\\ud800"), "lone surrogate", GWT_IS(BAD_JSON), GWT_LEVEL_NONE,
	     GWT_SPAN(""));
	edit(s, first, first, GWT_SPAN("\xff"), "not UTF-8", GWT_IS(BAD_JSON), GWT_LEVEL_NONE, GWT_SPAN(""));
	gwt_mutate_each(s, s->body_at + first, s->body_at + value->end - 1, &flip);
	if (is_plain(c)) {
		edit(s, first, first + 1, GWT_SPAN(""), "shorter", GWT_IS(WRONG_VALUE), GWT_LEVEL_NONE, at);
		edit(s, first, first + 1, gwt_arena_printf(s->arena, "\\u%04x", c), "escape",
		     GWT_IS(ESCAPING), GWT_LEVEL_CONTRACT, at);
	}
}

static void change_value(struct gwt_subject *s, const struct gwt_json *value, struct gwt_span at)
{
	bool on = value->type == GWT_JSON_TRUE;

	if (value->type == GWT_JSON_NUMBER)
		change_number(s, value, at);
	else if (value->type == GWT_JSON_STRING)
		change_string(s, value, at);
	else if (on || value->type == GWT_JSON_FALSE)
		edit(s, value->offset, value->end, on ? GWT_SPAN("false") : GWT_SPAN("true"), "flip",
		     GWT_IS(WRONG_VALUE), GWT_LEVEL_NONE, at);
	retype(s, value, at);
	edit(s, value->offset, value->offset, GWT_SPAN("\n"), "white space", GWT_IS(WHITESPACE_ONLY),
	     GWT_LEVEL_CONTRACT, anywhere);
}

static size_t start_of(const struct gwt_json *child)
{
	return child->name.ptr ? child->name_offset : child->offset;
}

static void drop(struct gwt_subject *s, const struct gwt_json *child, const struct gwt_json *before,
		 struct gwt_span at)
{
	size_t from = before ? before->end : start_of(child);
	size_t to = !before && child->next ? start_of(child->next) : child->end;
	bool is_null = child->name.ptr && child->type == GWT_JSON_NULL;

	/* of equal items in a row, the comparison cannot know which one is missing */
	edit(s, from, to, GWT_SPAN(""), "drop", is_null ? GWT_IS(NULL_VS_ABSENT) : GWT_IS(MISSING_FIELD),
	     GWT_LEVEL_NONE, child->name.ptr ? at : anywhere);
}

static void reorder(struct gwt_subject *s, const struct gwt_json *child)
{
	const struct gwt_json *next = child->next;
	struct gwt_expected expected = { "reorder", GWT_IS(KEY_ORDER), GWT_LEVEL_CONTRACT, anywhere };

	if (!next || (!child->name.ptr && gwt_json_equal(child, next)))
		return;
	if (!child->name.ptr) {
		expected.verdicts = GWT_IS(WRONG_VALUE) | GWT_IS(WRONG_TYPE) | GWT_IS(EXTRA_FIELD) |
				    GWT_IS(MISSING_FIELD) | GWT_IS(NULL_VS_ABSENT);
		expected.level = GWT_LEVEL_NONE;
	}
	gwt_mutate_swap(s, s->body_at + start_of(child), s->body_at + child->end, s->body_at + start_of(next),
			s->body_at + next->end, &expected);
}

/* A new name makes one member missing and one extra; which is reported first depends on their order. */
static void rename_member(struct gwt_subject *s, const struct gwt_json *child)
{
	uint64_t verdicts =
		GWT_IS(MISSING_FIELD) | GWT_IS(EXTRA_FIELD) | GWT_IS(NULL_VS_ABSENT) | GWT_IS(BAD_JSON);
	struct gwt_expected letter = { "name", verdicts, GWT_LEVEL_NONE, anywhere };
	size_t first = child->name_offset + 1;
	char c = s->request.body.ptr[first];

	edit(s, first, first, GWT_SPAN("x"), "rename", verdicts, GWT_LEVEL_NONE, anywhere);
	gwt_mutate_each(s, s->body_at + first, s->body_at + first + child->name.len, &letter);
	if (is_plain(c))
		edit(s, first, first + 1, gwt_arena_printf(s->arena, "\\u%04x", c), "escape",
		     GWT_IS(ESCAPING), GWT_LEVEL_CONTRACT, anywhere);
	edit(s, first - 1, first - 1, GWT_SPAN("\t"), "white space", GWT_IS(WHITESPACE_ONLY),
	     GWT_LEVEL_CONTRACT, anywhere);
}

static void add(struct gwt_subject *s, const struct gwt_json *container)
{
	bool is_object = container->type == GWT_JSON_OBJECT;
	const char *comma = container->child ? "," : "", *name = is_object ? "\"gwtape mutant\":" : "";
	size_t at = container->offset + 1;

	edit(s, at, at, gwt_arena_printf(s->arena, "%s\"mutant\"%s", name, comma), "add", GWT_IS(EXTRA_FIELD),
	     GWT_LEVEL_NONE, anywhere);
	edit(s, at, at, gwt_arena_printf(s->arena, "%snull%s", name, comma), "add null",
	     is_object ? GWT_IS(NULL_VS_ABSENT) : GWT_IS(EXTRA_FIELD), GWT_LEVEL_NONE, anywhere);
	if (is_object && container->child) {
		struct gwt_span first =
			gwt_span_slice(s->request.body, container->child->name_offset, container->child->end);

		edit(s, at, at, gwt_arena_printf(s->arena, GWT_SPAN_FMT ",", GWT_SPAN_ARG(first)),
		     "duplicate", GWT_IS(BAD_JSON), GWT_LEVEL_NONE, GWT_SPAN(""));
	}
}

static void walk(struct gwt_subject *s, const struct gwt_json *value, struct gwt_buf *pointer)
{
	const struct gwt_json *before = NULL;
	size_t len = pointer->len, index = 0;

	change_value(s, value, gwt_buf_span(pointer));
	if (value->type < GWT_JSON_ARRAY)
		return;
	add(s, value);
	for (const struct gwt_json *child = value->child; child; before = child, child = child->next) {
		if (child->name.ptr)
			gwt_json_pointer_add_name(pointer, child->name);
		else
			gwt_json_pointer_add_index(pointer, index++);
		drop(s, child, before, gwt_buf_span(pointer));
		reorder(s, child);
		if (child->name.ptr)
			rename_member(s, child);
		walk(s, child, pointer);
		pointer->len = len;
	}
}

/* In a body that is not JSON, or whose Content-Type does not say so, each byte counts. */
static void change_bytes(struct gwt_subject *s)
{
	uint64_t verdicts = s->contract.says_json ? GWT_IS(BAD_JSON) : GWT_IS(WRONG_VALUE);

	for (size_t i = 0; i < s->request.body.len; i++) {
		char changed = (char)(s->request.body.ptr[i] ^ 1);

		edit(s, i, i + 1, (struct gwt_span){ &changed, 1 }, "bit", verdicts, GWT_LEVEL_NONE,
		     GWT_SPAN(""));
		edit(s, i, i + 1, GWT_SPAN(""), "drop byte", verdicts, GWT_LEVEL_NONE, GWT_SPAN(""));
	}
}

void gwt_mutate_body(struct gwt_subject *s)
{
	size_t len = s->request.body.len;
	struct gwt_buf pointer;

	if (!len)
		return;
	edit(s, 0, len, GWT_SPAN(""), "drop all",
	     GWT_IS(MISSING_FIELD) | (s->contract.body_error ? GWT_IS(BAD_JSON) : 0), GWT_LEVEL_NONE,
	     GWT_SPAN(""));
	if (!s->contract.json) {
		change_bytes(s);
		return;
	}
	if (s->contract.json->type != GWT_JSON_NUMBER) /* half of a number is a number, too */
		edit(s, len - 1, len, GWT_SPAN(""), "cut", GWT_IS(BAD_JSON), GWT_LEVEL_NONE, GWT_SPAN(""));
	edit(s, 0, 0, GWT_SPAN("\xef\xbb\xbf"), "byte order mark", GWT_IS(BAD_JSON), GWT_LEVEL_NONE,
	     GWT_SPAN(""));
	edit(s, len, len, GWT_SPAN("\n"), "white space", GWT_IS(WHITESPACE_ONLY), GWT_LEVEL_CONTRACT,
	     anywhere);
	gwt_buf_init(&pointer, SIZE_MAX);
	walk(s, s->contract.json, &pointer);
	gwt_buf_release(&pointer);
}
