#include "tests/support/http_text.h"

static struct gwt_span next_line(struct gwt_span *rest)
{
	struct gwt_span line = gwt_span_cut(rest, '\n');

	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* "METHOD target HTTP/1.1", or without the version (double-url-encode of smithy-rs). */
static bool read_request_line(struct gwt_span line, struct gwt_span *method, struct gwt_span *target)
{
	struct gwt_span version = GWT_SPAN(" HTTP/1.1");

	*method = gwt_span_cut(&line, ' ');
	if (gwt_span_ends(line, version))
		line.len -= version.len;
	*target = line;
	return method->len && target->len;
}

static bool add_line(struct gwt_arena *arena, struct gwt_headers *headers, struct gwt_span line)
{
	struct gwt_span value = line, name;

	if (line.ptr[0] == ' ' && headers->len) { /* folded: goes on with the value before it */
		struct gwt_header *last = &headers->items[headers->len - 1];

		last->value = gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(last->value),
					       GWT_SPAN_ARG(line));
		return true;
	}
	name = gwt_span_cut(&value, ':');
	if (!value.ptr)
		return false;
	gwt_headers_add_view(headers, name, gwt_span_trim(value));
	return true;
}

bool gwt_http_text(struct gwt_arena *arena, struct gwt_span text, struct gwt_request *out)
{
	struct gwt_span rest = text, method, target;
	struct gwt_headers headers;

	gwt_headers_init(&headers, arena);
	if (!read_request_line(next_line(&rest), &method, &target))
		return false;
	while (rest.ptr) {
		struct gwt_span line = next_line(&rest);

		if (line.len == 0)
			break;
		if (!add_line(arena, &headers, line))
			return false;
	}
	gwt_request_set(out, method, target, &headers, rest.ptr ? rest : GWT_SPAN(""));
	return true;
}
