/* lexer.c - an expression to tokens, as jmespath.py's lexer. */
#include "awscli/jmespath/ast.h"

#include <ctype.h>

#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/json/json.h"

struct lexer {
	struct gwt_arena *arena;
	struct gwt_span s;
	size_t at; /* byte offset */
	struct jm_tokens *tokens;
	struct gwt_span *message;
};

static const struct {
	const char *word;
	int power;
} token_rows[] = {
#define X(token, word, power) { word, power },
	JM_TOKEN_MAP(X)
#undef X
};

const char *jm_token_word(enum jm_token_type type)
{
	return token_rows[type].word;
}

int jm_binding_power(enum jm_token_type type)
{
	return token_rows[type].power;
}

static size_t column(const struct lexer *lexer, size_t at)
{
	return gwt_utf8_len(gwt_span_slice(lexer->s, 0, at));
}

static bool lex_fail(struct lexer *lexer, size_t position, struct gwt_span message)
{
	*lexer->message = gwt_arena_printf(
		lexer->arena, "Bad jmespath expression: " GWT_SPAN_FMT ":\n" GWT_SPAN_FMT "\n%*s^",
		GWT_SPAN_ARG(message), GWT_SPAN_ARG(lexer->s), (int)position, "");
	return false;
}

static struct jm_token *add(struct lexer *lexer, enum jm_token_type type, size_t start, struct gwt_span value)
{
	struct jm_token *token;

	GWT_GROW(lexer->arena, lexer->tokens->items, lexer->tokens->len, lexer->tokens->cap);
	token = &lexer->tokens->items[lexer->tokens->len++];
	*token = (struct jm_token){ .type = type, .value = value, .start = start };
	return token;
}

static char peek(const struct lexer *lexer, size_t at)
{
	return at < lexer->s.len ? lexer->s.ptr[at] : 0;
}

/*
 * Text between the delimiter at the current place and the next one. A backslash is kept, and the character
 * after it never ends the text.
 */
static bool consume_until(struct lexer *lexer, char delimiter, struct gwt_span *out)
{
	size_t start = lexer->at, i = start + 1;

	while (i < lexer->s.len && lexer->s.ptr[i] != delimiter)
		i += lexer->s.ptr[i] == '\\' ? 2 : 1;
	if (i >= lexer->s.len)
		return lex_fail(lexer, column(lexer, start),
				gwt_arena_printf(lexer->arena, "Unclosed %c delimiter", delimiter));
	*out = gwt_span_slice(lexer->s, start + 1, i);
	lexer->at = i + 1;
	return true;
}

