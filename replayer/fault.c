#include "replayer/fault.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/model/model.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"

enum { MAX_FAULTS = 10000 };
static const uint64_t always = UINT64_MAX;

/* What a reader of one entry needs: its place, for messages. */
struct place {
	struct gwt_arena *arena;
	const char *file;
	struct gwt_span text;
	struct gwt_json *entry;
	size_t index;
	struct gwt_error *err;
};

/*
 * `inside` is a pointer into the entry, made of names of ours; the file's own text is not quoted, only its
 * place.
 */
static gwt_status wrong_at(const struct place *at, size_t offset, const char *inside, const char *why)
{
	size_t line, column;

	gwt_file_position(at->text, offset, &line, &column);
	return gwt_fail(at->err, GWT_EPARSE, "%s:%zu:%zu: /faults/%zu%s%s: %s", at->file, line, column,
			at->index, *inside ? "/" : "", inside, why);
}

/* `member` is a pointer into the entry; where it is absent, the line is the entry's. */
static gwt_status wrong(const struct place *at, const char *member, const char *why)
{
	struct gwt_span pointer = gwt_arena_printf(at->arena, "/%s", member);
	const struct gwt_json *where = *member ? gwt_json_pointer_get(at->entry, pointer) : NULL;

	return wrong_at(at, where ? where->offset : at->entry->offset, member, why);
}

/* Every member of `object` is one of `names`, "" ended. */
static gwt_status check_names(const struct place *at, const struct gwt_json *object, const char *inside,
			      const char *const *names)
{
	for (const struct gwt_json *member = object->child; member; member = member->next) {
		const char *const *name = names;

		while (*name && !gwt_span_is(member->name, *name))
			name++;
		if (!*name)
			return wrong_at(at, member->name_offset, inside, "unknown member");
	}
	return GWT_OK;
}

static gwt_status read_text(const struct place *at, const struct gwt_json *object, const char *name,
			    const char *pointer, struct gwt_span *out)
{
	const struct gwt_json *value = gwt_json_get(object, name);

	if (value && value->type != GWT_JSON_STRING)
		return wrong(at, pointer, "must be a text");
	if (value)
		*out = gwt_arena_copy(at->arena, value->text);
	return GWT_OK;
}

static gwt_status read_number(const struct place *at, const struct gwt_json *object, const char *name,
			      uint64_t max, uint64_t *out)
{
	const struct gwt_json *value = gwt_json_get(object, name);

	if (value && !gwt_json_to_u64(value, max, out))
		return wrong(at, name, "must be a whole number in range");
	return GWT_OK;
}

/*
 * What identifies a call of another service: JSON protocols name the operation in X-Amz-Target, query ones in
 * Action.
 */
static gwt_status read_service(const struct place *at, const struct gwt_json *call, struct gwt_fault *fault)
{
	gwt_status status = read_text(at, call, "service", "call/service", &fault->service);

	if (status == GWT_OK)
		status = read_text(at, call, "target", "call/target", &fault->target);
	if (status == GWT_OK)
		status = read_text(at, call, "action", "call/action", &fault->action);
	if (status == GWT_OK && gwt_span_is(fault->service, "apigateway"))
		fault->service = GWT_ABSENT;
	if (status == GWT_OK && !fault->service.ptr && (fault->target.ptr || fault->action.ptr))
		return wrong(at, "call", "\"target\" and \"action\" go with another \"service\"");
	if (status == GWT_OK && fault->service.ptr && fault->operation.ptr)
		return wrong(at, "call/operation",
			     "is one of API Gateway, but \"service\" is a different one");
	return status;
}

static gwt_status read_call(const struct place *at, const struct gwt_json *entry, struct gwt_fault *fault)
{
	static const char *const names[] = { "operation", "method", "path", "service",
					     "target",    "action", NULL };
	const struct gwt_json *call = gwt_json_get(entry, "call");
	gwt_status status;

	if (!call)
		return GWT_OK;
	if (call->type != GWT_JSON_OBJECT)
		return wrong(at, "call", "must be an object");
	status = check_names(at, call, "call", names);
	if (status == GWT_OK)
		status = read_text(at, call, "operation", "call/operation", &fault->operation);
	if (status == GWT_OK)
		status = read_text(at, call, "method", "call/method", &fault->method);
	if (status == GWT_OK)
		status = read_text(at, call, "path", "call/path", &fault->path);
	if (status == GWT_OK)
		status = read_service(at, call, fault);
	if (status == GWT_OK && fault->operation.ptr && !gwt_operation_named(fault->operation))
		return wrong(at, "call/operation", "no such operation");
	return status;
}

