#include "lib/cassette/scan_escapes.h"

#include "lib/base/error.h"
#include "lib/http/chars.h"

static int hex_pair(struct gwt_span s, size_t at)
{
	int high = at + 1 < s.len ? gwt_hex_value(s.ptr[at]) : -1;
	int low = high < 0 ? -1 : gwt_hex_value(s.ptr[at + 1]);

	return low < 0 ? -1 : high * 16 + low;
}

/* Only characters below 128: no secret has others. */
static enum gwt_escape json_escape(struct gwt_span s, char *out, size_t *len)
{
	static const char letters[] = "/\"\\nrtbf", bytes[] = "/\"\\\n\r\t\b\f";
	const char *letter;
	int value;

	if (s.len < 2 || s.ptr[0] != '\\')
		return GWT_ESCAPE_NONE;
	letter = memchr(letters, s.ptr[1], sizeof(letters) - 1);
	*len = 2;
	*out = letter ? bytes[letter - letters] : s.ptr[1];
	if (letter)
		return GWT_ESCAPE_BYTE;
	value = s.len < 6 || s.ptr[1] != 'u' || s.ptr[2] != '0' || s.ptr[3] != '0' ? -1 : hex_pair(s, 4);
	*len = 6;
	*out = (char)value;
	return value < 0 ? GWT_ESCAPE_NONE : GWT_ESCAPE_BYTE;
}

/* "\\101": three octal digits. */
static enum gwt_escape octal_escape(struct gwt_span s, char *out, size_t *len)
{
	int value = 0;

	if (s.len < 4 || s.ptr[0] != '\\' || s.ptr[1] > '3')
		return GWT_ESCAPE_NONE;
	for (size_t i = 1; i < 4; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '7')
			return GWT_ESCAPE_NONE;
		value = value * 8 + (s.ptr[i] - '0');
	}
	*len = 4;
	*out = (char)value;
	return GWT_ESCAPE_BYTE;
}

/* "\\u{41}" of JavaScript and Rust. */
static enum gwt_escape braced_escape(struct gwt_span s, char *out, size_t *len)
{
	int value =
		s.len < 6 || !gwt_span_starts(s, GWT_SPAN("\\u{")) || s.ptr[5] != '}' ? -1 : hex_pair(s, 3);

	*len = 6;
	*out = (char)value;
	return value < 0 ? GWT_ESCAPE_NONE : GWT_ESCAPE_BYTE;
}

static enum gwt_escape c_escape(struct gwt_span s, char *out, size_t *len)
{
	int value = s.len < 4 || s.ptr[0] != '\\' || (s.ptr[1] | 0x20) != 'x' ? -1 : hex_pair(s, 2);

	*len = 4;
	*out = (char)value;
	return value < 0 ? GWT_ESCAPE_NONE : GWT_ESCAPE_BYTE;
}

/* "%41", and "%u0041" as JavaScript's escape() writes it. */
static enum gwt_escape percent_escape(struct gwt_span s, char *out, size_t *len)
{
	size_t at = gwt_span_starts(s, GWT_SPAN("%u00")) ? 4 : 1;
	int value = s.len < 3 || s.ptr[0] != '%' ? -1 : hex_pair(s, at);

	*len = at + 2;
	*out = (char)value;
	return value < 0 ? GWT_ESCAPE_NONE : GWT_ESCAPE_BYTE;
}

/* RFC 2045, 6.7, with its soft line breaks. */
static enum gwt_escape quoted_printable(struct gwt_span s, char *out, size_t *len)
{
	int value = s.len < 3 || s.ptr[0] != '=' ? -1 : hex_pair(s, 1);

	*len = 3;
	*out = (char)value;
	if (s.len > 2 && s.ptr[0] == '=' && (s.ptr[1] == '\n' || (s.ptr[1] == '\r' && s.ptr[2] == '\n'))) {
		*len = s.ptr[1] == '\n' ? 2 : 3;
		return GWT_ESCAPE_GONE;
	}
	return value < 0 ? GWT_ESCAPE_NONE : GWT_ESCAPE_BYTE;
}

/* "&#65;", "&#x41;": digits up to the semicolon, with any number of zeroes. */
static enum gwt_escape numeric_entity(struct gwt_span s, char *out, size_t *len)
{
	bool hex = s.len > 2 && (s.ptr[2] | 0x20) == 'x';
	size_t at = hex ? 3 : 2;
	int value = 0;

	for (; at < s.len && gwt_hex_value(s.ptr[at]) >= 0 && value < 256; at++) {
		if (!hex && gwt_hex_value(s.ptr[at]) > 9)
			return GWT_ESCAPE_NONE;
		value = value * (hex ? 16 : 10) + gwt_hex_value(s.ptr[at]);
	}
	if (value == 0 || value > 255)
		return GWT_ESCAPE_NONE;
	*len = at < s.len && s.ptr[at] == ';' ? at + 1 : at;
	*out = (char)value;
	return GWT_ESCAPE_BYTE;
}

