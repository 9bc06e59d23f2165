/* prompt_values.c - completions of an option's value. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "awscli/docs.h"
#include "awscli/files.h"
#include "awscli/globals.h"
#include "awscli/prompt_complete.h"
#include "awscli/shorthand.h"
#include "awscli/skeleton.h"
#include "awscli/jmespath/jmespath.h"
#include "awscli/pyval/pyval.h"
#include "lib/awsconf/config.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"

/* Add a choice that comes after the first `kept` bytes of the fragment. */
static void add_value(struct gwt_completions *out, struct gwt_span fragment, size_t kept,
		      struct gwt_span value, struct gwt_span meta)
{
	struct gwt_span head = gwt_span_slice(fragment, 0, kept);

	gwt_completions_add(out,
			    gwt_arena_printf(out->arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(head),
					     GWT_SPAN_ARG(value)),
			    value, meta, false);
}

static void add_choices(struct gwt_completions *out, struct gwt_span fragment, size_t kept,
			const char *const *choices)
{
	for (; choices && *choices; choices++)
		add_value(out, fragment, kept, gwt_span_of(*choices), GWT_SPAN(""));
	gwt_completions_filter(out, gwt_span_slice(fragment, kept, fragment.len));
}

static const struct gwt_member *waiting_member(const struct gwt_partial *partial)
{
	const struct gwt_aws_command *command = partial->command;

	for (size_t i = 0; command && i < command->member_count; i++)
		if (gwt_span_is(partial->param, command->options[i].name + 2))
			return command->members[i];
	return NULL;
}

static const struct gwt_arg_option *waiting_global(const struct gwt_partial *partial)
{
	for (const struct gwt_arg_option *o = gwt_aws_global_options; o->name; o++)
		if (gwt_span_is(partial->param, o->name + 2))
			return o;
	return NULL;
}

/* Where the last key or value of a shorthand text begins: after the last separator. */
static size_t behind_last(struct gwt_span text, const char *separators)
{
	for (size_t i = text.len; i > 0; i--)
		if (strchr(separators, text.ptr[i - 1]))
			return i;
	return 0;
}

static bool is_entered(struct gwt_span text, const char *name)
{
	while (text.len > 0) {
		struct gwt_span pair = gwt_span_cut(&text, ',');

		if (gwt_span_is(gwt_span_slice(pair, 0, gwt_span_find(pair, '=')), name))
			return true;
	}
	return false;
}

static void add_structure(struct gwt_completions *out, const struct gwt_partial *partial,
			  const struct gwt_member *structure, struct gwt_span fragment)
{
	static const char *const booleans[] = { "true", "false", NULL };
	size_t key_at = behind_last(fragment, ","), value_at = behind_last(fragment, "=");

	if (value_at > key_at) {
		struct gwt_span key = gwt_span_slice(fragment, key_at, value_at - 1);
		const struct gwt_member *member = gwt_member_named(structure->members, key);

		if (member && member->shape == GWT_SHAPE_BOOLEAN)
			add_choices(out, fragment, value_at, booleans);
		return;
	}
	for (const struct gwt_member *m = structure->members; m && m->name; m++) {
		const char *doc = gwt_aws_member_doc(
			partial->command->operation->name,
			gwt_arena_printf(out->arena, "%s.%s", structure->name, m->name).ptr);

		if (!is_entered(gwt_span_slice(fragment, 0, key_at), m->name))
			add_value(out, fragment, key_at, gwt_arena_printf(out->arena, "%s=", m->name),
				  gwt_arena_printf(out->arena, "[boolean] %s", doc));
	}
	gwt_completions_filter(out, gwt_span_slice(fragment, key_at, fragment.len));
}

/* The brackets that close the open ones; "" when none is open or they are not nested properly. */
static struct gwt_span closing(struct gwt_arena *arena, struct gwt_span text)
{
	char *stack = gwt_arena_bytes(arena, text.len + 1), *out;
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '[' || c == '{')
			stack[depth++] = c == '[' ? ']' : '}';
		else if ((c == ']' || c == '}') && (depth == 0 || stack[--depth] != c))
			return GWT_SPAN("");
	}
	out = gwt_arena_bytes(arena, depth + 1);
	for (size_t i = 0; i < depth; i++)
		out[i] = stack[depth - 1 - i];
	return (struct gwt_span){ out, depth };
}

static bool complete_member(const struct gwt_partial *partial, const struct gwt_member *member,
			    struct gwt_completions *out)
{
	struct gwt_span fragment = partial->fragment, brackets;

	if (!fragment.ptr)
		return false;
	if (member->values)
		add_choices(out, fragment, 0, member->values);
	else if (member->shape == GWT_SHAPE_STRUCTURE)
		add_structure(out, partial, member, fragment);
	brackets = closing(out->arena, fragment);
	if (brackets.len)
		gwt_completions_add(out,
				    gwt_arena_printf(out->arena, GWT_SPAN_FMT GWT_SPAN_FMT,
						     GWT_SPAN_ARG(fragment), GWT_SPAN_ARG(brackets)),
				    GWT_SPAN("Autoclose brackets"), GWT_SPAN(""), false);
	return out->len > 0;
}

static void add_profiles(const struct gwt_aws_settings *settings, struct gwt_span fragment,
			 struct gwt_completions *out)
{
	const struct gwt_span *names;
	size_t count = gwt_aws_config_profiles(settings->config, &names);

