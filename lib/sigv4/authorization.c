/*
 * authorization.c - reading what a request says about its signature.
 *
 *   Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request,
 *                  SignedHeaders=a;b, Signature=HEX
 *
 * or the same as query parameters (presigned.c). AWS documents the parts as
 * separated by a comma, with or without a space, in this order; any order is read.
 */
#include "lib/base/clock.h"
#include "lib/base/bounds.h"
#include "lib/sigv4/internal.h"

gwt_status gwt_sigv4_read_credential(struct gwt_span credential, struct gwt_authorization *out,
				     struct gwt_error *err)
{
	struct gwt_span *const parts[] = { &out->terminator, &out->scope.service, &out->scope.region,
					   &out->scope.date };
	struct gwt_span rest = credential;

	for (size_t i = 0; i < GWT_LEN(parts); i++) { /* from the end */
		const char *slash = rest.len ? memrchr(rest.ptr, '/', rest.len) : NULL;
		size_t at = slash ? (size_t)(slash - rest.ptr) : 0;

		if (!slash || at + 1 == rest.len)
			return gwt_fail(err, GWT_EPARSE,
					"Credential '" GWT_SPAN_FMT
					"' is not KEY/DATE/REGION/SERVICE/aws4_request",
					GWT_SPAN_ARG(credential));
		*parts[i] = gwt_span_slice(rest, at + 1, rest.len);
		rest = gwt_span_slice(rest, 0, at);
	}
	if (rest.len == 0)
		return gwt_fail(err, GWT_EPARSE, "Credential '" GWT_SPAN_FMT "' has no access key id",
				GWT_SPAN_ARG(credential));
	out->access_key_id = rest;
	return GWT_OK;
}

enum { CREDENTIAL, SIGNED_HEADERS, SIGNATURE, PART_COUNT };
static const char *const part_names[PART_COUNT] = { "Credential", "SignedHeaders", "Signature" };

/* One "Name=value" into its place. */
static gwt_status read_part(struct gwt_span piece, struct gwt_span parts[PART_COUNT], struct gwt_error *err)
{
	struct gwt_span value = gwt_span_trim(piece), name = gwt_span_cut(&value, '=');

	for (size_t i = 0; i < PART_COUNT; i++) {
		if (!gwt_span_is(name, part_names[i]))
			continue;
		if (parts[i].ptr)
			return gwt_fail(err, GWT_EPARSE, "Authorization has %s twice", part_names[i]);
		if (!value.len)
			return gwt_fail(err, GWT_EPARSE, "Authorization has an empty %s", part_names[i]);
		parts[i] = value;
		return GWT_OK;
	}
	return gwt_fail(err, GWT_EPARSE, "Authorization has an unknown part '" GWT_SPAN_FMT "'",
			GWT_SPAN_ARG(name));
}

static gwt_status read_parts(struct gwt_span text, struct gwt_span parts[PART_COUNT], struct gwt_error *err)
{
	while (text.ptr) {
		gwt_status status = read_part(gwt_span_cut(&text, ','), parts, err);

		if (status != GWT_OK)
			return status;
	}
	for (size_t i = 0; i < PART_COUNT; i++)
		if (!parts[i].ptr)
			return gwt_fail(err, GWT_EPARSE, "Authorization has no %s", part_names[i]);
	return GWT_OK;
}

static gwt_status read_header(struct gwt_span value, struct gwt_authorization *out, struct gwt_error *err)
{
	struct gwt_span parts[PART_COUNT] = { { NULL, 0 } }, rest = value;
	struct gwt_span scheme = gwt_span_cut(&rest, ' ');
	gwt_status status;

	if (!gwt_span_is(scheme, GWT_SIGV4_ALGORITHM))
		return gwt_fail(err, GWT_EPARSE,
				"Authorization scheme '" GWT_SPAN_FMT "' is not " GWT_SIGV4_ALGORITHM,
				GWT_SPAN_ARG(scheme));
	status = read_parts(rest, parts, err);
	if (status != GWT_OK)
		return status;
	out->signed_headers = parts[SIGNED_HEADERS];
	out->signature = parts[SIGNATURE];
	return gwt_sigv4_read_credential(parts[CREDENTIAL], out, err);
}

/* "Mon, 23 Nov 2026 10:11:12 GMT" as 20261123T101112Z; false when it is not such a date. */
static bool http_date_to_amz(struct gwt_span text, char out[GWT_AMZ_DATE_LEN + 1])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *t = text.ptr, *month;
	char again[GWT_HTTP_DATE_LEN + 1], name[4] = { 0 };
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
	gwt_clock_http_date(when, again); /* holds the weekday and the spaces to account */
	return gwt_span_is(text, again);
}

