/*
 * yaml.c - libfyaml's events to a gwt_json tree.
 *
 * libfyaml is lenient where we are not (it lets CR, controls, bad UTF-8, tabs and
 * lone surrogates through), so the bytes are checked before it sees them and every
 * scalar after.
 */
#include "lib/scenario/yaml.h"

#include <libfyaml.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/text.h"

struct reader {
	struct gwt_arena *arena;
	const char *path;
	struct gwt_span text;
	struct gwt_error *err;
	struct fy_diag *diag;
	struct fy_parser *parser;
	size_t last;             /* end of the latest token, where a missing value is reported */
	struct gwt_span *blocks; /* block scalars, in order: tabs in them are content */
	size_t block_count, block_cap;
	bool foreign; /* another tool's file: !!binary is allowed */
};

static gwt_status refuse(const struct reader *r, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static gwt_status refuse(const struct reader *r, size_t offset, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	gwt_vfail_at(r->err, r->path, r->text, offset, fmt, args);
	va_end(args);
	return GWT_EPARSE;
}

/* Refuse bytes that are not allowed in YAML, or not in an exact file. */
static gwt_status check_bytes(const struct reader *r)
{
	if (gwt_span_starts(r->text, GWT_SPAN("\xef\xbb\xbf")))
		return refuse(r, 0, "the file begins with a byte order mark; save it as UTF-8 without one");
	for (size_t i = 0; i < r->text.len;) {
		unsigned char c = (unsigned char)r->text.ptr[i];
		size_t len = gwt_json_utf8_length(gwt_span_slice(r->text, i, r->text.len));

		if (len == 0)
			return refuse(r, i, "byte 0x%02x is not UTF-8; save the file as UTF-8", c);
		if (c == '\r')
			return refuse(r, i,
				      "carriage return; end lines with LF alone, and write \"\\r\" in a "
				      "double-quoted text where one is meant");
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			return refuse(r, i,
				      "control byte 0x%02x; write it as an escape in a double-quoted text: "
				      "\"\\x%02x\"",
				      c, c);
		i += len;
	}
	return GWT_OK;
}

/*
 * Offset of the first tab in the white space that begins a line, except in block scalars; SIZE_MAX when there
 * is none.
 */
static size_t find_indenting_tab(const struct reader *r)
{
	struct gwt_span text = r->text;
	size_t block = 0;

	for (size_t i = 0; i < text.len; i++) {
		size_t end = i + gwt_span_find(gwt_span_slice(text, i, text.len), '\n');
		bool content;

		while (block < r->block_count && text.ptr + i >= r->blocks[block].ptr + r->blocks[block].len)
			block++;
		content = block < r->block_count && text.ptr + i >= r->blocks[block].ptr;
		while (i < end && text.ptr[i] == ' ')
			i++;
		if (!content && i < end && text.ptr[i] == '\t')
			return i;
		i = end;
	}
	return SIZE_MAX;
}

static gwt_status check_tabs(const struct reader *r)
{
	size_t tab = find_indenting_tab(r);

	if (tab != SIZE_MAX)
		return refuse(r, tab, "tab in the indentation; indent with spaces");
	return GWT_OK;
}

/* The advice for a message of libfyaml; the first row whose part is in the message counts. */
static const char *hint_for(const char *message)
{
	static const struct {
		const char *part, *hint;
	} rows[] = {
		{ "nested block mapping", "quote the text that holds ': ', or start a new line" },
		{ "wrongly indented double-quoted", "close the quote on its line" },
		{ "closing quote", "close the quote" },
		{ "closing bracket", "close the bracket" },
		{ "escape", "write a backslash as \\\\, or put the text into single quotes" },
		{ "multiline", "quote the text, or write it as a block after '|'" },
		{ "missing comma", "put ',' between the items" },
		{ "indent", "give the keys of one mapping, or the items of one list, the same indentation" },
		{ "trailing content", "quote the whole text" },
		{ "mapping", "write 'key: value', one a line" },
		{ "':'", "write 'key: value'" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (strstr(message, rows[i].part))
			return rows[i].hint;
	return "quote the text if it is one";
}

/* Report the error of libfyaml, or a tab in the indentation, which is the likelier cause. */
static gwt_status syntax_error(const struct reader *r)
{
	void *iterator = NULL;
	const struct fy_diag_error *first = fy_diag_errors_iterate(r->diag, &iterator);

	if (check_tabs(r) != GWT_OK)
		return GWT_EPARSE;
	if (!first)
		return refuse(r, r->last, "not YAML");
	return gwt_fail(r->err, GWT_EPARSE, "%s:%d:%d: %s; %s", r->path, first->line, first->column,
			first->msg, hint_for(first->msg));
}

static bool all_digits(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

static bool one_of(struct gwt_span s, const char *const *words)
{
	for (; *words; words++)
		if (gwt_span_is(s, *words))
			return true;
	return false;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? : YAML 1.2.2, 10.3.2 */
static bool is_core_number(struct gwt_span s)
{
	size_t dot, e = 0;
	struct gwt_span mantissa, exponent, whole, fraction;

	if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
		s = gwt_span_slice(s, 1, s.len);
	while (e < s.len && s.ptr[e] != 'e' && s.ptr[e] != 'E')
		e++;
	mantissa = gwt_span_slice(s, 0, e);
	exponent = gwt_span_slice(s, e + 1, s.len);
	if (e < s.len && exponent.len && (exponent.ptr[0] == '-' || exponent.ptr[0] == '+'))
		exponent = gwt_span_slice(exponent, 1, exponent.len);
	if (e < s.len && !all_digits(exponent))
		return false;
	dot = gwt_span_find(mantissa, '.');
	whole = gwt_span_slice(mantissa, 0, dot);
	fraction = gwt_span_slice(mantissa, dot + 1, mantissa.len);
	if (whole.len == 0)
		return all_digits(fraction);
	return all_digits(whole) && (fraction.len == 0 || all_digits(fraction));
}

static bool is_radix_number(struct gwt_span s)
{
	static const char octal[] = "01234567", hex[] = "0123456789abcdefABCDEF";
	const char *digits = gwt_span_starts(s, GWT_SPAN("0o")) ? octal : hex;

	if (s.len < 3 || (digits == hex && !gwt_span_starts(s, GWT_SPAN("0x"))))
		return false;
	for (size_t i = 2; i < s.len; i++)
		if (!strchr(digits, s.ptr[i]))
			return false;
	return true;
}

/* Whether a core number has JSON's spelling: no plus, no leading zero, digits on both sides of a dot. */
static bool is_json_number(struct gwt_span s)
{
	size_t dot;

	if (s.ptr[0] == '-')
		s = gwt_span_slice(s, 1, s.len);
	dot = gwt_span_find(s, '.');
	if (s.ptr[0] == '+' || s.ptr[0] == '.' ||
	    (s.len > 1 && s.ptr[0] == '0' && s.ptr[1] >= '0' && s.ptr[1] <= '9'))
		return false;
	return dot == s.len || (dot + 1 < s.len && s.ptr[dot + 1] >= '0' && s.ptr[dot + 1] <= '9');
}

enum gwt_yaml_plain gwt_yaml_plain(struct gwt_span s)
{
	static const char *const nulls[] = { "null", "Null", "NULL", "~", NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };
	static const char *const odd[] = { ".inf",  ".Inf",  ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
					   "-.Inf", "-.INF", ".nan", ".NaN",  ".NAN",  NULL };

	if (one_of(s, nulls))
		return GWT_YAML_NULL;
	if (one_of(s, trues))
		return GWT_YAML_TRUE;
	if (one_of(s, falses))
		return GWT_YAML_FALSE;
	if (is_core_number(s))
		return is_json_number(s) ? GWT_YAML_NUMBER : GWT_YAML_ODD_NUMBER;
	return one_of(s, odd) || is_radix_number(s) ? GWT_YAML_ODD_NUMBER : GWT_YAML_TEXT;
}

/* The decoded text of a scalar, in the arena. */
static gwt_status scalar_text(const struct reader *r, struct fy_token *token, size_t offset,
			      struct gwt_span *out)
{
	struct gwt_span text = { "", 0 };
	const char *ptr = fy_token_get_text(token, &text.len);

	if (ptr)
		text.ptr = ptr;
	for (size_t i = 0, len; i < text.len; i += len) {
		len = gwt_json_utf8_length(gwt_span_slice(text, i, text.len));
		if (len == 0)
			return refuse(r, offset,
				      "an escape in this text makes no Unicode character; write one "
				      "beyond U+FFFF as \"\\U0001F600\", not as two halves");
	}
	*out = gwt_arena_copy(r->arena, text);
	return GWT_OK;
}

static gwt_status plain_value(const struct reader *r, struct gwt_span text, size_t offset,
			      struct gwt_json **out)
{
	static const enum gwt_json_type types[] = {
		[GWT_YAML_TEXT] = GWT_JSON_STRING,   [GWT_YAML_NULL] = GWT_JSON_NULL,
		[GWT_YAML_TRUE] = GWT_JSON_TRUE,     [GWT_YAML_FALSE] = GWT_JSON_FALSE,
		[GWT_YAML_NUMBER] = GWT_JSON_NUMBER,
	};
	enum gwt_yaml_plain plain = gwt_yaml_plain(text);

	if (text.len == 0 && r->foreign) { /* Ruby writes nil like this */
		*out = gwt_json_new(r->arena, GWT_JSON_NULL);
		return GWT_OK;
	}
	if (text.len == 0)
		return refuse(r, offset, "a value is missing; write null, \"\", {} or []");
	if (plain == GWT_YAML_ODD_NUMBER)
		return refuse(r, offset,
			      "number '" GWT_SPAN_FMT "' has no such spelling in JSON; quote it if it is "
			      "text, else write it in plain decimal",
			      GWT_SPAN_ARG(text));
	*out = gwt_json_new(r->arena, types[plain]);
	if (plain == GWT_YAML_TEXT || plain == GWT_YAML_NUMBER)
		(*out)->text = text;
	return GWT_OK;
}

/* Where the event's bytes begin, its opening quote included. */
static size_t event_offset(const struct reader *r, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);
	size_t at = mark ? mark->input_pos : r->last;

	if (event->type == FYET_SCALAR && at > 0) {
		enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);

		if (mark && (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED))
			at--;
	}
	return at < r->text.len ? at : r->text.len;
}

static void note_end(struct reader *r, struct fy_event *event)
{
	const struct fy_mark *end = fy_event_end_mark(event);

	if (end && end->input_pos > r->last && end->input_pos <= r->text.len)
		r->last = end->input_pos;
}

static void note_block(struct reader *r, struct fy_event *event)
{
	enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
	const struct fy_mark *start = fy_event_start_mark(event), *end = fy_event_end_mark(event);

	if ((style != FYSS_LITERAL && style != FYSS_FOLDED) || !start || !end)
		return;
	GWT_GROW(r->arena, r->blocks, r->block_count, r->block_cap);
	r->blocks[r->block_count++] = gwt_span_slice(r->text, start->input_pos, end->input_pos);
}

static size_t token_offset(struct fy_token *token)
{
	const struct fy_mark *mark = fy_token_start_mark(token);

	return mark ? mark->input_pos : 0;
}

/* The tag of a scalar; absent where it has none. */
static struct gwt_span tag_of(struct fy_event *event)
{
	struct fy_token *tag = event->type == FYET_SCALAR ? event->scalar.tag : NULL;
	size_t len = 0;
	const char *text = tag ? fy_token_get_text(tag, &len) : NULL;

	return (struct gwt_span){ text, text ? len : 0 };
}

/*
 * Whether PyYAML's or Ruby's tag marks a scalar as bytes. Tools use it also for text that they do not want
 * to parse.
 */
static bool is_binary(struct fy_event *event)
{
	struct gwt_span tag = tag_of(event);

	return gwt_span_is(tag, "tag:yaml.org,2002:binary") || gwt_span_is(tag, "!binary");
}

/* Whether a tag marks a scalar as text, as vcrpy 1 wrote it under Python 2. */
static bool is_text(struct fy_event *event)
{
	static const char *const tags[] = { "tag:yaml.org,2002:str", "tag:yaml.org,2002:python/unicode",
					    "tag:yaml.org,2002:python/str" };
	struct gwt_span tag = tag_of(event);

	for (size_t i = 0; i < GWT_LEN(tags); i++)
		if (gwt_span_is(tag, tags[i]))
			return true;
	return false;
}

/* Decode a !!binary: base64 in lines. */
static gwt_status binary_value(const struct reader *r, struct gwt_span text, size_t offset,
			       struct gwt_json **out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf base64, bytes;

	gwt_buf_init(&base64, SIZE_MAX);
	gwt_buf_init(&bytes, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\n')
			gwt_buf_add_char(&base64, text.ptr[i]);
	if (!gwt_buf_add_base64_decoded(&bytes, gwt_buf_span(&base64)))
		return refuse(r, offset, "!!binary is not followed by base64");
	*out = gwt_json_new(r->arena, GWT_JSON_STRING);
	(*out)->text = gwt_arena_copy(r->arena, gwt_buf_span(&bytes));
	return GWT_OK;
}

/* libfyaml's positions of anchors and aliases are those after '&' and '*'. */
static gwt_status check_properties(const struct reader *r, struct fy_event *event, size_t offset)
{
	static const char anchors[] = "anchors and aliases are not allowed; write the value out";
	struct fy_token *anchor = fy_event_get_anchor_token(event), *tag = fy_event_get_tag_token(event);

	if (event->type == FYET_ALIAS)
		return refuse(r, offset ? offset - 1 : 0, "%s", anchors);
	if (anchor)
		return refuse(r, token_offset(anchor) ? token_offset(anchor) - 1 : 0, "%s", anchors);
	if (tag && !(r->foreign && (is_binary(event) || is_text(event))))
		return refuse(r, token_offset(tag),
			      "tags are not allowed; quote a text, write a number bare");
	return GWT_OK;
}

static gwt_status read_scalar(struct reader *r, struct fy_event *event, size_t offset, struct gwt_json **out)
{
	struct gwt_span text;
	gwt_status status = scalar_text(r, event->scalar.value, offset, &text);

	if (status != GWT_OK)
		return status;
	note_block(r, event);
	if (is_binary(event))
		return binary_value(r, text, offset, out);
	if (fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN)
		return plain_value(r, text, offset, out);
	*out = gwt_json_new(r->arena, GWT_JSON_STRING);
	(*out)->text = text;
	return GWT_OK;
}

static gwt_status next_event(struct reader *r, struct fy_event **out)
{
	*out = fy_parser_parse(r->parser);
	return *out ? GWT_OK : syntax_error(r);
}

static gwt_status read_value(struct reader *r, struct fy_event *event, int depth, struct gwt_json **out);

static gwt_status read_list(struct reader *r, int depth, struct gwt_json *list)
{
	for (;;) {
		struct fy_event *event;
		struct gwt_json *item = NULL;
		gwt_status status = next_event(r, &event);
		bool end;

		if (status != GWT_OK)
			return status;
		end = event->type == FYET_SEQUENCE_END;
		if (!end)
			status = read_value(r, event, depth, &item);
		note_end(r, event);
		fy_parser_event_free(r->parser, event);
		if (status != GWT_OK || end)
			return status;
		gwt_json_append(list, item);
	}
}

/* Check that a key is text and not in `map` yet. */
static gwt_status check_key(const struct reader *r, const struct gwt_json *map, const struct gwt_json *key)
{
	struct gwt_json *first;

	if (map->len >= GWT_MAX_YAML_MEMBERS)
		return refuse(r, key->offset, "more than %d members", GWT_MAX_YAML_MEMBERS);
	if (key->type == GWT_JSON_OBJECT || key->type == GWT_JSON_ARRAY)
		return refuse(r, key->offset, "a key must be a text");
	if (key->type != GWT_JSON_STRING)
		return refuse(r, key->offset, "a key must be a text, this is a %s; quote it",
			      gwt_json_type_word(key->type));
	first = gwt_json_get_span(map, key->text);
	if (first) {
		size_t line, column;

		gwt_file_position(r->text, first->name_offset, &line, &column);
		return refuse(r, key->offset,
			      "key '" GWT_SPAN_FMT "' is there twice, first on line %zu; remove one",
			      GWT_SPAN_ARG(key->text), line);
	}
	return GWT_OK;
}

/* Read the value that follows `key` into `map`. */
static gwt_status read_member(struct reader *r, struct fy_event *event, int depth, struct gwt_json *map)
{
	struct gwt_json *key = NULL, *value = NULL;
	gwt_status status = read_value(r, event, depth, &key);

	if (status == GWT_OK)
		status = check_key(r, map, key);
	note_end(r, event);
	if (status == GWT_OK)
		status = next_event(r, &event);
	if (status != GWT_OK)
		return status;
	status = read_value(r, event, depth, &value);
	note_end(r, event);
	fy_parser_event_free(r->parser, event);
	if (status != GWT_OK)
		return status;
	gwt_json_add_span(r->arena, map, key->text, value)->name_offset = key->offset;
	return GWT_OK;
}

static gwt_status read_map(struct reader *r, int depth, struct gwt_json *map)
{
	for (;;) {
		struct fy_event *event;
		gwt_status status = next_event(r, &event);
		bool end;

		if (status != GWT_OK)
			return status;
		end = event->type == FYET_MAPPING_END;
		if (end)
			note_end(r, event);
		else
			status = read_member(r, event, depth, map);
		fy_parser_event_free(r->parser, event);
		if (status != GWT_OK || end)
			return status;
	}
}

static gwt_status read_value(struct reader *r, struct fy_event *event, int depth, struct gwt_json **out)
{
	size_t offset = event_offset(r, event);
	gwt_status status = check_properties(r, event, offset);

	if (status != GWT_OK)
		return status;
	if (depth > GWT_MAX_YAML_DEPTH)
		return refuse(r, offset, "nested deeper than %d levels", GWT_MAX_YAML_DEPTH);
	if (event->type == FYET_SCALAR) {
		status = read_scalar(r, event, offset, out);
	} else {
		bool map = event->type == FYET_MAPPING_START;

		*out = gwt_json_new(r->arena, map ? GWT_JSON_OBJECT : GWT_JSON_ARRAY);
		status = map ? read_map(r, depth + 1, *out) : read_list(r, depth + 1, *out);
	}
	if (status == GWT_OK) {
		(*out)->offset = (uint32_t)(offset);
		(*out)->end = (uint32_t)(r->last);
	}
	return status;
}

/* Whether there is a %YAML or %TAG: they change the meaning of a file, and libfyaml obeys them. */
static bool has_directives(struct fy_event *event)
{
	struct fy_document_state *state = event->document_start.document_state;

	return event->type == FYET_DOCUMENT_START &&
	       (fy_document_state_version_explicit(state) || fy_document_state_tags_explicit(state));
}

static gwt_status expect_event(struct reader *r, enum fy_event_type type, const char *otherwise)
{
	struct fy_event *event;
	gwt_status status = next_event(r, &event);

	if (status != GWT_OK)
		return status;
	if (event->type != type)
		status = refuse(r, event_offset(r, event), "%s", otherwise);
	else if (has_directives(event))
		status = refuse(r, 0, "directives are not allowed; remove the lines above '---'");
	fy_parser_event_free(r->parser, event);
	return status;
}

static gwt_status read_document(struct reader *r, struct gwt_json **out)
{
	struct fy_event *event;
	gwt_status status = expect_event(r, FYET_STREAM_START, "not YAML");

	if (status == GWT_OK)
		status = expect_event(r, FYET_DOCUMENT_START, "the file is empty");
	if (status == GWT_OK)
		status = next_event(r, &event);
	if (status != GWT_OK)
		return status;
	status = read_value(r, event, 0, out);
	note_end(r, event);
	fy_parser_event_free(r->parser, event);
	if (status == GWT_OK)
		status = expect_event(r, FYET_DOCUMENT_END, "not YAML");
	if (status == GWT_OK)
		status =
			expect_event(r, FYET_STREAM_END, "a second document begins here; one file holds one");
	return status == GWT_OK ? check_tabs(r) : status;
}

static void discard(struct fy_diag *diag, void *arg, const char *text, size_t len)
{
	(void)diag, (void)arg, (void)text, (void)len;
}

static gwt_status run(struct reader *r, struct gwt_json **out)
{
	struct fy_parse_cfg cfg = { .flags = FYPCF_DEFAULT_VERSION_1_2 | FYPCF_DISABLE_MMAP_OPT,
				    .diag = r->diag };
	gwt_status status;

	r->parser = fy_parser_create(&cfg);
	if (!r->parser)
		return gwt_fail(r->err, GWT_ELIMIT, "%s: no memory for a YAML parser", r->path);
	if (fy_parser_set_string(r->parser, r->text.ptr, r->text.len) != 0)
		status = gwt_fail(r->err, GWT_ELIMIT, "%s: no memory for a YAML parser", r->path);
	else
		status = read_document(r, out);
	fy_parser_destroy(r->parser);
	return status;
}

static gwt_status parse(struct gwt_arena *arena, const char *path, struct gwt_span text, bool foreign,
			struct gwt_json **out, struct gwt_error *err)
{
	struct reader r = { .arena = arena, .path = path, .text = text, .err = err, .foreign = foreign };
	struct fy_diag_cfg cfg;
	struct gwt_json *value = NULL;
	gwt_status status = check_bytes(&r);

	if (status != GWT_OK)
		return status;
	fy_diag_cfg_default(&cfg);
	cfg.fp = NULL;
	cfg.output_fn = discard;
	r.diag = fy_diag_create(&cfg);
	if (!r.diag)
		return gwt_fail(err, GWT_ELIMIT, "%s: no memory for a YAML parser", path);
	fy_diag_set_collect_errors(r.diag, true);
	status = run(&r, &value);
	fy_diag_destroy(r.diag);
	if (status == GWT_OK)
		*out = value;
	return status;
}

gwt_status gwt_yaml_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_json **out, struct gwt_error *err)
{
	return parse(arena, path, text, false, out, err);
}

gwt_status gwt_yaml_parse_foreign(struct gwt_arena *arena, const char *path, struct gwt_span text,
				  struct gwt_json **out, struct gwt_error *err)
{
	return parse(arena, path, text, true, out, err);
}
