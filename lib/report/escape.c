#include "lib/report/escape.h"

#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/report/unicode.h"

/* Take the next code point off `text`; *bytes are its bytes. U+FFFD when they are not UTF-8. */
static uint32_t take(struct gwt_span *text, struct gwt_span *bytes)
{
	uint32_t code;
	size_t len = gwt_utf8_read(*text, &code);

	*bytes = len ? gwt_span_slice(*text, 0, len) : GWT_SPAN("\xef\xbf\xbd");
	*text = gwt_span_slice(*text, len ? len : 1, text->len);
	return len ? code : 0xfffd;
}

void gwt_visible_add(struct gwt_buf *out, struct gwt_span text)
{
	while (text.len) {
		struct gwt_span bytes;
		uint32_t code = take(&text, &bytes);

		if (gwt_code_is_hidden(code))
			gwt_buf_printf(out, "\\u{%x}", (unsigned)code);
		else
			gwt_buf_add(out, bytes);
	}
}

void gwt_json_visible_add(struct gwt_buf *out, struct gwt_span json)
{
	while (json.len) {
		struct gwt_span bytes;
		uint32_t code = take(&json, &bytes);

		if (code < 0x7f || !gwt_code_is_hidden(code))
			gwt_buf_add(out, bytes);
		else if (code < 0x10000)
			gwt_buf_printf(out, "\\u%04x", (unsigned)code);
		else
			gwt_buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((code - 0x10000) >> 10)),
				       (unsigned)(0xdc00 + ((code - 0x10000) & 0x3ff)));
	}
}

/* The escapes of workflow commands: %, CR and LF in data; in a property ':' and ',', too. */
void gwt_github_add(struct gwt_buf *out, struct gwt_span text, bool property)
{
	while (text.len) {
		struct gwt_span bytes;
		uint32_t code = take(&text, &bytes);

		if (code == '%' || code == '\r' || code == '\n' || (property && (code == ':' || code == ',')))
			gwt_buf_printf(out, "%%%02X", (unsigned)code);
		else if (gwt_code_is_hidden(code) && code != '\t')
			gwt_buf_printf(out, "\\u{%x}", (unsigned)code);
		else
			gwt_buf_add(out, bytes);
	}
}

/*
 * A backslash comes before what could be markup. `@` and `#` become entities, since GitHub makes links of
 * names and numbers even after a backslash; so does the colon of a URL. Blanks of all kinds are shown as
 * by gwt_visible_add().
 */
void gwt_markdown_add(struct gwt_buf *out, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf visible = { .max = SIZE_MAX };

	gwt_visible_add(&visible, text);
	for (size_t i = 0; i < visible.len; i++) {
		char c = visible.ptr[i];

		if (c == '&')
			gwt_buf_add_text(out, "&amp;");
		else if (c == '<')
			gwt_buf_add_text(out, "&lt;");
		else if (c == '>')
			gwt_buf_add_text(out, "&gt;");
		else if (c == '@')
			gwt_buf_add_text(out, "&#64;");
		else if (c == '#')
			gwt_buf_add_text(out, "&#35;");
		else if (c == ':' && gwt_span_starts(gwt_span_slice(gwt_buf_span(&visible), i, visible.len),
						     GWT_SPAN("://")))
			gwt_buf_add_text(out, "&#58;");
		else if (strchr("\\`*_{}[]()!|~$", c) || (i == 0 && strchr("+-", c)))
			gwt_buf_printf(out, "\\%c", c);
		else
			gwt_buf_add_char(out, c);
	}
}
