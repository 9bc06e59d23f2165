#include "awscli/prompt_keys.h"

#include <ctype.h>

#include "lib/base/error.h"
#include "awscli/pyval/unicode.h"

#define MAX_SEQUENCE 32

static const struct {
	const char *bytes; /* after ESC */
	enum gwt_key_kind kind;
	int number;
} sequences[] = {
	{ "[A", GWT_KEY_UP, 0 },         { "[B", GWT_KEY_DOWN, 0 },       { "[C", GWT_KEY_RIGHT, 0 },
	{ "[D", GWT_KEY_LEFT, 0 },       { "OA", GWT_KEY_UP, 0 },         { "OB", GWT_KEY_DOWN, 0 },
	{ "OC", GWT_KEY_RIGHT, 0 },      { "OD", GWT_KEY_LEFT, 0 },       { "[H", GWT_KEY_HOME, 0 },
	{ "[F", GWT_KEY_END, 0 },        { "OH", GWT_KEY_HOME, 0 },       { "OF", GWT_KEY_END, 0 },
	{ "[1~", GWT_KEY_HOME, 0 },      { "[4~", GWT_KEY_END, 0 },       { "[3~", GWT_KEY_DELETE, 0 },
	{ "[5~", GWT_KEY_PAGE_UP, 0 },   { "[6~", GWT_KEY_PAGE_DOWN, 0 }, { "[Z", GWT_KEY_BACK_TAB, 0 },
	{ "OP", GWT_KEY_FUNCTION, 1 },   { "OQ", GWT_KEY_FUNCTION, 2 },   { "OR", GWT_KEY_FUNCTION, 3 },
	{ "OS", GWT_KEY_FUNCTION, 4 },   { "[11~", GWT_KEY_FUNCTION, 1 }, { "[12~", GWT_KEY_FUNCTION, 2 },
	{ "[13~", GWT_KEY_FUNCTION, 3 }, { "[14~", GWT_KEY_FUNCTION, 4 }, { "[15~", GWT_KEY_FUNCTION, 5 },
	{ "[[A", GWT_KEY_FUNCTION, 1 },  { "[[B", GWT_KEY_FUNCTION, 2 },  { "[[C", GWT_KEY_FUNCTION, 3 },
	{ "[[D", GWT_KEY_FUNCTION, 4 },  { "[[E", GWT_KEY_FUNCTION, 5 },  { "[1;5C", GWT_KEY_ALT, 'f' },
	{ "[1;5D", GWT_KEY_ALT, 'b' },
};

/* ESC [200~ text ESC [201~ */
static size_t parse_paste(struct gwt_span bytes, bool final, struct gwt_keystroke *out)
{
	struct gwt_span rest = gwt_span_slice(bytes, 6, bytes.len), end = GWT_SPAN("\033[201~");
	size_t at = gwt_span_find_span(rest, end);

	if (at == rest.len && !final)
		return 0;
	*out = (struct gwt_keystroke){ .kind = GWT_KEY_PASTE, .text = gwt_span_slice(rest, 0, at) };
	return 6 + at + (at < rest.len ? end.len : 0);
}

/* Length of a control sequence: parameters, then a letter or '~'; 0 when it is incomplete. */
static size_t sequence_length(struct gwt_span bytes)
{
	size_t i = 2;

	if (bytes.ptr[1] == 'O')
		return bytes.len >= 3 ? 3 : 0;
	if (bytes.len > 2 && bytes.ptr[2] == '[')
		return bytes.len >= 4 ? 4 : 0;
	while (i < bytes.len && i < MAX_SEQUENCE &&
	       (isdigit((unsigned char)bytes.ptr[i]) || strchr(";?<=>", bytes.ptr[i])))
		i++;
	return i < bytes.len ? i + 1 : 0;
}

static int row_of(struct gwt_span bytes)
{
	int row = 0;

	for (size_t i = 2; i < bytes.len && isdigit((unsigned char)bytes.ptr[i]) && row < 10000; i++)
		row = row * 10 + (bytes.ptr[i] - '0');
	return row;
}

static size_t parse_sequence(struct gwt_span bytes, bool final, struct gwt_keystroke *out)
{
	size_t len = sequence_length(bytes);

	if (len == 0)
		return final ? bytes.len : 0;
	for (size_t i = 0; i < GWT_LEN(sequences); i++)
		if (gwt_span_is(gwt_span_slice(bytes, 1, len), sequences[i].bytes)) {
			*out = (struct gwt_keystroke){ .kind = sequences[i].kind,
						       .number = sequences[i].number };
			return len;
		}
	if (bytes.ptr[len - 1] == 'R') /* ESC [ row ; column R */
		*out = (struct gwt_keystroke){ .kind = GWT_KEY_POSITION, .number = row_of(bytes) };
	return len;
}

static size_t parse_escape(struct gwt_span bytes, bool final, struct gwt_keystroke *out)
{
	if (bytes.len == 1) {
		out->kind = GWT_KEY_ESCAPE;
		return final ? 1 : 0;
	}
	if (gwt_span_starts(bytes, GWT_SPAN("\033[200~")))
		return parse_paste(bytes, final, out);
	if (bytes.ptr[1] == '[' || bytes.ptr[1] == 'O')
		return parse_sequence(bytes, final, out);
	if (isalpha((unsigned char)bytes.ptr[1]) || bytes.ptr[1] == 0x7f) {
		*out = (struct gwt_keystroke){ .kind = GWT_KEY_ALT, .number = bytes.ptr[1] };
		return 2;
	}
	out->kind = GWT_KEY_ESCAPE;
	return 1;
}

/* Length of a UTF-8 character by its first byte. */
static size_t announced(unsigned char c)
{
	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

size_t gwt_key_parse(struct gwt_span bytes, bool final, struct gwt_keystroke *out)
{
	unsigned char c = bytes.len ? (unsigned char)bytes.ptr[0] : 0;
	size_t len;
	uint32_t cp;

	*out = (struct gwt_keystroke){ .kind = GWT_KEY_NONE };
	if (bytes.len == 0)
		return 0;
	if (c == 0x1b)
		return parse_escape(bytes, final, out);
	if (c == '\r' || c == '\n' || c == '\t' || c == 0x7f || c == 0x08) {
		out->kind = c == '\t'                ? GWT_KEY_TAB
			    : c == 0x7f || c == 0x08 ? GWT_KEY_BACKSPACE
						     : GWT_KEY_ENTER;
		return 1;
	}
	if (c < 0x20) {
		*out = (struct gwt_keystroke){ .kind = GWT_KEY_CONTROL, .number = c };
		return 1;
	}
	if (announced(c) > bytes.len && !final)
		return 0;
	len = gwt_utf8_get(bytes, 0, &cp);
	if (cp < 0xd800 || cp >= 0xe000)
		*out = (struct gwt_keystroke){ .kind = GWT_KEY_TEXT, .text = gwt_span_slice(bytes, 0, len) };
	return len;
}
