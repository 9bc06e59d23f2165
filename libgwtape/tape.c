/* tape.c - cassettes to hold clients to, from a folder or from memory. */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/cassette/codec.h"
#include "lib/match/index.h"
#include "libgwtape/internal.h"

/* Copies, since the functions below take char **. */
static char **words(struct gwt_arena *arena, const char *const *names, size_t count)
{
	char **copy = gwt_arena_array(arena, char *, count + 1);

	for (size_t i = 0; i < count; i++)
		copy[i] = gwt_arena_cstr(arena, gwt_span_of(names[i]));
	return copy;
}

enum gwtape_status gwtape_tape_open(const char *folder, const char *const *names, size_t name_count,
				    struct gwtape_tape **out, struct gwtape_error *error)
{
	struct gwtape_tape *tape = gwt_xcalloc(1, sizeof(*tape));
	struct gwt_catalog_source source = { .source = folder, .name_count = name_count };
	struct gwt_error err;

	source.names = tape->names = words(&tape->arena, names, name_count);
	tape->name_count = name_count;
	if (gwt_catalog_open(&source, &tape->catalog, &err) != GWT_OK) {
		gwtape_tape_free(tape);
		return gwtape_failed(error, &err);
	}
	tape->index = tape->catalog.index;
	*out = tape;
	return GWTAPE_OK;
}

static int by_scenario(const void *a, const void *b)
{
	const struct gwt_cassette *left = a, *right = b;

	return gwt_span_cmp(left->scenario, right->scenario);
}

/* Sorted as a folder's are, and each scenario once. */
static gwt_status sort_and_index(struct gwtape_tape *tape, struct gwt_error *err)
{
	struct gwt_cassettes *all = &tape->cassettes;

	if (!all->len)
		return gwt_fail(err, GWT_EUNCHECKED, "no cassettes were given");
	qsort(all->items, all->len, sizeof(*all->items), by_scenario);
	for (size_t i = 1; i < all->len; i++)
		if (gwt_span_eq(all->items[i - 1].scenario, all->items[i].scenario))
			return gwt_fail(err, GWT_EPARSE,
					"two cassettes are of the scenario '" GWT_SPAN_FMT "'",
					GWT_SPAN_ARG(all->items[i].scenario));
	tape->index = gwt_index_make(all, &tape->arena);
	return GWT_OK;
}

enum gwtape_status gwtape_tape_read(const char *const *texts, const size_t *lengths, size_t count,
				    struct gwtape_tape **out, struct gwtape_error *error)
{
	struct gwtape_tape *tape = gwt_xcalloc(1, sizeof(*tape));
	struct gwt_error err;
	gwt_status status = GWT_OK;

	tape->cassettes.items = gwt_arena_array(&tape->arena, struct gwt_cassette, count + 1);
	for (size_t i = 0; i < count && status == GWT_OK; i++) {
		struct gwt_span text =
			gwt_arena_copy(&tape->arena, (struct gwt_span){ texts[i], lengths[i] });
		struct gwt_span name = gwt_arena_printf(&tape->arena, "cassette %zu", i);

		status = gwt_cassette_parse(&tape->arena, name.ptr, text,
					    &tape->cassettes.items[tape->cassettes.len++], &err);
	}
	if (status == GWT_OK)
		status = sort_and_index(tape, &err);
	if (status != GWT_OK) {
		gwtape_tape_free(tape);
		return gwtape_failed(error, &err);
	}
	*out = tape;
	return GWTAPE_OK;
}

void gwtape_tape_free(struct gwtape_tape *tape)
{
	if (!tape)
		return;
	gwt_catalog_close(&tape->catalog);
	gwt_arena_release(&tape->arena);
	free(tape);
}
