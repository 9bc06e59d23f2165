/*
 * pointer.c - evaluates and builds JSON pointers (RFC 6901, 3 to 5).
 */
#include "lib/json/pointer.h"

#include "lib/base/span.h"

/*
 * Whether an escaped token equals a name, without a copy; a '~' that does not begin an escape equals no name.
 */
static bool names(struct gwt_span token, struct gwt_span name)
{
	size_t at = 0;

	for (size_t i = 0; i < token.len; i++) {
		char c = token.ptr[i];

		if (c == '~') {
			if (++i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1'))
				return false;
			c = token.ptr[i] == '0' ? '~' : '/';
		}
		if (at == name.len || name.ptr[at++] != c)
			return false;
	}
	return at == name.len;
}

static struct gwt_json *member(struct gwt_json *object, struct gwt_span token)
{
	struct gwt_json *m = object->child;

	while (m && !names(token, m->name))
		m = m->next;
	return m;
}

static struct gwt_json *item(struct gwt_json *array, struct gwt_span token)
{
	uint64_t index;

	if (token.len > 1 && token.ptr[0] == '0')
		return NULL;
	return gwt_span_to_u64(token, SIZE_MAX, &index) ? gwt_json_at(array, (size_t)index) : NULL;
}

struct gwt_json *gwt_json_pointer_get(struct gwt_json *json, struct gwt_span pointer)
{
	if (pointer.len == 0)
		return json;
	if (pointer.ptr[0] != '/')
		return NULL;
	pointer = gwt_span_slice(pointer, 1, pointer.len);
	while (json && pointer.ptr) {
		struct gwt_span token = gwt_span_cut(&pointer, '/');

		if (json->type == GWT_JSON_OBJECT)
			json = member(json, token);
		else
			json = json->type == GWT_JSON_ARRAY ? item(json, token) : NULL;
	}
	return json;
}

void gwt_json_pointer_add_name(struct gwt_buf *pointer, struct gwt_span name)
{
	gwt_buf_add_char(pointer, '/');
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '~')
			gwt_buf_add_text(pointer, "~0");
		else if (name.ptr[i] == '/')
			gwt_buf_add_text(pointer, "~1");
		else
			gwt_buf_add_char(pointer, name.ptr[i]);
	}
}

void gwt_json_pointer_add_index(struct gwt_buf *pointer, size_t index)
{
	gwt_buf_printf(pointer, "/%zu", index);
}
