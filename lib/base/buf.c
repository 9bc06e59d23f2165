#include "lib/base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"

void gwt_buf_init(struct gwt_buf *buf, size_t max)
{
	*buf = (struct gwt_buf){ .max = max };
}

void gwt_buf_init_in(struct gwt_buf *buf, struct gwt_arena *arena, size_t about)
{
	*buf = (struct gwt_buf){
		.ptr = gwt_arena_bytes(arena, about + 1), .cap = about + 1, .max = SIZE_MAX, .arena = arena
	};
}

void gwt_buf_release(struct gwt_buf *buf)
{
	if (!buf->arena)
		free(buf->ptr);
	*buf = (struct gwt_buf){ .max = buf->max };
}

void gwt_buf_clear(struct gwt_buf *buf)
{
	buf->len = 0;
	buf->over = false;
}

static void grow(struct gwt_buf *buf, size_t cap)
{
	if (buf->arena) {
		char *bytes = gwt_arena_bytes(buf->arena, cap);

		gwt_copy(bytes, buf->ptr, buf->len);
		buf->ptr = bytes;
	} else {
		buf->ptr = gwt_xrealloc(buf->ptr, cap);
	}
	buf->cap = cap;
}

static bool make_room(struct gwt_buf *buf, size_t size)
{
	size_t cap = buf->cap ? buf->cap : 256;

	if (buf->over || size > buf->max - buf->len) {
		buf->over = true;
		return false;
	}
	if (size < buf->cap - buf->len) /* one spare byte for gwt_buf_cstr() */
		return true;
	while (cap - buf->len <= size)
		cap *= 2;
	grow(buf, cap);
	return true;
}

void gwt_buf_add_growing(struct gwt_buf *buf, struct gwt_span s)
{
	if (!make_room(buf, s.len))
		return;
	if (s.len)
		gwt_copy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
}

void gwt_buf_printf(struct gwt_buf *buf, const char *fmt, ...)
{
	va_list args, again;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (make_room(buf, (size_t)len)) {
		vsnprintf(buf->ptr + buf->len, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

char *gwt_buf_reserve(struct gwt_buf *buf, size_t size)
{
	return make_room(buf, size) ? buf->ptr + buf->len : NULL;
}

void gwt_buf_consume(struct gwt_buf *buf, size_t size)
{
	if (size && size < buf->len)
		memmove(buf->ptr, buf->ptr + size, buf->len - size);
	buf->len = size < buf->len ? buf->len - size : 0;
}

const char *gwt_buf_cstr(struct gwt_buf *buf)
{
	if (!buf->ptr)
		return "";
	buf->ptr[buf->len] = '\0';
	return buf->ptr;
}

gwt_status gwt_buf_check(const struct gwt_buf *buf, const char *what, struct gwt_error *err)
{
	if (buf->over)
		return gwt_fail(err, GWT_ELIMIT, "%s is over the limit of %zu bytes", what, buf->max);
	return GWT_OK;
}

void gwt_buf_add_hex(struct gwt_buf *buf, struct gwt_span bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *out = gwt_buf_reserve(buf, bytes.len * 2);

	if (!out)
		return;
	for (size_t i = 0; i < bytes.len; i++) {
		out[2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
		out[2 * i + 1] = digits[(unsigned char)bytes.ptr[i] & 15];
	}
	buf->len += bytes.len * 2;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void gwt_buf_add_base64(struct gwt_buf *buf, struct gwt_span bytes)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t group = 0;
		char out[4] = { '=', '=', '=', '=' }; /* four digits stand for three bytes */

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < left ? (unsigned char)bytes.ptr[i + j] : 0);
		for (size_t j = 0; j <= (left < 3 ? left : 3); j++)
			out[j] = base64_digits[group >> (18 - 6 * j) & 63];
		gwt_buf_add(buf, (struct gwt_span){ out, 4 });
	}
}

static int base64_value(char c)
{
	const char *at = c ? strchr(base64_digits, c) : NULL;

	return at ? (int)(at - base64_digits) : -1;
}

bool gwt_buf_add_base64_decoded(struct gwt_buf *buf, struct gwt_span text)
{
	size_t start = buf->len;

	if (text.len % 4)
		return false;
	for (size_t i = 0; i < text.len; i += 4) {
		size_t pad =
			i + 4 < text.len ? 0 : (size_t)(text.ptr[i + 3] == '=') + (text.ptr[i + 2] == '=');
		uint32_t group = 0;

		for (size_t j = 0; j < 4; j++) {
			int value = j >= 4 - pad ? 0 : base64_value(text.ptr[i + j]);

			if (value < 0)
				goto bad;
			group = group << 6 | (uint32_t)value;
		}
		if (pad && (group & ((1u << (8 * pad)) - 1)))
			goto bad; /* bits that no encoder sets */
		for (size_t j = 0; j < 3 - pad; j++)
			gwt_buf_add_char(buf, (char)(group >> (16 - 8 * j) & 255));
	}
	return true;
bad:
	buf->len = start;
	return false;
}
