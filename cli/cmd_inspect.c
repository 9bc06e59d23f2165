/* `gwtape inspect`: one raw request explained: operation, signature, contract bytes, digests. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/request_file.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/contract/canonical.h"
#include "lib/model/model.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/sigv4/sigv4.h"

struct inspect_options {
	const char *secret_key, *at;
	bool json;
};

static const struct gwt_option specs[] = {
	{ "secret-key", "K", "secret that the signature must be made with; default: the dummy secrets",
	  GWT_OPT_TEXT, offsetof(struct inspect_options, secret_key), NULL, "" },
	{ "at", "TIME", "also check the date against this time: 2026-11-22T12:39:57Z", GWT_OPT_TEXT,
	  offsetof(struct inspect_options, at), NULL, "" },
	{ "json", NULL, "machine-readable output", GWT_OPT_FLAG, offsetof(struct inspect_options, json), NULL,
	  "" },
	{ 0 },
};

/* Everything that is shown about a request. */
struct findings {
	struct gwt_request request;
	struct gwt_route route; /* .operation is NULL when there is none */
	struct gwt_contract contract;
	struct gwt_signature signature;
	char wire[GWT_SHA256_HEX + 1], signed_[GWT_SHA256_HEX + 1], contract_[GWT_SHA256_HEX + 1];
};

static size_t find_secrets(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	const struct inspect_options *options = arg;

	(void)access_key_id;
	if (options->secret_key) {
		secrets[0] = gwt_span_of(options->secret_key);
		return 1;
	}
	secrets[0] = GWT_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	secrets[1] = GWT_SPAN("test");
	secrets[2] = GWT_SPAN("testing");
	return 3;
}

static gwt_status prove(struct inspect_options *options, struct gwt_sigv4 *sigv4, struct gwt_arena *arena,
			struct findings *out, struct gwt_error *err)
{
	struct gwt_verify_options how = { .lookup = find_secrets, .lookup_arg = options };

	if (options->at) {
		how.check_clock = true;
		if (!gwt_clock_parse(gwt_span_of(options->at), &how.now))
			return gwt_fail(err, GWT_EUSAGE, "--at '%s' is not a time like 2026-11-22T12:39:57Z",
					options->at);
	}
	gwt_sigv4_verify(sigv4, &out->request, &how, true, arena, &out->signature);
	return GWT_OK;
}

static void look(struct gwt_sigv4 *sigv4, struct gwt_arena *arena, struct findings *out)
{
	if (!gwt_route_find(out->request.method, out->request.path, &out->route))
		out->route = (struct gwt_route){ 0 };
	gwt_contract_make(&out->request, arena, &out->contract);
	gwt_sha256_hex(sigv4, gwt_wire_bytes(&out->request, arena), out->wire);
	gwt_sha256_hex(sigv4, gwt_signed_bytes(&out->request, arena), out->signed_);
	gwt_sha256_hex(sigv4, out->contract.bytes, out->contract_);
}

static void add_bytes(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span bytes)
{
	struct gwt_buf base64;

	if (gwt_json_is_utf8(bytes)) {
		gwt_json_add_string(arena, object, "text", bytes);
		return;
	}
	gwt_buf_init(&base64, SIZE_MAX);
	gwt_buf_add_base64(&base64, bytes);
	gwt_json_add_string(arena, object, "base64", gwt_buf_span(&base64));
	gwt_buf_release(&base64);
}

/* Add a member, null when absent; bytes that are not text are written as in contractBytes. */
static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	if (!text.len)
		gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_NULL));
	else if (gwt_json_is_utf8(text))
		gwt_json_add_string(arena, object, name, text);
	else
		add_bytes(arena, gwt_json_add_object(arena, object, name), text);
}

/* A label's value; it stays encoded when its bytes are not UTF-8. */
static struct gwt_span label_text(struct gwt_arena *arena, struct gwt_span label)
{
	struct gwt_span text;
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	gwt_uri_decode(&buf, label);
	text = gwt_json_is_utf8(gwt_buf_span(&buf)) ? gwt_arena_copy(arena, gwt_buf_span(&buf)) : label;
	gwt_buf_release(&buf);
	return text;
}

static void add_route(struct gwt_arena *arena, struct gwt_json *json, const struct gwt_route *route)
{
	struct gwt_json *labels;

	add_text(arena, json, "operation", gwt_span_of(route->operation ? route->operation->name : NULL));
	labels = gwt_json_add_object(arena, json, "labels");
	for (size_t i = 0; i < route->len; i++)
		if (route->members[i])
			gwt_json_add_string(arena, labels, route->members[i]->name,
					    label_text(arena, route->labels[i]));
}

static void add_signature(struct gwt_arena *arena, struct gwt_json *json, const struct gwt_signature *s)
{
	struct gwt_json *object = gwt_json_add_object(arena, json, "signature");

	gwt_json_add_string(arena, object, "verdict", gwt_span_of(gwt_signature_verdict_word(s->verdict)));
	add_text(arena, object, "reason", gwt_span_of(gwt_signature_reason_word(s->reason)));
	add_text(arena, object, "detail", gwt_span_of(s->detail));
	add_text(arena, object, "expectedCanonicalRequest", s->expected_canonical_request);
	add_text(arena, object, "expectedStringToSign", s->expected_string_to_sign);
}

