#include "lib/report/mask.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/chars.h"
#include "lib/json/json.h"

/* The places of credentials in a request: the text before one, in any case, and the bytes that end it. */
enum { SHORT = 32 }; /* no secret of AWS is so short */
static const struct {
	const char *before, *ends;
	bool long_only; /* not credentials, but people put one there: pieces as long as a secret are masked */
} credentials[] = {
	{ "x-amz-security-token:", "\n", false },
	{ "X-Amz-Security-Token=", "&\n", false },
	{ "X-Amz-Signature=", "&\n", false },
	{ "X-Amz-Credential=", "&\n", true },
	{ "X-Amz-Algorithm=", "&\n", true },
	{ "X-Amz-Date=", "&\n", true },
	{ "X-Amz-Expires=", "&\n", true },
	{ "X-Amz-SignedHeaders=", "&\n", true },
	{ "x-amz-date:", "\n", true },
};

static size_t end_of_value(struct gwt_span text, size_t at, const char *ends)
{
	while (at < text.len && !strchr(ends, text.ptr[at]))
		at++;
	return at;
}

/* The byte at *at, with an escape of a query as one byte; moves *at after it. */
static char next_byte(struct gwt_span text, size_t *at)
{
	int high = -1, low = -1;
	char c = text.ptr[(*at)++];

	if (c == '%' && text.len - *at >= 2) {
		high = gwt_hex_value(text.ptr[*at]);
		low = gwt_hex_value(text.ptr[*at + 1]);
	}
	if (high < 0 || low < 0)
		return c;
	*at += 2;
	return (char)(high << 4 | low);
}

/*
 * How many bytes at the beginning of `text` are `with`, in any case, escaped or not; 0 when it
 * begins differently.
 */
static size_t begins(struct gwt_span text, const char *with)
{
	size_t at = 0;

	for (; *with; with++) {
		char c;

		if (at == text.len)
			return 0;
		c = next_byte(text, &at);
		if (!gwt_span_ieq((struct gwt_span){ &c, 1 }, (struct gwt_span){ with, 1 }))
			return 0;
	}
	return at;
}

/* Split a value at each '/' and ';', escaped or not, and replace long pieces by `*`. */
static void add_pieces(struct gwt_buf *out, struct gwt_span value)
{
	for (size_t at = 0, from = 0; from < value.len || at < value.len;) {
		size_t next = at;
		char c = at < value.len ? next_byte(value, &next) : '/';

		if (c != '/' && c != ';') {
			at = next;
			continue;
		}
		if (at - from < SHORT)
			gwt_buf_add(out, gwt_span_slice(value, from, at));
		else
			gwt_buf_add_char(out, '*');
		gwt_buf_add(out, gwt_span_slice(value, at, next));
		at = from = next;
	}
}

void gwt_mask_add(struct gwt_buf *out, struct gwt_span text)
{
	for (size_t at = 0; at < text.len;) {
		struct gwt_span rest = gwt_span_slice(text, at, text.len);
		size_t i = 0, name = 0, end;

		while (i < GWT_LEN(credentials) && !(name = begins(rest, credentials[i].before)))
			i++;
		if (i == GWT_LEN(credentials)) {
			gwt_buf_add_char(out, text.ptr[at++]);
			continue;
		}
		gwt_buf_add(out, gwt_span_slice(rest, 0, name));
		at += name;
		end = end_of_value(text, at, credentials[i].ends);
		if (credentials[i].long_only)
			add_pieces(out, gwt_span_slice(text, at, end));
		else
			gwt_buf_add_char(out, '*');
		at = end;
	}
}

/* Query names and headers whose whole value is a credential. */
static const char *const secret_names[] = { "x-amz-security-token", "x-amz-signature" };

static bool is_secret(struct gwt_span at)
{
	for (size_t i = 0; i < GWT_LEN(secret_names); i++)
		if (gwt_span_iis(at, secret_names[i]))
			return true;
	return false;
}

static const struct gwt_json *masked(struct gwt_arena *arena, struct gwt_span at,
				     const struct gwt_json *value)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

	if (!value)
		return NULL;
	if (is_secret(at))
		return gwt_json_new_string(arena, GWT_SPAN("*"));
	if (value->type != GWT_JSON_STRING)
		return value;
	gwt_mask_add(&text, value->text);
	return gwt_span_eq(gwt_buf_span(&text), value->text)
		       ? value
		       : gwt_json_new_string(arena, gwt_buf_span(&text));
}

void gwt_mask_comparison(struct gwt_arena *arena, struct gwt_comparison *comparison)
{
	struct gwt_difference *copy = gwt_arena_array(arena, struct gwt_difference, comparison->len);

	for (size_t i = 0; i < comparison->len; i++) {
		copy[i] = comparison->differences[i];
		copy[i].expected = masked(arena, copy[i].at, copy[i].expected);
		copy[i].got = masked(arena, copy[i].at, copy[i].got);
	}
	comparison->differences = copy;
	comparison->cap = comparison->len;
}
