/*
 * yaml_read.c - YAML as ruamel.yaml's safe loader reads it.
 *
 * libfyaml parses; this file does what ruamel's resolver and constructor (0.17,
 * YAML 1.2) do with the nodes: which plain scalars are no strings, merge keys, and
 * what is refused (unknown tags, several documents, duplicate keys).
 */
#include "cli/aws/output.h"
#include "cli/aws/parameters.h"

#include <ctype.h>
#include <libfyaml.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/pyval/pyval.h"
#include "lib/pyval/unicode.h"

#define MAX_NODES  200000 /* aliases counted each time they are used */
#define MAX_DEPTH  200
#define MAX_DIGITS 1000

struct reader {
	struct gwt_arena *arena;
	size_t nodes, depth;
};

/* Digits of `s` are all of `base`, '_' apart; at least one character. */
static bool is_digits(struct gwt_span s, const char *digits)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '_' && !strchr(digits, s.ptr[i]))
			return false;
	return s.len > 0;
}

static struct gwt_span without_sign(struct gwt_span s)
{
	return s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+') ? gwt_span_slice(s, 1, s.len) : s;
}

/* What int() is given: digits and base; false when the text is no integer. */
static bool int_parts(struct gwt_span s, struct gwt_span *digits, int *base)
{
	static const struct {
		const char *prefix, *digits;
		int base;
	} rows[] = {
		{ "0b", "01", 2 },
		{ "0o", "01234567", 8 },
		{ "0x", "0123456789abcdefABCDEF", 16 },
		{ "", "0123456789", 10 },
	};

	s = without_sign(s);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		size_t skip = strlen(rows[i].prefix);

		if (!gwt_span_starts(s, gwt_span_of(rows[i].prefix)))
			continue;
		*digits = gwt_span_slice(s, skip, s.len);
		*base = rows[i].base;
		return is_digits(*digits, rows[i].digits);
	}
	return false;
}

/* Exact, by repeated doubling or by taking the digits over. */
static bool to_decimal(struct reader *r, struct gwt_span digits, int base, bool negative, struct gwt_span *out)
{
	struct gwt_span value = GWT_SPAN("0");
	size_t count = 0;

	for (size_t i = 0; i < digits.len; i++) {
		struct gwt_span sum = GWT_SPAN("0");
		char c = (char)tolower((unsigned char)digits.ptr[i]);

		if (c == '_')
			continue;
		if (++count > MAX_DIGITS)
			return false;
		for (int k = 0; k < base; k++)
			sum = gwt_py_int_add(r->arena, sum, value);
		value = gwt_py_int_add(r->arena, sum,
				       gwt_arena_printf(r->arena, "%d", c <= '9' ? c - '0' : c - 'a' + 10));
	}
	*out = negative ? gwt_py_int_add(r->arena, GWT_SPAN("0"),
					 gwt_arena_printf(r->arena, "-" GWT_SPAN_FMT, GWT_SPAN_ARG(value)))
			: value;
	return count > 0;
}

static size_t skip_set(const char *s, const char *set)
{
	return strspn(s, set);
}

/*
 * [-+]? digits . digits* exponent? | [-+]? digits exponent | [-+]? . digits+ exponent? with a sign in
 * it | [-+]? .inf | .nan
 */
static bool is_float(const char *s)
{
	const char *p = s + (*s == '-' || *s == '+');
	size_t whole = skip_set(p, "0123456789_"), fraction = 0, digits;
	bool dot, signed_exponent;

	if (strcmp(p, ".inf") == 0 || strcmp(p, ".Inf") == 0 || strcmp(p, ".INF") == 0)
		return true;
	if (strcmp(s, ".nan") == 0 || strcmp(s, ".NaN") == 0 || strcmp(s, ".NAN") == 0)
		return true;
	if (*p == '_')
		return false;
	p += whole;
	dot = *p == '.';
	if (dot) {
		fraction = skip_set(p + 1, "0123456789_");
		p += 1 + fraction;
	}
	if (whole == 0 && fraction == 0)
		return false;
	if (*p == 0)
		return dot;
	if (*p != 'e' && *p != 'E')
		return false;
	p++;
	signed_exponent = *p == '-' || *p == '+';
	p += signed_exponent;
	digits = skip_set(p, "0123456789");
	return digits > 0 && p[digits] == 0 && (whole > 0 || signed_exponent);
}

static struct gwt_json *new_float(struct reader *r, const char *s)
{
	char text[400];
	size_t len = 0;
	const char *p = s + (*s == '-' || *s == '+');
	double sign = *s == '-' ? -1 : 1;

