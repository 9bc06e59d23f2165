/*
 * diagnose.c - why a signature does not match.
 *
 * A signature is one-way, so a mistake can be named only by making it: each known mistake of signers is
 * applied to the canonical request, and the one that gives the same signature is the answer, shown as the
 * line that it changed. The same is done for well-known test secrets. A signature that no mistake explains
 * stays a `mismatch`.
 */
#include <openssl/crypto.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/sigv4/internal.h"
#include "lib/sigv4/shown.h"

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct mistake {
	struct gwt_sigv4_form form;
	const char *payload_hash; /* used in place of the hash of the body */
	enum gwt_signature_reason reason;
	const char *mend;
} mistakes[] = {
	{ { GWT_SIGV4_PATH_SINGLE, 0 },
	  NULL,
	  GWT_SIG_SINGLE_ENCODED_PATH,
	  "percent-encode the path, encoded already, once more: only S3 signs it as sent" },
	{ { GWT_SIGV4_PATH_NORMALIZED, 0 },
	  EMPTY_SHA256,
	  GWT_SIG_BODY_HASH,
	  "the body was added after signing: hash the bytes that are sent" },
	{ { GWT_SIGV4_PATH_NORMALIZED, 0 },
	  "UNSIGNED-PAYLOAD",
	  GWT_SIG_BODY_HASH,
	  "only S3 takes an unsigned payload: hash the bytes that are sent" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_QUERY_NO_TOKEN },
	  NULL,
	  GWT_SIG_UNSIGNED_HEADER,
	  "X-Amz-Security-Token was added after signing: sign it too" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_QUERY_UNSORTED },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "sort the query by encoded name, then value" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_QUERY_AS_SENT },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "encode each name and value of the query, give each a '=', then sort" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_QUERY_PLUS_SPACE },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "a '+' in the query is a plus (%2B), not a space" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_QUERY_LEFT_OUT },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "the query was left out: sign it too" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_HEADER_SPACES },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "make each run of spaces in a header value one space before signing" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_HOST_NO_PORT },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "sign the Host header as it is sent, with its port" },
	{ { GWT_SIGV4_PATH_NORMALIZED, GWT_SIGV4_CONTENT_TYPE_BARE },
	  NULL,
	  GWT_SIG_MISMATCH,
	  "something added a parameter to Content-Type after signing" },
};

/*
 * Placeholders that people forget to replace by a secret: AWS's documentation, moto, LocalStack, tutorials.
 */