/* times: a number of uses, or "always" */
static gwt_status read_times(const struct place *at, const struct gwt_json *entry, struct gwt_fault *fault)
{
	const struct gwt_json *times = gwt_json_get(entry, "times");

	fault->left = 1;
	if (gwt_json_is(times, GWT_JSON_STRING) && gwt_span_is(times->text, "always")) {
		fault->left = always;
		return GWT_OK;
	}
	if (times && (!gwt_json_to_u64(times, always - 1, &fault->left) || fault->left == 0))
		return wrong(at, "times", "must be a number from 1 on, or \"always\"");
	return read_number(at, entry, "skip", always - 1, &fault->skip);
}

static gwt_status read_break(const struct place *at, const struct gwt_json *entry, struct gwt_fault *fault)
{
	static const struct {
		const char *word;
		enum gwt_break broken;
	} words[] = { { "reset", GWT_BREAK_RESET },
		      { "truncate", GWT_BREAK_TRUNCATE },
		      { "wrong-length", GWT_BREAK_WRONG_LENGTH } };
	const struct gwt_json *value = gwt_json_get(entry, "break");

	if (!value)
		return GWT_OK;
	for (size_t i = 0; i < GWT_LEN(words); i++) {
		if (value->type == GWT_JSON_STRING && gwt_span_is(value->text, words[i].word)) {
			fault->broken = words[i].broken;
			return GWT_OK;
		}
	}
	return wrong(at, "break", "must be \"reset\", \"truncate\" or \"wrong-length\"");
}

/* Headers that the server itself writes: they frame a message, or describe the server. */
static bool is_the_servers(struct gwt_span name)
{
	static const char *const names[] = { "connection", "content-length",    "keep-alive",
					     "trailer",    "transfer-encoding", "upgrade" };
	static const struct gwt_span ours = GWT_SPAN_INIT("x-gwtape");

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_iis(name, names[i]))
			return true;
	return gwt_span_ieq(gwt_span_slice(name, 0, ours.len), ours);
}

static gwt_status read_headers(const struct place *at, const struct gwt_json *answer, struct gwt_fault *fault)
{
	const struct gwt_json *headers = gwt_json_get(answer, "headers");
	size_t number = 0;

	if (headers && headers->type != GWT_JSON_ARRAY)
		return wrong(at, "answer/headers", "must be a list of [name, value]");
	for (const struct gwt_json *pair = headers ? headers->child : NULL; pair; pair = pair->next) {
		const struct gwt_json *name = gwt_json_at(pair, 0), *value = gwt_json_at(pair, 1);

		if (pair->len != 2 || !gwt_json_is(name, GWT_JSON_STRING) ||
		    !gwt_json_is(value, GWT_JSON_STRING) ||
		    gwt_headers_add(&fault->headers, name->text, value->text, NULL) != GWT_OK)
			return wrong(at, "answer/headers", "must be a list of [name, value]");
		if (is_the_servers(name->text))
			return wrong(
				at, gwt_arena_printf(at->arena, "answer/headers/%zu", number).ptr,
				"is a header that the server writes itself; \"break\" has what may be wrong with it");
		number++;
	}
	return GWT_OK;
}

static struct gwt_span written(struct gwt_arena *arena, const struct gwt_json *json)
{
	struct gwt_buf text;
	struct gwt_span made;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, json, GWT_JSON_COMPACT_LF);
	made = gwt_arena_copy(arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return made;
}

/* body: any JSON; else text: bytes as they are; else {"message": …}, as AWS answers an error */
static gwt_status read_body(const struct place *at, const struct gwt_json *answer, struct gwt_fault *fault)
{
	const struct gwt_json *body = gwt_json_get(answer, "body");
	struct gwt_span message = { NULL, 0 };
	gwt_status status = read_text(at, answer, "text", "answer/text", &fault->body);
	struct gwt_json *made;

	if (status == GWT_OK)
		status = read_text(at, answer, "message", "answer/message", &message);
	if (status != GWT_OK || fault->body.ptr)
		return status;
	if (!body && !message.ptr) {
		fault->body = GWT_SPAN("");
		return GWT_OK;
	}
	made = gwt_json_new(at->arena, GWT_JSON_OBJECT);
	if (!body)
		gwt_json_add_string(at->arena, made, "message", message);
	fault->body = written(at->arena, body ? body : made);
	return GWT_OK;
}

