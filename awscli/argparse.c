#include "awscli/argparse.h"

#include <ctype.h>

#include "awscli/pyval/pyval.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

/* An option as it was found in a word. */
struct hit {
	const struct gwt_arg_option *option; /* NULL: it looks like an option, but is not one of ours */
	const char *spelling;
	struct gwt_span argument; /* the text after '='; absent when there is none */
};

struct parse {
	const struct gwt_arg_parser *parser;
	const struct gwt_words_list *words;
	struct gwt_arena *arena;
	struct gwt_aws_failure *failure;
	struct gwt_arg_result *out;
	char *pattern; /* one character for each word: O(ption), A(rgument), - for "--" */
	struct hit *hits;
	bool positional_left;
};

void gwt_words_add(struct gwt_arena *arena, struct gwt_words_list *list, struct gwt_span word)
{
	GWT_GROW(arena, list->items, list->len, list->cap);
	list->items[list->len++] = word;
}

static bool fail(struct parse *p, struct gwt_span message)
{
	struct gwt_span usage = gwt_span_of(p->parser->usage);

	return gwt_aws_fail(p->failure, GWT_AWS_PARAM,
			    "usage: " GWT_SPAN_FMT "\naws: error: " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(usage),
			    GWT_SPAN_ARG(message));
}

static bool fail_argument(struct parse *p, const struct gwt_arg_option *option, struct gwt_span message)
{
	return fail(p,
		    gwt_arena_printf(p->arena, "argument %s%s%s: " GWT_SPAN_FMT,
				     option && option->alias ? option->alias : "",
				     option && option->alias ? "/" : "",
				     option ? option->name : p->parser->positional, GWT_SPAN_ARG(message)));
}

