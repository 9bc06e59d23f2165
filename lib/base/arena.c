#include "lib/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	FIRST_BLOCK_BYTES = 8 * 1024,
	MOST_BLOCK_BYTES = 1024 * 1024,
	LARGE_PAGE_BYTES = 2 * 1024 * 1024, /* of x86-64, and of arm64 with pages of 4 KiB */
	ALIGN = 16,
};

/* The address sanitizer neither checks the end of mapped memory nor finds pointers in it. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_LARGE_BLOCKS false
#elif defined(__has_feature)
#define HAS_LARGE_BLOCKS (!__has_feature(address_sanitizer))
#else
#define HAS_LARGE_BLOCKS true
#endif

struct gwt_arena_block {
	struct gwt_arena_block *next;
	size_t used, size;
	void *mapping; /* memory of `mapped` bytes that contains a large block; else NULL */
	size_t mapped;
	bool borrowed;
	_Alignas(16) char bytes[];
};

static size_t up_to_large_page(size_t bytes)
{
	return (bytes + LARGE_PAGE_BYTES - 1) / LARGE_PAGE_BYTES * LARGE_PAGE_BYTES;
}

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

static void drop_block(struct gwt_arena_block *block)
{
	if (block->mapping)
		munmap(block->mapping, block->mapped);
	else if (!block->borrowed)
		free(block);
}

void gwt_arena_release(struct gwt_arena *arena)
{
	while (arena->head) {
		struct gwt_arena_block *next = arena->head->next;

		drop_block(arena->head);
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

	if (keep && keep->size > MOST_BLOCK_BYTES) { /* one exchange may have needed more than others do */
		gwt_arena_release(arena);
	} else if (keep) { /* blocks double in size up to a bound, so the newest is about the largest */
		arena->head = keep->next;
		gwt_arena_release(arena);
		keep->next = NULL;
		keep->used = 0;
		arena->head = keep;
	}
	arena->used = 0;
}

/*
 * A block of whole large pages, for an item that does not fit into a usual block. Where the system has them,
 * a large allocation costs a five-hundredth of the page faults, which are slow in a virtual machine. It is
 * mapped, since aligned blocks of this size would fragment the heap of malloc().
 */
static struct gwt_arena_block *new_large_block(size_t bytes)
{
	size_t size = up_to_large_page(bytes), mapped = size + LARGE_PAGE_BYTES;
	char *mapping = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct gwt_arena_block *block;

	if (mapping == MAP_FAILED)
		die_out_of_memory();
	block = (struct gwt_arena_block *)up_to_large_page((uintptr_t)mapping);
	madvise(block, size, MADV_HUGEPAGE);
	*block = (struct gwt_arena_block){ .size = size - sizeof(*block),
					   .mapping = mapping,
					   .mapped = mapped };
	return block;
}

static struct gwt_arena_block *new_block(size_t size)
{
	struct gwt_arena_block *block = malloc(sizeof(*block) + size);

	if (!block)
		die_out_of_memory();
	*block = (struct gwt_arena_block){ .size = size };
	return block;
}

static void add_block(struct gwt_arena *arena, size_t at_least)
{
	size_t size = arena->head ? arena->head->size * 2 : FIRST_BLOCK_BYTES;
	struct gwt_arena_block *block;

	if (size > MOST_BLOCK_BYTES) /* so that a large arena wastes little */
		size = MOST_BLOCK_BYTES;
	if (size < at_least)
		size = at_least;
	if (size > SIZE_MAX / 2)
		die_out_of_memory();
	block = size > MOST_BLOCK_BYTES && HAS_LARGE_BLOCKS ? new_large_block(sizeof(*block) + size)
							    : new_block(size);
	block->next = arena->head;
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

struct gwt_span gwt_arena_vprintf(struct gwt_arena *arena, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = gwt_arena_bytes(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	return (struct gwt_span){ text, (size_t)len };
}

struct gwt_span gwt_arena_printf(struct gwt_arena *arena, const char *fmt, ...)
{
	struct gwt_span text;
	va_list args;

	va_start(args, fmt);
	text = gwt_arena_vprintf(arena, fmt, args);
	va_end(args);
	return text;
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
