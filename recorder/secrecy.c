#include "recorder/secrecy.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/cassette/scan.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/sigv4/authorization.h"

/* Key ids that AWS makes are longer; a short one may be a common word. */
#define MIN_KEY_ID 16

static struct gwt_span signature_of(const struct gwt_request *request)
{
	struct gwt_authorization claim;

	gwt_authorization_split(gwt_headers_get(&request->headers, "authorization"), &claim, NULL);
	return claim.signature;
}

static bool is_in(struct gwt_span text, struct gwt_span whole)
{
	return gwt_span_find_span(whole, text) < whole.len;
}

static void add_secret(struct gwt_live_secret *list, size_t *count, const char *what, struct gwt_span text)
{
	list[(*count)++] = (struct gwt_live_secret){ what, text };
}

enum { OF_CREDENTIALS = 3 };

static void add_credentials(const struct gwt_credentials *credentials, struct gwt_span literals,
			    struct gwt_live_secret *out, size_t *count)
{
	add_secret(out, count, "the secret access key", credentials->secret_key);
	add_secret(out, count, "the session token", credentials->session_token);
	if (credentials->access_key_id.len >= MIN_KEY_ID && !is_in(credentials->access_key_id, literals))
		add_secret(out, count, "the access key id", credentials->access_key_id);
}

static void add_secrets(const struct gwt_captures *captures, const struct gwt_secrecy *secrecy,
			struct gwt_live_secret *out, size_t *count)
{
	add_credentials(secrecy->credentials, secrecy->literals, out, count);
	for (size_t i = 0; i < secrecy->forbidden_count; i++)
		add_secret(out, count, "a text that --redact names", secrecy->forbidden[i]);
	for (size_t i = 0; i < captures->len; i++) {
		add_secret(out, count, "a signature", signature_of(&captures->items[i].request));
		add_secret(out, count, "a signature or token", captures->items[i].secret);
	}
}

static bool find(const struct gwt_captures *captures, const struct gwt_cassette *cassette,
		 const struct gwt_secrecy *secrecy, struct gwt_span bytes, struct gwt_leak *out)
{
	size_t variables = cassette ? cassette->variable_count : 0;
	struct gwt_live_secret *secrets =
		gwt_xcalloc(2 * captures->len + secrecy->forbidden_count + OF_CREDENTIALS, sizeof(*secrets));
	struct gwt_span *harmless = gwt_xcalloc(variables + 1, sizeof(*harmless));
	struct gwt_scan scan = { .secrets = secrets, .literals = harmless };
	bool found;

	add_secrets(captures, secrecy, secrets, &scan.secret_count);
	harmless[scan.literal_count++] = secrecy->literals;
	for (size_t i = 0; i < variables; i++)
		harmless[scan.literal_count++] = cassette->variables[i].sample;
	found = gwt_scan_find(&scan, bytes, 0, out);
	free(secrets);
	free(harmless);
	return found;
}

/* The place of a secret */

/* The child whose bytes, including its name, hold `offset`; *index is its number. */
static struct gwt_json *child_at(const struct gwt_json *json, size_t offset, size_t *index)
{
	*index = 0;
	for (struct gwt_json *child = json->child; child; child = child->next, ++*index)
		if (offset < child->end)
			return offset >= (child->name.ptr ? child->name_offset : child->offset) ? child
												: NULL;
	return NULL;
}

/* Whether a child is a header: a place names it by its name, not by its number. */
static bool is_header(const struct gwt_json *parent, const struct gwt_json *child)
{
	return gwt_span_is(parent->name, "headers") && child->type == GWT_JSON_ARRAY &&
	       gwt_json_is(child->child, GWT_JSON_STRING);
}

/* The place of `offset` in `json`: "/request/headers/X-Own". */
static void add_place(struct gwt_buf *out, const struct gwt_json *json, size_t offset)
{
	size_t index;
	struct gwt_json *child = child_at(json, offset, &index);

	while (child && child->name.ptr && offset >= child->offset) {
		gwt_json_pointer_add_name(out, child->name);
		json = child;
		child = child_at(json, offset, &index);
	}
	if (!child)
		return;
	if (child->name.ptr) { /* the name is the secret, so it must not be printed */
		gwt_buf_add_text(out, " (the name of a member)");
	} else if (is_header(json, child) && offset >= child->child->end) {
		gwt_json_pointer_add_name(out, child->child->text);
	} else {
		gwt_json_pointer_add_index(out, index);
		add_place(out, child, offset);
	}
}

static const struct gwt_json *step_at(const struct gwt_json *root, size_t offset)
{
	const struct gwt_json *list = gwt_json_get(root, "interactions");
	size_t index;

	return list && offset >= list->offset && offset < list->end ? child_at(list, offset, &index) : NULL;
}

static void describe(struct gwt_buf *out, struct gwt_span bytes, size_t offset, struct gwt_arena *arena)
{
	struct gwt_json *root;
	const struct gwt_json *step;

	if (!gwt_json_parse(arena, bytes, &root, NULL)) {
		gwt_buf_printf(out, "at byte %zu of the cassette", offset);
		return;
	}
	step = step_at(root, offset);
	if (step)
		gwt_buf_printf(out, "in step '" GWT_SPAN_FMT "' at ",
			       GWT_SPAN_ARG(gwt_json_get_text(step, "id")));
	else
		gwt_buf_add_text(out, "in the cassette at ");
	add_place(out, step ? step : root, offset);
}

gwt_status gwt_check_cassette(const struct gwt_captures *captures, const struct gwt_cassette *cassette,
			      const struct gwt_secrecy *secrecy, struct gwt_span bytes, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf place = { 0 };
	struct gwt_arena arena = { 0 };
	struct gwt_leak leak;

	if (!find(captures, cassette, secrecy, bytes, &leak))
		return GWT_OK;
	gwt_buf_init(&place, SIZE_MAX);
	describe(&place, bytes, leak.offset, &arena);
	gwt_arena_release(&arena);
	return gwt_fail(err, GWT_EUNCHECKED, "not kept: %s would be " GWT_SPAN_FMT, leak.what,
			GWT_SPAN_ARG(gwt_buf_span(&place)));
}

gwt_status gwt_check_scenario(const struct gwt_captures *captures, const struct gwt_secrecy *secrecy,
			      struct gwt_span bytes, struct gwt_error *err)
{
	struct gwt_leak leak;
	size_t line, column;

	if (!find(captures, NULL, secrecy, bytes, &leak))
		return GWT_OK;
	gwt_file_position(bytes, leak.offset, &line, &column);
	return gwt_fail(err, GWT_EUNCHECKED, "not kept: %s would be in line %zu, column %zu of the scenario",
			leak.what, line, column);
}

/* Messages */

struct gwt_span gwt_mask_secrets(const struct gwt_credentials *credentials, struct gwt_span text,
				 struct gwt_arena *arena)
{
	struct gwt_live_secret secrets[OF_CREDENTIALS];
	struct gwt_scan scan = { .secrets = secrets, .no_forms = true };
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_leak leak;
	size_t at = 0;

	add_credentials(credentials, GWT_SPAN(""), secrets, &scan.secret_count);
	if (!gwt_scan_find(&scan, text, 0, &leak))
		return text;
	gwt_buf_init(&out, SIZE_MAX);
	do {
		gwt_buf_add(&out, gwt_span_slice(text, at, leak.offset));
		gwt_buf_add_char(&out, '*');
		at = leak.offset + leak.len;
	} while (gwt_scan_find(&scan, text, at, &leak));
	gwt_buf_add(&out, gwt_span_slice(text, at, text.len));
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}
