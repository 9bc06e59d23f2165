/*
 * parser.c - tokens to a syntax tree: operator precedence, as jmespath.py's parser,
 * its leniencies (missing commas between arguments) included.
 */
#include "awscli/jmespath/ast.h"

#include "awscli/jmespath/jmespath.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

/* A projection goes on after tokens that bind at least this tightly. */
#define PROJECTION_STOP 10

struct parser {
	struct gwt_arena *arena;
	struct gwt_span expression;
	struct jm_tokens tokens;
	size_t at;
	size_t depth;
	struct gwt_span *message;
};

static const struct jm_token *token(const struct parser *p)
{
	return &p->tokens.items[p->at];
}

static bool is(const struct parser *p, enum jm_token_type type)
{
	return token(p)->type == type;
}

static struct jm_node *new_node(struct parser *p, enum jm_node_type type)
{
	struct jm_node *node = gwt_arena_new(p->arena, struct jm_node);

	node->type = type;
	return node;
}

static void adopt(struct parser *p, struct jm_node *parent, struct jm_node *child)
{
	GWT_GROW(p->arena, parent->children, parent->len, parent->cap);
	parent->children[parent->len++] = child;
}

static struct jm_node *pair(struct parser *p, enum jm_node_type type, struct jm_node *left,
			    struct jm_node *right)
{
	struct jm_node *node = new_node(p, type);

	adopt(p, node, left);
	if (right)
		adopt(p, node, right);
	return node;
}

/* Positions in messages count code points. */
static struct jm_node *fail_at(struct parser *p, size_t start, const struct jm_token *t, const char *reason)
{
	size_t position = gwt_utf8_len(gwt_span_slice(p->expression, 0, start));
	struct gwt_buf upper;

	gwt_buf_init(&upper, SIZE_MAX);
	gwt_py_upper(&upper, gwt_span_of(jm_token_word(t->type)));
	*p->message = gwt_arena_printf(p->arena,
				       "%s: Parse error at column %zu, token \"" GWT_SPAN_FMT
				       "\" (%s), for expression:\n\"" GWT_SPAN_FMT "\"\n%*s^",
				       reason, position, GWT_SPAN_ARG(t->value), gwt_buf_cstr(&upper),
				       GWT_SPAN_ARG(p->expression), (int)position + 1, "");
	gwt_buf_release(&upper);
	return NULL;
}

static struct jm_node *fail_token(struct parser *p, const char *reason)
{
	return fail_at(p, token(p)->start, token(p), reason);
}

static struct jm_node *fail_incomplete(struct parser *p)
{
	*p->message = gwt_arena_printf(
		p->arena, "Invalid jmespath expression: Incomplete expression:\n\"" GWT_SPAN_FMT "\"\n%*s^",
		GWT_SPAN_ARG(p->expression), (int)gwt_utf8_len(p->expression) + 1, "");
	return NULL;
}

static struct jm_node *fail_expecting(struct parser *p, const char *what)
{
	char *reason;

	if (is(p, JM_EOF))
		return fail_incomplete(p);
	reason = gwt_arena_cstr(p->arena, gwt_arena_printf(p->arena, "Expecting: %s, got: %s", what,
							   jm_token_word(token(p)->type)));
	return fail_token(p, reason);
}

static bool match(struct parser *p, enum jm_token_type type)
{
	if (is(p, type)) {
		p->at++;
		return true;
	}
	fail_expecting(p, jm_token_word(type));
	return false;
}

static struct jm_node *expression(struct parser *p, int power);
static struct jm_node *projection_rhs(struct parser *p, int power);

static struct jm_node *index_or_slice_sequence(struct parser *p)
{
	struct jm_node *node = new_node(p, JM_NODE_SLICE);
	size_t index = 0;

	while (!is(p, JM_RBRACKET) && index < 3) {
		if (is(p, JM_COLON)) {
			if (++index == 3)
				return fail_token(p, "syntax error");
		} else if (is(p, JM_NUMBER)) {
			node->numbers[index] = token(p)->value;
		} else {
			return fail_token(p, "syntax error");
		}
		p->at++;
	}
	return match(p, JM_RBRACKET) ? node : NULL;
}

/* After '[': a number or a slice, and the bracket that closes it. */
static struct jm_node *index_expression(struct parser *p)
{
	struct jm_node *node;

