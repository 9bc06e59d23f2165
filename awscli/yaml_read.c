/*
 * yaml_read.c - YAML as ruamel.yaml's safe loader reads it.
 *
 * libfyaml parses; this file does what ruamel's resolver and constructor (0.17,
 * YAML 1.2) do with the nodes: which plain scalars are not strings, merge keys, and
 * what is refused (unknown tags, several documents, duplicate keys).
 */
#include "awscli/output.h"
#include "awscli/parameters.h"

#include <libfyaml.h>

#include "awscli/yaml.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

#define MAX_NODES 200000 /* aliases counted each time they are used */
#define MAX_DEPTH 200

struct reader {
	struct gwt_aws_yaml_reader yaml;
	struct gwt_span source; /* the text that is read */
	bool *inside;           /* for each byte of it: whether it is quoted or part of a block */
};

static struct gwt_span tag_of(struct fy_node *node)
{
	size_t len = 0;
	const char *tag = fy_node_get_tag(node, &len);

	return (struct gwt_span){ tag, tag ? len : 0 };
}

static bool quoted_text(struct reader *r, size_t from, size_t to, char quote, struct gwt_span *out)
{
	memset(r->inside + from, true, to - from);
	return gwt_aws_yaml_quoted(r->yaml.arena, gwt_span_slice(r->source, from, to), quote, out);
}

static bool block_text(struct reader *r, size_t from, size_t to, struct gwt_span *out)
{
	memset(r->inside + from, true, to - from);
	return gwt_aws_yaml_block_tabs_fit(gwt_span_slice(r->source, from, to)) &&
	       gwt_aws_yaml_block(r->yaml.arena, r->source, from, to, out);
}

/*
 * The text of a scalar. libfyaml's is used for plain ones; yaml_quoted.c and yaml_block.c say why the others
 * are read from the source.
 */
static bool text_of(struct reader *r, struct fy_node *node, struct gwt_span *out)
{
	struct fy_token *token = fy_node_get_scalar_token(node);
	const struct fy_mark *from = token ? fy_token_start_mark(token) : NULL;
	const struct fy_mark *to = token ? fy_token_end_mark(token) : NULL;
	enum fy_node_style style = fy_node_get_style(node);
	size_t len = 0;
	const char *data;

	if (!from || !to || from->input_pos > to->input_pos || to->input_pos > r->source.len)
		style = FYNS_ANY;
	if (style == FYNS_LITERAL || style == FYNS_FOLDED)
		return block_text(r, from->input_pos, to->input_pos, out);
	if (style == FYNS_SINGLE_QUOTED || style == FYNS_DOUBLE_QUOTED)
		return quoted_text(r, from->input_pos, to->input_pos,
				   style == FYNS_SINGLE_QUOTED ? '\'' : '"', out);
	data = fy_node_get_scalar(node, &len);
	*out = gwt_arena_copy(r->yaml.arena, (struct gwt_span){ data ? data : "", data ? len : 0 });
	return true;
}

static struct gwt_json *construct_scalar(struct reader *r, struct fy_node *node)
{
	static const struct gwt_span prefix = GWT_SPAN_INIT("tag:yaml.org,2002:");
	struct gwt_span tag = tag_of(node), text;

	if (!text_of(r, node, &text))
		return NULL;
	if (gwt_span_starts(tag, prefix))
		return gwt_aws_yaml_tagged(&r->yaml, gwt_span_slice(tag, prefix.len, tag.len), text);
	if (tag.ptr && !gwt_span_is(tag, "!"))
		return NULL;
	if (fy_node_get_style(node) == FYNS_PLAIN)
		return gwt_aws_yaml_plain(&r->yaml, text);
	return gwt_aws_yaml_text(&r->yaml, text, GWT_PY_PLAIN);
}

static struct gwt_json *construct(struct reader *r, struct fy_node *node);

static struct gwt_json *construct_sequence(struct reader *r, struct fy_node *node)
{
	struct gwt_json *array = gwt_json_new(r->yaml.arena, GWT_JSON_ARRAY), *item;
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

/* The text of a key and its type (GWT_PY_KEYS); false for a list or mapping, which cannot be a key. */
static bool key_of(const struct gwt_json *key, struct reader *r, struct gwt_span *name, unsigned *kind)
{
	static const unsigned kinds[] = {
		[GWT_JSON_NULL] = GWT_PY_KEY_NONE,
		[GWT_JSON_FALSE] = GWT_PY_KEY_BOOL,
		[GWT_JSON_TRUE] = GWT_PY_KEY_BOOL,
		[GWT_JSON_NUMBER] = GWT_PY_KEY_INT,
		[GWT_JSON_STRING] = 0,
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
	*name = gwt_arena_copy(r->yaml.arena, text.len ? gwt_buf_span(&text) : GWT_SPAN(""));
	gwt_buf_release(&text);
	return true;
}

static bool is_merge_key(struct fy_node *key)
{
	size_t len = 0;
	const char *text = fy_node_get_scalar(key, &len);

	return text && len == 2 && memcmp(text, "<<", 2) == 0 && fy_node_get_style(key) == FYNS_PLAIN;
}

/* Add the members of a merged mapping; a later value replaces an earlier one in its place. */
static bool merge(struct gwt_json *object, struct gwt_arena *arena, const struct gwt_json *from)
{
	if (from->type != GWT_JSON_OBJECT)
		return false;
	for (const struct gwt_json *member = from->child; member; member = member->next) {
		struct gwt_json *old = gwt_json_get_span(object, member->name),
				*copy = gwt_json_copy(arena, member);

		if (old)
			gwt_py_replace(old, copy);
		else
			gwt_json_add_span(arena, object, member->name, copy);
	}
	return true;
}

/* Begin with the last item of the list, so that the first one wins. */
static bool merge_list(struct gwt_json *object, struct gwt_arena *arena, const struct gwt_json *list)
{
	const struct gwt_json **items = gwt_arena_array(arena, const struct gwt_json *, list->len + 1);
	size_t count = 0;

	for (const struct gwt_json *item = list->child; item; item = item->next)
		items[count++] = item;
	while (count > 0)
		if (!merge(object, arena, items[--count]))
			return false;
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
			if (!merge(object, r->yaml.arena, from))
				return false;
			continue;
		}
		if (!merge_list(object, r->yaml.arena, from))
			return false;
	}
	return true;
}

