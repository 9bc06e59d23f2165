/*
 * related.h - which calls are related: which may see each other's effect.
 *
 * One relation, computed from requests and answers and never from timing (docs/related.md explains it row by
 * row, in the order of the table in related.c). The recorder keeps calls in an order that respects it, and
 * the replay refuses only what it forbids.
 *
 * A trace is a list of calls in the order in which they were made, with what their requests and answers show:
 * which object is below which, and which one names which. The relation of calls can be asked for before their
 * answers are known. Everything of a trace lives in its arena; the texts and trees that are passed to it must
 * live as long.
 */
#ifndef GWT_MODEL_RELATED_H
#define GWT_MODEL_RELATED_H

#include "lib/json/json.h"
#include "lib/model/service.h"

struct gwt_related_call {
	struct gwt_span method, path, query;     /* as sent */
	const struct gwt_json *request, *answer; /* the bodies; NULL where there is none or it is not JSON */
	int status;                              /* of the answer; 0 while there is none */
	const size_t *givers; /* earlier calls whose answers gave an id that this one uses */
	size_t giver_count;
};

struct gwt_trace;

struct gwt_trace *gwt_trace_new(struct gwt_arena *arena);
/* Append a call; returns its number, from 0. */
size_t gwt_trace_add(struct gwt_trace *trace, const struct gwt_related_call *call);
/* Set the answer of a call that had none when it was added. */
void gwt_trace_answer(struct gwt_trace *trace, size_t call, const struct gwt_json *answer, int status);
/* The operation that a call names; NULL when its route is not one of the service. */
const struct gwt_service_operation *gwt_service_operation_of(struct gwt_arena *scratch,
							     struct gwt_span method, struct gwt_span path,
							     struct gwt_span query);

/* Its name for people: "PutRestApi", or "LOCK of an unknown operation", which may live in `arena`. */
struct gwt_span gwt_service_name_of(struct gwt_arena *arena, struct gwt_span method, struct gwt_span path,
				    struct gwt_span query);

struct gwt_relation {
	int rule;        /* 1 flow, 2 paths, 3 a row of the service, 4 unknown effects; 0: not related */
	const char *row; /* the text of that rule, or of its row */
};

/* How two calls are related; `first` was made first. The first rule that applies is named. */
struct gwt_relation gwt_trace_relation(struct gwt_trace *trace, size_t first, size_t second);
/* The same by rule 1 alone, or by rules 1 and 2, up to `rule` (for proxy recordings without a version). */
struct gwt_relation gwt_trace_relation_up_to(struct gwt_trace *trace, int rule, size_t first, size_t second);

/* Whether an equal second call does the same again, so that the service gives the same answer. */
bool gwt_operation_repeats(const struct gwt_service_operation *operation);

#endif