static gwt_status read_error(const struct place *at, const struct gwt_json *answer, struct gwt_fault *fault)
{
	struct gwt_span code = { NULL, 0 };
	gwt_status status = read_text(at, answer, "error", "answer/error", &code);

	if (status == GWT_OK && code.ptr &&
	    gwt_headers_add(&fault->headers, GWT_SPAN("x-amzn-ErrorType"), code, NULL) != GWT_OK)
		return wrong(at, "answer/error", "is not allowed in a header");
	if (status == GWT_OK && !gwt_headers_get(&fault->headers, "Content-Type").ptr)
		gwt_headers_add(&fault->headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"),
				NULL);
	return status;
}

static gwt_status read_answer(const struct place *at, const struct gwt_json *entry, struct gwt_fault *fault)
{
	static const char *const names[] = { "status", "headers", "error", "message", "body", "text", NULL };
	const struct gwt_json *answer = gwt_json_get(entry, "answer");
	uint64_t code = 0;
	gwt_status status;

	if (!answer)
		return GWT_OK;
	if (answer->type != GWT_JSON_OBJECT)
		return wrong(at, "answer", "must be an object");
	status = check_names(at, answer, "answer", names);
	if (status != GWT_OK)
		return status;
	if (!gwt_json_to_u64(gwt_json_get(answer, "status"), 599, &code) || code < 200)
		return wrong(at, "answer/status", "must be a number from 200 to 599");
	fault->answers = true;
	fault->status = (int)code;
	status = read_headers(at, answer, fault);
	if (status == GWT_OK)
		status = read_error(at, answer, fault);
	if (status == GWT_OK)
		status = read_body(at, answer, fault);
	if (status == GWT_OK && fault->body.len && (code == 204 || code == 304))
		return wrong(at, "answer", "an answer of status 204 or 304 has no body");
	return status;
}

static gwt_status read_entry(const struct place *at, const struct gwt_json *entry, struct gwt_fault *fault)
{
	static const char *const names[] = { "call", "skip", "times", "answer", "delayMs", "break", NULL };
	gwt_status status;

	if (entry->type != GWT_JSON_OBJECT)
		return wrong(at, "", "must be an object");
	gwt_headers_init(&fault->headers, at->arena);
	status = check_names(at, entry, "", names);
	if (status == GWT_OK)
		status = read_call(at, entry, fault);
	if (status == GWT_OK)
		status = read_times(at, entry, fault);
	if (status == GWT_OK)
		status = read_number(at, entry, "delayMs", GWT_MAX_DELAY_MS, &fault->delay_ms);
	if (status == GWT_OK)
		status = read_break(at, entry, fault);
	if (status == GWT_OK)
		status = read_answer(at, entry, fault);
	if (status == GWT_OK && !fault->answers && !fault->delay_ms && fault->broken == GWT_BREAK_NONE)
		return wrong(at, "", "does nothing: give answer, delayMs or break");
	return status;
}

gwt_status gwt_faults_parse(struct gwt_arena *arena, const char *file, struct gwt_span text,
			    struct gwt_faults *out, struct gwt_error *err)
{
	struct place at = { .arena = arena, .file = file, .text = text, .err = err };
	struct gwt_faults made = { NULL, 0 };
	const struct gwt_json *list;
	struct gwt_json *json = NULL;
	gwt_status status = gwt_json_parse_file(arena, file, text, &json, err);

	if (status != GWT_OK)
		return status;
	list = gwt_json_get(json, "faults");
	if (!gwt_json_is(list, GWT_JSON_ARRAY) || json->len != 1 || list->len > MAX_FAULTS)
		return gwt_fail(err, GWT_EPARSE,
				"%s:1:1: must be {\"faults\": [...]} with at most %d entries", file,
				MAX_FAULTS);
	made.items = gwt_arena_array(arena, struct gwt_fault, list->len);
	for (at.entry = list->child; at.entry && status == GWT_OK; at.entry = at.entry->next, at.index++)
		status = read_entry(&at, at.entry, &made.items[made.len++]);
	if (status == GWT_OK)
		*out = made;
	return status;
}

