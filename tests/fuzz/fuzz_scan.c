/*
 * fuzz_scan.c - a secret among any bytes is found, plain and in base64, and looking for the next one ends.
 */
#include "lib/base/buf.h"
#include "lib/cassette/scan.h"

#include <stdlib.h>

#define SECRET "h7Gk2LmN9pQr4StU6vWx8YzA1bCd3EfG5hIj7KlM"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void must_find(struct gwt_span around, struct gwt_span spelling)
{
	struct gwt_live_secret secret = { "the secret", GWT_SPAN(SECRET) };
	struct gwt_scan scan = { .secrets = &secret, .secret_count = 1, .no_forms = true };
	struct gwt_leak leak;
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add(&text, around);
	gwt_buf_add_char(&text, '\n');
	gwt_buf_add(&text, spelling);
	gwt_buf_add_char(&text, '\n');
	gwt_buf_add(&text, around);
	must(gwt_scan_find(&scan, gwt_buf_span(&text), 0, &leak));
	gwt_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size };
	struct gwt_scan forms = { 0 };
	struct gwt_leak leak;
	struct gwt_buf base64;

	gwt_buf_init(&base64, SIZE_MAX);
	gwt_buf_add_base64(&base64, GWT_SPAN("xy" SECRET));
	must_find(text, GWT_SPAN(SECRET));
	must_find(text, gwt_buf_span(&base64));
	for (size_t at = 0; gwt_scan_find(&forms, text, at, &leak); at = leak.offset + leak.len)
		must(leak.offset >= at && leak.len > 0 && leak.offset + leak.len <= size);
	gwt_buf_release(&base64);
	return 0;
}