	if (strncmp(p, ".i", 2) == 0 || strncmp(p, ".I", 2) == 0)
		return gwt_py_new_float(r->arena, sign * (double)INFINITY);
	if (strncmp(p, ".n", 2) == 0 || strncmp(p, ".N", 2) == 0)
		return gwt_py_new_float(r->arena, (double)NAN);
	for (; *p && len < sizeof(text) - 1; p++)
		if (*p != '_')
			text[len++] = *p;
	text[len] = 0;
	return gwt_py_new_float(r->arena, sign * strtod(text, NULL));
}

static bool is_date(const char *s)
{
	static const char shape[] = "dddd-dd-dd";

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i])
			return false;
	return true;
}

struct moment {
	int year, month, day, hour, minute, second, microsecond, offset_minutes;
};

/* One or two digits. */
static bool read_two(const char **p, bool one_will_do, int *out)
{
	if (!isdigit((unsigned char)**p))
		return false;
	*out = *(*p)++ - '0';
	if (isdigit((unsigned char)**p))
		*out = *out * 10 + (*(*p)++ - '0');
	else if (!one_will_do)
		return false;
	return true;
}

static void read_fraction(const char **p, struct moment *m)
{
	int digits = 0;

	m->microsecond = 0;
	for (; isdigit((unsigned char)**p); (*p)++, digits++) {
		if (digits < 6)
			m->microsecond = m->microsecond * 10 + (**p - '0');
		else if (digits == 6 && **p > '4')
			m->microsecond++;
	}
	for (; digits < 6; digits++)
		m->microsecond *= 10;
}

static bool read_zone(const char **p, struct moment *m)
{
	int hours, minutes = 0, sign;

	while (**p == ' ' || **p == '\t')
		(*p)++;
	if (**p == 'Z') {
		(*p)++;
		return true;
	}
	if (**p != '-' && **p != '+')
		return **p == 0;
	sign = *(*p)++ == '-' ? -1 : 1;
	if (!read_two(p, true, &hours))
		return false;
	if (**p == ':') {
		(*p)++;
		if (!read_two(p, false, &minutes))
			return false;
	}
	m->offset_minutes = sign * (hours * 60 + minutes);
	return true;
}

/* 2001-12-14t21:59:43.10-05:00 and its kin */
static bool is_datetime(const char *s, struct moment *m)
{
	const char *p = s;

	*m = (struct moment){ 0 };
	for (int i = 0; i < 4; i++, p++) {
		if (!isdigit((unsigned char)*p))
			return false;
		m->year = m->year * 10 + (*p - '0');
	}
	if (*p++ != '-' || !read_two(&p, true, &m->month) || *p++ != '-' || !read_two(&p, true, &m->day))
		return false;
	if (*p == 'T' || *p == 't')
		p++;
	else if (*p == ' ' || *p == '\t')
		p += strspn(p, " \t");
	else
		return false;
	if (!read_two(&p, true, &m->hour) || *p++ != ':' || !read_two(&p, false, &m->minute) || *p++ != ':' ||
	    !read_two(&p, false, &m->second))
		return false;
	if (*p == '.') {
		p++;
		read_fraction(&p, m);
	}
	return read_zone(&p, m) && *p == 0;
}

/* str(datetime): in UTC, without a zone. */
static struct gwt_json *new_datetime(struct reader *r, const struct moment *m)
{
	struct tm tm = { .tm_year = m->year - 1900, .tm_mon = m->month - 1, .tm_mday = m->day, .tm_hour = m->hour,
			 .tm_min = m->minute - m->offset_minutes, .tm_sec = m->second };
	time_t seconds = timegm(&tm);
	struct gwt_json *value = gwt_json_new(r->arena, GWT_JSON_STRING);
	char text[64];
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	if (m->microsecond)
		snprintf(text + len, sizeof(text) - len, ".%06d", m->microsecond);
	value->tag = GWT_PY_DATETIME;
	value->text = gwt_arena_printf(r->arena, "%s", text);
	return value;
}

static struct gwt_json *new_text(struct reader *r, struct gwt_span text, unsigned tag)
{
	struct gwt_json *value = gwt_json_new_string(r->arena, text);

	value->tag = tag;
	return value;
}

static bool is_one_of(struct gwt_span s, const char *const *words)
{
	for (; *words; words++)
		if (gwt_span_is(s, *words))
			return true;
	return false;
}

static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
static const char *const trues[] = { "true", "True", "TRUE", NULL };
static const char *const falses[] = { "false", "False", "FALSE", NULL };
static const char *const specials[] = { "=", "<<", NULL }; /* have a meaning, and no constructor */

