#include "sandbox/ids.h"

#include <stdio.h>

/* SplitMix64: ids must look random and be repeatable; they need not be secret. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void gwt_ids_init(struct gwt_ids *ids, uint64_t seed)
{
	ids->objects = seed;
	ids->requests = ~seed;
}

void gwt_ids_object(struct gwt_ids *ids, size_t len, char *out)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (size_t i = 0; i < len; i++)
		out[i] = alphabet[next(&ids->objects) % (sizeof(alphabet) - 1)];
	out[len] = '\0';
}

static void write_uuid(uint64_t high, uint64_t low, char out[GWT_REQUEST_ID_LEN + 1])
{
	snprintf(out, GWT_REQUEST_ID_LEN + 1, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
		 (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xffff), (unsigned)(low >> 48),
		 (unsigned long long)(low & 0xffffffffffffu));
}

/* RFC 9562: version in the high half's low 16 bits, variant 10 at the top of the low half. */
static uint64_t with_version(uint64_t high, unsigned version)
{
	return (high & ~(uint64_t)0xf000) | (uint64_t)version << 12;
}

static uint64_t with_variant(uint64_t low)
{
	return (low & ~((uint64_t)3 << 62)) | (uint64_t)2 << 62;
}

void gwt_ids_request(struct gwt_ids *ids, char out[GWT_REQUEST_ID_LEN + 1])
{
	uint64_t high = next(&ids->requests), low = next(&ids->requests);

	write_uuid(with_version(high, 4), with_variant(low), out);
}

void gwt_ids_request_v1(struct gwt_ids *ids, int64_t now, char out[GWT_REQUEST_ID_LEN + 1])
{
	/* 100 ns ticks since 1582-10-15 */
	uint64_t ticks = (uint64_t)now * 10000000u + 0x01b21dd213814000u + next(&ids->requests) % 10000000u;
	uint64_t high = (ticks & 0xffffffffu) << 32 | (ticks >> 32 & 0xffff) << 16 | ticks >> 48;

	write_uuid(with_version(high, 1), with_variant(next(&ids->requests)), out);
}

void gwt_ids_apigw(struct gwt_ids *ids, char out[GWT_APIGW_ID_LEN + 1])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint64_t bits = next(&ids->requests), more = next(&ids->requests);

	for (size_t i = 0; i < GWT_APIGW_ID_LEN - 1; i++, bits >>= 6) {
		if (i == 10)
			bits = more;
		out[i] = alphabet[bits & (i == GWT_APIGW_ID_LEN - 2 ? 0x3c : 0x3f)];
	}
	out[GWT_APIGW_ID_LEN - 1] = '=';
	out[GWT_APIGW_ID_LEN] = '\0';
}