static bool fail_ignored(struct parse *p, const struct hit *hit, struct gwt_span argument)
{
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add_text(&text, "ignored explicit argument ");
	gwt_py_repr_text(&text, argument);
	fail_argument(p, hit->option, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return false;
}

/* The AWS CLI's own message for a wrong choice: the choices, two on a line, then the nearest ones. */
static bool fail_choice(struct parse *p, const struct gwt_arg_option *option, struct gwt_span value,
			const char *const *choices)
{
	const char *close[3];
	size_t count = gwt_close_matches(value, choices, close);
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add_text(&text, "Invalid choice, valid choices are:\n\n");
	for (size_t i = 0; choices[i]; i++)
		gwt_buf_printf(&text, "%s%-40s", i == 0 ? "" : i % 2 ? " | " : "\n", choices[i]);
	if (count) {
		gwt_buf_add_text(&text, "\n\n\nInvalid choice: ");
		gwt_py_repr_text(&text, value);
		gwt_buf_add_text(&text, ", maybe you meant:\n");
	}
	for (size_t i = 0; i < count; i++)
		gwt_buf_printf(&text, "\n  * %s", close[i]);
	fail_argument(p, option, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return false;
}

static bool check_choice(struct parse *p, const struct gwt_arg_option *option, struct gwt_span value,
			 const char *const *choices)
{
	for (size_t i = 0; choices && choices[i]; i++)
		if (gwt_span_is(value, choices[i]))
			return true;
	return !choices || fail_choice(p, option, value, choices);
}

static const struct gwt_arg_option *named(const struct gwt_arg_parser *parser, struct gwt_span word,
					  const char **spelling)
{
	for (const struct gwt_arg_option *o = parser->options; o && o->name; o++) {
		*spelling = o->alias && gwt_span_is(word, o->alias) ? o->alias : o->name;
		if (gwt_span_is(word, *spelling))
			return o;
	}
	return NULL;
}

/* -5, -1.5, -.5 */
static bool is_negative_number(struct gwt_span word)
{
	size_t i = 1, digits = 0;

	for (; i < word.len && isdigit((unsigned char)word.ptr[i]); i++)
		digits++;
	if (i == word.len)
		return digits > 0;
	if (word.ptr[i] != '.')
		return false;
	for (i++, digits = 0; i < word.len && isdigit((unsigned char)word.ptr[i]); i++)
		digits++;
	return i == word.len && digits > 0;
}

static void add_hit(struct hit *found, size_t *count, struct gwt_buf *names,
		    const struct gwt_arg_option *option, const char *spelling, struct gwt_span argument)
{
	if ((*count)++ == 0)
		*found = (struct hit){ option, spelling, argument };
	gwt_buf_printf(names, "%s%s", *count > 1 ? ", " : "", spelling);
}

/* Options whose spelling begins with `word`; for "-xVALUE" also the short option "-x". */
static size_t prefixed(const struct parse *p, struct gwt_span word, struct hit *found, struct gwt_buf *names)
{
	struct gwt_span prefix = word, argument = { 0 };
	bool twice = word.len > 1 && word.ptr[1] == '-';
	size_t count = 0;

	if (twice && gwt_span_find(word, '=') < word.len) {
		argument = word;
		prefix = gwt_span_cut(&argument, '=');
	}
	for (const struct gwt_arg_option *o = p->parser->options; o && o->name; o++) {
		const char *spellings[] = { o->alias, o->name };

		for (size_t i = 0; i < GWT_LEN(spellings); i++) {
			struct gwt_span spelling = gwt_span_of(spellings[i]);

			if (!spelling.ptr || o->whole)
				continue;
			if (!twice && gwt_span_eq(spelling, gwt_span_slice(word, 0, 2)))
				add_hit(found, &count, names, o, spellings[i],
					gwt_span_slice(word, 2, word.len));
			else if (gwt_span_starts(spelling, prefix))
				add_hit(found, &count, names, o, spellings[i], argument);
		}
	}
	return count;
}

static bool find_by_prefix(struct parse *p, struct gwt_span word, struct hit *hit, size_t *count)
{
	struct gwt_buf names;

	gwt_buf_init(&names, SIZE_MAX);
	*count = prefixed(p, word, hit, &names);
	if (*count > 1)
		fail(p, gwt_arena_printf(p->arena,
					 "ambiguous option: " GWT_SPAN_FMT " could match " GWT_SPAN_FMT,
					 GWT_SPAN_ARG(word), GWT_SPAN_ARG(gwt_buf_span(&names))));
	gwt_buf_release(&names);
	return *count <= 1;
}

/* Whether a word is an option, known or not: *is_option. Fails for an ambiguous prefix. */
static bool classify(struct parse *p, struct gwt_span word, struct hit *hit, bool *is_option)
{
	struct gwt_span argument = word;
	size_t count;

	*is_option = false;
	*hit = (struct hit){ 0 };
	if (word.len == 0 || word.ptr[0] != '-')
		return true;
	hit->option = named(p->parser, word, &hit->spelling);
	if (hit->option || word.len == 1) {
		*is_option = hit->option != NULL;
		return true;
	}
	if (gwt_span_find(word, '=') < word.len) {
		hit->option = named(p->parser, gwt_span_cut(&argument, '='), &hit->spelling);
		hit->argument = argument;
	}
	*is_option = hit->option != NULL;
	if (hit->option)
		return true;
	*hit = (struct hit){ 0 };
	if (!find_by_prefix(p, word, hit, &count))
		return false;
	*is_option = count == 1 || !(is_negative_number(word) || gwt_span_find(word, ' ') < word.len);
	return true;
}

static bool classify_all(struct parse *p)
{
	bool after = false, is_option;

	p->pattern = gwt_arena_bytes(p->arena, p->words->len + 1);
	p->hits = gwt_arena_array(p->arena, struct hit, p->words->len + 1);
	for (size_t i = 0; i < p->words->len; i++) {
		if (!after && gwt_span_is(p->words->items[i], "--")) {
			after = true;
			p->pattern[i] = '-';
			continue;
		}
		is_option = false;
		if (!after && !classify(p, p->words->items[i], &p->hits[i], &is_option))
			return false;
		p->pattern[i] = is_option ? 'O' : 'A';
	}
	p->pattern[p->words->len] = 0;
	return true;
}

/* How many words an option takes from `pattern`; SIZE_MAX when it does not fit. */
static size_t matched(const struct gwt_arg_option *option, const char *pattern)
{
	size_t count = 0;

	switch (option->kind) {
	case GWT_ARG_VALUE:
		return pattern[0] == 'A' ? 1 : SIZE_MAX;
	case GWT_ARG_OPTIONAL:
		return pattern[0] == 'A' ? 1 : 0;
	case GWT_ARG_LIST:
		while (pattern[count] == 'A')
			count++;
		return count;
	default:
		return 0;
	}
}

static bool take(struct parse *p, const struct gwt_arg_option *option, const struct gwt_span *args,
		 size_t count)
{
	struct gwt_arg_value *value = &p->out->values[option - p->parser->options];

	value->given = true;
	if (option->kind == GWT_ARG_STOP)
		p->out->stop = option;
	if (option->kind == GWT_ARG_LIST) {
		value->values = (struct gwt_words_list){ 0 };
		for (size_t i = 0; i < count; i++)
			gwt_words_add(p->arena, &value->values, args[i]);
		return true;
	}
	if (option->kind != GWT_ARG_VALUE && option->kind != GWT_ARG_OPTIONAL)
		return true;
	value->text = count ? args[0] : gwt_span_of(option->constant);
	return check_choice(p, option, value->text, option->choices);
}

/* -abc is -a -b -c where -a takes no value. */
static bool take_bundle(struct parse *p, struct hit *hit)
{
	const struct hit first = *hit;
	char spelling[3] = { '-', hit->argument.ptr[0], 0 };
	const char *found;

	hit->option = named(p->parser, gwt_span_of(spelling), &found);
	if (!hit->option)
		return fail_ignored(p, &first, first.argument);
	hit->argument = gwt_span_slice(first.argument, 1, first.argument.len);
	if (hit->argument.len == 0)
		hit->argument = (struct gwt_span){ 0 };
	return true;
}

static bool consume_explicit(struct parse *p, struct hit hit)
{
	while (hit.argument.ptr) {
		size_t count = matched(hit.option, "A");

		if (count == 1)
			return take(p, hit.option, &hit.argument, 1);
		if (hit.spelling[1] == '-' || hit.argument.len == 0)
			return fail_ignored(p, &hit, hit.argument);
		if (!take_bundle(p, &hit))
			return false;
	}
	return take(p, hit.option, NULL, 0);
}

static bool consume_option(struct parse *p, size_t *at)
{
	const struct hit *hit = &p->hits[*at];
	size_t count;

	if (!hit->option) {
		gwt_words_add(p->arena, &p->out->rest, p->words->items[(*at)++]);
		return true;
	}
	*at += 1;
	if (hit->argument.ptr)
		return consume_explicit(p, *hit);
	count = matched(hit->option, p->pattern + *at);
	if (count == SIZE_MAX)
		return fail_argument(p, hit->option, GWT_SPAN("expected one argument"));
	*at += count;
	return take(p, hit->option, p->words->items + *at - count, count);
}

/* The positional takes one word, with the "--" around it; an optional positional may take none. */
static bool consume_positional(struct parse *p, size_t *at)
{
	size_t start = *at, end = start, word = SIZE_MAX;

	if (!p->positional_left)
		return true;
	while (p->pattern[end] == '-')
		end++;
	if (p->pattern[end] == 'A')
		word = end++;
	else if (!p->parser->positional_optional)
		return true;
	while (p->pattern[end] == '-')
		end++;
	*at = end;
	p->positional_left = false;
	if (word == SIZE_MAX)
		return true;
	p->out->positional = p->words->items[word];
	return check_choice(p, NULL, p->out->positional, p->parser->choices);
}

static void leave(struct parse *p, size_t from, size_t to)
{
	for (; from < to; from++)
		gwt_words_add(p->arena, &p->out->rest, p->words->items[from]);
}

static bool consume_all(struct parse *p)
{
	size_t at = 0, next;
	const char *option;

	while ((option = memchr(p->pattern + at, 'O', p->words->len - at))) {
		next = (size_t)(option - p->pattern);
		if (at != next) {
			size_t before = at;

			if (!consume_positional(p, &at))
				return false;
			if (at > before)
				continue;
		}
		leave(p, at, next);
		at = next;
		if (!consume_option(p, &at))
			return false;
		if (p->out->stop)
			return true;
	}
	if (!consume_positional(p, &at))
		return false;
	leave(p, at, p->words->len);
	return true;
}

static bool check_required(struct parse *p)
{
	struct gwt_buf names;
	bool ok;

	gwt_buf_init(&names, SIZE_MAX);
	for (size_t i = 0; p->parser->options && p->parser->options[i].name; i++)
		if (p->parser->options[i].required && !p->out->values[i].given)
			gwt_buf_printf(&names, "%s%s", names.len ? ", " : "", p->parser->options[i].name);
	if (p->parser->positional && !p->parser->positional_optional && !p->out->positional.ptr)
		gwt_buf_printf(&names, "%s%s", names.len ? ", " : "", p->parser->positional);
	ok = names.len == 0;
	if (!ok)
		fail(p, gwt_arena_printf(p->arena, "the following arguments are required: " GWT_SPAN_FMT,
					 GWT_SPAN_ARG(gwt_buf_span(&names))));
	gwt_buf_release(&names);
	return ok;
}

bool gwt_arg_parse(const struct gwt_arg_parser *parser, const struct gwt_words_list *words,
		   struct gwt_arg_result *out, struct gwt_aws_failure *failure)
{
	struct parse p = {
		.parser = parser,
		.words = words,
		.arena = failure->arena,
		.failure = failure,
		.out = out,
		.positional_left = parser->positional != NULL,
	};
	size_t count = 0;

	while (parser->options && parser->options[count].name)
		count++;
	*out = (struct gwt_arg_result){ .values = gwt_arena_array(failure->arena, struct gwt_arg_value,
								  count + 1) };
	if (!classify_all(&p) || !consume_all(&p))
		return false;
	return out->stop || check_required(&p);
}
