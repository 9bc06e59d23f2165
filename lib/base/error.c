#include "lib/base/error.h"

#include <stdio.h>
#include <string.h>

gwt_status gwt_vfail(struct gwt_error *err, gwt_status status, const char *fmt, va_list args)
{
	if (err) {
		err->status = status;
		vsnprintf(err->msg, sizeof(err->msg), fmt, args);
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
	char inner[sizeof(err->msg)], prefix[sizeof(err->msg) / 2];
	va_list args;

	memcpy(inner, err->msg, sizeof(inner));
	va_start(args, fmt);
	vsnprintf(prefix, sizeof(prefix), fmt, args);
	va_end(args);
	snprintf(err->msg, sizeof(err->msg), "%s: %.*s", prefix, (int)(sizeof(inner) / 2 - 4), inner);
	return err->status;
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