static void print_as_json(const struct findings *f, struct gwt_arena *arena)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT), *digest;

	add_route(arena, json, &f->route);
	add_signature(arena, json, &f->signature);
	add_bytes(arena, gwt_json_add_object(arena, json, "contractBytes"), f->contract.bytes);
	add_text(arena, json, "bodyError", gwt_span_of(gwt_json_fault_word(f->contract.body_error)));
	digest = gwt_json_add_object(arena, json, "digest");
	gwt_json_add_string(arena, digest, "wire", gwt_span_of(f->wire));
	gwt_json_add_string(arena, digest, "signed", gwt_span_of(f->signed_));
	gwt_json_add_string(arena, digest, "contract", gwt_span_of(f->contract_));
	gwt_print_json(json);
}

/* One character of a block; returns how many bytes were taken. Control characters are escaped, since a terminal would obey them. */
static size_t print_character(struct gwt_span rest, bool is_utf8)
{
	unsigned char c = (unsigned char)rest.ptr[0];
	uint32_t code;

	if (c >= 0x80 && is_utf8) {
		size_t len = gwt_utf8_read(rest, &code);

		gwt_print("%.*s", (int)len, rest.ptr);
		return len;
	}
	if (c == '\n')
		fputs("\n  | ", stdout);
	else if (c < 0x20 || c >= 0x7f)
		gwt_print("\\x%02x", c);
	else
		putchar(c);
	return 1;
}

static void print_block(const char *title, struct gwt_span bytes)
{
	bool is_utf8 = gwt_json_is_utf8(bytes);

	gwt_print("%s:\n  | ", title);
	while (bytes.len)
		bytes = gwt_span_slice(bytes, print_character(bytes, is_utf8), bytes.len);
	putchar('\n');
}

static void print_route(const struct gwt_route *route, struct gwt_arena *arena)
{
	struct gwt_buf text;

	gwt_print("operation: %s\n", route->operation ? route->operation->name : "none that is known");
	gwt_buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < route->len; i++) {
		if (!route->members[i])
			continue;
		gwt_buf_clear(&text);
		gwt_json_write_string(&text, label_text(arena, route->labels[i]));
		gwt_print("  %s: %s\n", route->members[i]->name, gwt_buf_cstr(&text));
	}
	gwt_buf_release(&text);
}

static void print_signature(const struct gwt_signature *s)
{
	const char *reason = gwt_signature_reason_word(s->reason);

	gwt_print("signature: %s%s%s%s\n", gwt_signature_verdict_word(s->verdict), *reason ? " (" : "",
		  reason, *reason ? ")" : "");
	if (s->detail[0])
		gwt_print("  %s\n", s->detail);
	if (s->verdict != GWT_SIG_INVALID)
		return;
	if (s->expected_canonical_request.ptr)
		print_block("expected canonical request", s->expected_canonical_request);
	if (s->expected_string_to_sign.ptr)
		print_block("expected string to sign", s->expected_string_to_sign);
}

static void print_text(const struct findings *f, struct gwt_arena *arena)
{
	const char *fault = gwt_json_fault_word(f->contract.body_error);

	print_route(&f->route, arena);
	print_signature(&f->signature);
	print_block("contract bytes", f->contract.bytes);
	if (*fault)
		gwt_print("body error: %s (byte %zu of the body)\n", fault, f->contract.body_error_offset);
	gwt_print("digest wire:     %s\ndigest signed:   %s\ndigest contract: %s\n", f->wire, f->signed_,
		  f->contract_);
}

static gwt_status run_inspect(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			      int *exit_code, struct gwt_error *err)
{
	struct inspect_options *options = opaque;
	struct findings found;
	struct gwt_sigv4 *sigv4;
	gwt_status status;

	if (args->words.len != 1)
		return gwt_fail(err, GWT_EUSAGE, "inspect takes one file, or '-' for stdin");
	status = gwt_request_file_read(arena, args->words.items[0], &found.request, err);
	if (status != GWT_OK)
		return status;
	sigv4 = gwt_sigv4_new();
	status = prove(options, sigv4, arena, &found, err);
	if (status == GWT_OK) {
		look(sigv4, arena, &found);
		if (options->json)
			print_as_json(&found, arena);
		else
			print_text(&found, arena);
		*exit_code = found.signature.verdict <= GWT_SIG_VALID_RAW_PATH ? 0 : 1;
	}
	gwt_sigv4_free(sigv4);
	return status;
}

const struct gwt_command gwt_cmd_inspect = {
	.name = "inspect",
	.about = "explain one raw request: operation, signature, contract bytes, digests",
	.synopsis = "FILE.http",
	.options = specs,
	.options_size = sizeof(struct inspect_options),
	.run = run_inspect,
	.details =
		"The file holds one raw request as it went over the wire, lines ending in CR LF; '-' is\n"
		"stdin. No clock is read unless --at is given. Exit code 0 when the signature is valid, 1\n"
		"when not, 3 when the file is not a request.\n",
};
