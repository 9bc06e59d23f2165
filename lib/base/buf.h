/*
 * buf.h - growable bytes with a limit.
 *
 * Adding past `max` adds nothing and sets `over`, which stays set: a writer adds
 * freely and asks once at the end with gwt_buf_check().
 */
#ifndef GWT_BASE_BUF_H
#define GWT_BASE_BUF_H

#include "lib/base/error.h"
#include "lib/base/span.h"

struct gwt_arena;

struct gwt_buf {
	char *ptr; /* owned; NULL until something is added */
	size_t len, cap, max;
	bool over;
	struct gwt_arena *arena; /* NULL: the bytes are the buffer's own */
};

/* `max` is the most bytes it may hold; SIZE_MAX for no limit. */
void gwt_buf_init(struct gwt_buf *buf, size_t max);
/*
 * A buffer with its bytes in `arena`, valid as long as it is; the buffer need not be released. `about` is the
 * expected number of bytes: storage that becomes too small stays in the arena.
 */
void gwt_buf_init_in(struct gwt_buf *buf, struct gwt_arena *arena, size_t about);
/* Takes a zeroed buffer. */
void gwt_buf_release(struct gwt_buf *buf);
/* Empty it, keep the storage and the limit. */
void gwt_buf_clear(struct gwt_buf *buf);

/* The slow part of gwt_buf_add(), which makes room first. */
void gwt_buf_add_growing(struct gwt_buf *buf, struct gwt_span s);

static inline void gwt_buf_add(struct gwt_buf *buf, struct gwt_span s)
{
	/* one spare byte for gwt_buf_cstr() */
	if (buf->over || s.len >= buf->cap - buf->len || s.len > buf->max - buf->len) {
		gwt_buf_add_growing(buf, s);
		return;
	}
	if (s.len)
		memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
}

static inline void gwt_buf_add_text(struct gwt_buf *buf, const char *text)
{
	gwt_buf_add(buf, gwt_span_of(text));
}

static inline void gwt_buf_add_char(struct gwt_buf *buf, char c)
{
	gwt_buf_add(buf, (struct gwt_span){ &c, 1 });
}

void gwt_buf_printf(struct gwt_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * Make room for `size` more bytes and return their place, ptr + len; NULL when they are over the limit. The
 * caller writes them and then adds their number to len.
 */
char *gwt_buf_reserve(struct gwt_buf *buf, size_t size);
/* Drop the first `size` bytes. */
void gwt_buf_consume(struct gwt_buf *buf, size_t size);

/* Valid until the next change. */
static inline struct gwt_span gwt_buf_span(const struct gwt_buf *buf)
{
	return (struct gwt_span){ buf->ptr ? buf->ptr : "", buf->len };
}

/* The bytes with a NUL after them that is not counted; valid until the next change. */
const char *gwt_buf_cstr(struct gwt_buf *buf);
/* GWT_ELIMIT, naming `what`, when something did not fit. */
gwt_status gwt_buf_check(const struct gwt_buf *buf, const char *what, struct gwt_error *err);

/* Lower-case hexadecimal digits of `bytes`. */
void gwt_buf_add_hex(struct gwt_buf *buf, struct gwt_span bytes);
/* RFC 4648 base64 with padding. */
void gwt_buf_add_base64(struct gwt_buf *buf, struct gwt_span bytes);
/* Strict RFC 4648 (padding, no blanks, no stray bits); false leaves the buffer as it was. */
bool gwt_buf_add_base64_decoded(struct gwt_buf *buf, struct gwt_span text);

#endif
