/*
 * canonical.c - writes the contract bytes.
 */
#include "lib/contract/canonical.h"

#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/contract/parts.h"
#include "lib/json/write.h"

enum { HEAD_ESTIMATE = 512 };

/*
 * A body that is JSON without a Content-Type that says so is parsed, to find ids in it, only up to this size.
 */
enum { MAX_UNTOLD_BYTES = 1024 * 1024 };

static bool begins(struct gwt_span s, struct gwt_span with)
{
	return gwt_span_ieq(gwt_span_slice(s, 0, with.len), with);
}

static bool ends(struct gwt_span s, struct gwt_span with)
{
	return s.len >= with.len && gwt_span_ieq(gwt_span_slice(s, s.len - with.len, s.len), with);
}

bool gwt_says_json(struct gwt_span content_type)
{
	struct gwt_span type =
		gwt_span_trim(gwt_span_slice(content_type, 0, gwt_span_find(content_type, ';')));
	size_t slash = gwt_span_find(type, '/');

	return gwt_span_iis(type, "application/json") || begins(type, GWT_SPAN("application/x-amz-json-")) ||
	       ends(gwt_span_slice(type, slash + 1, type.len), GWT_SPAN("+json"));
}

static void add_query(struct gwt_buf *out, const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_named_list query;

	gwt_contract_query(request->query, arena, &query);
	for (size_t i = 0; i < query.len; i++) {
		if (i)
			gwt_buf_add_char(out, '&');
		gwt_buf_add(out, query.items[i].name);
		gwt_buf_add_char(out, '=');
		gwt_buf_add(out, query.items[i].value);
	}
	gwt_buf_add_char(out, '\n');
}

static void add_headers(struct gwt_buf *out, const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_named_list headers;

	gwt_contract_headers(&request->headers, request->body.len > 0, arena, &headers);
	for (size_t i = 0; i < headers.len; i++) {
		gwt_buf_add(out, headers.items[i].name);
		gwt_buf_add_char(out, ':');
		gwt_buf_add(out, headers.items[i].value);
		gwt_buf_add_char(out, '\n');
	}
	gwt_buf_add_char(out, '\n');
}

static void add_body(struct gwt_buf *out, const struct gwt_request *request, size_t most,
		     struct gwt_arena *arena, struct gwt_contract *contract)
{
	struct gwt_json_problem problem = { .fault = GWT_JSON_TOO_LARGE, .offset = most };

	contract->says_json =
		request->body.len && gwt_says_json(gwt_joined_content_type(&request->headers, arena));
	if (!contract->says_json) {
		gwt_buf_add(out, request->body);
		if (begins(request->body, GWT_SPAN("{")) && request->body.len <= MAX_UNTOLD_BYTES)
			gwt_json_parse(arena, request->body, &contract->untold, NULL);
	} else if (request->body.len <= most &&
		   gwt_json_parse(arena, request->body, &contract->json, &problem)) {
		gwt_json_write_canonical(out, contract->json);
	} else {
		contract->body_error = problem.fault;
		contract->body_error_offset = problem.offset;
		gwt_buf_add(out, request->body);
	}
}

/* Begin the contract bytes with everything that comes before the body. */
static void begin(struct gwt_buf *buf, const struct gwt_request *request, size_t body_bytes,
		  struct gwt_arena *arena)
{
	gwt_buf_init_in(buf, arena, body_bytes + request->target.len + HEAD_ESTIMATE);
	gwt_buf_add(buf, request->method);
	gwt_buf_add_char(buf, '\n');
	gwt_contract_add_path(buf, request->path);
	gwt_buf_add_char(buf, '\n');
	add_query(buf, request, arena);
	add_headers(buf, request, arena);
}

/* The body is everything that was added since the buffer had `before` bytes. */
static void finish(const struct gwt_buf *buf, size_t before, struct gwt_contract *out)
{
	out->bytes = gwt_buf_span(buf);
	out->body = gwt_span_slice(out->bytes, before, out->bytes.len);
}

static void make(const struct gwt_request *request, size_t most, struct gwt_arena *arena,
		 struct gwt_contract *out)
{
	struct gwt_buf buf;
	size_t before;

	*out = (struct gwt_contract){ 0 };
	begin(&buf, request, request->body.len, arena);
	before = buf.len;
	add_body(&buf, request, most, arena, out);
	finish(&buf, before, out);
}

void gwt_contract_make_known(const struct gwt_request *request, struct gwt_span canonical,
			     struct gwt_arena *arena, struct gwt_contract *out)
{
	struct gwt_buf buf;
	size_t before;

	*out = (struct gwt_contract){ .says_json = true, .no_tree = true };
	begin(&buf, request, canonical.len, arena);
	before = buf.len;
	gwt_buf_add(&buf, canonical);
	finish(&buf, before, out);
}

void gwt_contract_make(const struct gwt_request *request, struct gwt_arena *arena, struct gwt_contract *out)
{
	make(request, SIZE_MAX, arena, out);
}

void gwt_contract_make_bounded(const struct gwt_request *request, struct gwt_arena *arena,
			       struct gwt_contract *out)
{
	make(request, GWT_MAX_COMPARED_JSON, arena, out);
}
