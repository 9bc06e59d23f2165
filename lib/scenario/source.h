/*
 * source.h - private to the scenario files: the file that is read, and what is refused in it.
 *
 * Each mapping of the format is a table of its keys. Errors say where, and what to write instead.
 */
#ifndef GWT_SCENARIO_SOURCE_H
#define GWT_SCENARIO_SOURCE_H

#include "lib/scenario/scenario.h"

struct gwt_source {
	struct gwt_arena *arena;
	const char *path;
	struct gwt_span text;
	struct gwt_error *err;
};

#define GWT_SOURCE_ANY GWT_JSON_NULL /* as the type of a key: its reader checks the type */

/* A key of a mapping; a row with name NULL ends a table. */
struct gwt_source_key {
	const char *name;
	enum gwt_json_type type;
	bool required;
};

/* Always GWT_EPARSE: "PATH:LINE:COLUMN: reason". */
gwt_status gwt_source_refuse(const struct gwt_source *s, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The message is "WHAT must be text, this is a number". */
gwt_status gwt_source_refuse_type(const struct gwt_source *s, const struct gwt_json *value, const char *what,
				  enum gwt_json_type want);
/* Refuse a key that `keys` do not have. */
gwt_status gwt_source_refuse_key(const struct gwt_source *s, const struct gwt_json *value, const char *what,
				 const struct gwt_source_key *keys);
/* YAML's word for a type. */
const char *gwt_source_type_word(enum gwt_json_type type);
/* NULL when there is none. */
const struct gwt_source_key *gwt_source_key_named(const struct gwt_source_key *keys, struct gwt_span name);
/* Check that `map` is a mapping with these keys and no others. */
gwt_status gwt_source_map(const struct gwt_source *s, const struct gwt_json *map, const char *what,
			  const struct gwt_source_key *keys);

/* Check that the format accepts every "${name}" and {"$sub": …} in `value`. */
gwt_status gwt_source_values(const struct gwt_source *s, const struct gwt_json *value,
			     const struct gwt_json *declared);
/* Check the input of a step whose operation is known. */
gwt_status gwt_source_input(const struct gwt_source *s, const struct gwt_step *step,
			    const struct gwt_json *declared);

#endif