static bool construct_int(struct reader *r, struct gwt_span text, struct gwt_json **out)
{
	struct gwt_span digits, decimal;
	int base;

	if (!int_parts(text, &digits, &base) || !to_decimal(r, digits, base, text.ptr[0] == '-', &decimal))
		return false;
	*out = gwt_json_new(r->arena, GWT_JSON_NUMBER);
	(*out)->text = decimal;
	return true;
}

bool gwt_aws_yaml_is_string(struct gwt_arena *arena, struct gwt_span text)
{
	char *s = gwt_arena_cstr(arena, text);
	struct gwt_span digits;
	struct moment moment;
	int base;

	if (is_one_of(text, nulls) || is_one_of(text, trues) || is_one_of(text, falses) || is_one_of(text, specials))
		return false;
	return (text.ptr[0] == '_' || !int_parts(text, &digits, &base)) && !is_float(s) &&
	       !(text.len == 10 && is_date(s)) && !is_datetime(s, &moment);
}

/* A plain scalar: what the core schema and ruamel's timestamps make of it. */
static struct gwt_json *resolve_plain(struct reader *r, struct gwt_span text)
{
	char *s = gwt_arena_cstr(r->arena, text);
	struct gwt_json *value;
	struct moment moment;

	if (is_one_of(text, nulls))
		return gwt_json_new(r->arena, GWT_JSON_NULL);
	if (is_one_of(text, specials))
		return NULL;
	if (is_one_of(text, trues) || is_one_of(text, falses))
		return gwt_json_new_bool(r->arena, is_one_of(text, trues));
	if (text.ptr[0] != '_' && construct_int(r, text, &value))
		return value;
	if (is_float(s))
		return new_float(r, s);
	if (text.len == 10 && is_date(s))
		return new_text(r, text, GWT_PY_DATE);
	if (is_datetime(s, &moment))
		return new_datetime(r, &moment);
	return new_text(r, text, GWT_PY_PLAIN);
}

static struct gwt_json *new_binary(struct reader *r, struct gwt_span text)
{
	struct gwt_json *value = NULL;
	struct gwt_buf plain, bytes;

	gwt_buf_init(&plain, SIZE_MAX);
	gwt_buf_init(&bytes, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (!isspace((unsigned char)text.ptr[i]))
			gwt_buf_add_char(&plain, text.ptr[i]);
	if (gwt_buf_add_base64_decoded(&bytes, gwt_buf_span(&plain)))
		value = new_text(r, bytes.len ? gwt_buf_span(&bytes) : GWT_SPAN(""), GWT_PY_BYTES);
	gwt_buf_release(&plain);
	gwt_buf_release(&bytes);
	return value;
}

static struct gwt_span tag_of(struct fy_node *node)
{
	size_t len = 0;
	const char *tag = fy_node_get_tag(node, &len);

	return (struct gwt_span){ tag, tag ? len : 0 };
}

/* A scalar with a tag; NULL for one that the safe constructor does not know or a text that does not fit. */
static struct gwt_json *construct_tagged(struct reader *r, struct gwt_span tag, struct gwt_span text)
{
	struct gwt_span prefix = GWT_SPAN("tag:yaml.org,2002:"), kind;
	char *s = gwt_arena_cstr(r->arena, text);
	struct gwt_json *value;

	if (gwt_span_is(tag, "!"))
		return new_text(r, text, GWT_PY_PLAIN);
	if (!gwt_span_starts(tag, prefix))
		return NULL;
	kind = gwt_span_slice(tag, prefix.len, tag.len);
	if (gwt_span_is(kind, "str"))
		return new_text(r, text, GWT_PY_PLAIN);
	if (gwt_span_is(kind, "null"))
		return gwt_json_new(r->arena, GWT_JSON_NULL);
	if (gwt_span_is(kind, "int"))
		return construct_int(r, text, &value) ? value : NULL;
	if (gwt_span_is(kind, "float"))
		return is_float(s) || isdigit((unsigned char)*s) ? new_float(r, s) : NULL;
	if (gwt_span_is(kind, "bool") && (gwt_span_iis(text, "true") || gwt_span_iis(text, "yes") ||
					  gwt_span_iis(text, "on") || gwt_span_iis(text, "y")))
		return gwt_json_new_bool(r->arena, true);
	if (gwt_span_is(kind, "bool") && (gwt_span_iis(text, "false") || gwt_span_iis(text, "no") ||
					  gwt_span_iis(text, "off") || gwt_span_iis(text, "n")))
		return gwt_json_new_bool(r->arena, false);
	if (gwt_span_is(kind, "timestamp"))
		return is_date(s) && text.len == 10 ? new_text(r, text, GWT_PY_DATE) : NULL;
	return gwt_span_is(kind, "binary") ? new_binary(r, text) : NULL;
}

static struct gwt_json *construct_scalar(struct reader *r, struct fy_node *node)
{
	size_t len = 0;
	const char *data = fy_node_get_scalar(node, &len);
	struct gwt_span text = gwt_arena_copy(r->arena, (struct gwt_span){ data ? data : "", data ? len : 0 });
	struct gwt_span tag = tag_of(node);

