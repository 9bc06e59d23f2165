/* Stable stand-ins for what a service made: the same scenario always gets the same samples. */
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/sigv4/sigv4.h"

#define LETTERS_DIGITS "abcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
	const char *type;
	size_t length;
	const char *alphabet;
} shapes[] = {
	{ "rest-api-id", 10, LETTERS_DIGITS }, { "resource-id", 6, LETTERS_DIGITS },
	{ "vpc-link-id", 6, LETTERS_DIGITS },  { "account-id", 12, "0123456789" },
	{ "timestamp", 9, "123456789" },       { "id", 10, LETTERS_DIGITS },
	{ "text", 10, LETTERS_DIGITS },
};

struct gwt_span gwt_sample_for(struct gwt_arena *arena, struct gwt_span scenario, struct gwt_span variable,
			       struct gwt_span type)
{
	struct gwt_sigv4 *digests = gwt_sigv4_new();
	struct gwt_span seed = gwt_arena_printf(arena, GWT_SPAN_FMT "\n" GWT_SPAN_FMT, GWT_SPAN_ARG(scenario),
						GWT_SPAN_ARG(variable));
	unsigned char hash[GWT_SHA256_BYTES];
	struct gwt_span sample = { NULL, 0 };

	gwt_sha256(digests, seed, hash);
	gwt_sigv4_free(digests);
	for (size_t i = 0; i < GWT_LEN(shapes); i++) {
		char *text;

		if (!gwt_span_is(type, shapes[i].type))
			continue;
		text = gwt_arena_bytes(arena, shapes[i].length + 1);
		for (size_t j = 0; j < shapes[i].length; j++)
			text[j] = shapes[i].alphabet[hash[j] % strlen(shapes[i].alphabet)];
		text[shapes[i].length] = '\0';
		sample = (struct gwt_span){ text, shapes[i].length };
	}
	return sample.ptr ? sample : gwt_arena_copy(arena, GWT_SPAN("us-east-1")); /* it is a region */
}
