/*
 * arena.h - memory that is dropped in one call.
 *
 * One arena per exchange, cassette or command: everything that lives as long as
 * it does is taken from it and never freed alone. A zeroed arena is ready to use.
 * Out of memory aborts: sizes of input are limited before they get here.
 */
#ifndef GWT_BASE_ARENA_H
#define GWT_BASE_ARENA_H

#include <stdarg.h>

#include "lib/base/span.h"

struct gwt_arena_block;

struct gwt_arena {
	struct gwt_arena_block *head;
	size_t used; /* bytes handed out since the last reset, for limits and statistics */
};

/*
 * An arena over the `size` zeroed bytes at `memory`, which the caller owns and which outlive it. When they
 * are used up, it allocates as any other arena, and gwt_arena_extent() returns 0.
 */
void gwt_arena_init_in(struct gwt_arena *arena, void *memory, size_t size);
/* How many bytes of that memory are in use; 0 when it was not enough. */
size_t gwt_arena_extent(const struct gwt_arena *arena);
/* Drop everything. Takes a zeroed arena; leaves it zeroed. */
void gwt_arena_release(struct gwt_arena *arena);
/* Overwrite every byte, then drop everything: for an arena that held secrets. */
void gwt_arena_wipe(struct gwt_arena *arena);
/*
 * Forget what was handed out but keep the newest block, unless an item over 1 MiB made it larger than usual:
 * no system call in steady state, and no memory that only one exchange needed.
 */
void gwt_arena_reset(struct gwt_arena *arena);

/* Zeroed bytes, aligned for any type. `size` 0 gives a valid pointer. */
void *gwt_arena_alloc(struct gwt_arena *arena, size_t size);
/* The same for `count` items; aborts when the product overflows, as when memory is out. */
void *gwt_arena_items(struct gwt_arena *arena, size_t size, size_t count);
/* Unzeroed bytes without alignment, for text. */
char *gwt_arena_bytes(struct gwt_arena *arena, size_t size);
/* A copy, followed by a NUL that is not counted. An absent span stays absent. */
struct gwt_span gwt_arena_copy(struct gwt_arena *arena, struct gwt_span s);
char *gwt_arena_cstr(struct gwt_arena *arena, struct gwt_span s);
struct gwt_span gwt_arena_printf(struct gwt_arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct gwt_span gwt_arena_vprintf(struct gwt_arena *arena, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

#define gwt_arena_new(arena, type)          ((type *)gwt_arena_alloc((arena), sizeof(type)))
#define gwt_arena_array(arena, type, count) ((type *)gwt_arena_items((arena), sizeof(type), (count)))

/*
 * Make room for one more item in an array in the arena. When `len` has reached `cap`, `items` and `cap`
 * change; the old storage stays in the arena until it is dropped.
 */
#define GWT_GROW(arena, items, len, cap)                                                                     \
	((void)((items) = gwt_arena_grown((arena), (items), sizeof(*(items)), (len), &(cap))))
void *gwt_arena_grown(struct gwt_arena *arena, void *items, size_t size, size_t len, size_t *cap);

/* malloc and realloc that abort when memory is out; for long-lived objects. */
void *gwt_xcalloc(size_t count, size_t size);
void *gwt_xrealloc(void *ptr, size_t size);
char *gwt_xstrdup(const char *text);

#endif