	if (tag.ptr)
		return construct_tagged(r, tag, text);
	if (fy_node_get_style(node) == FYNS_PLAIN)
		return resolve_plain(r, text);
	return new_text(r, text, GWT_PY_PLAIN);
}

static struct gwt_json *construct(struct reader *r, struct fy_node *node);

static struct gwt_json *construct_sequence(struct reader *r, struct fy_node *node)
{
	struct gwt_json *array = gwt_json_new(r->arena, GWT_JSON_ARRAY), *item;
	struct fy_node *child;
	void *iter = NULL;

	while ((child = fy_node_sequence_iterate(node, &iter))) {
		item = construct(r, child);
		if (!item)
			return NULL;
		gwt_json_append(array, item);
	}
	return array;
}

/* What kind of key it is, and its text; 1 false for one that cannot be a key. */
static bool key_of(const struct gwt_json *key, struct reader *r, struct gwt_span *name, unsigned *kind)
{
	static const unsigned kinds[] = {
		[GWT_JSON_NULL] = GWT_PY_KEY_NONE, [GWT_JSON_FALSE] = GWT_PY_KEY_BOOL, [GWT_JSON_TRUE] = GWT_PY_KEY_BOOL,
		[GWT_JSON_NUMBER] = GWT_PY_KEY_INT, [GWT_JSON_STRING] = 0,
	};
	struct gwt_buf text;

	if (key->type == GWT_JSON_ARRAY || key->type == GWT_JSON_OBJECT)
		return false;
	*kind = kinds[key->type];
	if (gwt_py_is_float(key))
		*kind = GWT_PY_KEY_FLOAT;
	else if (key->type == GWT_JSON_STRING && gwt_py_tag(key))
		*kind = GWT_PY_KEY_DATE;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_py_str(&text, key);
	*name = gwt_arena_copy(r->arena, text.len ? gwt_buf_span(&text) : GWT_SPAN(""));
	gwt_buf_release(&text);
	return true;
}

static bool is_merge_key(struct fy_node *key)
{
	size_t len = 0;
	const char *text = fy_node_get_scalar(key, &len);

	return text && len == 2 && memcmp(text, "<<", 2) == 0 && fy_node_get_style(key) == FYNS_PLAIN;
}

/* Members of a merged mapping that are not there yet. */
static bool merge(struct gwt_json *object, struct gwt_arena *arena, const struct gwt_json *from)
{
	if (from->type != GWT_JSON_OBJECT)
		return false;
	for (const struct gwt_json *member = from->child; member; member = member->next) {
		struct gwt_json *copy;

		if (gwt_json_get_span(object, member->name))
			continue;
		copy = gwt_json_copy(arena, member);
		gwt_json_add_span(arena, object, member->name, copy);
	}
	return true;
}

/* Merged members come first, as ruamel puts them. */
static bool merge_all(struct reader *r, struct fy_node *node, struct gwt_json *object)
{
	struct fy_node_pair *pair;
	struct gwt_json *from;
	void *iter = NULL;
	bool seen = false;

	while ((pair = fy_node_mapping_iterate(node, &iter))) {
		if (!fy_node_pair_key(pair) || !is_merge_key(fy_node_pair_key(pair)))
			continue;
		from = construct(r, fy_node_pair_value(pair));
		if (!from || seen)
			return false;
		seen = true;
		if (from->type != GWT_JSON_ARRAY) {
			if (!merge(object, r->arena, from))
				return false;
			continue;
		}
		for (const struct gwt_json *item = from->child; item; item = item->next)
			if (!merge(object, r->arena, item))
				return false;
	}
	return true;
}

static bool add_pair(struct reader *r, struct fy_node_pair *pair, struct gwt_json *object, size_t merged)
{
	struct gwt_json *key = fy_node_pair_key(pair) ? construct(r, fy_node_pair_key(pair))
						      : gwt_json_new(r->arena, GWT_JSON_NULL);
	struct gwt_json *value = construct(r, fy_node_pair_value(pair)), *old;
	struct gwt_span name;
	unsigned kind;
	size_t at = 0;

	if (!key || !value || !key_of(key, r, &name, &kind))
		return false;
	value->tag |= kind;
	for (old = object->child; old; old = old->next, at++) {
		if (!gwt_span_eq(old->name, name) || (old->tag & GWT_PY_KEYS) != kind)
			continue;
		if (at >= merged)
			return false; /* a key twice */
		gwt_py_replace(old, value);
		return true;
	}
	gwt_json_add_span(r->arena, object, name, value);
	return true;
}

static struct gwt_json *construct_mapping(struct reader *r, struct fy_node *node)
{
	struct gwt_json *object = gwt_json_new(r->arena, GWT_JSON_OBJECT);
	struct fy_node_pair *pair;
	void *iter = NULL;
	size_t merged;

