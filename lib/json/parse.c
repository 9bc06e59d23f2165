/*
 * parse.c - strict RFC 8259 parser: one pass, no recursion, nothing but the arena.
 *
 * Open containers are a stack of frames, so that hostile nesting costs a named
 * error and not the program's stack.
 */
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/text.h"

enum {
	MEMBERS_COMPARED_ONE_BY_ONE = 16,
	LARGE_TEXT_BYTES = 128 * 1024,
	NODES_AT_ONCE = (2 * 1024 * 1024 - 1024) /
			sizeof(struct gwt_json), /* as many as one large page of an arena holds */
};

/* The names of a large object, by hash: the search for duplicates must not be quadratic. */
struct name_set {
	struct gwt_json **slots; /* in the arena; NULL while the object is small */
	size_t slot_count;       /* a power of two */
};

struct frame {
	struct gwt_json *node;
	struct name_set names;
};

struct parser {
	struct gwt_arena *arena;
	struct gwt_span text;
	size_t at;
	struct gwt_json_problem *problem;
	struct gwt_json *spare; /* nodes for the next values of a large text */
	size_t spare_count;
	size_t depth;
	struct frame frames[GWT_MAX_JSON_DEPTH];
};

/* Refuse the byte at the current place, which may not even be a character. */
static bool unexpected(struct parser *p, const char *wanted)
{
	struct gwt_span rest = gwt_span_slice(p->text, p->at, p->text.len);

	if (rest.len == 0)
		return gwt_json_refuse(p->problem, GWT_JSON_NOT_JSON, p->at,
				       "the text ends where %s is expected", wanted);
	if (!gwt_json_utf8_length(rest))
		return gwt_json_refuse(p->problem, GWT_JSON_INVALID_UTF8, p->at,
				       "byte 0x%02x is not UTF-8 here", (unsigned char)rest.ptr[0]);
	return gwt_json_refuse(p->problem, GWT_JSON_NOT_JSON, p->at, "expected %s", wanted);
}

static void skip_white_space(struct parser *p)
{
	while (p->at < p->text.len) {
		char c = p->text.ptr[p->at];

		if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
			return;
		p->at++;
	}
}

static bool is_at(const struct parser *p, char c)
{
	return p->at < p->text.len && p->text.ptr[p->at] == c;
}

static bool is_at_digit(const struct parser *p)
{
	return p->at < p->text.len && p->text.ptr[p->at] >= '0' && p->text.ptr[p->at] <= '9';
}

static bool skip_digits(struct parser *p)
{
	if (!is_at_digit(p))
		return unexpected(p, "a digit");
	while (is_at_digit(p))
		p->at++;
	return true;
}

static bool skip_exponent(struct parser *p)
{
	p->at++;
	if (is_at(p, '+') || is_at(p, '-'))
		p->at++;
	return skip_digits(p);
}

static bool parse_number(struct parser *p, struct gwt_json *node)
{
	size_t start = p->at;

	if (is_at(p, '-'))
		p->at++;
	if (is_at(p, '0'))
		p->at++; /* the caller refuses a digit after it */
	else if (!skip_digits(p))
		return false;
	if (is_at(p, '.')) {
		p->at++;
		if (!skip_digits(p))
			return false;
	}
	if ((is_at(p, 'e') || is_at(p, 'E')) && !skip_exponent(p))
		return false;
	node->type = GWT_JSON_NUMBER;
	node->text = gwt_span_slice(p->text, start, p->at);
	return true;
}

static bool parse_string(struct parser *p, struct gwt_span *out)
{
	struct gwt_json_string string;

	if (!gwt_json_check_string(p->text, p->at, &string, p->problem))
		return false;
	*out = gwt_json_decode_string(p->arena, &string);
	p->at = string.end;
	return true;
}

static bool parse_literal(struct parser *p, struct gwt_json *node)
{
	static const struct {
		const char *word;
		enum gwt_json_type type;
	} rows[] = { { "null", GWT_JSON_NULL }, { "false", GWT_JSON_FALSE }, { "true", GWT_JSON_TRUE } };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		if (!is_at(p, rows[i].word[0]))
			continue;
		for (const char *c = rows[i].word; *c; c++, p->at++)
			if (!is_at(p, *c))
				return unexpected(p, rows[i].word);
		node->type = rows[i].type;
		return true;
	}
	return unexpected(p, "a value");
}

static bool open_container(struct parser *p, struct gwt_json *node, enum gwt_json_type type)
{
	if (p->depth == GWT_MAX_JSON_DEPTH)
		return gwt_json_refuse(p->problem, GWT_JSON_TOO_DEEP, p->at, "more than %d levels deep",
				       GWT_MAX_JSON_DEPTH);
	node->type = type;
	p->frames[p->depth++] = (struct frame){ .node = node };
	p->at++;
	return true;
}

/* The nodes of a large text are allocated together: page faults would otherwise take longer than parsing. */
static struct gwt_json *new_node(struct parser *p)
{
	if (p->text.len < LARGE_TEXT_BYTES)
		return gwt_arena_new(p->arena, struct gwt_json);
	if (!p->spare_count) {
		p->spare = gwt_arena_array(p->arena, struct gwt_json, NODES_AT_ONCE);
		p->spare_count = NODES_AT_ONCE;
	}
	p->spare_count--;
	return p->spare++;
}