	if (is(p, JM_COLON) || p->tokens.items[p->at + 1].type == JM_COLON)
		return index_or_slice_sequence(p);
	node = new_node(p, JM_NODE_INDEX);
	node->numbers[0] = token(p)->value;
	p->at++;
	return match(p, JM_RBRACKET) ? node : NULL;
}

/* A slice begins a projection, an index does not. */
static struct jm_node *project_if_slice(struct parser *p, struct jm_node *left, struct jm_node *right)
{
	struct jm_node *index = pair(p, JM_NODE_INDEX_EXPRESSION, left, right), *rhs;

	if (right->type != JM_NODE_SLICE)
		return index;
	rhs = projection_rhs(p, jm_binding_power(JM_STAR));
	return rhs ? pair(p, JM_NODE_PROJECTION, index, rhs) : NULL;
}

static struct jm_node *projection(struct parser *p, enum jm_node_type type, struct jm_node *left, int power)
{
	struct jm_node *right = projection_rhs(p, power);

	return right ? pair(p, type, left, right) : NULL;
}

static struct jm_node *multi_select_list(struct parser *p)
{
	struct jm_node *node = new_node(p, JM_NODE_MULTI_LIST);

	while (true) {
		struct jm_node *item = expression(p, 0);

		if (!item)
			return NULL;
		adopt(p, node, item);
		if (is(p, JM_RBRACKET))
			break;
		if (!match(p, JM_COMMA))
			return NULL;
	}
	p->at++;
	return node;
}

static struct jm_node *key_value(struct parser *p)
{
	struct jm_node *node = new_node(p, JM_NODE_KEY_VALUE), *value;

	if (!is(p, JM_QUOTED_IDENTIFIER) && !is(p, JM_UNQUOTED_IDENTIFIER))
		return fail_expecting(p, "['quoted_identifier', 'unquoted_identifier']");
	node->value = token(p)->value;
	p->at++;
	if (!match(p, JM_COLON))
		return NULL;
	value = expression(p, 0);
	if (!value)
		return NULL;
	adopt(p, node, value);
	return node;
}

static struct jm_node *multi_select_hash(struct parser *p)
{
	struct jm_node *node = new_node(p, JM_NODE_MULTI_HASH);

	while (true) {
		struct jm_node *member = key_value(p);

		if (!member)
			return NULL;
		adopt(p, node, member);
		if (is(p, JM_COMMA)) {
			p->at++;
		} else if (is(p, JM_RBRACE)) {
			p->at++;
			return node;
		}
	}
}

static struct jm_node *dot_rhs(struct parser *p, int power)
{
	switch (token(p)->type) {
	case JM_QUOTED_IDENTIFIER:
	case JM_UNQUOTED_IDENTIFIER:
	case JM_STAR:
		return expression(p, power);
	case JM_LBRACKET:
		p->at++;
		return multi_select_list(p);
	case JM_LBRACE:
		p->at++;
		return multi_select_hash(p);
	default:
		return fail_token(
			p, gwt_arena_cstr(p->arena,
					  gwt_arena_printf(p->arena,
							   "Expecting: ['quoted_identifier', "
							   "'unquoted_identifier', 'lbracket', 'lbrace'], "
							   "got: %s",
							   jm_token_word(token(p)->type))));
	}
}

static struct jm_node *projection_rhs(struct parser *p, int power)
{
	if (jm_binding_power(token(p)->type) < PROJECTION_STOP)
		return new_node(p, JM_NODE_IDENTITY);
	if (is(p, JM_LBRACKET) || is(p, JM_FILTER))
		return expression(p, power);
	if (is(p, JM_DOT)) {
		p->at++;
		return dot_rhs(p, power);
	}
	return fail_token(p, "syntax error");
}

static struct jm_node *filter(struct parser *p, struct jm_node *left)
{
	struct jm_node *condition = expression(p, 0), *node;

	if (!condition || !match(p, JM_RBRACKET))
		return NULL;
	if (is(p, JM_FLATTEN))
		node = pair(p, JM_NODE_FILTER_PROJECTION, left, new_node(p, JM_NODE_IDENTITY));
	else
		node = projection(p, JM_NODE_FILTER_PROJECTION, left, jm_binding_power(JM_FILTER));
	if (node)
		adopt(p, node, condition);
	return node;
}

