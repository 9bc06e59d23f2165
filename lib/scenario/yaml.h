/*
 * yaml.h - one strict YAML 1.2 document as an exact JSON value.
 *
 * Core schema, read so that nothing is guessed: null, true, false and numbers in JSON's spelling have their
 * JSON type; other number spellings (0x1f, 007, .5, .inf) are refused, everything else is text. Refused as
 * well: anchors, aliases, tags, directives, a second document, duplicate or non-text keys, keys without a
 * value, tabs in the indentation, CR, other control bytes, text that is not UTF-8.
 *
 * Each value's `offset` and each member's `name_offset` is its place in the text. Only yaml.c knows libfyaml.
 */
#ifndef GWT_SCENARIO_YAML_H
#define GWT_SCENARIO_YAML_H

#include "lib/json/json.h"

#define GWT_MAX_YAML_DEPTH   64
#define GWT_MAX_YAML_MEMBERS 4096 /* keys of one mapping: they are compared pair by pair */

/* Everything is in `arena`. GWT_EPARSE: "PATH:LINE:COLUMN: reason". */
gwt_status gwt_yaml_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_json **out, struct gwt_error *err);

/* The same for the files of other tools: a scalar may be !!binary, which gives a string of its bytes. */
gwt_status gwt_yaml_parse_foreign(struct gwt_arena *arena, const char *path, struct gwt_span text,
				  struct gwt_json **out, struct gwt_error *err);

/* The meaning of a plain scalar; ODD_NUMBER is a number that JSON spells differently. */
enum gwt_yaml_plain {
	GWT_YAML_TEXT,
	GWT_YAML_NULL,
	GWT_YAML_TRUE,
	GWT_YAML_FALSE,
	GWT_YAML_NUMBER,
	GWT_YAML_ODD_NUMBER
};
enum gwt_yaml_plain gwt_yaml_plain(struct gwt_span text);

#endif
