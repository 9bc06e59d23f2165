#include "recorder/import.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/model/model.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/http/uri.h"
#include "lib/sigv4/authorization.h"
#include "recorder/capture.h"

void gwt_import_warn(struct gwt_arena *arena, struct gwt_imported *out, const char *fmt, ...)
{
	struct gwt_span text;
	va_list args;

	va_start(args, fmt);
	text = gwt_arena_vprintf(arena, fmt, args);
	va_end(args);
	for (size_t i = 0; i < out->warning_count; i++)
		if (gwt_span_eq(out->warnings[i], text))
			return;
	GWT_GROW(arena, out->warnings, out->warning_count, out->warning_cap);
	out->warnings[out->warning_count++] = text;
}

/* Empty where the request is not signed, or its Authorization cannot be read. */
static struct gwt_scope scope_of(const struct gwt_headers *headers)
{
	struct gwt_authorization claim;

	gwt_authorization_split(gwt_headers_get(headers, "authorization"), &claim, NULL);
	return claim.scope;
}

/* The label after apigateway or apigateway-fips: eu-west-1 of apigateway.eu-west-1.amazonaws.com. */
static struct gwt_span region_of_host(struct gwt_span host)
{
	struct gwt_span rest = host, first = gwt_span_cut(&rest, '.');

	if (!gwt_span_starts(first, GWT_SPAN("apigateway")) ||
	    gwt_span_find_span(rest, GWT_SPAN("amazonaws.com")) == rest.len)
		return GWT_ABSENT;
	return gwt_span_cut(&rest, '.');
}

/*
 * Whether a call is one of API Gateway: by its scope; without a scope, by its host or by a path
 * that only API Gateway has.
 */
static bool is_ours(const struct gwt_import_call *call, const struct gwt_url *url)
{
	struct gwt_span service = scope_of(&call->request_headers).service;
	struct gwt_route route;

	if (service.ptr)
		return gwt_span_is(service, "apigateway");
	return region_of_host(url->host).ptr || gwt_route_find(call->method, url->path, &route);
}

static void warn_of_losses(struct gwt_arena *arena, struct gwt_imported *out, const struct gwt_capture *call)
{
	if (!gwt_headers_get(&call->request.headers, "authorization").ptr)
		gwt_import_warn(arena, out,
				"requests without Authorization: which headers were signed is not known");
}

static void add_call(struct gwt_arena *arena, struct gwt_imported *out, const struct gwt_import_call *from,
		     const struct gwt_url *url)
{
	struct gwt_span target = url->path.len ? url->path : GWT_SPAN("/");
	struct gwt_response response = { .status = from->status,
					 .headers = from->response_headers,
					 .body = from->response_body,
					 .no_content_length = from->status == 204 || from->status == 304 };
	struct gwt_request request;
	struct gwt_capture *call;

	if (url->query.ptr)
		target = gwt_arena_printf(arena, GWT_SPAN_FMT "?" GWT_SPAN_FMT, GWT_SPAN_ARG(target),
					  GWT_SPAN_ARG(url->query));
	GWT_GROW(arena, out->calls, out->len, out->cap);
	call = &out->calls[out->len++];
	gwt_request_set(&request, from->method, target, &from->request_headers, from->request_body);
	gwt_capture_make(&request, NULL, &response, arena, call);
	/* only the file states that AWS answered */
	call->evidence = region_of_host(url->host).ptr ? GWT_EVIDENCE_AWS_PUBLISHED : GWT_EVIDENCE_GUESSED;
	call->evidence_source =
		gwt_arena_printf(arena, "imported; answered by " GWT_SPAN_FMT, GWT_SPAN_ARG(url->host));
	warn_of_losses(arena, out, call);
}

/* A URL as it is sent: browsers keep the fragment in their recordings. */
static struct gwt_span without_fragment(struct gwt_span url)
{
	return gwt_span_slice(url, 0, gwt_span_find(url, '#'));
}

/* The host of a text that is not a URL of RFC 3986: with a user, a blank, or a letter beyond ASCII. */
static struct gwt_span rough_host(struct gwt_span url)
{
	size_t scheme = gwt_span_find_span(url, GWT_SPAN("://"));
	struct gwt_span rest = gwt_span_slice(url, scheme < url.len ? scheme + 3 : url.len, url.len);
	struct gwt_span authority = gwt_span_slice(rest, 0, gwt_span_find(rest, '/'));
	size_t user = gwt_span_find(authority, '@');

	return user < authority.len ? gwt_span_slice(authority, user + 1, authority.len) : authority;
}

static bool is_method(struct gwt_span method)
{
	for (size_t i = 0; i < method.len; i++)
		if (method.ptr[i] < 'A' || method.ptr[i] > 'Z')
			return false;
	return method.len > 0 && method.len <= GWT_MAX_METHOD_BYTES;
}

/* All bodies of a file end up in one cassette, so that no more is decoded than a file may have. */
static gwt_status add_body(struct gwt_imported *out, const struct gwt_headers *headers, const char *what,
			   struct gwt_arena *arena, struct gwt_span *body, struct gwt_error *err)
{
	size_t room = GWT_MAX_FILE_BYTES - out->bytes;
	gwt_status status = gwt_import_body(headers, what, room, arena, body, err);

	if (status == GWT_OK && body->len > room)
		return gwt_fail(err, GWT_ELIMIT, "the bodies are over the limit of %d bytes together",
				GWT_MAX_FILE_BYTES);
	out->bytes += status == GWT_OK ? body->len : 0;
	return status;
}

gwt_status gwt_import_add(struct gwt_arena *arena, struct gwt_imported *out,
			  const struct gwt_import_call *call, struct gwt_error *err)
{
	struct gwt_import_call plain = *call;
	struct gwt_url url;
	gwt_status status;

	if (gwt_url_parse(without_fragment(call->url), &url, NULL) != GWT_OK) {
		*(region_of_host(rough_host(call->url)).ptr ? &out->unsendable : &out->foreign) += 1;
		return GWT_OK;
	}
	if (!is_ours(call, &url)) {
		out->foreign++;
		return GWT_OK;
	}
	if (call->is_bodiless) {
		out->bodiless++;
		return GWT_OK;
	}
	if (call->trouble)
		return gwt_fail(err, GWT_EPARSE, "%s", call->trouble);
	if (!is_method(call->method))
		return gwt_fail(err, GWT_EPARSE, "a method is capital letters, such as PUT");
	status = add_body(out, &call->request_headers, "request", arena, &plain.request_body, err);
	if (status == GWT_OK)
		status = add_body(out, &call->response_headers, "answer", arena, &plain.response_body, err);
	if (status != GWT_OK)
		return status;
	if (!out->len) {
		out->endpoint = gwt_arena_printf(arena, GWT_SPAN_FMT "://" GWT_SPAN_FMT,
						 GWT_SPAN_ARG(url.scheme), GWT_SPAN_ARG(url.authority));
		out->region = scope_of(&call->request_headers).region;
		if (!out->region.ptr)
			out->region = region_of_host(url.host);
	}
	add_call(arena, out, &plain, &url);
	return GWT_OK;
}
