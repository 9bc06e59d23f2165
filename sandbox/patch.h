/*
 * patch.h - patch operations of the Update calls.
 *
 * What can be patched of a kind of object is a table. A path is a JSON pointer in
 * which only ~1 and ~0 are escapes: clients that leave a plain `~` alone (the
 * Terraform provider) are understood.
 */
#ifndef GWT_SANDBOX_PATCH_H
#define GWT_SANDBOX_PATCH_H

#include "sandbox/call.h"

enum { GWT_PATCH_ADD = 1 << 0, GWT_PATCH_REMOVE = 1 << 1, GWT_PATCH_REPLACE = 1 << 2, GWT_PATCH_ANY = 7 };

enum gwt_patch_value {
	GWT_PATCH_TEXT,
	GWT_PATCH_INTEGER, /* what is no number becomes -1, which every range refuses */
	GWT_PATCH_BOOLEAN, /* "true" is true, all else false (recorded) */
	GWT_PATCH_LIST,    /* the last segment is the item itself */
};

struct gwt_patch_rule {
	const char *path; /* "*" is one segment: a map's key or a list's item. NULL ends a table */
	unsigned ops;
	enum gwt_patch_value value;
};

/* How a kind of object refuses a path or an operation; the texts are recorded for the kinds named here. */
enum gwt_patch_style {
	GWT_PATCH_LISTS_PATHS, /* "Invalid patch path  '/x' specified for op 'add'. …" (resources, models) */
	GWT_PATCH_NAMES_PATH,  /* "Invalid patch path /x" (REST APIs, methods) */
	GWT_PATCH_NAMES_SETTING, /* "Invalid method setting path: /x. …" (stages) */
};

/* One operation of the input, texts absent where they were not sent. */
struct gwt_patch_op {
	unsigned op; /* 0: move, copy or test */
	struct gwt_span word, path, value;
};

/* Apply the input's patchOperations to `target`, all or, on failure, an undefined part. */
bool gwt_patch(struct gwt_call *call, const struct gwt_patch_rule *rules, enum gwt_patch_style style,
	       struct gwt_json *target);

/* One of them. */
bool gwt_patch_one(struct gwt_call *call, const struct gwt_patch_rule *rules, enum gwt_patch_style style,
		   struct gwt_json *target, const struct gwt_patch_op *op);

/* The i-th operation; false when there is none, or when it is invalid: then the call has failed. */
bool gwt_patch_next(struct gwt_call *call, size_t i, struct gwt_patch_op *out);
/* A segment with ~1 and ~0 undone. */
struct gwt_span gwt_patch_unescape(struct gwt_call *call, struct gwt_span segment);
/* What `value` is as JSON. */
struct gwt_json *gwt_patch_json(struct gwt_call *call, enum gwt_patch_value kind, struct gwt_span value);

#endif