static enum gwt_escape entity(struct gwt_span s, char *out, size_t *len)
{
	static const struct {
		struct gwt_span text;
		char byte;
	} named[] = {
		{ GWT_SPAN_INIT("&amp;"), '&' },    { GWT_SPAN_INIT("&lt;"), '<' },
		{ GWT_SPAN_INIT("&gt;"), '>' },     { GWT_SPAN_INIT("&quot;"), '"' },
		{ GWT_SPAN_INIT("&apos;"), '\'' },  { GWT_SPAN_INIT("&sol;"), '/' },
		{ GWT_SPAN_INIT("&plus;"), '+' },   { GWT_SPAN_INIT("&equals;"), '=' },
		{ GWT_SPAN_INIT("&lowbar;"), '_' },
	};

	if (s.len < 4 || s.ptr[0] != '&')
		return GWT_ESCAPE_NONE;
	if (s.ptr[1] == '#')
		return numeric_entity(s, out, len);
	for (size_t i = 0; i < GWT_LEN(named); i++) {
		if (!gwt_span_starts(s, named[i].text))
			continue;
		*len = named[i].text.len;
		*out = named[i].byte;
		return GWT_ESCAPE_BYTE;
	}
	return GWT_ESCAPE_NONE;
}

/* A byte beside a NUL, in either order. */
static enum gwt_escape utf16(struct gwt_span s, char *out, size_t *len)
{
	if (s.len < 2 || (s.ptr[0] == '\0') == (s.ptr[1] == '\0'))
		return GWT_ESCAPE_NONE;
	*len = 2;
	*out = s.ptr[0] ? s.ptr[0] : s.ptr[1];
	return GWT_ESCAPE_BYTE;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t gwt_scan_line_break(struct gwt_span s)
{
	size_t len = 0;
	bool ends = false;

	for (; len < s.len && is_space(s.ptr[len]); len++)
		ends |= s.ptr[len] == '\r' || s.ptr[len] == '\n';
	return ends ? len : 0;
}

/* The end of a line, also with '=' or a backslash before it, as in quoted-printable or a shell. */
static enum gwt_escape wrapping(struct gwt_span s, char *out, size_t *len)
{
	size_t soft = s.len && (s.ptr[0] == '=' || s.ptr[0] == '\\') ? 1 : 0;

	(void)out;
	*len = gwt_scan_line_break(gwt_span_slice(s, soft, s.len));
	if (*len == 0)
		return GWT_ESCAPE_NONE;
	*len += soft;
	return GWT_ESCAPE_GONE;
}

const struct gwt_escape_kind gwt_escape_kinds[] = {
	{ json_escape, GWT_SPAN_INIT("\\"), false },   { c_escape, GWT_SPAN_INIT("\\"), false },
	{ octal_escape, GWT_SPAN_INIT("\\"), false },  { braced_escape, GWT_SPAN_INIT("{"), false },
	{ percent_escape, GWT_SPAN_INIT("%"), false }, { entity, GWT_SPAN_INIT("&"), false },
	{ utf16, GWT_SPAN_INIT("\0"), false },         { quoted_printable, GWT_SPAN_INIT("="), true },
	{ wrapping, GWT_SPAN_INIT("\n\r"), true },
};
const size_t gwt_escape_kind_count = GWT_LEN(gwt_escape_kinds);

static unsigned base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0' + 52);
	return c == '+' || c == '-' ? 62 : 63;
}

size_t gwt_scan_base64(struct gwt_span run, char *out)
{
	size_t count = 0;
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < run.len; i++) {
		bits = (bits << 6 | base64_value(run.ptr[i])) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[count++] = (char)(bits >> have & 0xff);
		}
	}
	return count;
}

/* The text between two bytes of a dump; of two that begin equally, the longer comes first. */
static size_t separator(struct gwt_span s)
{
	static const struct gwt_span between[] = {
		GWT_SPAN_INIT(", 0x"), GWT_SPAN_INIT(",0x"), GWT_SPAN_INIT(" 0x"), GWT_SPAN_INIT(", "),
		GWT_SPAN_INIT(":"),    GWT_SPAN_INIT("-"),   GWT_SPAN_INIT(","),   GWT_SPAN_INIT(" "),
	};

	for (size_t i = 0; i < GWT_LEN(between); i++)
		if (gwt_span_starts(s, between[i]))
			return between[i].len;
	return gwt_scan_line_break(s);
}

size_t gwt_scan_hex_dump(struct gwt_span s, char *out, size_t *end)
{
	size_t count = 0, at = 0, gap;

	*end = 0;
	for (int value; (value = hex_pair(s, at)) >= 0; at += 2 + gap) {
		out[count++] = (char)value;
		*end = at + 2;
		gap = separator(gwt_span_slice(s, *end, s.len));
		if (gap == 0)
			break;
	}
	return count;
}

size_t gwt_scan_hex(struct gwt_span run, char *out)
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < run.len; i += 2)
		out[count++] = (char)hex_pair(run, i);
	return count;
}
