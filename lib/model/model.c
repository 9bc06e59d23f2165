/*
 * model.c - look-ups in the table of operations.
 */
#include "lib/model/model.h"
#include "lib/model/model_table.h"

const char *gwt_model_version_word(enum gwt_model_version version)
{
	return version == GWT_MODEL_NEWER ? "2015-07-09/newer" : "2015-07-09/reference";
}

const struct gwt_operation *gwt_operations(size_t *count)
{
	*count = gwt_operation_count;
	return gwt_operation_table;
}

const struct gwt_operation *gwt_operation_named(struct gwt_span name)
{
	for (size_t i = 0; i < gwt_operation_count; i++)
		if (gwt_span_is(name, gwt_operation_table[i].name))
			return &gwt_operation_table[i];
	return NULL;
}

const struct gwt_member *gwt_member_named(const struct gwt_member *members, struct gwt_span name)
{
	for (const struct gwt_member *m = members; m && m->name; m++)
		if (gwt_span_is(name, m->name))
			return m;
	return NULL;
}

const struct gwt_member *gwt_member_wired(const struct gwt_member *members, enum gwt_place place,
					  struct gwt_span wire)
{
	for (const struct gwt_member *m = members; m && m->name; m++)
		if (m->place == place && gwt_span_is(wire, m->wire))
			return m;
	return NULL;
}

bool gwt_method_writes(struct gwt_span method)
{
	return !gwt_span_is(method, "GET") && !gwt_span_is(method, "HEAD");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte at `*i`, percent-decoded once; moves `*i` after it. An invalid escape is left unchanged. */
static char decoded_at(struct gwt_span s, size_t *i)
{
	char c = s.ptr[(*i)++];

	if (c != '%' || s.len - *i < 2)
		return c;
	int high = hex_digit(s.ptr[*i]), low = hex_digit(s.ptr[*i + 1]);
	if (high < 0 || low < 0)
		return c;
	*i += 2;
	return (char)(high * 16 + low);
}

static bool decodes_to(struct gwt_span sent, struct gwt_span literal)
{
	size_t i = 0, j = 0;

	while (i < sent.len && j < literal.len)
		if (decoded_at(sent, &i) != literal.ptr[j++])
			return false;
	return i == sent.len && j == literal.len;
}

static bool is_label(struct gwt_span segment)
{
	return segment.len > 2 && segment.ptr[0] == '{';
}

static void add_label(struct gwt_route *route, struct gwt_span label, struct gwt_span sent, size_t segment)
{
	struct gwt_span wire = gwt_span_slice(label, 1, label.len - 1);

	route->members[route->len] = gwt_member_wired(route->operation->input, GWT_PLACE_PATH, wire);
	route->labels[route->len] = sent;
	route->segments[route->len++] = segment;
}

/* Fill `route` when the path fits the operation's template; *literals counts its fixed segments. */
static bool fits(const struct gwt_operation *operation, struct gwt_span path, struct gwt_route *route,
		 int *literals)
{
	struct gwt_span template = gwt_span_slice(gwt_span_of(operation->uri), 1, SIZE_MAX);
	struct gwt_span sent = gwt_span_slice(path, 1, SIZE_MAX);

	*route = (struct gwt_route){ .operation = operation };
	*literals = 0;
	for (size_t segment = 0; template.ptr && sent.ptr; segment++) {
		struct gwt_span want = gwt_span_cut(&template, '/');
		struct gwt_span got = gwt_span_cut(&sent, '/');

		if (is_label(want))
			add_label(route, want, got, segment);
		else if (decodes_to(got, want))
			++*literals;
		else
			return false;
	}
	return !template.ptr && !sent.ptr;
}

bool gwt_route_find(struct gwt_span method, struct gwt_span path, struct gwt_route *out)
{
	struct gwt_route route;
	int literals, best = -1;

	if (path.len == 0 || path.ptr[0] != '/')
		return false;
	for (size_t i = 0; i < gwt_operation_count; i++) {
		const struct gwt_operation *operation = &gwt_operation_table[i];

		if (!gwt_span_is(method, operation->method) || !fits(operation, path, &route, &literals) ||
		    literals <= best)
			continue;
		best = literals;
		*out = route;
	}
	return best >= 0;
}