/* X-Amz-Date, or Date (as old clients send it) where that is absent. */
static gwt_status read_date_header(const struct gwt_headers *headers, struct gwt_arena *arena,
				   struct gwt_authorization *out, struct gwt_error *err)
{
	struct gwt_span amz = gwt_headers_get(headers, "x-amz-date"), date = gwt_headers_get(headers, "date");
	char rewritten[GWT_AMZ_DATE_LEN + 1];

	if (gwt_headers_count(headers, "x-amz-date") > 1)
		return gwt_fail(err, GWT_EPARSE, "the request has X-Amz-Date twice");
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

/* Lower-case tokens, sorted, none twice: AWS's rule for the list. */
static gwt_status check_list(struct gwt_span list, struct gwt_error *err)
{
	struct gwt_span rest = list, before = { NULL, 0 };
	size_t count = 0;

	while (rest.ptr) {
		struct gwt_span name = gwt_span_cut(&rest, ';');

		if (!gwt_is_token(name) || has_upper(name))
			return gwt_fail(err, GWT_EPARSE,
					"SignedHeaders has '" GWT_SPAN_FMT
					"', which is no lower-case header name",
					GWT_SPAN_ARG(name));
		if (before.ptr && gwt_span_cmp(before, name) >= 0)
			return gwt_fail(err, GWT_EPARSE,
					"SignedHeaders is not sorted: '" GWT_SPAN_FMT
					"' comes after '" GWT_SPAN_FMT "'",
					GWT_SPAN_ARG(name), GWT_SPAN_ARG(before));
		if (++count > GWT_MAX_HEADERS)
			return gwt_fail(err, GWT_EPARSE, "SignedHeaders has more than %d names",
					GWT_MAX_HEADERS);
		before = name;
	}
	return GWT_OK;
}

/* The same as gwt_clock_parse_amz_date(), remembering the last one. */
static bool parse_date(struct gwt_sigv4 *ctx, struct gwt_span text, int64_t *out)
{
	if (text.len != sizeof(ctx->last_date))
		return false;
	if (ctx->last_date_len != text.len || memcmp(text.ptr, ctx->last_date, text.len) != 0) {
		ctx->last_date_len = 0;
		if (!gwt_clock_parse_amz_date(text, &ctx->last_time))
			return false;
		memcpy(ctx->last_date, text.ptr, text.len);
		ctx->last_date_len = text.len;
	}
	*out = ctx->last_time;
	return true;
}

static gwt_status check_forms(struct gwt_sigv4 *ctx, struct gwt_authorization *out, struct gwt_error *err)
{
	uint64_t digits;

	if (out->signature.len != GWT_SHA256_HEX || !is_lower_hex(out->signature))
		return gwt_fail(err, GWT_EPARSE, "Signature is not 64 lower-case hexadecimal digits");
	if (!parse_date(ctx, out->amz_date, &out->time))
		return gwt_fail(err, GWT_EPARSE,
				"date '" GWT_SPAN_FMT "' is not of the form 20261122T123957Z",
				GWT_SPAN_ARG(out->amz_date));
	if (out->scope.date.len != 8 || !gwt_span_to_u64(out->scope.date, 99999999, &digits))
		return gwt_fail(err, GWT_EPARSE, "date '" GWT_SPAN_FMT "' of the Credential is not 8 digits",
				GWT_SPAN_ARG(out->scope.date));
	return check_list(out->signed_headers, err);
}

/* A parameter that only a presigned request has. */
static bool is_presigned(const struct gwt_sigv4_query *query)
{
	static const char *const marks[] = { "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature" };

	for (size_t i = 0; i < query->len; i++)
		for (size_t j = 0; j < GWT_LEN(marks); j++)
			if (gwt_span_is(gwt_sigv4_param_name(query, i), marks[j]))
				return true;
	return false;
}

gwt_status gwt_sigv4_read_authorization(struct gwt_sigv4 *ctx, const struct gwt_request *request,
					struct gwt_arena *arena, bool *present, struct gwt_authorization *out,
					struct gwt_error *err)
{
	size_t headers = gwt_headers_count(&request->headers, "authorization");
	gwt_status status;

	gwt_sigv4_query_parse(&ctx->query, request->query, 0);
	out->presigned = is_presigned(&ctx->query);
	*present = headers > 0 || out->presigned;
	if (!*present)
		return GWT_OK;
	if (headers > 1)
		return gwt_fail(err, GWT_EPARSE, "the request has %zu Authorization headers", headers);
	if (headers && out->presigned)
		return gwt_fail(err, GWT_EPARSE,
				"the request is signed twice: in Authorization and in the query");
	if (out->presigned) {
		status = gwt_sigv4_read_presigned(ctx, arena, out, err);
	} else {
		status = read_header(gwt_headers_get(&request->headers, "authorization"), out, err);
		if (status == GWT_OK)
			status = read_date_header(&request->headers, arena, out, err);
	}
	return status == GWT_OK ? check_forms(ctx, out, err) : status;
}
