/*
 * internal.h - the objects of gwtape.h, for the files of this folder.
 */
#ifndef GWTAPE_INTERNAL_H
#define GWTAPE_INTERNAL_H

#include "lib/json/json.h"
#include "lib/match/catalog.h"
#include "libgwtape/gwtape.h"

struct gwtape_tape {
	struct gwt_catalog catalog; /* of a folder */
	struct gwt_arena arena;     /* of cassettes in memory */
	struct gwt_cassettes cassettes;
	const struct gwt_index *index; /* of either */
	char **names;                  /* scenarios and groups that were asked for, in the arena */
	size_t name_count;
};

struct gwtape_result {
	struct gwt_arena arena;
	enum gwtape_status status;
	const char *verdict, *text, *json; /* in the arena */
};

/* An internal failure as the library reports it. */
enum gwtape_status gwtape_fail(struct gwtape_error *error, enum gwtape_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
enum gwtape_status gwtape_failed(struct gwtape_error *error, const struct gwt_error *err);

/* A result that holds copies of all texts. */
struct gwtape_result *gwtape_result_new(enum gwtape_status status, const char *verdict, struct gwt_span text,
					const struct gwt_json *json);

/* Bytes of the caller's, which outlive the arena: malloc()ed, with a NUL after them. */
char *gwtape_bytes(struct gwt_span bytes, size_t *length);

#endif
