/*
 * json.h - exact JSON values.
 *
 * Strict RFC 8259 parser into a tree that keeps what doubles and C strings lose:
 * a number stays the token that was written, a string is its decoded UTF-8 (it may
 * hold NUL), members keep their order, and each value knows the bytes it came
 * from. Nothing invalid is accepted; docs/json.md lists what is refused and how.
 *
 * All nodes and strings live in the arena given to the parser or builder; a
 * string without escapes views the source text, which must therefore outlive the
 * tree too.
 */
#ifndef GWT_JSON_JSON_H
#define GWT_JSON_JSON_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

enum __attribute__((packed)) gwt_json_type {
	GWT_JSON_NULL,
	GWT_JSON_FALSE,
	GWT_JSON_TRUE,
	GWT_JSON_NUMBER,
	GWT_JSON_STRING,
	GWT_JSON_ARRAY,
	GWT_JSON_OBJECT,
};

/* It has 80 bytes, because a tree can have half as many nodes as its source has bytes. */
struct gwt_json {
	enum gwt_json_type type;
	uint16_t tag; /* for the user of a tree; 0 when parsed or built, kept by gwt_json_copy() */
	/* 32 bits are enough: no text here is over 4 GiB */
	uint32_t offset, end;          /* the value's bytes are source[offset, end); 0, 0 when built */
	uint32_t name_offset;          /* place of the opening quote of the member name */
	struct gwt_span text;          /* NUMBER: the token; STRING: decoded bytes */
	struct gwt_span name;          /* decoded member name, inside an object; else absent */
	struct gwt_json *child, *last; /* ARRAY, OBJECT: first and last child */
	struct gwt_json *next;         /* sibling */
	size_t len;                    /* ARRAY, OBJECT: number of children */
};

/* Why a text is not acceptable JSON. The words are DESIGN's `bodyError`. */
#define GWT_JSON_FAULT_MAP(X)                                                                                \
	X(GWT_JSON_OK, "")                                                                                   \
	X(GWT_JSON_NOT_JSON, "not-json")                                                                     \
	X(GWT_JSON_INVALID_UTF8, "invalid-utf8")                                                             \
	X(GWT_JSON_BYTE_ORDER_MARK, "byte-order-mark")                                                       \
	X(GWT_JSON_DUPLICATE_MEMBER, "duplicate-member")                                                     \
	X(GWT_JSON_LONE_SURROGATE, "lone-surrogate")                                                         \
	X(GWT_JSON_TOO_DEEP, "too-deep")                                                                     \
	X(GWT_JSON_TOO_LARGE, "too-large") /* the caller's limit; it was not parsed */

enum gwt_json_fault {
#define X(name, word) name,
	GWT_JSON_FAULT_MAP(X)
#undef X
};

const char *gwt_json_fault_word(enum gwt_json_fault fault);
const char *gwt_json_type_word(enum gwt_json_type type); /* null boolean number string array object */

struct gwt_json_problem {
	enum gwt_json_fault fault;
	size_t offset;    /* place of the byte that was not accepted */
	char detail[128]; /* "expected ':' after a member name": words of ours, a byte or a number */
};

/*
 * Parse exactly one value with optional white space around it. On failure *problem (may be
 * NULL) says why; the first fault in the text is the one reported. Depth limit GWT_MAX_JSON_DEPTH.
 */
bool gwt_json_parse(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out,
		    struct gwt_json_problem *problem);

/* The same for a file: GWT_EPARSE with "FILE:LINE:COLUMN: reason". */
gwt_status gwt_json_parse_file(struct gwt_arena *arena, const char *path, struct gwt_span text,
			       struct gwt_json **out, struct gwt_error *err);

/* Number of nodes of a tree; counting stops at `max`. */
size_t gwt_json_count(const struct gwt_json *json, size_t max);

/* NULL when there is no such member or item, or when `json` is NULL or not an object (an array). */
struct gwt_json *gwt_json_get(const struct gwt_json *json, const char *name);
struct gwt_json *gwt_json_get_span(const struct gwt_json *json, struct gwt_span name);
struct gwt_json *gwt_json_at(const struct gwt_json *json, size_t index);
/* Text of a string member; absent when the member is missing or not a string. */
struct gwt_span gwt_json_get_text(const struct gwt_json *json, const char *name);
/* False for NULL. */
static inline bool gwt_json_is(const struct gwt_json *json, enum gwt_json_type type)
{
	return json && json->type == type;
}
/* Whether it is a number that is exactly an integer in [0, max] (or [min, max]). */
bool gwt_json_to_u64(const struct gwt_json *json, uint64_t max, uint64_t *out);
bool gwt_json_to_i64(const struct gwt_json *json, int64_t *out);
/*
 * Equal values: members in any order, numbers by exact value (1.0 equals 1, 1e2 equals 100,
 * -0 equals 0), strings by bytes.
 */
bool gwt_json_equal(const struct gwt_json *a, const struct gwt_json *b);

/* Whether bytes are well-formed UTF-8 (RFC 3629), as the text of a string must be. */
bool gwt_json_is_utf8(struct gwt_span s);

/* Make values. Strings are copied into the arena. */
struct gwt_json *gwt_json_new(struct gwt_arena *arena, enum gwt_json_type type);
struct gwt_json *gwt_json_new_string(struct gwt_arena *arena, struct gwt_span text);
struct gwt_json *gwt_json_new_number(struct gwt_arena *arena, int64_t value);
struct gwt_json *gwt_json_new_bool(struct gwt_arena *arena, bool value);
/* A deep copy; nothing is shared with `json`. */
struct gwt_json *gwt_json_copy(struct gwt_arena *arena, const struct gwt_json *json);
/* Append `value`, which must not be in a tree already, and return it. */
struct gwt_json *gwt_json_append(struct gwt_json *array, struct gwt_json *value);
struct gwt_json *gwt_json_add(struct gwt_arena *arena, struct gwt_json *object, const char *name,
			      struct gwt_json *value);
struct gwt_json *gwt_json_add_span(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span name,
				   struct gwt_json *value);
struct gwt_json *gwt_json_add_string(struct gwt_arena *arena, struct gwt_json *object, const char *name,
				     struct gwt_span text);
struct gwt_json *gwt_json_add_number(struct gwt_arena *arena, struct gwt_json *object, const char *name,
				     int64_t value);
struct gwt_json *gwt_json_add_bool(struct gwt_arena *arena, struct gwt_json *object, const char *name,
				   bool value);
struct gwt_json *gwt_json_add_object(struct gwt_arena *arena, struct gwt_json *object, const char *name);
struct gwt_json *gwt_json_add_array(struct gwt_arena *arena, struct gwt_json *object, const char *name);
/* Set or replace a member, whose place is kept; remove one (false when it is absent). */
void gwt_json_set(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span name,
		  struct gwt_json *value);
bool gwt_json_remove(struct gwt_json *object, struct gwt_span name);
/* Sort the members by the bytes of their UTF-8 names, here and in all objects below. */
void gwt_json_sort(struct gwt_json *json);

#endif
