/*
 * query.c - the canonical query string.
 *
 * Each name and value is decoded once and encoded again, then they are sorted by
 * the bytes of the encoded name, then value. X-Amz-Signature is never part of it.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/sigv4/internal.h"

struct gwt_span gwt_sigv4_param_name(const struct gwt_sigv4_query *query, size_t i)
{
	return (struct gwt_span){ query->text.ptr + query->params[i].name, query->params[i].name_len };
}

struct gwt_span gwt_sigv4_param_value(const struct gwt_sigv4_query *query, size_t i)
{
	return (struct gwt_span){ query->text.ptr + query->params[i].value, query->params[i].value_len };
}

void gwt_sigv4_query_release(struct gwt_sigv4_query *query)
{
	gwt_buf_release(&query->text);
	free(query->params);
	*query = (struct gwt_sigv4_query){ .text.max = query->text.max };
}

static void add_param(struct gwt_sigv4_query *query, struct gwt_span name, struct gwt_span value)
{
	struct gwt_sigv4_param param = { .name = query->text.len };

	if (query->len == query->cap) {
		query->cap = query->cap ? query->cap * 2 : 16;
		query->params = gwt_xrealloc(query->params, query->cap * sizeof(*query->params));
	}
	gwt_uri_normalize(&query->text, name);
	param.name_len = query->text.len - param.name;
	param.value = query->text.len;
	gwt_uri_normalize(&query->text, value);
	param.value_len = query->text.len - param.value;
	query->params[query->len++] = param;
}

/* A form decoder reads '+' as a space, so with this quirk '+' becomes "%20" instead of "%2B". */
static void add_piece(struct gwt_sigv4_query *query, struct gwt_span piece, unsigned quirks)
{
	struct gwt_span value = piece, name = gwt_span_cut(&value, '=');
	struct gwt_buf spaced;

	if (!(quirks & GWT_SIGV4_QUERY_PLUS_SPACE)) {
		add_param(query, name, value);
		return;
	}
	gwt_buf_init(&spaced, SIZE_MAX);
	gwt_buf_add(&spaced, piece);
	for (size_t i = 0; i < spaced.len; i++)
		if (spaced.ptr[i] == '+')
			spaced.ptr[i] = ' ';
	value = gwt_buf_span(&spaced);
	name = gwt_span_cut(&value, '=');
	add_param(query, name, value);
	gwt_buf_release(&spaced);
}

void gwt_sigv4_query_parse(struct gwt_sigv4_query *query, struct gwt_span text, unsigned quirks)
{
	gwt_buf_clear(&query->text);
	query->len = 0;
	while (text.ptr) {
		struct gwt_span piece = gwt_span_cut(&text, '&');

		if (piece.len)
			add_piece(query, piece, quirks);
	}
}

static int compare_params(const void *a, const void *b, void *arg)
{
	const struct gwt_sigv4_param *x = a, *y = b;
	const char *text = arg;
	int c = gwt_span_cmp((struct gwt_span){ text + x->name, x->name_len },
			     (struct gwt_span){ text + y->name, y->name_len });

	return c ? c
		 : gwt_span_cmp((struct gwt_span){ text + x->value, x->value_len },
				(struct gwt_span){ text + y->value, y->value_len });
}

static bool is_left_out(struct gwt_span name, unsigned quirks)
{
	return gwt_span_is(name, "X-Amz-Signature") ||
	       ((quirks & GWT_SIGV4_QUERY_NO_TOKEN) && gwt_span_is(name, "X-Amz-Security-Token"));
}

void gwt_sigv4_write_query(struct gwt_sigv4_query *query, struct gwt_buf *out, struct gwt_span text,
			   unsigned quirks)
{
	size_t start = out->len;

	if (text.len == 0 || (quirks & GWT_SIGV4_QUERY_LEFT_OUT))
		return;
	if (quirks & GWT_SIGV4_QUERY_AS_SENT) {
		gwt_buf_add(out, text);
		return;
	}
	gwt_sigv4_query_parse(query, text, quirks);
	if (!(quirks & GWT_SIGV4_QUERY_UNSORTED) && query->len > 1)
		qsort_r(query->params, query->len, sizeof(*query->params), compare_params, query->text.ptr);
	for (size_t i = 0; i < query->len; i++) {
		if (is_left_out(gwt_sigv4_param_name(query, i), quirks))
			continue;
		if (out->len > start)
			gwt_buf_add_char(out, '&');
		gwt_buf_add(out, gwt_sigv4_param_name(query, i));
		gwt_buf_add_char(out, '=');
		gwt_buf_add(out, gwt_sigv4_param_value(query, i));
	}
}
