/*
 * fuzz_jmespath.c - the first line is an expression, or is refused with a message; an expression gives a
 * result or a message for the JSON after it, the same each time.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/jmespath/jmespath.h"
#include "awscli/pyval/pyval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void search(struct gwt_arena *arena, const struct gwt_jmespath *query, const struct gwt_json *value)
{
	struct gwt_json *first = NULL, *second = NULL;
	struct gwt_span message = { NULL, 0 };
	struct gwt_buf one, two;

	if (!gwt_jmespath_search(query, arena, value, &first, &message)) {
		must(message.len > 0);
		return;
	}
	must(gwt_jmespath_search(query, arena, value, &second, &message));
	gwt_buf_init(&one, SIZE_MAX);
	gwt_buf_init(&two, SIZE_MAX);
	gwt_py_repr(&one, first);
	gwt_py_repr(&two, second);
	must(gwt_span_eq(gwt_buf_span(&one), gwt_buf_span(&two)));
	gwt_buf_release(&one);
	gwt_buf_release(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span rest = { (const char *)data, size }, expression = gwt_span_cut(&rest, '\n'),
			message = { NULL, 0 };
	struct gwt_arena arena = { 0 };
	const struct gwt_jmespath *query = gwt_jmespath_compile(&arena, expression, &message);
	struct gwt_py_json_fault fault;
	struct gwt_json *value;

	must(query || message.len > 0);
	if (query && rest.ptr && gwt_py_json_read(&arena, rest, false, &value, &fault))
		search(&arena, query, value);
	gwt_arena_release(&arena);
	return 0;
}
