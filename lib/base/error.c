#include "lib/base/error.h"

#include <stdio.h>
#include <string.h>

/* Put "..." at the end of `text` when the `len` bytes did not fit. */
static void mark_cut(char *text, size_t size, int len)
{
	static const char mark[] = "...";
	size_t at = size - sizeof(mark);

	if (len < 0 || (size_t)len < size)
		return;
	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80) /* do not cut within a character */
		at--;
	memcpy(text + at, mark, sizeof(mark));
}

gwt_status gwt_vfail(struct gwt_error *err, gwt_status status, const char *fmt, va_list args)
{
	if (err) {
		err->status = status;
		mark_cut(err->msg, sizeof(err->msg), vsnprintf(err->msg, sizeof(err->msg), fmt, args));
	}
	return status;
}

gwt_status gwt_fail(struct gwt_error *err, gwt_status status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	gwt_vfail(err, status, fmt, args);
	va_end(args);
	return status;
}

gwt_status gwt_fail_in(struct gwt_error *err, const char *fmt, ...)
{
	const struct gwt_error inner = *err;
	char prefix[sizeof(err->msg) / 2];
	va_list args;

	va_start(args, fmt);
	mark_cut(prefix, sizeof(prefix), vsnprintf(prefix, sizeof(prefix), fmt, args));
	va_end(args);
	return gwt_fail(err, inner.status, "%s: %s", prefix, inner.msg);
}

static const struct {
	int exit_code;
	const char *text;
} table[] = {
#define X(name, code, text) [name] = { code, text },
	GWT_STATUS_MAP(X)
#undef X
};

const char *gwt_status_text(gwt_status status)
{
	return table[status].text;
}

int gwt_status_exit_code(gwt_status status)
{
	return table[status].exit_code;
}