	if (gwt_span_is(tag_of(node), "tag:yaml.org,2002:set"))
		object->tag = GWT_PY_SET;
	if (!merge_all(r, node, object))
		return NULL;
	merged = object->len;
	while ((pair = fy_node_mapping_iterate(node, &iter))) {
		if (fy_node_pair_key(pair) && is_merge_key(fy_node_pair_key(pair)))
			continue;
		if (!add_pair(r, pair, object, merged))
			return NULL;
	}
	return object;
}

/* Collections take no tag but their own. */
static bool collection_tag_fits(struct fy_node *node)
{
	static const char *const known[] = { "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq",
					     "tag:yaml.org,2002:set", "!", NULL };
	struct gwt_span tag = tag_of(node);

	return fy_node_get_type(node) == FYNT_SCALAR || !tag.ptr || is_one_of(tag, known);
}

static struct gwt_json *construct_node(struct reader *r, struct fy_node *node)
{
	if (!collection_tag_fits(node))
		return NULL;
	switch (fy_node_get_type(node)) {
	case FYNT_SCALAR:
		return construct_scalar(r, node);
	case FYNT_SEQUENCE:
		return construct_sequence(r, node);
	default:
		return construct_mapping(r, node);
	}
}

static struct gwt_json *construct(struct reader *r, struct fy_node *node)
{
	struct gwt_json *value;

	if (!node)
		return gwt_json_new(r->arena, GWT_JSON_NULL);
	if (++r->nodes > MAX_NODES || r->depth >= MAX_DEPTH)
		return NULL;
	if (fy_node_is_alias(node)) {
		node = fy_node_resolve_alias(node);
		if (!node)
			return NULL;
	}
	r->depth++;
	value = construct_node(r, node);
	r->depth--;
	return value;
}

/* What YAML calls printable; anything else is refused before parsing. */
static bool is_printable_text(struct gwt_span text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		if (!(cp == 9 || cp == 10 || cp == 13 || (cp >= 0x20 && cp < 0x7f) || cp == 0x85 ||
		      (cp >= 0xa0 && cp < 0xd800) || (cp >= 0xe000 && cp < 0xfffe) || cp >= 0x10000))
			return false;
	}
	return true;
}

static bool read_documents(struct reader *r, struct fy_parser *parser, struct gwt_json **out)
{
	struct fy_document *document = fy_parse_load_document(parser), *second;
	struct gwt_json *value;

	if (!document) {
		*out = gwt_json_new(r->arena, GWT_JSON_NULL); /* no document at all is None */
		return !fy_parser_get_stream_error(parser);
	}
	value = construct(r, fy_document_root(document));
	second = fy_parse_load_document(parser);
	if (second)
		value = NULL;
	fy_parse_document_destroy(parser, second);
	fy_parse_document_destroy(parser, document);
	*out = value;
	return value && !fy_parser_get_stream_error(parser);
}

bool gwt_aws_yaml_read(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out)
{
	/* FYPCF_QUIET alone does not keep its parser from printing; collected messages are dropped */
	static const struct fy_diag_cfg quiet = { .fp = NULL, .level = FYET_MAX };
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_ALLOW_DUPLICATE_KEYS };
	struct reader r = { .arena = arena };
	struct fy_parser *parser;
	bool ok = false;

	if (!is_printable_text(text))
		return false;
	cfg.diag = fy_diag_create(&quiet);
	parser = fy_parser_create(&cfg);
	if (parser)
		ok = fy_parser_set_string(parser, text.ptr, text.len) == 0 && read_documents(&r, parser, out);
	fy_parser_destroy(parser);
	fy_diag_destroy(cfg.diag);
	return ok;
}
