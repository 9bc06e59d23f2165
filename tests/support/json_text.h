/*
 * json_text.h - what the tests of lib/json have in common: an arena, a buffer, and values made of texts.
 *
 * The suite's init and fini make and release both.
 */
#ifndef GWT_TESTS_SUPPORT_JSON_TEXT_H
#define GWT_TESTS_SUPPORT_JSON_TEXT_H

#include "lib/json/json.h"
#include "lib/json/write.h"

extern struct gwt_arena arena;
extern struct gwt_buf buf;

/* The value of a text that must be valid. */
struct gwt_json *parse(struct gwt_span text);
/* The same for a C string, read from a guarded page. */
struct gwt_json *parse_text(const char *text);
/* The fault of a text, from which no value may be returned. */
struct gwt_json_problem fault_of(struct gwt_span text);

/* Both write into `buf`; the result is valid until the next call. */
const char *canonical(struct gwt_json *json);
const char *written(struct gwt_json *json, enum gwt_json_layout layout);

#endif
