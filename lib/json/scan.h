/*
 * scan.h - find the next byte of a string that needs a closer look, eight at a time.
 *
 * Private to lib/json: the parser stops at quotes, backslashes, controls and bytes
 * of multi-byte characters, the writer at the first three.
 */
#ifndef GWT_JSON_SCAN_H
#define GWT_JSON_SCAN_H

#include "lib/base/span.h"

#define GWT_EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* High bit of each byte that is below 0x20, '"' or '\\'; no bit is set exactly when there is no such byte. */
static inline uint64_t gwt_json_special_bytes(uint64_t word)
{
	uint64_t control = word - GWT_EACH_BYTE(0x20);
	uint64_t quote = (word ^ GWT_EACH_BYTE('"')) - GWT_EACH_BYTE(1);
	uint64_t backslash = (word ^ GWT_EACH_BYTE('\\')) - GWT_EACH_BYTE(1);

	return (control | quote | backslash) & ~word & GWT_EACH_BYTE(0x80);
}

static inline bool gwt_json_is_special(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

/* How many bytes at `p` are written without an escape. */
static inline size_t gwt_json_plain_run(const char *p, size_t len)
{
	size_t n = 0;
	uint64_t word;

	for (; len - n >= sizeof(word); n += sizeof(word)) {
		memcpy(&word, p + n, sizeof(word));
		if (gwt_json_special_bytes(word))
			break;
	}
	while (n < len && !gwt_json_is_special((unsigned char)p[n]))
		n++;
	return n;
}

/* The same, ending also at the first byte that is not ASCII. */
static inline size_t gwt_json_ascii_run(const char *p, size_t len)
{
	size_t n = 0;
	uint64_t word;

	for (; len - n >= sizeof(word); n += sizeof(word)) {
		memcpy(&word, p + n, sizeof(word));
		if (gwt_json_special_bytes(word) | (word & GWT_EACH_BYTE(0x80)))
			break;
	}
	while (n < len && !gwt_json_is_special((unsigned char)p[n]) && (unsigned char)p[n] < 0x80)
		n++;
	return n;
}

#endif
