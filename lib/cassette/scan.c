#include "lib/cassette/scan.h"

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/cassette/inflate.h"
#include "lib/cassette/scan_escapes.h"
#include "lib/http/chars.h"
#include "lib/http/uri.h"

#define MAX_DEPTH 8 /* encodings nested in each other */
#define MIN_BASE64                                                                                           \
	12 /* characters: nothing of GWT_SCAN_MIN_SECRET bytes fits into fewer at every alignment */

/*
 * How many decoded bytes are scanned for each byte of input: a limit for texts that are made to be decoded in
 * many ways.
 */
enum { LEAST_WORK = 256 * 1024 * 1024, WORK = 256, MAX_INFLATED = 16 * 1024 * 1024 };

const struct gwt_span gwt_scan_examples = GWT_SPAN_INIT(
	"AKIAIOSFODNN7EXAMPLE ASIAIOSFODNN7EXAMPLE AKIAI44QH8DHBEXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY "
	"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY 123456789012 111122223333 444455556666 111111111111 222222222222 "
	"210987654321 012345678901 000000000000");

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_word(char c)
{
	return is_digit(c) || is_upper(c) || is_lower(c);
}

/* Both alphabets of RFC 4648, 4 and 5. */
static bool is_base64(char c)
{
	return is_word(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static bool is_secret_key(char c)
{
	return is_word(c) || c == '+' || c == '/';
}

static bool is_literal(const struct gwt_scan *scan, struct gwt_span token)
{
	for (size_t i = 0; i < scan->literal_count; i++)
		if (gwt_span_find_span(scan->literals[i], token) < scan->literals[i].len)
			return true;
	return false;
}

/* Forms */

/* AKIA…, ASIA…: four known letters and sixteen more characters. */
static bool is_key_id(struct gwt_span token)
{
	static const char *const kinds[] = { "AKIA", "ASIA", "AIDA", "AROA", "AGPA",
					     "ANPA", "ANVA", "ABIA", "ACCA" };

	for (size_t i = 0; i < token.len; i++)
		if (!is_digit(token.ptr[i]) && !is_upper(token.ptr[i]))
			return false;
	for (size_t i = 0; i < GWT_LEN(kinds); i++)
		if (memcmp(token.ptr, kinds[i], 4) == 0)
			return true;
	return false;
}

static bool is_account(struct gwt_span token)
{
	for (size_t i = 0; i < token.len; i++)
		if (!is_digit(token.ptr[i]))
			return false;
	return true;
}

/* Forty characters of all three kinds in a mix that no path or word has: each change of kind counts. */
static bool is_secret_form(struct gwt_span token)
{
	bool upper = false, lower = false, digit = false;
	size_t changes = 0;

	for (size_t i = 0; i < token.len; i++) {
		char c = token.ptr[i], before = i ? token.ptr[i - 1] : c;

		upper |= is_upper(c);
		lower |= is_lower(c);
		digit |= is_digit(c);
		changes += is_upper(c) != is_upper(before) || is_lower(c) != is_lower(before);
	}
	return upper && lower && digit && changes >= 12;
}

struct form {
	const char *what;
	size_t len;
	bool (*in_token)(char c);
	bool (*fits)(struct gwt_span token);
};

static const struct form forms[] = {
	{ "an access key id", 20, is_word, is_key_id },
	{ "a 12-digit account id", 12, is_word, is_account },
	{ "what looks like a secret access key", 40, is_secret_key, is_secret_form },
};

/*
 * The part of a token that has the form: the whole token or one segment of a path; absent when no part
 * has it.
 */
static struct gwt_span fitting(const struct form *form, struct gwt_span token)
{
	struct gwt_span rest = token;

	if (token.len == form->len && form->fits(token))
		return token;
	while (rest.ptr) {
		struct gwt_span part = gwt_span_cut(&rest, '/');

		if (part.len == form->len && form->fits(part))
			return part;
	}
	return rest;
}

static bool find_form(const struct gwt_scan *scan, const struct form *form, struct gwt_span bytes,
		      struct gwt_leak *out)
{
	for (size_t at = 0; at < bytes.len; at++) {
		size_t end = at;
		struct gwt_span part;

		while (end < bytes.len && form->in_token(bytes.ptr[end]))
			end++;
		part = fitting(form, gwt_span_slice(bytes, at, end));
		if (part.ptr && (at == 0 || !form->in_token(bytes.ptr[at - 1])) && !is_literal(scan, part)) {
			*out = (struct gwt_leak){ form->what, (size_t)(part.ptr - bytes.ptr), part.len };
			return true;
		}
		at = end;
	}
	return false;
}

static void keep_first(struct gwt_leak *best, bool *found, const struct gwt_leak *leak)
{
	if (!*found || leak->offset < best->offset)
		*best = *leak;
	*found = true;
}

/*
 * An index of secrets by their first bytes, since a recording has as many signatures as calls, and a cassette
 * as many runs of base64 as hashes.
 */
enum { INDEX_SIZE = 1024, LEAST_SEEN = 4096, MOST_SEEN = 1 << 18, BYTES_A_SEEN = 4 };

/* A text that was scanned at this depth, and what was found in it. */
struct seen {
	uint64_t hash; /* 0: none */
	int depth;
	bool found;
	struct gwt_leak leak;
};

struct gwt_scan_index {
	size_t first[INDEX_SIZE]; /* 1 + a secret's number; 0: none */
	size_t *next;             /* of each secret: the next with the same index, likewise */
	size_t work;              /* bytes that may still be scanned */
	/* Two encodings that are undone in either order give the same text, with the same runs of base64. */
	struct seen *seen;
	size_t seen_mask;
};

static size_t slot_of(const char *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word * UINT32_C(2654435761) >> 22;
}

/*
 * Make room for as many as the text may have runs, so that what was seen in one of its forms is known in
 * the next.
 */
static void make_seen(size_t len, struct gwt_arena *arena, struct gwt_scan_index *out)
{
	size_t size = LEAST_SEEN;

	while (size < MOST_SEEN && size < len / BYTES_A_SEEN)
		size *= 2;
	out->seen = gwt_arena_array(arena, struct seen, size);
	out->seen_mask = size - 1;
}

/* From the last to the first, so that of two secrets at one place the first is reported. */
static void make_index(const struct gwt_scan *scan, struct gwt_arena *arena, struct gwt_scan_index *out)
{
	memset(out->first, 0, sizeof(out->first));
	out->next = gwt_arena_array(arena, size_t, scan->secret_count + 1);
	for (size_t i = scan->secret_count; i-- > 0;) {
		size_t slot;

		if (scan->secrets[i].text.len < GWT_SCAN_MIN_SECRET)
			continue;
		slot = slot_of(scan->secrets[i].text.ptr);
		out->next[i] = out->first[slot];
		out->first[slot] = i + 1;
	}
}

/* The secret at the start of `rest`; NULL when there is none. */
static const struct gwt_live_secret *secret_at(const struct gwt_scan *scan, struct gwt_span rest)
{
	for (size_t i = scan->index->first[slot_of(rest.ptr)]; i; i = scan->index->next[i - 1])
		if (gwt_span_starts(rest, scan->secrets[i - 1].text))
			return &scan->secrets[i - 1];
	return NULL;
}

static bool find_secret(const struct gwt_scan *scan, struct gwt_span bytes, struct gwt_leak *out)
{
	for (size_t at = 0; scan->secret_count && at + GWT_SCAN_MIN_SECRET <= bytes.len; at++) {
		const struct gwt_live_secret *secret = secret_at(scan, gwt_span_slice(bytes, at, bytes.len));

		if (secret) {
			*out = (struct gwt_leak){ secret->what, at, secret->text.len };
			return true;
		}
	}
	return false;
}

/* Find what is there without decoding. */
static bool find_plain(const struct gwt_scan *scan, struct gwt_span bytes, struct gwt_leak *out)
{
	struct gwt_leak leak;
	bool found = find_secret(scan, bytes, out);

	for (size_t i = 0; !scan->no_forms && i < GWT_LEN(forms); i++)
		if (find_form(scan, &forms[i], bytes, &leak))
			keep_first(out, &found, &leak);
	return found;
}

/* Encodings */

/* Undo one kind of escape in the bytes; places[i] is the place of decoded byte i in them. */
static size_t unescape(struct gwt_span bytes, gwt_escape_reader *reads, char *out, size_t *places)
{
	size_t count = 0;

	for (size_t at = 0; at < bytes.len;) {
		size_t len = 1;
		char c = bytes.ptr[at];
		enum gwt_escape what = reads(gwt_span_slice(bytes, at, bytes.len), &c, &len);

		if (what == GWT_ESCAPE_NONE) {
			c = bytes.ptr[at];
			len = 1;
		}
		if (what != GWT_ESCAPE_GONE) {
			places[count] = at;
			out[count++] = c;
		}
		at += len;
	}
	return count;
}

static bool find_at(const struct gwt_scan *scan, struct gwt_span bytes, int depth, struct gwt_leak *out);

/*
 * Copy the characters of base64 at the start of `s` to `out`, without line breaks; returns where they end
 * in `s`.
 */
static size_t join_lines(struct gwt_span s, char *out, size_t *len)
{
	size_t at = 0, end = 0;

	*len = 0;
	while (at < s.len && is_base64(s.ptr[at])) {
		while (at < s.len && is_base64(s.ptr[at]))
			out[(*len)++] = s.ptr[at++];
		end = at;
		at += gwt_scan_line_break(gwt_span_slice(s, at, s.len));
	}
	return end;
}

/* Decodes at each of the four ways in which the groups can be aligned. */
static bool find_decoded(const struct gwt_scan *scan, struct gwt_span base64, int depth, struct gwt_leak *out)
{
	struct gwt_arena arena = { 0 };
	char *bytes = gwt_arena_bytes(&arena, base64.len);
	bool found = false;

	for (size_t skip = 0; skip < 4 && !found; skip++) {
		size_t len = gwt_scan_base64(gwt_span_slice(base64, skip, base64.len), bytes);

		found = find_at(scan, (struct gwt_span){ bytes, len }, depth + 1, out);
	}
	gwt_arena_release(&arena);
	return found;
}

/* A run of base64 characters that is part of a literal may contain the form of a secret. */
static bool in_run(const struct gwt_scan *scan, struct gwt_span run, struct gwt_span joined, int depth,
		   const char **what)
{
	struct gwt_scan live = *scan;
	struct gwt_leak leak;
	bool found = joined.len >= MIN_BASE64 && find_decoded(scan, joined, depth, &leak);

	live.no_forms = true;
	if (found && !scan->no_forms && is_literal(scan, run))
		found = find_decoded(&live, joined, depth, &leak);
	if (found)
		*what = leak.what;
	return found;
}

static bool find_in_base64(const struct gwt_scan *scan, struct gwt_span bytes, int depth,
			   struct gwt_leak *out)
{
	struct gwt_arena arena = { 0 };
	char *text = gwt_arena_bytes(&arena, bytes.len + 1);
	bool found = false;

	for (size_t at = 0; at < bytes.len && !found; at++) {
		struct gwt_span joined = { text, 0 };
		size_t end = at + join_lines(gwt_span_slice(bytes, at, bytes.len), text, &joined.len);

		found = in_run(scan, gwt_span_slice(bytes, at, end), joined, depth, &out->what);
		if (found) {
			out->offset = at;
			out->len = end - at;
		}
		at = end;
	}
	gwt_arena_release(&arena);
	return found;
}

/* Scan what bytes[at, end) encodes. */
static bool find_behind(const struct gwt_scan *scan, struct gwt_span plain, size_t at, size_t end, int depth,
			struct gwt_leak *out)
{
	if (plain.len < GWT_SCAN_MIN_SECRET || !find_at(scan, plain, depth + 1, out))
		return false;
	out->offset = at;
	out->len = end - at;
	return true;
}

/* Scan runs of hexadecimal digits, from their first and from their second digit on. */
static bool find_in_hex(const struct gwt_scan *scan, struct gwt_span bytes, int depth, struct gwt_leak *out)
{
	struct gwt_arena arena = { 0 };
	char *plain = gwt_arena_bytes(&arena, bytes.len / 2 + 1);
	bool found = false;

	for (size_t at = 0, end; at < bytes.len && !found; at = end + 1) {
		for (end = at; end < bytes.len && gwt_hex_value(bytes.ptr[end]) >= 0;)
			end++;
		for (size_t skip = 0; skip < 2 && !found && end - at >= 2 * GWT_SCAN_MIN_SECRET; skip++) {
			size_t len = gwt_scan_hex(gwt_span_slice(bytes, at + skip, end), plain);

			found = find_behind(scan, (struct gwt_span){ plain, len }, at, end, depth, out);
		}
	}
	gwt_arena_release(&arena);
	return found;
}

/* Scan dumps of bytes: pairs of hexadecimal digits with something between them ("68:37", "0x68, 0x37"). */
static bool find_in_hex_dump(const struct gwt_scan *scan, struct gwt_span bytes, int depth,
			     struct gwt_leak *out)
{
	struct gwt_arena arena = { 0 };
	char *plain = gwt_arena_bytes(&arena, bytes.len / 2 + 1);
	bool found = false;

	for (size_t at = 0, end; at < bytes.len && !found; at += end ? end : 1) {
		size_t len = gwt_scan_hex_dump(gwt_span_slice(bytes, at, bytes.len), plain, &end);

		found = find_behind(scan, (struct gwt_span){ plain, len }, at, at + end, depth, out);
	}
	gwt_arena_release(&arena);
	return found;
}

/* The form of deflate that seems to begin here (RFC 1952, 2.3.1; RFC 1950, 2.2). */
static bool is_deflated(struct gwt_span s, enum gwt_deflated *form)
{
	unsigned first = s.len > 2 ? (unsigned char)s.ptr[0] : 0,
		 second = s.len > 2 ? (unsigned char)s.ptr[1] : 0;

	*form = first == 0x1f ? GWT_DEFLATED_GZIP : GWT_DEFLATED_ZLIB;
	if (first == 0x1f)
		return second == 0x8b && s.ptr[2] == 8;
	return (first & 0x8f) == 8 && (first * 256 + second) % 31 == 0 && !(second & 0x20);
}

/* Scan what was compressed, or its beginning when the end is missing. */
static bool find_deflated(const struct gwt_scan *scan, struct gwt_span bytes, int depth, struct gwt_leak *out)
{
	bool found = false;

	for (size_t at = 0; at + 8 < bytes.len && !found; at++) {
		struct gwt_span rest = gwt_span_slice(bytes, at, bytes.len);
		gwt_auto(gwt_buf_release) struct gwt_buf plain = { .max = MAX_INFLATED };
		enum gwt_deflated form;

		if (!is_deflated(rest, &form))
			continue;
		gwt_inflate(rest, form, &plain);
		found = plain.len >= GWT_SCAN_MIN_SECRET &&
			find_at(scan, gwt_buf_span(&plain), depth + 1, out);
		if (found) {
			out->offset = at;
			out->len = rest.len;
		}
	}
	return found;
}

/* Scan the bytes with one kind of escape undone; offsets are those in the original bytes. */
static bool find_escaped(const struct gwt_scan *scan, struct gwt_span bytes,
			 const struct gwt_escape_kind *kind, int depth, struct gwt_leak *out)
{
	struct gwt_arena arena = { 0 };
	struct gwt_scan live = *scan;
	size_t *places = gwt_arena_array(&arena, size_t, bytes.len + 1), count;
	char *text = gwt_arena_bytes(&arena, bytes.len + 1);
	bool found;

	live.no_forms |= kind->live_only;
	count = unescape(bytes, kind->read, text, places);
	places[count] = bytes.len;
	found = count < bytes.len && find_at(&live, (struct gwt_span){ text, count }, depth + 1, out);
	if (found) {
		out->len = places[out->offset + out->len] - places[out->offset];
		out->offset = places[out->offset];
	}
	gwt_arena_release(&arena);
	return found;
}

static bool has_one(struct gwt_span bytes, struct gwt_span marks)
{
	for (size_t i = 0; i < marks.len; i++)
		if (gwt_span_find(bytes, marks.ptr[i]) < bytes.len)
			return true;
	return false;
}

/* So many encodings are not an accident: a text that cannot be scanned may contain a secret. */
static bool give_up(struct gwt_span bytes, struct gwt_leak *out)
{
	*out = (struct gwt_leak){ "what is encoded too often to be looked through", 0, bytes.len };
	return true;
}

/* The slot of a text among those that were seen; `key` distinguishes it from others. */
static struct seen *seen_slot(const struct gwt_scan *scan, struct gwt_span bytes, uint64_t *key)
{
	*key = gwt_hash(bytes) * 2 + scan->no_forms;
	return &scan->index->seen[*key / 2 & scan->index->seen_mask];
}

/* Scan the bytes themselves, and then after undoing each encoding, recursively. */
static bool find_at(const struct gwt_scan *scan, struct gwt_span bytes, int depth, struct gwt_leak *out)
{
	static bool (*const ways[])(const struct gwt_scan *, struct gwt_span, int,
				    struct gwt_leak *) = { find_in_base64, find_in_hex, find_in_hex_dump,
							   find_deflated };
	size_t *work = &scan->index->work;
	struct gwt_leak leak;
	bool found = false;
	uint64_t key;
	struct seen *seen = seen_slot(scan, bytes, &key);

	if (depth && seen->hash == key && seen->depth <= depth) {
		*out = seen->leak;
		return seen->found;
	}
	if (depth && *work < bytes.len)
		return give_up(bytes, out);
	*work -= depth ? bytes.len : 0;
	if (find_plain(scan, bytes, &leak))
		keep_first(out, &found, &leak);
	if (depth == MAX_DEPTH || bytes.len < GWT_SCAN_MIN_SECRET)
		return found;
	for (size_t i = 0; i < GWT_LEN(ways); i++)
		if (ways[i](scan, bytes, depth, &leak))
			keep_first(out, &found, &leak);
	for (size_t i = 0; i < gwt_escape_kind_count; i++)
		if (has_one(bytes, gwt_escape_kinds[i].marks) &&
		    find_escaped(scan, bytes, &gwt_escape_kinds[i], depth, &leak))
			keep_first(out, &found, &leak);
	*seen = (struct seen){ key, depth, found, found ? *out : (struct gwt_leak){ 0 } };
	return found;
}

/*
 * Parts
 *
 * Each kind of encoding that occurs in a text doubles the forms in which the whole text is scanned, so a long
 * one is scanned in parts. A part ends with a line whose last byte, a comma or a bracket, belongs to no
 * encoding, so nothing continues after it. The next part begins with the last lines of the one before, for a
 * secret that has such a byte in it. Bytes that are not text, which may be compressed as a whole, are one
 * part; so is a line, however long.
 */

enum { PART = 8 * 1024, OVERLAP = 512 };

/* Where the part that begins at `from` ends. */
static size_t part_end(struct gwt_span text, size_t from)
{
	for (size_t at = from + PART; at + 1 < text.len; at++)
		if (text.ptr[at] == '\n' && strchr(",{}[]", text.ptr[at - 1]))
			return at + 1;
	return text.len;
}

/* The beginning of the first line within OVERLAP bytes before `at`; `at` when the line there is longer. */
static size_t overlap_of(struct gwt_span text, size_t at)
{
	size_t from = at > OVERLAP ? at - OVERLAP : 0;

	while (from && from < at && text.ptr[from - 1] != '\n')
		from++;
	return from;
}

static bool find_in_part(const struct gwt_scan *scan, struct gwt_span bytes, size_t from, size_t end,
			 struct gwt_leak *out)
{
	bool found;

	scan->index->work = LEAST_WORK + WORK * (end - from);
	found = find_at(scan, gwt_span_slice(bytes, from, end), 0, out);
	if (found)
		out->offset += from;
	return found;
}

bool gwt_scan_find(const struct gwt_scan *scan, struct gwt_span bytes, size_t from, struct gwt_leak *out)
{
	struct gwt_arena arena = { 0 };
	struct gwt_scan_index index;
	struct gwt_scan indexed = *scan;
	bool found = false, in_parts = bytes.len > PART && gwt_utf8_is_readable(bytes);

	make_index(scan, &arena, &index);
	make_seen(bytes.len, &arena, &index);
	indexed.index = &index;
	for (size_t at = from, end; !found && at < bytes.len; at = end) {
		end = in_parts ? part_end(bytes, at) : bytes.len;
		found = find_in_part(&indexed, bytes, at > from ? overlap_of(bytes, at) : at, end, out);
	}
	gwt_arena_release(&arena);
	return found;
}

gwt_status gwt_scan_check_texts(char *const *texts, size_t count, struct gwt_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(texts[i]) < GWT_SCAN_MIN_SECRET)
			return gwt_fail(
				err, GWT_EUSAGE,
				"'--redact' takes a text of at least %d bytes: shorter ones are not looked for",
				GWT_SCAN_MIN_SECRET);
	return GWT_OK;
}