gwt_status gwt_faults_read(struct gwt_arena *arena, const char *file, struct gwt_faults *out,
			   struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status = gwt_file_read(arena, file, GWT_MAX_FILE_BYTES, &text, err);

	return status == GWT_OK ? gwt_faults_parse(arena, file, text, out, err) : status;
}

/* Segment by segment: `*` is any one, `**` at the end is any rest. */
static bool fits(struct gwt_span pattern, struct gwt_span path)
{
	while (pattern.ptr && path.ptr) {
		struct gwt_span expected = gwt_span_cut(&pattern, '/'), segment = gwt_span_cut(&path, '/');

		if (gwt_span_is(expected, "**") && !pattern.ptr)
			return true;
		if (!gwt_span_is(expected, "*") && !gwt_span_eq(expected, segment))
			return false;
	}
	return !pattern.ptr && !path.ptr;
}

static bool is_operation(const struct gwt_request *request, struct gwt_span name)
{
	struct gwt_route route;

	return gwt_route_find(request->method, request->path, &route) &&
	       gwt_span_is(name, route.operation->name);
}

/* The value of Action in a form or a query; absent when it has none. */
static struct gwt_span action_in(struct gwt_span pairs)
{
	while (pairs.ptr) {
		struct gwt_span value = gwt_span_cut(&pairs, '&'), name = gwt_span_cut(&value, '=');

		if (gwt_span_is(name, "Action"))
			return value;
	}
	return GWT_ABSENT;
}

static struct gwt_span action_of(const struct gwt_request *request)
{
	struct gwt_span action = action_in(request->query);

	return action.ptr ? action : action_in(request->body);
}

static bool is_meant(const struct gwt_fault *fault, const struct gwt_request *request,
		     struct gwt_span service)
{
	return (fault->service.ptr ? gwt_span_eq(fault->service, service) : !service.ptr) &&
	       (!fault->target.ptr ||
		gwt_span_eq(fault->target, gwt_headers_get(&request->headers, "x-amz-target"))) &&
	       (!fault->action.ptr || gwt_span_eq(fault->action, action_of(request))) &&
	       (!fault->method.ptr || gwt_span_eq(fault->method, request->method)) &&
	       (!fault->operation.ptr || is_operation(request, fault->operation)) &&
	       (!fault->path.ptr || fits(fault->path, request->path));
}

bool gwt_faults_have_others(const struct gwt_faults *faults)
{
	for (size_t i = 0; i < faults->len; i++)
		if (faults->items[i].service.ptr)
			return true;
	return false;
}

const struct gwt_fault *gwt_faults_take(struct gwt_faults *faults, const struct gwt_request *request,
					struct gwt_span service)
{
	for (size_t i = 0; i < faults->len; i++) {
		struct gwt_fault *fault = &faults->items[i];

		if (fault->left == 0 || !is_meant(fault, request, service))
			continue;
		if (fault->skip > 0) {
			fault->skip--;
			continue;
		}
		if (fault->left != always)
			fault->left--;
		return fault;
	}
	return NULL;
}

bool gwt_fault_replaces(const struct gwt_fault *fault)
{
	return fault->answers || fault->broken == GWT_BREAK_RESET;
}

void gwt_fault_answer(const struct gwt_fault *fault, int64_t now, struct gwt_arena *arena,
		      struct gwt_response *response)
{
	char date[GWT_HTTP_DATE_LEN + 1];

	*response = (struct gwt_response){ .status = fault->status, .body = fault->body };
	response->no_content_length = fault->status == 204 || fault->status == 304;
	gwt_headers_init(&response->headers, arena);
	gwt_clock_http_date(now, date);
	if (!gwt_headers_get(&fault->headers, "Date").ptr)
		gwt_headers_add(&response->headers, GWT_SPAN("Date"), gwt_span_of(date), NULL);
	for (size_t i = 0; i < fault->headers.len; i++)
		gwt_headers_add(&response->headers, fault->headers.items[i].name,
				fault->headers.items[i].value, NULL);
}
