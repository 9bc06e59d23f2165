#include "lib/scenario/source.h"

#include <stdarg.h>

#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

gwt_status gwt_source_refuse(const struct gwt_source *s, size_t offset, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	gwt_vfail_at(s->err, s->path, s->text, offset, fmt, args);
	va_end(args);
	return GWT_EPARSE;
}

/* YAML's names for JSON's string, array and object. */
const char *gwt_source_type_word(enum gwt_json_type type)
{
	switch (type) {
	case GWT_JSON_STRING:
		return "text";
	case GWT_JSON_ARRAY:
		return "a list";
	case GWT_JSON_OBJECT:
		return "a mapping";
	case GWT_JSON_NUMBER:
		return "a number";
	case GWT_JSON_NULL:
		return "null";
	default:
		return "a boolean";
	}
}

gwt_status gwt_source_refuse_type(const struct gwt_source *s, const struct gwt_json *value, const char *what,
				  enum gwt_json_type want)
{
	const char *hint =
		want == GWT_JSON_STRING && value->type != GWT_JSON_OBJECT && value->type != GWT_JSON_ARRAY
			? "; quote it"
			: "";

	return gwt_source_refuse(s, value->offset, "%s must be %s, this is %s%s", what,
				 gwt_source_type_word(want), gwt_source_type_word(value->type), hint);
}

const struct gwt_source_key *gwt_source_key_named(const struct gwt_source_key *keys, struct gwt_span name)
{
	for (; keys->name; keys++)
		if (gwt_span_is(name, keys->name))
			return keys;
	return NULL;
}

gwt_status gwt_source_refuse_key(const struct gwt_source *s, const struct gwt_json *value, const char *what,
				 const struct gwt_source_key *keys)
{
	struct gwt_buf list;
	gwt_status status;

	gwt_buf_init(&list, SIZE_MAX);
	for (; keys->name; keys++)
		gwt_buf_printf(&list, "%s%s", list.len ? ", " : "", keys->name);
	status = gwt_source_refuse(s, value->name_offset, "unknown key '" GWT_SPAN_FMT "'; %s has %s",
				   GWT_SPAN_ARG(value->name), what, gwt_buf_cstr(&list));
	gwt_buf_release(&list);
	return status;
}

/* Check that `map` is a mapping with these keys and no others. */
gwt_status gwt_source_map(const struct gwt_source *s, const struct gwt_json *map, const char *what,
			  const struct gwt_source_key *keys)
{
	if (map->type != GWT_JSON_OBJECT)
		return gwt_source_refuse_type(s, map, what, GWT_JSON_OBJECT);
	for (const struct gwt_json *value = map->child; value; value = value->next) {
		const struct gwt_source_key *key = gwt_source_key_named(keys, value->name);

		if (!key)
			return gwt_source_refuse_key(s, value, what, keys);
		if (key->type != GWT_SOURCE_ANY && value->type != key->type)
			return gwt_source_refuse_type(s, value, key->name, key->type);
	}
	for (; keys->name; keys++)
		if (keys->required && !gwt_json_get(map, keys->name))
			return gwt_source_refuse(s, map->offset, "%s has no '%s'; add it", what, keys->name);
	return GWT_OK;
}
