#include "awscli/prompt_complete.h"

#include <stdlib.h>

#include "awscli/docs.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"

static bool is_typed(const struct gwt_partial *partial, const char *name)
{
	for (size_t i = 0; i < partial->typed.len; i++)
		if (gwt_span_is(partial->typed.items[i], name))
			return true;
	return false;
}

static struct gwt_span meta_of(struct gwt_arena *arena, const char *type, const char *doc)
{
	return gwt_arena_printf(arena, "[%s] %s", type, doc);
}

static const char *type_of(const struct gwt_member *member)
{
	switch (member->shape) {
	case GWT_SHAPE_INTEGER:
		return "integer";
	case GWT_SHAPE_BOOLEAN:
		return "boolean";
	case GWT_SHAPE_STRING_MAP:
		return "map";
	case GWT_SHAPE_STRING_LIST:
		return "list";
	case GWT_SHAPE_STRUCTURE:
		return "structure";
	default:
		return "string";
	}
}

static void add_option(struct gwt_completions *list, const struct gwt_partial *partial, const char *name,
		       const char *type, const char *doc, bool required)
{
	struct gwt_span word = gwt_span_of(name), shown = word;

	if (is_typed(partial, name + 2))
		return;
	if (required)
		shown = gwt_arena_printf(list->arena, "%s (required)", name);
	gwt_completions_add(list, word, shown, meta_of(list->arena, type, doc), required);
	list->items[list->len - 1].match = word;
}

static void add_options(struct gwt_completions *list, const struct gwt_partial *partial)
{
	const struct gwt_aws_command *command = partial->command;

	for (size_t i = 0; command && i < command->member_count; i++)
		add_option(list, partial, command->options[i].name, type_of(command->members[i]),
			   gwt_aws_member_doc(command->operation->name, command->members[i]->name),
			   command->members[i]->required);
	for (size_t i = 0; command && i < GWT_AWS_EXTRA_OPTIONS; i++) {
		const char *name = command->options[command->member_count + i].name;

		add_option(list, partial, name, "string", gwt_aws_extra_doc(name), false);
	}
	for (size_t i = 0; gwt_aws_global_docs[i].name; i++) {
		const char *name = gwt_aws_global_docs[i].name;

		/* the prompt is running already */
		if (strcmp(name, "--cli-auto-prompt") != 0 && strcmp(name, "--no-cli-auto-prompt") != 0)
			add_option(list, partial, name, gwt_aws_global_docs[i].type,
				   gwt_aws_global_docs[i].text, false);
	}
}

static bool add_commands(struct gwt_completions *list, const struct gwt_partial *partial)
{
	bool top = !partial->in_service && !partial->other_service;
	const char *const *names = top ? gwt_aws_services : gwt_aws_operations;

	if (!top && (!partial->in_service || partial->operation.ptr))
		return false;
	for (size_t i = 0; names[i]; i++) {
		const char *about = top && gwt_aws_service_names[i] ? gwt_aws_service_names[i] : "";

		if (strcmp(names[i], "help") != 0)
			gwt_completions_add(list, gwt_span_of(names[i]), gwt_span_of(names[i]),
					    gwt_span_of(about), false);
	}
	return true;
}

/* Whether all words may be paths; such words do not keep options from being offered. */
static bool all_paths(const struct gwt_words_list *words)
{
	for (size_t i = 0; i < words->len; i++) {
		bool path = gwt_span_starts(words->items[i], GWT_SPAN("--"));

		for (size_t k = 0; k < words->items[i].len && !path; k++)
			path = memchr("./\\:", words->items[i].ptr[k], 4) != NULL;
		if (!path)
			return false;
	}
	return words->len > 0;
}

/* Offer commands when one can follow, else options; false when neither can. */
static bool complete_names(const struct gwt_partial *partial, struct gwt_completions *out)
{
	struct gwt_span fragment = partial->fragment;

	if (all_paths(&partial->unparsed)) {
		add_options(out, partial);
		gwt_completions_filter(out, fragment.len ? fragment : partial->operation);
		return true;
	}
	if (partial->unparsed.len > 0 || !fragment.ptr || partial->param.ptr)
		return false;
	if (gwt_span_starts(fragment, GWT_SPAN("--"))) {
		add_options(out, partial);
		gwt_completions_filter(out, fragment.len == 2 ? GWT_SPAN("") : fragment);
		return true;
	}
	if (!add_commands(out, partial))
		add_options(out, partial);
	gwt_completions_filter(out, fragment);
	return true;
}

static void put_required_first(struct gwt_completions *list)
{
	struct gwt_completion *ordered = gwt_arena_array(list->arena, struct gwt_completion, list->len + 1);
	size_t count = 0;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < list->len; i++)
			if (list->items[i].required == (round == 0))
				ordered[count++] = list->items[i];
	list->items = ordered;
	list->cap = list->len + 1;
}

/* Length of the last word, which a choice replaces; 0 after a blank. */
static size_t last_word(struct gwt_span line)
{
	size_t start = line.len;

	while (start > 0 && !memchr(" \t\n\r\v\f", line.ptr[start - 1], 6))
		start--;
	return line.len - start;
}

void gwt_aws_complete(const struct gwt_aws_settings *settings, struct gwt_span line,
		      enum gwt_model_version version, struct gwt_completions *out)
{
	struct gwt_partial partial;

	gwt_aws_partial(out->arena, line, version, &partial);
	out->len = 0;
	if (!complete_names(&partial, out) && !gwt_aws_complete_path(&partial, out))
		gwt_aws_complete_value(settings, &partial, version, out);
	out->replaced = last_word(line);
	put_required_first(out);
}