static struct jm_node *flatten(struct parser *p, struct jm_node *left)
{
	return projection(p, JM_NODE_PROJECTION, pair(p, JM_NODE_FLATTEN, left, NULL),
			  jm_binding_power(JM_FLATTEN));
}

static struct jm_node *leading_star(struct parser *p)
{
	struct jm_node *left = new_node(p, JM_NODE_IDENTITY);

	if (is(p, JM_RBRACKET))
		return pair(p, JM_NODE_VALUE_PROJECTION, left, new_node(p, JM_NODE_IDENTITY));
	return projection(p, JM_NODE_VALUE_PROJECTION, left, jm_binding_power(JM_STAR));
}

static struct jm_node *leading_bracket(struct parser *p)
{
	struct jm_node *right;

	if (is(p, JM_NUMBER) || is(p, JM_COLON)) {
		right = index_expression(p);
		return right ? project_if_slice(p, new_node(p, JM_NODE_IDENTITY), right) : NULL;
	}
	if (is(p, JM_STAR) && p->tokens.items[p->at + 1].type == JM_RBRACKET) {
		p->at += 2;
		return projection(p, JM_NODE_PROJECTION, new_node(p, JM_NODE_IDENTITY),
				  jm_binding_power(JM_STAR));
	}
	return multi_select_list(p);
}

static struct jm_node *prefix(struct parser *p, enum jm_node_type type, enum jm_token_type operator)
{
	struct jm_node *operand = expression(p, jm_binding_power(operator));

	return operand ? pair(p, type, operand, NULL) : NULL;
}

static struct jm_node *field(struct parser *p, const struct jm_token *name)
{
	struct jm_node *node = new_node(p, JM_NODE_FIELD);

	node->value = name->value;
	if (name->type == JM_QUOTED_IDENTIFIER && is(p, JM_LPAREN))
		return fail_at(p, 0, token(p), "Quoted identifier not allowed for function names.");
	return node;
}

static struct jm_node *literal(struct parser *p, const struct jm_token *t)
{
	struct jm_node *node = new_node(p, JM_NODE_LITERAL);

	node->literal = t->literal;
	return node;
}

static struct jm_node *parenthesized(struct parser *p)
{
	struct jm_node *inner = expression(p, 0);

	return inner && match(p, JM_RPAREN) ? inner : NULL;
}

/* Parse an expression that begins with the token `t`, which was read already. */
static struct jm_node *first(struct parser *p, const struct jm_token *t)
{
	switch (t->type) {
	case JM_LITERAL:
		return literal(p, t);
	case JM_UNQUOTED_IDENTIFIER:
	case JM_QUOTED_IDENTIFIER:
		return field(p, t);
	case JM_STAR:
		return leading_star(p);
	case JM_FILTER:
		return filter(p, new_node(p, JM_NODE_IDENTITY));
	case JM_LBRACE:
		return multi_select_hash(p);
	case JM_LPAREN:
		return parenthesized(p);
	case JM_FLATTEN:
		return flatten(p, new_node(p, JM_NODE_IDENTITY));
	case JM_NOT:
		return prefix(p, JM_NODE_NOT, JM_NOT);
	case JM_LBRACKET:
		return leading_bracket(p);
	case JM_CURRENT:
		return new_node(p, JM_NODE_CURRENT);
	case JM_EXPREF:
		return prefix(p, JM_NODE_EXPREF, JM_EXPREF);
	case JM_EOF:
		return fail_incomplete(p);
	default:
		return fail_at(p, t->start, t, "invalid token");
	}
}

static struct jm_node *behind_dot(struct parser *p, struct jm_node *left)
{
	struct jm_node *right;

	if (is(p, JM_STAR)) {
		p->at++;
		return projection(p, JM_NODE_VALUE_PROJECTION, left, jm_binding_power(JM_DOT));
	}
	right = dot_rhs(p, jm_binding_power(JM_DOT));
	if (!right || left->type != JM_NODE_SUBEXPRESSION)
		return right ? pair(p, JM_NODE_SUBEXPRESSION, left, right) : NULL;
	adopt(p, left, right);
	return left;
}