static struct gwt_span value_text(struct gwt_arena *arena, const struct gwt_json *value)
{
	struct gwt_buf out;
	struct gwt_span text;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_str(&out, value);
	text = gwt_arena_copy(arena, out.len ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return text;
}

static bool lex_literal(struct lexer *lexer)
{
	struct gwt_py_json_fault fault;
	struct gwt_json *value;
	struct gwt_span lexeme;
	size_t start = lexer->at;

	if (!consume_until(lexer, '`', &lexeme))
		return false;
	lexeme = gwt_py_unescape(lexer->arena, lexeme, '`');
	/* text that is not JSON is taken for an unquoted string (JEP-12's transition) */
	if (!gwt_py_json_read(lexer->arena, lexeme, false, &value, &fault) &&
	    !gwt_py_json_read(lexer->arena,
			      gwt_arena_printf(lexer->arena, "\"" GWT_SPAN_FMT "\"",
					       GWT_SPAN_ARG(gwt_utf8_lstrip(lexeme))),
			      false, &value, &fault))
		return lex_fail(
			lexer, column(lexer, start),
			gwt_arena_printf(lexer->arena, "Bad token " GWT_SPAN_FMT, GWT_SPAN_ARG(lexeme)));
	add(lexer, JM_LITERAL, start, value_text(lexer->arena, value))->literal = value;
	return true;
}

static bool lex_raw_string(struct lexer *lexer)
{
	struct gwt_json *value;
	struct gwt_span lexeme;
	size_t start = lexer->at;

	if (!consume_until(lexer, '\'', &lexeme))
		return false;
	value = gwt_json_new(lexer->arena, GWT_JSON_STRING);
	value->text = gwt_py_unescape(lexer->arena, lexeme, '\'');
	add(lexer, JM_LITERAL, start, value->text)->literal = value;
	return true;
}

static bool lex_quoted_identifier(struct lexer *lexer)
{
	struct gwt_py_json_fault fault;
	struct gwt_json *value;
	struct gwt_span lexeme;
	size_t start = lexer->at;

	if (!consume_until(lexer, '"', &lexeme))
		return false;
	lexeme = gwt_span_slice(lexer->s, start, lexer->at);
	if (!gwt_py_json_read(lexer->arena, lexeme, false, &value, &fault))
		return lex_fail(lexer, column(lexer, start),
				gwt_span_slice(fault.message, 0, gwt_span_find(fault.message, ':')));
	add(lexer, JM_QUOTED_IDENTIFIER, start, value->text);
	return true;
}

static bool lex_number(struct lexer *lexer)
{
	struct gwt_span digits;
	size_t start = lexer->at, end = start + 1;

	while (isdigit((unsigned char)peek(lexer, end)))
		end++;
	if (peek(lexer, start) == '-' && end == start + 1)
		return lex_fail(lexer, column(lexer, start), GWT_SPAN("Unknown token '-'"));
	lexer->at = end;
	if (!gwt_py_int(lexer->arena, gwt_span_slice(lexer->s, start, end), &digits, lexer->message))
		return false;
	add(lexer, JM_NUMBER, start, digits);
	return true;
}

static void lex_identifier(struct lexer *lexer)
{
	size_t start = lexer->at;

	while (isalnum((unsigned char)peek(lexer, lexer->at)) || peek(lexer, lexer->at) == '_')
		lexer->at++;
	add(lexer, JM_UNQUOTED_IDENTIFIER, start, gwt_span_slice(lexer->s, start, lexer->at));
}

/* Fixed tokens, longer ones first. */
static bool lex_fixed(struct lexer *lexer)
{
	static const struct {
		const char *text;
		enum jm_token_type type;
	} rows[] = {
		{ "[]", JM_FLATTEN }, { "[?", JM_FILTER }, { "[", JM_LBRACKET }, { "||", JM_OR },
		{ "|", JM_PIPE },     { "&&", JM_AND },    { "&", JM_EXPREF },   { "<=", JM_LTE },
		{ "<", JM_LT },       { ">=", JM_GTE },    { ">", JM_GT },       { "!=", JM_NE },
		{ "!", JM_NOT },      { "==", JM_EQ },     { ".", JM_DOT },      { "*", JM_STAR },
		{ "]", JM_RBRACKET }, { ",", JM_COMMA },   { ":", JM_COLON },    { "@", JM_CURRENT },
		{ "(", JM_LPAREN },   { ")", JM_RPAREN },  { "{", JM_LBRACE },   { "}", JM_RBRACE },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span text = gwt_span_of(rows[i].text);

		if (!gwt_span_starts(gwt_span_slice(lexer->s, lexer->at, lexer->s.len), text))
			continue;
		add(lexer, rows[i].type, lexer->at, text);
		lexer->at += text.len;
		return true;
	}
	return false;
}

/* jmespath.py quotes a lone '=' in its message, and no other character. */
static bool unknown_token(struct lexer *lexer)
{
	uint32_t cp;
	size_t len = gwt_utf8_get(lexer->s, lexer->at, &cp);
	struct gwt_span text = gwt_span_slice(lexer->s, lexer->at, lexer->at + len);

	if (cp == '=')
		return lex_fail(lexer, column(lexer, lexer->at), GWT_SPAN("Unknown token '='"));
	return lex_fail(lexer, column(lexer, lexer->at),
			gwt_arena_printf(lexer->arena, "Unknown token " GWT_SPAN_FMT, GWT_SPAN_ARG(text)));
}

static bool lex_one(struct lexer *lexer)
{
	char c = peek(lexer, lexer->at);

	if (isalpha((unsigned char)c) || c == '_') {
		lex_identifier(lexer);
		return true;
	}
	if (isdigit((unsigned char)c) || c == '-')
		return lex_number(lexer);
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
		lexer->at++;
		return true;
	case '\'':
		return lex_raw_string(lexer);
	case '`':
		return lex_literal(lexer);
	case '"':
		return lex_quoted_identifier(lexer);
	default:
		return lex_fixed(lexer) || unknown_token(lexer);
	}
}

bool jm_lex(struct gwt_arena *arena, struct gwt_span expression, struct jm_tokens *out,
	    struct gwt_span *message)
{
	struct lexer lexer = { .arena = arena, .s = expression, .tokens = out, .message = message };

	if (expression.len == 0) {
		*message = GWT_SPAN("Invalid JMESPath expression: cannot be empty.");
		return false;
	}
	while (lexer.at < expression.len)
		if (!lex_one(&lexer))
			return false;
	add(&lexer, JM_EOF, expression.len, GWT_SPAN(""));
	return true;
}
