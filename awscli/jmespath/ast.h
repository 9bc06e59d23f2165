/* ast.h - tokens and syntax tree of an expression; private to awscli/jmespath. */
#ifndef GWT_AWSCLI_JMESPATH_AST_H
#define GWT_AWSCLI_JMESPATH_AST_H

#include "awscli/jmespath/jmespath.h"

/* token, its name in messages, left binding power */
#define JM_TOKEN_MAP(X)                                                                                      \
	X(EOF, "eof", 0)                                                                                     \
	X(UNQUOTED_IDENTIFIER, "unquoted_identifier", 0)                                                     \
	X(QUOTED_IDENTIFIER, "quoted_identifier", 0)                                                         \
	X(LITERAL, "literal", 0)                                                                             \
	X(RBRACKET, "rbracket", 0)                                                                           \
	X(RPAREN, "rparen", 0)                                                                               \
	X(COMMA, "comma", 0)                                                                                 \
	X(RBRACE, "rbrace", 0)                                                                               \
	X(NUMBER, "number", 0)                                                                               \
	X(CURRENT, "current", 0)                                                                             \
	X(EXPREF, "expref", 0)                                                                               \
	X(COLON, "colon", 0)                                                                                 \
	X(PIPE, "pipe", 1)                                                                                   \
	X(OR, "or", 2)                                                                                       \
	X(AND, "and", 3)                                                                                     \
	X(EQ, "eq", 5)                                                                                       \
	X(GT, "gt", 5)                                                                                       \
	X(LT, "lt", 5)                                                                                       \
	X(GTE, "gte", 5)                                                                                     \
	X(LTE, "lte", 5)                                                                                     \
	X(NE, "ne", 5)                                                                                       \
	X(FLATTEN, "flatten", 9)                                                                             \
	X(STAR, "star", 20)                                                                                  \
	X(FILTER, "filter", 21)                                                                              \
	X(DOT, "dot", 40)                                                                                    \
	X(NOT, "not", 45)                                                                                    \
	X(LBRACE, "lbrace", 50)                                                                              \
	X(LBRACKET, "lbracket", 55)                                                                          \
	X(LPAREN, "lparen", 60)

enum jm_token_type {
#define X(token, word, power) JM_##token,
	JM_TOKEN_MAP(X)
#undef X
};

struct jm_token {
	enum jm_token_type type;
	struct gwt_span value;    /* as a message shows it; a NUMBER: canonical digits */
	struct gwt_json *literal; /* LITERAL */
	size_t start;             /* byte offset in the expression */
};

struct jm_tokens {
	struct jm_token *items; /* the last is EOF */
	size_t len, cap;
};

/* Split an expression into tokens. False: *message says why. */
bool jm_lex(struct gwt_arena *arena, struct gwt_span expression, struct jm_tokens *out,
	    struct gwt_span *message);
const char *jm_token_word(enum jm_token_type type);
int jm_binding_power(enum jm_token_type type);

enum jm_node_type {
	JM_NODE_FIELD,   /* name in `value` */
	JM_NODE_LITERAL, /* `literal` */
	JM_NODE_IDENTITY,
	JM_NODE_CURRENT,
	JM_NODE_SUBEXPRESSION,    /* children in turn, each on the result of the one before */
	JM_NODE_INDEX_EXPRESSION, /* likewise */
	JM_NODE_PIPE,             /* likewise */
	JM_NODE_INDEX,            /* index in numbers[0] */
	JM_NODE_SLICE,            /* numbers: start, stop, step; absent where not written */
	JM_NODE_PROJECTION,       /* children: base, right */
	JM_NODE_VALUE_PROJECTION,
	JM_NODE_FILTER_PROJECTION, /* children: base, right, condition */
	JM_NODE_FLATTEN,
	JM_NODE_COMPARATOR, /* comparator; children: left, right */
	JM_NODE_OR,
	JM_NODE_AND,
	JM_NODE_NOT,
	JM_NODE_EXPREF,
	JM_NODE_FUNCTION, /* value: its name; children: arguments */
	JM_NODE_MULTI_LIST,
	JM_NODE_MULTI_HASH, /* children are KEY_VALUE nodes */
	JM_NODE_KEY_VALUE,  /* value: the key; one child */
};

struct jm_node {
	enum jm_node_type type;
	enum jm_token_type comparator;
	struct gwt_span value;
	struct gwt_span numbers[3];
	struct gwt_json *literal;
	struct jm_node **children;
	size_t len, cap;
};

struct gwt_jmespath {
	struct jm_node *root;
};

/* One search in a value. */
struct jm_run {
	struct gwt_arena *arena;
	struct gwt_span *message;
	size_t depth;
};

/* False: the run's message is set. */
bool jm_eval(struct jm_run *run, const struct jm_node *node, const struct gwt_json *value,
	     struct gwt_json **out);
bool jm_call(struct jm_run *run, struct gwt_span name, struct gwt_json **args, size_t count,
	     struct gwt_json **out);
bool jm_fail(struct jm_run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A new node that shares the children of `value`, to be put into a new list. */
struct gwt_json *jm_share(struct gwt_arena *arena, const struct gwt_json *value);
struct gwt_json *jm_null(struct gwt_arena *arena);
/* Whether JMESPath takes a value for false: false, null, "", [] and {}. */
bool jm_is_false(const struct gwt_json *value);
bool jm_is_null(const struct gwt_json *value);
/* a < b with Python's rules for two numbers or two strings; false in *comparable otherwise. */
bool jm_less(const struct gwt_json *a, const struct gwt_json *b, bool *comparable);

#endif
