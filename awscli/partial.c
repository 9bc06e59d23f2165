#include "awscli/partial.h"

#include "awscli/argparse.h"
#include "awscli/docs.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

struct parser {
	struct gwt_arena *arena;
	struct gwt_partial *out;
	enum gwt_model_version version;
	struct gwt_words_list words; /* the last one is empty when the line ends in a blank */
	size_t at;
	bool lost; /* after a word that is not a command: options are not interpreted */
};

static size_t left(const struct parser *p)
{
	return p->words.len - p->at;
}

static void split(struct parser *p, struct gwt_span line)
{
	size_t start = 0, len;
	bool in_word = false, blank = line.len == 0; /* "aws " before it ends in a blank */
	uint32_t cp;

	for (size_t i = 0; i < line.len; i += len) {
		len = gwt_utf8_get(line, i, &cp);
		blank = gwt_utf8_is_space(cp);
		if (in_word && blank)
			gwt_words_add(p->arena, &p->words, gwt_span_slice(line, start, i));
		if (!in_word && !blank)
			start = i;
		in_word = !blank;
	}
	if (in_word)
		gwt_words_add(p->arena, &p->words, gwt_span_slice(line, start, line.len));
	if (blank)
		gwt_words_add(p->arena, &p->words, GWT_SPAN(""));
}

/* How many values an option takes: a boolean none, others by argparse's nargs. */
enum taking { TAKE_NONE, TAKE_ONE, TAKE_MAYBE, TAKE_ALL };

static bool global_taking(struct gwt_span name, enum taking *out)
{
	for (size_t i = 0; gwt_aws_global_docs[i].name; i++) {
		if (!gwt_span_is(name, gwt_aws_global_docs[i].name + 2))
			continue;
		*out = strcmp(gwt_aws_global_docs[i].type, "boolean") == 0 ? TAKE_NONE : TAKE_ONE;
		return true;
	}
	return false;
}

static bool own_taking(const struct gwt_aws_command *command, struct gwt_span name, enum taking *out)
{
	for (const struct gwt_arg_option *o = command ? command->options : NULL; o && o->name; o++) {
		if (!gwt_span_is(name, o->name + 2))
			continue;
		*out = o->kind == GWT_ARG_LIST       ? TAKE_ALL
		       : o->kind == GWT_ARG_OPTIONAL ? TAKE_MAYBE
						     : TAKE_ONE;
		return true;
	}
	return false;
}

static bool is_option(struct gwt_span word)
{
	return gwt_span_starts(word, GWT_SPAN("--"));
}

static struct gwt_span consume(struct parser *p, enum taking taking)
{
	struct gwt_partial *out = p->out;

	if (taking == TAKE_NONE) {
		out->param = (struct gwt_span){ 0 };
		return (struct gwt_span){ 0 };
	}
	if (left(p) <= 1)
		return (struct gwt_span){ 0 };
	if (taking == TAKE_ALL) {
		while (left(p) > 1) {
			if (is_option(p->words.items[p->at])) {
				out->param = (struct gwt_span){ 0 };
				break;
			}
			p->at++;
		}
		return (struct gwt_span){ 0 };
	}
	if (taking == TAKE_MAYBE && is_option(p->words.items[p->at]))
		return (struct gwt_span){ 0 };
	out->param = (struct gwt_span){ 0 };
	return p->words.items[p->at++];
}

static void note_value(struct gwt_partial *out, struct gwt_span name, struct gwt_span value)
{
	if (gwt_span_is(name, "output"))
		out->output = value;
	else if (gwt_span_is(name, "query"))
		out->query = value;
	else if (gwt_span_is(name, "profile"))
		out->profile = value;
}

static void read_option(struct parser *p, struct gwt_span word)
{
	struct gwt_span name = gwt_span_slice(word, 2, word.len);
	enum taking taking;

	if (p->lost) {
		gwt_words_add(p->arena, &p->out->unparsed, word);
	} else if (global_taking(name, &taking) || own_taking(p->out->command, name, &taking)) {
		p->out->param = name;
		gwt_words_add(p->arena, &p->out->typed, name);
		note_value(p->out, name, consume(p, taking));
	} else if (left(p) == 0) {
		p->out->fragment = word;
	} else {
		gwt_words_add(p->arena, &p->out->unparsed, word);
	}
}

static bool is_in(const char *const *names, struct gwt_span word)
{
	for (; *names; names++)
		if (gwt_span_is(word, *names) && strcmp(*names, "help") != 0)
			return true;
	return false;
}

/* Whether a longer name begins with this word, which may then be unfinished. */
static bool has_longer(const char *const *names, struct gwt_span word)
{
	for (; *names; names++)
		if (gwt_span_starts(gwt_span_of(*names), word) && !gwt_span_is(word, *names))
			return true;
	return false;
}

static bool take_command(struct parser *p, struct gwt_span word)
{
	struct gwt_partial *out = p->out;
	const char *const *names = !out->in_service && !out->other_service  ? gwt_aws_services
				   : out->in_service && !out->operation.ptr ? gwt_aws_operations
									    : NULL;

	if (!names || !is_in(names, word) || (left(p) == 0 && has_longer(names, word)))
		return false;
	if (names == gwt_aws_operations) {
		out->operation = word;
		out->command = gwt_aws_command_named(p->arena, word, p->version);
	} else if (gwt_span_is(word, "apigateway")) {
		out->in_service = true;
	} else {
		out->other_service = true;
	}
	p->lost = false;
	return true;
}

static void read_positional(struct parser *p, struct gwt_span word)
{
	if (take_command(p, word))
		return;
	if (left(p) == 0)
		p->out->fragment = word;
	else if (word.len > 0)
		gwt_words_add(p->arena, &p->out->unparsed, word);
	p->lost = true;
}

void gwt_aws_partial(struct gwt_arena *arena, struct gwt_span line, enum gwt_model_version version,
		     struct gwt_partial *out)
{
	struct parser p = { .arena = arena, .out = out, .version = version };

	*out = (struct gwt_partial){ 0 };
	split(&p, line);
	while (left(&p) > 0) {
		struct gwt_span word = p.words.items[p.at++];

		if (is_option(word))
			read_option(&p, word);
		else
			read_positional(&p, word);
	}
}
