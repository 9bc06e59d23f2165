#include "sandbox/mapping.h"

#include "lib/base/error.h"

/* The places that may follow a prefix; NULL-ended. */
struct places {
	const char *prefix, *names[6];
};

static const struct places sources[] = {
	[GWT_SIDE_REQUEST] = { "method.request.",
			       { "path", "querystring", "header", "multivaluequerystring",
				 "multivalueheader" } },
	[GWT_SIDE_RESPONSE] = { "integration.response.", { "header", "multivalueheader" } },
};

static const struct places targets[] = {
	[GWT_SIDE_REQUEST] = { "integration.request.", { "path", "querystring", "header" } },
	[GWT_SIDE_RESPONSE] = { "method.response.", { "header" } },
};

static const struct places declarations[] = {
	[GWT_SIDE_REQUEST] = { "method.request.", { "path", "querystring", "header" } },
	[GWT_SIDE_RESPONSE] = { "method.response.", { "header" } },
};

/* No blank, no quote, no control byte: clients map names with every other byte. */
static bool is_name(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == '\'' || s.ptr[i] == '"' || s.ptr[i] == 0x7f)
			return false;
	return s.len > 0;
}

static bool is_place(const struct places *of, struct gwt_span place)
{
	for (size_t i = 0; i < GWT_LEN(of->names) && of->names[i]; i++)
		if (gwt_span_is(place, of->names[i]))
			return true;
	return false;
}

/* PREFIX PLACE "." NAME */
static bool split(const struct places *of, struct gwt_span text, struct gwt_span *place,
		  struct gwt_span *name)
{
	if (!gwt_span_starts(text, gwt_span_of(of->prefix)))
		return false;
	text = gwt_span_slice(text, strlen(of->prefix), text.len);
	*place = gwt_span_cut(&text, '.');
	*name = text;
	return is_place(of, *place) && name->ptr && is_name(*name);
}

/* PREFIX "body", alone or followed by a dot and a JSON path */
static bool is_body(enum gwt_side side, struct gwt_span value)
{
	struct gwt_span prefix = gwt_span_of(sources[side].prefix);

	if (!gwt_span_starts(value, prefix))
		return false;
	value = gwt_span_slice(value, prefix.len, value.len);
	return gwt_span_is(gwt_span_cut(&value, '.'), "body") && (!value.ptr || value.len > 0);
}

static bool names(struct gwt_span value, struct gwt_span prefix)
{
	return gwt_span_starts(value, prefix) && is_name(gwt_span_slice(value, prefix.len, value.len));
}

static bool is_static(struct gwt_span value)
{
	return value.len >= 2 && value.ptr[0] == '\'' && value.ptr[value.len - 1] == '\'';
}

struct gwt_mapping gwt_mapping_parse(enum gwt_side side, struct gwt_span value)
{
	struct gwt_mapping made = { GWT_MAPPED_INVALID, { NULL, 0 }, { NULL, 0 } };

	if (is_static(value))
		made.kind = GWT_MAPPED_STATIC;
	else if (is_body(side, value))
		made.kind = GWT_MAPPED_BODY;
	else if (names(value, GWT_SPAN("context.")))
		made.kind = GWT_MAPPED_CONTEXT;
	else if (names(value, GWT_SPAN("stageVariables.")))
		made.kind = GWT_MAPPED_STAGE;
	else if (split(&sources[side], value, &made.place, &made.name))
		made.kind = GWT_MAPPED_PARAMETER;
	return made;
}

bool gwt_mapping_is_target(enum gwt_side side, struct gwt_span key)
{
	struct gwt_span place, name;

	return split(&targets[side], key, &place, &name);
}

bool gwt_mapping_is_declaration(enum gwt_side side, struct gwt_span name)
{
	struct gwt_span place, rest;

	return split(&declarations[side], name, &place, &rest);
}

struct gwt_span gwt_mapping_word(const struct gwt_mapping *mapping)
{
	static const char *const words[] = { "invalid", "static", "body", "context", "stageVariables" };

	return mapping->kind == GWT_MAPPED_PARAMETER ? mapping->place : gwt_span_of(words[mapping->kind]);
}
