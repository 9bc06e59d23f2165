/*
 * call.c - what every step uses: failing, reading the input, storing.
 */
#include "sandbox/call.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/json/write.h"

/* Length of the UTF-8 sequence at the start of `s`, 0 when there is none. */
static size_t sequence_length(struct gwt_span s)
{
	for (size_t len = 1; len <= 4 && len <= s.len; len++)
		if (gwt_json_is_utf8(gwt_span_slice(s, 0, len)))
			return len;
	return 0;
}

struct gwt_span gwt_clean_utf8(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_buf out;
	struct gwt_span made;

	if (gwt_json_is_utf8(text))
		return text;
	gwt_buf_init(&out, SIZE_MAX);
	while (text.len > 0) {
		size_t len = sequence_length(text);

		gwt_buf_add(&out, len ? gwt_span_slice(text, 0, len) : GWT_SPAN("\xef\xbf\xbd"));
		text = gwt_span_slice(text, len ? len : 1, text.len);
	}
	made = gwt_arena_copy(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return made;
}

/* `text` with the values in place of its {}, in order. */
static struct gwt_span fill(struct gwt_arena *arena, const char *text, const struct gwt_span *values,
			    size_t count)
{
	struct gwt_buf out;
	struct gwt_span rest = gwt_span_of(text), made;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < count; i++) {
		size_t at = gwt_span_find_span(rest, GWT_SPAN("{}"));

		gwt_buf_add(&out, gwt_span_slice(rest, 0, at));
		if (at == rest.len)
			break;
		gwt_buf_add(&out, values[i]);
		rest = gwt_span_slice(rest, at + 2, rest.len);
	}
	gwt_buf_add(&out, rest);
	made = gwt_arena_copy(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return made;
}

static const struct gwt_sandbox_basis *basis_of(const struct gwt_call *call, enum gwt_rule rule,
						struct gwt_span kind)
{
	const struct gwt_operation *operation = call->route.operation;

	return gwt_rule_basis(rule, operation ? operation->name : "", kind);
}

bool gwt_call_fail_values(struct gwt_call *call, enum gwt_rule rule, struct gwt_span kind,
			  const struct gwt_span *values, size_t count)
{
	const struct gwt_sandbox_rule *row = &gwt_rule_table[rule];

	call->rule = rule;
	call->basis = basis_of(call, rule, kind);
	call->status = row->status;
	call->code = gwt_span_of(row->code);
	call->message = gwt_clean_utf8(call->arena, fill(call->arena, row->text, values, count));
	return false;
}

bool gwt_call_fail(struct gwt_call *call, enum gwt_rule rule)
{
	return gwt_call_fail_values(call, rule, GWT_SPAN(""), NULL, 0);
}

bool gwt_call_fail_kind(struct gwt_call *call, enum gwt_rule rule, struct gwt_span kind)
{
	return gwt_call_fail_values(call, rule, kind, NULL, 0);
}

bool gwt_call_fail_with(struct gwt_call *call, enum gwt_rule rule, struct gwt_span value)
{
	return gwt_call_fail_values(call, rule, GWT_SPAN(""), &value, 1);
}

static bool keep_weaker(struct gwt_call *call, const struct gwt_sandbox_basis *basis)
{
	if (basis->evidence > call->basis->evidence)
		call->basis = basis;
	return true;
}

bool gwt_call_rests_on(struct gwt_call *call, enum gwt_rule rule)
{
	return keep_weaker(call, basis_of(call, rule, GWT_SPAN("")));
}

bool gwt_call_rests_on_kind(struct gwt_call *call, enum gwt_rule rule, struct gwt_span kind)
{
	return keep_weaker(call, basis_of(call, rule, kind));
}

bool gwt_call_rests_on_node(struct gwt_call *call, const struct gwt_node *node)
{
	return !node->basis || keep_weaker(call, node->basis);
}

bool gwt_call_is(const struct gwt_call *call, enum gwt_api_change change)
{
	return gwt_api_changed(change, call->sandbox->options.as_of);
}

static struct gwt_span decoded(struct gwt_arena *arena, struct gwt_span s)
{
	struct gwt_buf out;
	struct gwt_span made;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_uri_decode(&out, s);
	made = gwt_arena_copy(arena, out.ptr ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return gwt_clean_utf8(arena, made);
}

struct gwt_span gwt_call_label(const struct gwt_call *call, const char *wire)
{
	for (size_t i = 0; i < call->route.len; i++)
		if (strcmp(call->route.members[i]->wire, wire) == 0)
			return decoded(call->arena, call->route.labels[i]);
	return GWT_SPAN("");
}

bool gwt_call_next_query(const struct gwt_call *call, struct gwt_span *rest, struct gwt_span *name,
			 struct gwt_span *value)
{
	struct gwt_span pair;

	while (rest->ptr && rest->len > 0) {
		pair = gwt_span_cut(rest, '&');
		if (pair.len == 0)
			continue;
		*name = decoded(call->arena, gwt_span_cut(&pair, '='));
		*value = decoded(call->arena, pair.ptr ? pair : GWT_SPAN(""));
		return true;
	}
	return false;
}

struct gwt_span gwt_call_query(const struct gwt_call *call, const char *name)
{
	struct gwt_span rest = call->request->query, key, value;

	while (gwt_call_next_query(call, &rest, &key, &value))
		if (gwt_span_is(key, name))
			return value;
	return GWT_ABSENT;
}

struct gwt_json *gwt_call_read(const struct gwt_call *call, const struct gwt_node *node)
{
	struct gwt_json *json = NULL;

	if (!gwt_json_parse(call->arena, gwt_node_body(node, call->arena), &json, NULL))
		json = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	return json;
}

static bool is_too_large(const struct gwt_json *json)
{
	for (const struct gwt_json *member = json->child; member; member = member->next)
		if (member->len > 5 * GWT_SANDBOX_MAX_ENTRIES)
			return true;
	return false;
}

bool gwt_call_store(struct gwt_call *call, struct gwt_node *node, struct gwt_json *json)
{
	struct gwt_buf text;
	bool stored;

	if (is_too_large(json))
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	gwt_json_sort(json);
	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, json, GWT_JSON_COMPACT);
	stored = gwt_node_set_body(&call->sandbox->state, node, gwt_buf_span(&text));
	node->basis = call->basis;
	gwt_buf_release(&text);
	return stored || gwt_call_fail(call, GWT_RULE_STATE_FULL);
}

struct gwt_node *gwt_call_add(struct gwt_call *call, struct gwt_node *parent, enum gwt_kind kind,
			      struct gwt_span id, struct gwt_json *json, enum gwt_rule full)
{
	struct gwt_node *node = gwt_node_add(&call->sandbox->state, parent, kind, id);

	if (!node) {
		gwt_call_fail(call, full);
		return NULL;
	}
	if (gwt_call_store(call, node, json))
		return node;
	gwt_node_remove(&call->sandbox->state, node);
	return NULL;
}

struct gwt_span gwt_call_new_id(struct gwt_call *call, const struct gwt_node *parent, enum gwt_kind kind,
				size_t len)
{
	struct gwt_span id = { gwt_arena_bytes(call->arena, len + 1), len };

	do {
		gwt_ids_object(&call->sandbox->ids, len, (char *)id.ptr);
	} while (gwt_node_child(parent, kind, id));
	return id;
}

bool gwt_call_echo(struct gwt_call *call, struct gwt_json *object, const char *name)
{
	const struct gwt_json *sent = gwt_json_get(call->input, name);

	if (!sent || gwt_json_is(sent, GWT_JSON_NULL))
		return false;
	gwt_json_set(call->arena, object, gwt_span_of(name), gwt_json_copy(call->arena, sent));
	return true;
}

struct gwt_node *gwt_call_put(struct gwt_call *call, struct gwt_node *parent, enum gwt_kind kind,
			      struct gwt_span id, struct gwt_json *json)
{
	struct gwt_node *node = gwt_node_child(parent, kind, id);

	if (!node)
		return gwt_call_add(call, parent, kind, id, json, GWT_RULE_STATE_FULL);
	return gwt_call_store(call, node, json) ? node : NULL;
}
