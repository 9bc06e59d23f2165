/*
 * pyval.h - JSON values as CPython reads, prints and names them.
 *
 * The AWS CLI is a Python program: what it prints for a wrong value, how it words
 * a JSON error and how it spells a number are CPython's. Values are trees of
 * struct gwt_json (lib/json/json.h) with three additions:
 *
 *  - `tag` of a node says what JSON cannot (enum gwt_py_tag), and what type the
 *    key of a mapping had;
 *  - a NUMBER is an int when its token is only digits (and a sign), else a float
 *    in repr() form: 1.5, 1e+16, nan, inf, -inf;
 *  - text is UTF-8 that may hold a lone surrogate, as a Python str may, in its
 *    three-byte form; such a text is never printed or sent unescaped.
 *
 * Reference: CPython 3.11 (Objects/longobject.c, Modules/_json.c,
 * Objects/unicodeobject.c). Pure; everything lives in the arena that is passed.
 */
#ifndef GWT_AWSCLI_PYVAL_PYVAL_H
#define GWT_AWSCLI_PYVAL_PYVAL_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

enum gwt_py_tag {
	GWT_PY_PLAIN,    /* what the JSON type says */
	GWT_PY_BYTES,    /* STRING: raw bytes */
	GWT_PY_DATE,     /* STRING: 2020-01-01 */
	GWT_PY_DATETIME, /* STRING: 2020-01-01 10:00:00 */
	GWT_PY_ORDERED,  /* OBJECT: an OrderedDict */
	GWT_PY_SET,      /* OBJECT: the names are the members */
	GWT_PY_OPAQUE,   /* NULL: an object without a JSON form; text.ptr is for its owner */
	GWT_PY_TAGS = 0x0f,
	/* for the name of a member: its key was not a str */
	GWT_PY_KEY_INT = 0x10,
	GWT_PY_KEY_FLOAT = 0x20,
	GWT_PY_KEY_BOOL = 0x30,
	GWT_PY_KEY_NONE = 0x40,
	GWT_PY_KEY_DATE = 0x50,
	GWT_PY_KEYS = 0xf0,
};

static inline unsigned gwt_py_tag(const struct gwt_json *value)
{
	return value->tag & GWT_PY_TAGS;
}

bool gwt_py_is_dict(const struct gwt_json *value);
bool gwt_py_is_str(const struct gwt_json *value);
bool gwt_py_is_bool(const struct gwt_json *value);
bool gwt_py_is_int(const struct gwt_json *value); /* not a bool */
bool gwt_py_is_float(const struct gwt_json *value);
/* type(value).__name__: int, str, NoneType, OrderedDict, … */
const char *gwt_py_type_name(const struct gwt_json *value);
/* The same with its module, as in <class 'collections.OrderedDict'>. */
const char *gwt_py_class_name(const struct gwt_json *value);
/* The type of a member's key. */
const char *gwt_py_key_class_name(const struct gwt_json *member);
/* Replace the value of `old`, which keeps its name and its place. `value` is not part of a tree. */
void gwt_py_replace(struct gwt_json *old, const struct gwt_json *value);
/* bool(value) */
bool gwt_py_truth(const struct gwt_json *value);
/* a == b: numbers by value whatever their type, True is 1 and False is 0, mappings in any order. */
bool gwt_py_equal(const struct gwt_json *a, const struct gwt_json *b);

/* str(value), repr(value), and repr() of a str. */
void gwt_py_str(struct gwt_buf *out, const struct gwt_json *value);
void gwt_py_repr(struct gwt_buf *out, const struct gwt_json *value);
void gwt_py_repr_text(struct gwt_buf *out, struct gwt_span text);
void gwt_py_repr_bytes(struct gwt_buf *out, struct gwt_span bytes);

struct gwt_py_dumps {
	bool ascii; /* ensure_ascii */
	int indent; /* spaces for each level; 0: one line */
	const char *comma, *colon;
};
/* json.dumps(value); the CLI sends with ", ", ": " and `ascii`. False for a value that has no JSON form. */
bool gwt_py_json_write(struct gwt_buf *out, const struct gwt_json *value, const struct gwt_py_dumps *how);

/*
 * json.loads(text). False: *message is str() of the exception, in `arena`; `recursion` is set when the text
 * is nested too deeply, which is not a ValueError. `ordered`: objects are OrderedDict.
 */
struct gwt_py_json_fault {
	struct gwt_span message;
	bool recursion;
};
bool gwt_py_json_read(struct gwt_arena *arena, struct gwt_span text, bool ordered, struct gwt_json **out,
		      struct gwt_py_json_fault *fault);

/* int(text) in canonical digits. False: *message is str() of the ValueError. */
bool gwt_py_int(struct gwt_arena *arena, struct gwt_span text, struct gwt_span *out,
		struct gwt_span *message);
/* float(text); false when it is not a number. */
bool gwt_py_float(struct gwt_span text, double *out);
/* repr(float): the shortest digits that read back as the same double. */
void gwt_py_float_repr(struct gwt_buf *out, double value);
/* The double nearest to an int or float token. */
double gwt_py_to_double(struct gwt_span token);
struct gwt_json *gwt_py_new_float(struct gwt_arena *arena, double value);
/* Exact integers of any size, as digits with an optional '-'. */
int gwt_py_int_cmp(struct gwt_span a, struct gwt_span b);
struct gwt_span gwt_py_int_add(struct gwt_arena *arena, struct gwt_span a, struct gwt_span b);
/* Compare two numbers of any type: *out is below, equal to or above 0. False when one is nan. */
bool gwt_py_number_cmp(const struct gwt_json *a, const struct gwt_json *b, int *out);

/* Deepest nesting that json.loads takes. CPython's own limit depends on its stack and is near this one. */
#define GWT_PY_MAX_DEPTH 990
/* int() refuses more digits (sys.int_info.default_max_str_digits). */
#define GWT_PY_MAX_INT_DIGITS 4300

#endif