/* Parse a scalar, or open a container, which is then on top of the stack. */
static struct gwt_json *parse_value(struct parser *p)
{
	struct gwt_json *node = new_node(p);
	bool ok;

	skip_white_space(p);
	node->offset = (uint32_t)p->at;
	if (is_at(p, '"')) {
		node->type = GWT_JSON_STRING;
		ok = parse_string(p, &node->text);
	} else if (is_at(p, '{')) {
		ok = open_container(p, node, GWT_JSON_OBJECT);
	} else if (is_at(p, '[')) {
		ok = open_container(p, node, GWT_JSON_ARRAY);
	} else if (is_at(p, '-') || is_at_digit(p)) {
		ok = parse_number(p, node);
	} else {
		ok = parse_literal(p, node);
	}
	node->end = (uint32_t)p->at;
	return ok ? node : NULL;
}

static struct gwt_json **find_slot(const struct name_set *set, struct gwt_span name)
{
	size_t at = (size_t)gwt_hash(name) & (set->slot_count - 1);

	while (set->slots[at] && !gwt_span_eq(set->slots[at]->name, name))
		at = (at + 1) & (set->slot_count - 1);
	return &set->slots[at];
}

/* Make the set of all members when the object stops being small, and again, larger, when it is half full. */
static void grow_names(struct parser *p, struct frame *frame)
{
	struct name_set *set = &frame->names;

	set->slot_count = set->slot_count ? set->slot_count * 2 : MEMBERS_COMPARED_ONE_BY_ONE * 4;
	set->slots = gwt_arena_array(p->arena, struct gwt_json *, set->slot_count);
	for (struct gwt_json *m = frame->node->child; m; m = m->next)
		*find_slot(set, m->name) = m;
}

static bool has_member(struct parser *p, struct frame *frame, struct gwt_span name)
{
	if (frame->node->len < MEMBERS_COMPARED_ONE_BY_ONE)
		return gwt_json_get_span(frame->node, name) != NULL;
	if (frame->node->len * 2 >= frame->names.slot_count)
		grow_names(p, frame);
	return *find_slot(&frame->names, name) != NULL;
}

static bool parse_name(struct parser *p, struct frame *frame, struct gwt_span *name, size_t *offset)
{
	*offset = p->at;
	if (!is_at(p, '"'))
		return unexpected(p, frame->node->len ? "a member name" : "a member name or '}'");
	if (!parse_string(p, name))
		return false;
	if (has_member(p, frame, *name))
		return gwt_json_refuse(p->problem, GWT_JSON_DUPLICATE_MEMBER, *offset,
				       "a member of this name is there already");
	skip_white_space(p);
	if (!is_at(p, ':'))
		return unexpected(p, "':' after a member name");
	p->at++;
	return true;
}

static bool parse_child(struct parser *p, struct frame *frame)
{
	struct gwt_span name = { NULL, 0 };
	struct gwt_json *node;
	size_t name_offset = 0;

	if (frame->node->type == GWT_JSON_OBJECT && !parse_name(p, frame, &name, &name_offset))
		return false;
	node = parse_value(p);
	if (!node)
		return false;
	node->name = name;
	node->name_offset = (uint32_t)name_offset;
	gwt_json_append(frame->node, node);
	if (frame->names.slots)
		*find_slot(&frame->names, name) = node;
	return true;
}

/* Parse the next child of the innermost open container, or its end. */
static bool parse_on(struct parser *p)
{
	struct frame *frame = &p->frames[p->depth - 1];
	bool is_object = frame->node->type == GWT_JSON_OBJECT;

	skip_white_space(p);
	if (is_at(p, is_object ? '}' : ']')) {
		frame->node->end = (uint32_t)++p->at;
		p->depth--;
		return true;
	}
	if (frame->node->len) {
		if (!is_at(p, ','))
			return unexpected(p, is_object ? "',' or '}'" : "',' or ']'");
		p->at++;
		skip_white_space(p);
	}
	return parse_child(p, frame);
}

bool gwt_json_parse(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out,
		    struct gwt_json_problem *problem)
{
	struct parser p;
	struct gwt_json *root;

	p.arena = arena;
	p.text = text;
	p.at = 0;
	p.problem = problem;
	p.spare_count = 0;
	p.depth = 0;
	if (text.len > UINT32_MAX) /* offsets have 32 bits */
		return gwt_json_refuse(problem, GWT_JSON_TOO_LARGE, 0, "the text is over 4 GiB");
	if (gwt_span_starts(text, GWT_SPAN("\xef\xbb\xbf")))
		return gwt_json_refuse(problem, GWT_JSON_BYTE_ORDER_MARK, 0,
				       "the text begins with a byte order mark");
	root = parse_value(&p);
	if (!root)
		return false;
	while (p.depth)
		if (!parse_on(&p))
			return false;
	skip_white_space(&p);
	if (p.at < text.len)
		return unexpected(&p, "the end of the text");
	*out = root;
	return true;
}

gwt_status gwt_json_parse_file(struct gwt_arena *arena, const char *path, struct gwt_span text,
			       struct gwt_json **out, struct gwt_error *err)
{
	struct gwt_json_problem problem;
	size_t line, column;

	if (gwt_json_parse(arena, text, out, &problem))
		return GWT_OK;
	gwt_file_position(text, problem.offset, &line, &column);
	return gwt_fail(err, GWT_EPARSE, "%s:%zu:%zu: %s", path, line, column, problem.detail);
}