static const struct gwt_span dummy_secrets[] = {
	GWT_SPAN_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
	GWT_SPAN_INIT("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
	GWT_SPAN_INIT("test"),
	GWT_SPAN_INIT("testing"),
	GWT_SPAN_INIT("secret"),
	GWT_SPAN_INIT("dummy"),
	GWT_SPAN_INIT("foobar_secret"),
	GWT_SPAN_INIT("YOURSECRETKEY"),
	GWT_SPAN_INIT(""),
};

/* Line `n` (from 1) of a text, without its LF. */
static struct gwt_span line_of(struct gwt_span text, size_t n)
{
	struct gwt_span line = { NULL, 0 };

	while (n-- && text.ptr)
		line = gwt_span_cut(&text, '\n');
	return line;
}

static const char *line_name(size_t n, struct gwt_span text)
{
	static const char *const names[] = { "method", "path", "query" };
	struct gwt_span rest = text;

	if (n <= GWT_LEN(names))
		return names[n - 1];
	for (size_t i = 0; i < n; i++)
		gwt_span_cut(&rest, '\n');
	return rest.ptr ? "header" : "payload hash";
}

static void name_difference(struct gwt_span signed_text, struct gwt_span right, const struct mistake *mistake,
			    struct gwt_signature *out)
{
	size_t n = 1;

	while (line_of(right, n + 1).ptr && gwt_span_eq(line_of(signed_text, n), line_of(right, n)))
		n++;
	gwt_sigv4_refuse(out, mistake->reason,
			 "line %zu of the canonical request (%s) was signed as '" GWT_SPAN_FMT
			 "' and should be '" GWT_SPAN_FMT "': %s",
			 n, line_name(n, right), GWT_SIGV4_QUOTE(line_of(signed_text, n)),
			 GWT_SIGV4_QUOTE(line_of(right, n)), mistake->mend);
}

static void write_form(const struct gwt_sigv4_proof *proof, struct gwt_buf *out, struct gwt_sigv4_form form,
		       const char *payload_hash)
{
	gwt_buf_clear(out);
	gwt_sigv4_write_canonical(&proof->ctx->query, out, proof->request, form,
				  proof->authorization->signed_headers, gwt_span_of(payload_hash));
}

static bool is_mistake(const struct gwt_sigv4_proof *proof, const struct mistake *mistake,
		       struct gwt_signature *out)
{
	struct gwt_buf *right = &proof->ctx->canonical, *made = &proof->ctx->other;

	write_form(proof, made, mistake->form,
		   mistake->payload_hash ? mistake->payload_hash : proof->body_hash);
	if (gwt_span_eq(gwt_buf_span(made), gwt_buf_span(right)) ||
	    !gwt_sigv4_proves(proof, gwt_buf_span(made)))
		return false;
	name_difference(gwt_buf_span(made), gwt_buf_span(right), mistake, out);
	return true;
}

static bool signs(const struct gwt_sigv4_proof *proof, struct gwt_span secret)
{
	char signature[GWT_SHA256_HEX + 1];

	gwt_sigv4_signature(proof->ctx, secret, &proof->authorization->scope,
			    gwt_buf_span(&proof->ctx->to_sign), signature);
	return CRYPTO_memcmp(signature, proof->authorization->signature.ptr, GWT_SHA256_HEX) == 0;
}

/* Whether the right secret was used with white space after it, as when it was read from a file. */
static bool is_padded_secret(const struct gwt_sigv4_proof *proof)
{
	static const char *const tails[] = { "\n", "\r\n", " " };
	bool found = false;

	for (size_t i = 0; i < proof->secret_count * GWT_LEN(tails) && !found; i++) {
		struct gwt_buf padded;

		gwt_buf_init(&padded, SIZE_MAX);
		gwt_buf_reserve(&padded, proof->secrets[i / GWT_LEN(tails)].len + 2);
		gwt_buf_add(&padded, proof->secrets[i / GWT_LEN(tails)]);
		gwt_buf_add_text(&padded, tails[i % GWT_LEN(tails)]);
		found = signs(proof, gwt_buf_span(&padded));
		OPENSSL_cleanse(padded.ptr, padded.cap);
		gwt_buf_release(&padded);
	}
	return found;
}

/* ctx->to_sign has the string to sign of the right canonical request. */
static bool is_wrong_secret(const struct gwt_sigv4_proof *proof, struct gwt_signature *out)
{
	for (size_t i = 0; i < GWT_LEN(dummy_secrets); i++) {
		if (!signs(proof, dummy_secrets[i]))
			continue;
		gwt_sigv4_refuse(
			out, GWT_SIG_WRONG_SECRET,
			"signed with the well-known dummy secret '" GWT_SPAN_FMT
			"': set AWS_SECRET_ACCESS_KEY to the one that belongs to '" GWT_SPAN_FMT "'",
			GWT_SPAN_ARG(dummy_secrets[i]),
			GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_KEY_ID, proof->authorization->access_key_id)));
		return true;
	}
	if (!is_padded_secret(proof))
		return false;
	gwt_sigv4_refuse(out, GWT_SIG_WRONG_SECRET,
			 "signed with the right secret and white space after it: trim it where it is read");
	return true;
}

static bool explains(const struct gwt_sigv4_proof *proof, enum gwt_sigv4_path path, struct gwt_signature *out)
{
	struct gwt_buf *right = &proof->ctx->canonical;

	write_form(proof, right, (struct gwt_sigv4_form){ path, 0 }, proof->body_hash);
	gwt_buf_clear(&proof->ctx->to_sign);
	gwt_sigv4_string_to_sign(proof->ctx, &proof->ctx->to_sign, proof->authorization->amz_date,
				 &proof->authorization->scope, gwt_buf_span(right));
	return is_wrong_secret(proof, out);
}

void gwt_sigv4_diagnose(const struct gwt_sigv4_proof *proof, struct gwt_signature *out)
{
	if (gwt_sigv4_path_has_dots(proof->request->path) && explains(proof, GWT_SIGV4_PATH_RAW, out))
		return;
	if (explains(proof, GWT_SIGV4_PATH_NORMALIZED, out))
		return;
	for (size_t i = 0; i < GWT_LEN(mistakes); i++)
		if (is_mistake(proof, &mistakes[i], out))
			return;
	gwt_sigv4_refuse(
		out, GWT_SIG_MISMATCH,
		"no known mistake explains the signature: the secret key differs, or the method, path, "
		"query, a signed header or the body changed after signing; compare the client's canonical "
		"request with the expected one, line by line");
}
