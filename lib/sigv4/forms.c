/*
 * forms.c - the date of a signed request, and the forms that its parts must have.
 */
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/internal.h"
#include "lib/sigv4/shown.h"

/* Rewrite "Mon, 23 Nov 2026 10:11:12 GMT" as 20261123T101112Z; false when it is not such a date. */
static bool http_date_to_amz(struct gwt_span text, char out[GWT_AMZ_DATE_LEN + 1])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *t = text.ptr, *month;
	char again[GWT_HTTP_DATE_LEN + 1], name[4] = { 0 }; /* `name` is that of a month */
	int64_t when;
	int number;

	if (text.len != GWT_HTTP_DATE_LEN)
		return false;
	memcpy(name, t + 8, 3);
	month = strstr(months, name);
	if (!month || (month - months) % 3)
		return false;
	number = (int)(month - months) / 3 + 1;
	memcpy(out, "YYYYMMDDThhmmssZ", GWT_AMZ_DATE_LEN + 1);
	memcpy(out, t + 12, 4);
	out[4] = (char)('0' + number / 10);
	out[5] = (char)('0' + number % 10);
	memcpy(out + 6, t + 5, 2);
	for (size_t i = 0; i < 3; i++)
		memcpy(out + 9 + 2 * i, t + 17 + 3 * i, 2);
	if (!gwt_clock_parse_amz_date((struct gwt_span){ out, GWT_AMZ_DATE_LEN }, &when))
		return false;
	gwt_clock_http_date(when, again); /* checks the weekday and the spaces, too */
	return gwt_span_is(text, again);
}

/* X-Amz-Date, or, when there is none, Date, which old clients send. */
static gwt_status read_date_header(const struct gwt_headers *headers, struct gwt_arena *arena,
				   struct gwt_authorization *out, struct gwt_error *err)
{
	struct gwt_span amz = gwt_headers_find(headers, GWT_HEADER_AMZ_DATE);
	struct gwt_span date = amz.ptr ? GWT_ABSENT : gwt_headers_find(headers, GWT_HEADER_DATE);
	char rewritten[GWT_AMZ_DATE_LEN + 1];

	out->amz_date = amz.ptr ? amz : date;
	if (!out->amz_date.ptr)
		return gwt_fail(err, GWT_EPARSE, "the request has no X-Amz-Date header");
	if (!amz.ptr && http_date_to_amz(date, rewritten))
		out->amz_date = gwt_arena_copy(arena, gwt_span_of(rewritten));
	return GWT_OK;
}

static bool is_lower_hex(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return true;
}

static bool has_upper(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')
			return true;
	return false;
}

/* Check AWS's rule for the list: lower-case tokens, sorted, none twice. */
static gwt_status check_list(struct gwt_span list, struct gwt_error *err)
{
	struct gwt_span rest = list, before = { NULL, 0 };
	size_t count = 0;

	while (rest.ptr) {
		struct gwt_span name = gwt_span_cut(&rest, ';');

		if (!gwt_is_token(name) || has_upper(name))
			return gwt_fail(err, GWT_EPARSE,
					"SignedHeaders has '" GWT_SPAN_FMT
					"', which is not a lower-case header name",
					GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_HEADER, name)));
		if (before.ptr && gwt_span_cmp(before, name) >= 0)
			return gwt_fail(err, GWT_EPARSE,
					"SignedHeaders is not sorted: '" GWT_SPAN_FMT
					"' comes after '" GWT_SPAN_FMT "'",
					GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_HEADER, name)),
					GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_HEADER, before)));
		if (++count > GWT_MAX_HEADERS)
			return gwt_fail(err, GWT_EPARSE, "SignedHeaders has more than %d names",
					GWT_MAX_HEADERS);
		before = name;
	}
	return GWT_OK;
}

/* The same as gwt_clock_parse_amz_date(), but the last date is remembered. */
static bool parse_date(struct gwt_sigv4 *ctx, struct gwt_span text, int64_t *out)
{
	if (text.len != sizeof(ctx->last_date))
		return false;
	if (ctx->last_date_len != text.len || memcmp(text.ptr, ctx->last_date, text.len) != 0) {
		ctx->last_date_len = 0;
		if (!gwt_clock_parse_amz_date(text, &ctx->last_time))
			return false;
		gwt_copy(ctx->last_date, text.ptr, text.len);
		ctx->last_date_len = text.len;
	}
	*out = ctx->last_time;
	return true;
}

static gwt_status check_forms(struct gwt_sigv4 *ctx, struct gwt_authorization *out, struct gwt_error *err)
{
	uint64_t digits;

	if (!out->signed_headers.len)
		return gwt_fail(err, GWT_EPARSE, "the list of signed headers is empty");
	if (out->signature.len != GWT_SHA256_HEX || !is_lower_hex(out->signature))
		return gwt_fail(err, GWT_EPARSE, "Signature is not 64 lower-case hexadecimal digits");
	if (!parse_date(ctx, out->amz_date, &out->time))
		return gwt_fail(
			err, GWT_EPARSE, "date '" GWT_SPAN_FMT "' is not of the form 20261122T123957Z",
			GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_TIME,
						     gwt_span_slice(out->amz_date, 0, GWT_HTTP_DATE_LEN))));
	if (out->scope.date.len != 8 || !gwt_span_to_u64(out->scope.date, 99999999, &digits))
		return gwt_fail(err, GWT_EPARSE, "date '" GWT_SPAN_FMT "' of the Credential is not 8 digits",
				GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_TIME, out->scope.date)));
	return check_list(out->signed_headers, err);
}

/* Refuse a header beside the same parameter of a presigned request: readers may disagree which one counts. */
static gwt_status check_beside(const struct gwt_request *request, struct gwt_arena *arena,
			       struct gwt_error *err)
{
	static const char *const names[] = { "X-Amz-Date", "X-Amz-Security-Token" };

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_headers_get(&request->headers, names[i]).ptr &&
		    gwt_sigv4_has_param(request->query, names[i], arena))
			return gwt_fail(err, GWT_EPARSE,
					"the request has %s twice: in a header and in the query", names[i]);
	return GWT_OK;
}

gwt_status gwt_sigv4_read_authorization(struct gwt_sigv4 *ctx, const struct gwt_request *request,
					struct gwt_arena *arena, struct gwt_authorization *out,
					struct gwt_error *err)
{
	gwt_status status = gwt_authorization_read(request, arena, out, err);

	if (status != GWT_OK || !out->present)
		return status;
	status = gwt_authorization_check_once(request, err);
	if (status == GWT_OK)
		status = out->presigned ? check_beside(request, arena, err)
					: read_date_header(&request->headers, arena, out, err);
	return status == GWT_OK ? check_forms(ctx, out, err) : status;
}