	for (size_t i = 0; i < count; i++)
		add_value(out, fragment, 0, names[i], GWT_SPAN(""));
	gwt_completions_filter(out, fragment);
}

/* [2] -> [0]: the example has one item in each list. */
static char *first_items(struct gwt_arena *arena, struct gwt_span query)
{
	char *text = gwt_arena_cstr(arena, query), *to = text;

	for (const char *p = text; *p;) {
		bool open = *p == '[' || *p == '{';
		size_t digits = open ? strspn(p + 1, "0123456789") : 0;

		*to++ = *p++;
		if (digits && (p[digits] == ']' || p[digits] == '}')) {
			*to++ = '0';
			p += digits;
		}
	}
	*to = 0;
	return text;
}

static const struct gwt_json *answer_at(struct gwt_arena *arena, const struct gwt_partial *partial,
					enum gwt_model_version version, struct gwt_span query)
{
	struct gwt_json *example = gwt_aws_skeleton_output(arena, partial->command, version), *result;
	const struct gwt_jmespath *compiled;
	struct gwt_span text = gwt_span_of(first_items(arena, query)), message;

	if (query.len == 0)
		return example;
	compiled = gwt_jmespath_compile(arena, text, &message);
	if (!compiled || !gwt_jmespath_search(compiled, arena, example, &result, &message))
		return NULL;
	/* the first item of a projection, but not of a list that is a member */
	if (result->type == GWT_JSON_ARRAY && result->child && strchr("]*", text.ptr[text.len - 1]))
		return result->child;
	return result;
}

static bool complete_query(const struct gwt_partial *partial, enum gwt_model_version version,
			   struct gwt_completions *out)
{
	struct gwt_span fragment = partial->fragment;
	size_t at = behind_last(fragment, ".");
	const struct gwt_json *answer;

	if (!fragment.ptr || !partial->command)
		return false;
	answer = answer_at(out->arena, partial, version, gwt_span_slice(fragment, 0, at ? at - 1 : 0));
	if (gwt_json_is(answer, GWT_JSON_OBJECT))
		for (const struct gwt_json *m = answer->child; m; m = m->next)
			add_value(out, fragment, at, m->name, GWT_SPAN(""));
	gwt_completions_filter(out, gwt_span_slice(fragment, at, fragment.len));
	return true;
}

bool gwt_aws_complete_value(const struct gwt_aws_settings *settings, const struct gwt_partial *partial,
			    enum gwt_model_version version, struct gwt_completions *out)
{
	const struct gwt_member *member = waiting_member(partial);
	const struct gwt_arg_option *global = waiting_global(partial);

	if (!partial->param.ptr || !partial->fragment.ptr)
		return false;
	if (gwt_span_is(partial->param, "profile"))
		add_profiles(settings, partial->fragment, out);
	else if (gwt_span_is(partial->param, "region"))
		add_choices(out, partial->fragment, 0, gwt_aws_regions);
	else if (gwt_span_is(partial->param, "query"))
		return complete_query(partial, version, out);
	else if (member)
		return complete_member(partial, member, out);
	else if (global && global->choices)
		add_choices(out, partial->fragment, 0, global->choices);
	return out->len > 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_dir(struct gwt_arena *arena, struct gwt_span dir, const char *name)
{
	struct stat info;

	return stat(gwt_arena_printf(arena, GWT_SPAN_FMT "/%s", GWT_SPAN_ARG(dir), name).ptr, &info) == 0 &&
	       S_ISDIR(info.st_mode);
}

static void add_entries(struct gwt_completions *out, struct gwt_span head, struct gwt_span dir)
{
	struct gwt_span place = gwt_py_expanduser(out->arena, dir.len ? dir : GWT_SPAN("."));
	struct dirent **entries;
	int count = scandir(gwt_arena_cstr(out->arena, place), &entries, NULL, by_name);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		struct gwt_span shown;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
			shown = gwt_arena_printf(out->arena, "%s%s", name,
						 is_dir(out->arena, place, name) ? "/" : "");
			gwt_completions_add(
				out,
				gwt_arena_printf(out->arena, GWT_SPAN_FMT GWT_SPAN_FMT GWT_SPAN_FMT,
						 GWT_SPAN_ARG(head), GWT_SPAN_ARG(dir), GWT_SPAN_ARG(shown)),
				shown, GWT_SPAN(""), false);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

bool gwt_aws_complete_path(const struct gwt_partial *partial, struct gwt_completions *out)
{
	struct gwt_span fragment = partial->fragment, head, path, dir;
	bool binary = gwt_span_starts(fragment, GWT_SPAN("fileb://"));
	size_t slash;

	if (!fragment.ptr || (!binary && !gwt_span_starts(fragment, GWT_SPAN("file://"))))
		return false;
	head = gwt_span_slice(fragment, 0, binary ? 8 : 7);
	path = gwt_span_slice(fragment, head.len, fragment.len);
	if (gwt_span_is(path, "~")) {
		gwt_completions_add(out, gwt_arena_printf(out->arena, GWT_SPAN_FMT "~/", GWT_SPAN_ARG(head)),
				    GWT_SPAN("~/"), GWT_SPAN(""), false);
		return true;
	}
	slash = behind_last(path, "/");
	dir = gwt_span_slice(path, 0, slash);
	add_entries(out, head, dir);
	gwt_completions_filter(out, gwt_span_slice(path, slash, path.len));
	return true;
}
