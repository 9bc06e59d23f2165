#include "lib/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK_BYTES = 8 * 1024, MOST_BLOCK_BYTES = 1024 * 1024, ALIGN = 16 };

struct gwt_arena_block {
	struct gwt_arena_block *next;
	size_t used, size;
	bool borrowed;
	_Alignas(16) char bytes[];
};

static void die_out_of_memory(void)
{
	fputs("gwtape: out of memory\n", stderr);
	abort();
}

void *gwt_xcalloc(size_t count, size_t size)
{
	void *ptr = calloc(count ? count : 1, size ? size : 1);

	if (!ptr)
		die_out_of_memory();
	return ptr;
}

void *gwt_xrealloc(void *ptr, size_t size)
{
	ptr = realloc(ptr, size ? size : 1);
	if (!ptr)
		die_out_of_memory();
	return ptr;
}

char *gwt_xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(gwt_xrealloc(NULL, size), text, size);
}

void gwt_arena_init_in(struct gwt_arena *arena, void *memory, size_t size)
{
	struct gwt_arena_block *block = memory;

	*block = (struct gwt_arena_block){ .size = size - sizeof(*block), .borrowed = true };
	*arena = (struct gwt_arena){ .head = block };
}

size_t gwt_arena_extent(const struct gwt_arena *arena)
{
	return arena->head && arena->head->borrowed ? sizeof(*arena->head) + arena->head->used : 0;
}

void gwt_arena_release(struct gwt_arena *arena)
{
	while (arena->head) {
		struct gwt_arena_block *next = arena->head->next;

		if (!arena->head->borrowed)
			free(arena->head);
		arena->head = next;
	}
	arena->used = 0;
}

void gwt_arena_wipe(struct gwt_arena *arena)
{
	for (struct gwt_arena_block *block = arena->head; block; block = block->next)
		explicit_bzero(block->bytes, block->size);
	gwt_arena_release(arena);
}

void gwt_arena_reset(struct gwt_arena *arena)
{
	struct gwt_arena_block *keep = arena->head;

	if (keep) { /* blocks double in size up to a bound, so the newest is about the largest */
		arena->head = keep->next;
		gwt_arena_release(arena);
		keep->next = NULL;
		keep->used = 0;
		arena->head = keep;
	}
	arena->used = 0;
}

static void add_block(struct gwt_arena *arena, size_t at_least)
{
	size_t size = arena->head ? arena->head->size * 2 : FIRST_BLOCK_BYTES;
	struct gwt_arena_block *block;

	if (size > MOST_BLOCK_BYTES) /* a large arena wastes little */
		size = MOST_BLOCK_BYTES;
	if (size < at_least)
		size = at_least;
	if (size > SIZE_MAX - sizeof(*block))
		die_out_of_memory();
	block = malloc(sizeof(*block) + size);
	if (!block)
		die_out_of_memory();
	block->next = arena->head;
	block->used = 0;
	block->size = size;
	block->borrowed = false;
	arena->head = block;
}

static char *take(struct gwt_arena *arena, size_t size, size_t align)
{
	size_t from = arena->head ? (arena->head->used + align - 1) / align * align : 0;

	if (!arena->head || from > arena->head->size || arena->head->size - from < size) {
		add_block(arena, size);
		from = 0;
	}
	arena->head->used = from + size;
	arena->used += size;
	return arena->head->bytes + from;
}

void *gwt_arena_alloc(struct gwt_arena *arena, size_t size)
{
	return memset(take(arena, size, ALIGN), 0, size);
}

void *gwt_arena_items(struct gwt_arena *arena, size_t size, size_t count)
{
	size_t bytes;

	if (__builtin_mul_overflow(size, count, &bytes))
		die_out_of_memory();
	return gwt_arena_alloc(arena, bytes);
}

char *gwt_arena_bytes(struct gwt_arena *arena, size_t size)
{
	return take(arena, size, 1);
}

struct gwt_span gwt_arena_copy(struct gwt_arena *arena, struct gwt_span s)
{
	char *copy;

	if (!s.ptr)
		return s;
	copy = gwt_arena_bytes(arena, s.len + 1);
	gwt_copy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct gwt_span){ copy, s.len };
}

char *gwt_arena_cstr(struct gwt_arena *arena, struct gwt_span s)
{
	char *copy = gwt_arena_bytes(arena, s.len + 1);

	if (s.len)
		gwt_copy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct gwt_span gwt_arena_printf(struct gwt_arena *arena, const char *fmt, ...)
{
	va_list args, again;
	char *text;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = gwt_arena_bytes(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	return (struct gwt_span){ text, (size_t)len };
}

void *gwt_arena_grown(struct gwt_arena *arena, void *items, size_t size, size_t len, size_t *cap)
{
	void *grown;

	if (len < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 8;
	grown = gwt_arena_items(arena, size, *cap);
	gwt_copy(grown, items, size * len);
	return grown;
}
