#include "lib/report/xml.h"

#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/report/unicode.h"

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return NULL;
	}
}

/* XML 1.0, 2.2: these cannot be written, not even as a reference. */
static bool is_forbidden(uint32_t code)
{
	return code < 0x20 || code == 0xfffe || code == 0xffff;
}

static void add_code(struct gwt_buf *out, struct gwt_span bytes, uint32_t code)
{
	if (is_forbidden(code))
		gwt_buf_add_text(out, "\xef\xbf\xbd");
	else if (gwt_code_is_hidden(code))
		gwt_buf_printf(out, "&#x%x;", (unsigned)code);
	else
		gwt_buf_add(out, bytes);
}

void gwt_xml_add(struct gwt_buf *out, struct gwt_span text)
{
	while (text.len) {
		uint32_t code;
		const char *entity = entity_of(text.ptr[0]);
		size_t len = gwt_utf8_read(text, &code);

		if (!len)
			len = 1, code = 0xfffe;
		if (entity)
			gwt_buf_add_text(out, entity);
		else
			add_code(out, gwt_span_slice(text, 0, len), code);
		text = gwt_span_slice(text, len, text.len);
	}
}

void gwt_xml_add_attribute(struct gwt_buf *out, const char *name, struct gwt_span value)
{
	gwt_buf_printf(out, " %s=\"", name);
	gwt_xml_add(out, value);
	gwt_buf_add_char(out, '"');
}