static struct jm_node *binary(struct parser *p, enum jm_node_type type, enum jm_token_type operator,
			      struct jm_node * left)
{
	struct jm_node *right = expression(p, jm_binding_power(operator)), *node;

	if (!right)
		return NULL;
	node = pair(p, type, left, right);
	node->comparator = operator;
	return node;
}

static struct jm_node *call(struct parser *p, struct jm_node *left)
{
	struct jm_node *node = new_node(p, JM_NODE_FUNCTION);
	const struct jm_token *before = &p->tokens.items[p->at - 2];

	if (left->type != JM_NODE_FIELD)
		return fail_at(
			p, before->start, before,
			gwt_arena_cstr(p->arena,
				       gwt_arena_printf(p->arena, "Invalid function name '" GWT_SPAN_FMT "'",
							GWT_SPAN_ARG(before->value))));
	node->value = left->value;
	while (!is(p, JM_RPAREN)) {
		struct jm_node *argument = expression(p, 0);

		if (!argument)
			return NULL;
		if (is(p, JM_COMMA))
			p->at++;
		adopt(p, node, argument);
	}
	p->at++;
	return node;
}

static struct jm_node *behind_bracket(struct parser *p, struct jm_node *left)
{
	struct jm_node *right;

	if (is(p, JM_NUMBER) || is(p, JM_COLON)) {
		right = index_expression(p);
		if (!right || left->type != JM_NODE_INDEX_EXPRESSION)
			return right ? project_if_slice(p, left, right) : NULL;
		adopt(p, left, right);
		return left;
	}
	if (!match(p, JM_STAR) || !match(p, JM_RBRACKET))
		return NULL;
	return projection(p, JM_NODE_PROJECTION, left, jm_binding_power(JM_STAR));
}

/* Parse what follows the expression `left`: a token of `type`, which was read already. */
static struct jm_node *next(struct parser *p, enum jm_token_type type, struct jm_node *left)
{
	switch (type) {
	case JM_DOT:
		return behind_dot(p, left);
	case JM_PIPE:
		return binary(p, JM_NODE_PIPE, type, left);
	case JM_OR:
		return binary(p, JM_NODE_OR, type, left);
	case JM_AND:
		return binary(p, JM_NODE_AND, type, left);
	case JM_LPAREN:
		return call(p, left);
	case JM_FILTER:
		return filter(p, left);
	case JM_FLATTEN:
		return flatten(p, left);
	case JM_LBRACKET:
		return behind_bracket(p, left);
	case JM_EQ:
	case JM_NE:
	case JM_GT:
	case JM_GTE:
	case JM_LT:
	case JM_LTE:
		return binary(p, JM_NODE_COMPARATOR, type, left);
	default: /* a token that has a binding power but is not allowed here */
		p->at--;
		return fail_token(p, "invalid token");
	}
}

static struct jm_node *expression_within(struct parser *p, int power)
{
	const struct jm_token *t = token(p);
	struct jm_node *left;

	p->at += t->type != JM_EOF;
	left = first(p, t);
	while (left && power < jm_binding_power(token(p)->type))
		left = next(p, p->tokens.items[p->at++].type, left);
	return left;
}

static struct jm_node *expression(struct parser *p, int power)
{
	struct jm_node *node;

	if (p->depth++ >= GWT_JMESPATH_MAX_DEPTH) {
		*p->message = GWT_SPAN("maximum recursion depth exceeded");
		return NULL;
	}
	node = expression_within(p, power);
	p->depth--;
	return node;
}

const struct gwt_jmespath *gwt_jmespath_compile(struct gwt_arena *arena, struct gwt_span text,
						struct gwt_span *message)
{
	struct parser p = { .arena = arena, .expression = gwt_arena_copy(arena, text), .message = message };
	struct gwt_jmespath *query = gwt_arena_new(arena, struct gwt_jmespath);

	if (!jm_lex(arena, p.expression, &p.tokens, message))
		return NULL;
	query->root = expression(&p, 0);
	if (!query->root)
		return NULL;
	if (!is(&p, JM_EOF)) {
		fail_token(&p,
			   gwt_arena_cstr(arena, gwt_arena_printf(arena, "Unexpected token: " GWT_SPAN_FMT,
								  GWT_SPAN_ARG(token(&p)->value))));
		return NULL;
	}
	return query;
}
