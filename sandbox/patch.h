/*
 * patch.h - patch operations of the Update calls.
 *
 * What can be patched of a kind of object is a table. A path is a JSON pointer in
 * which only ~1 and ~0 are escapes: clients that leave a plain `~` alone (the
 * Terraform provider) are understood. An operation finds its path, then its target,
 * and only then changes anything; where it is recorded that AWS refuses a target
 * that is not there, the row says so.
 */
#ifndef GWT_SANDBOX_PATCH_H
#define GWT_SANDBOX_PATCH_H

#include "sandbox/call.h"

enum {
	GWT_PATCH_ADD = 1 << 0,
	GWT_PATCH_REMOVE = 1 << 1,
	GWT_PATCH_REPLACE = 1 << 2,
	GWT_PATCH_ANY = 7,
	GWT_PATCH_COPY = 1 << 3,
	GWT_PATCH_MOVE = 1 << 4,
	GWT_PATCH_TEST = 1 << 5,
	GWT_PATCH_FINDING = GWT_PATCH_REMOVE | GWT_PATCH_REPLACE,
};

enum gwt_patch_value {
	GWT_PATCH_TEXT,
	GWT_PATCH_INTEGER, /* a text that is not a number becomes -1, which every range refuses */
	GWT_PATCH_DOUBLE,  /* written as Java writes one: 50 is 50.0 (recorded) */
	GWT_PATCH_BOOLEAN, /* "true" is true, every other text is false (recorded) */
	GWT_PATCH_LIST,    /* the last segment is the item itself */
};

struct gwt_patch_rule {
	const char *path; /* "*" is one segment: a map's key or a list's item. NULL ends a table */
	unsigned ops;
	enum gwt_patch_value value;
	/* the operations that fail with `absent` where their target is missing; 0: none does */
	unsigned finding;
	enum gwt_rule absent;
	enum gwt_rule wrong_op; /* error for an operation that the path refuses; 0: the style's */
};

/* How a kind of object refuses a path or an operation. The texts were recorded for the kinds named. */
enum gwt_patch_style {
	GWT_PATCH_LISTS_PATHS,   /* "Invalid patch path  '/x' specified for op 'add'. …" (resources) */
	GWT_PATCH_NAMES_PATH,    /* "Invalid patch path /x" (REST APIs, methods, method responses) */
	GWT_PATCH_NAMES_SETTING, /* "Invalid method setting path: /x. …" (stages) */
};

/* One operation of the input; texts that were not sent are absent. */
struct gwt_patch_op {
	unsigned op;
	struct gwt_span word, path, value, from;
};

/* Apply the input's patchOperations to `target`. After a failure, an undefined part of them was applied. */
bool gwt_patch(struct gwt_call *call, const struct gwt_patch_rule *rules, enum gwt_patch_style style,
	       struct gwt_json *target);

/* Note that the patched object is known no better than before. Call it before the first gwt_patch_one(). */
void gwt_patch_begin(struct gwt_call *call);
/* Apply one operation. */
bool gwt_patch_one(struct gwt_call *call, const struct gwt_patch_rule *rules, enum gwt_patch_style style,
		   struct gwt_json *target, const struct gwt_patch_op *op);

/* The i-th operation; false when there is none. */
bool gwt_patch_next(struct gwt_call *call, size_t i, struct gwt_patch_op *out);
/* Whether one of the input's operations is `op` on a path that begins with `prefix`. */
bool gwt_patch_has(struct gwt_call *call, unsigned op, const char *prefix);
/* "replace:/path", as kinds.inc names a patch. */
struct gwt_span gwt_patch_kind(struct gwt_call *call, const struct gwt_patch_op *op, const char *path);
/* A segment of a path with its ~1 and ~0 undone. */
struct gwt_span gwt_patch_unescape(struct gwt_call *call, struct gwt_span segment);
/* `value` as JSON of this kind. */
struct gwt_json *gwt_patch_json(struct gwt_call *call, enum gwt_patch_value kind, struct gwt_span value);
/* A number as Java writes a double. */
struct gwt_json *gwt_json_double(struct gwt_arena *arena, struct gwt_span text);

#endif
