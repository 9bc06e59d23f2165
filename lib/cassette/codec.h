/*
 * codec.h - what reading and writing a cassette share.
 */
#ifndef GWT_CASSETTE_CODEC_H
#define GWT_CASSETTE_CODEC_H

#include "lib/cassette/cassette.h"
#include "lib/sigv4/sigv4.h"
#include "lib/json/write.h"

struct gwt_sigv4;

/* compact, compact-lf, spaced */
bool gwt_layout_parse(struct gwt_span word, enum gwt_json_layout *out);
/* SHA-256 of the contract bytes and of the bytes of the response body, in hexadecimal. */
void gwt_interaction_hash(struct gwt_sigv4 *digests, const struct gwt_interaction *interaction,
			  struct gwt_arena *scratch, char contract[GWT_SHA256_HEX + 1],
			  char body[GWT_SHA256_HEX + 1]);

/* gwt_cassette_parse() with digests of the caller: making them costs more than reading a small cassette. */
gwt_status gwt_cassette_read(struct gwt_sigv4 *digests, struct gwt_arena *arena, const char *path,
			     struct gwt_span text, struct gwt_cassette *out, struct gwt_error *err);

#endif