static bool add_pair(struct reader *r, struct fy_node_pair *pair, struct gwt_json *object, size_t merged)
{
	struct gwt_json *key = fy_node_pair_key(pair) ? construct(r, fy_node_pair_key(pair))
						      : gwt_json_new(r->yaml.arena, GWT_JSON_NULL);
	struct gwt_json *value = construct(r, fy_node_pair_value(pair)), *old;
	struct gwt_span name;
	unsigned kind;
	size_t at = 0;

	if (!key || !value || !key_of(key, r, &name, &kind))
		return false;
	value->tag = (uint16_t)(value->tag | kind);
	for (old = object->child; old; old = old->next, at++) {
		if (!gwt_span_eq(old->name, name) || (old->tag & GWT_PY_KEYS) != kind)
			continue;
		if (at >= merged)
			return false; /* a duplicate key */
		gwt_py_replace(old, value);
		return true;
	}
	gwt_json_add_span(r->yaml.arena, object, name, value);
	return true;
}

static struct gwt_json *construct_mapping(struct reader *r, struct fy_node *node)
{
	struct gwt_json *object = gwt_json_new(r->yaml.arena, GWT_JSON_OBJECT);
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

/* A list or mapping may have only a tag of its own kind. */
static bool collection_tag_fits(struct fy_node *node)
{
	static const struct {
		const char *tag;
		enum fy_node_type type;
	} rows[] = { { "tag:yaml.org,2002:map", FYNT_MAPPING },
		     { "tag:yaml.org,2002:set", FYNT_MAPPING },
		     { "tag:yaml.org,2002:seq", FYNT_SEQUENCE } };
	struct gwt_span tag = tag_of(node);

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_span_is(tag, rows[i].tag))
			return fy_node_get_type(node) == rows[i].type;
	return fy_node_get_type(node) == FYNT_SCALAR || !tag.ptr || gwt_span_is(tag, "!");
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
		return gwt_json_new(r->yaml.arena, GWT_JSON_NULL);
	if (++r->yaml.nodes > MAX_NODES || r->yaml.depth >= MAX_DEPTH)
		return NULL;
	if (fy_node_is_alias(node)) {
		node = fy_node_resolve_alias(node);
		if (!node)
			return NULL;
	}
	r->yaml.depth++;
	value = construct_node(r, node);
	r->yaml.depth--;
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

/* Whether there are only blank lines and comments. */
static bool is_blank(struct gwt_span text)
{
	while (text.len) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\r'))
			line = gwt_span_slice(line, 1, line.len);
		if (line.len && line.ptr[0] != '#')
			return false;
	}
	return true;
}

static bool read_documents(struct reader *r, struct fy_parser *parser, struct gwt_json **out)
{
	struct fy_document *document = fy_parse_load_document(parser), *second;
	struct gwt_json *value;

	if (!document) {
		*out = gwt_json_new(r->yaml.arena, GWT_JSON_NULL); /* a text without a document is None */
		return !fy_parser_get_stream_error(parser) && is_blank(r->source);
	}
	second = fy_parse_load_document(parser);
	value = !second && !fy_parser_get_stream_error(parser) ? construct(r, fy_document_root(document))
							       : NULL;
	fy_parse_document_destroy(parser, second);
	fy_parse_document_destroy(parser, document);
	*out = value;
	return value && gwt_aws_yaml_tabs_fit(r->source, r->inside);
}

bool gwt_aws_yaml_read(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out,
		       struct gwt_span *crash)
{
	/* FYPCF_QUIET alone does not keep its parser from printing; collected messages are dropped */
	static const struct fy_diag_cfg quiet = { .fp = NULL, .level = FYET_MAX };
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_ALLOW_DUPLICATE_KEYS |
					     FYPCF_SLOPPY_FLOW_INDENTATION };
	/* libfyaml looks at the byte after the end */
	struct reader r = { .yaml = { .arena = arena }, .source = { gwt_arena_cstr(arena, text), text.len } };
	struct fy_parser *parser;
	bool ok = false;

	*crash = GWT_ABSENT;
	if (!is_printable_text(text))
		return false;
	r.inside = gwt_arena_array(arena, bool, text.len + 1);
	cfg.diag = fy_diag_create(&quiet);
	parser = fy_parser_create(&cfg);
	if (parser)
		ok = fy_parser_set_string(parser, r.source.ptr, r.source.len) == 0 &&
		     read_documents(&r, parser, out);
	fy_parser_destroy(parser);
	fy_diag_destroy(cfg.diag);
	*crash = r.yaml.crash;
	return ok;
}
