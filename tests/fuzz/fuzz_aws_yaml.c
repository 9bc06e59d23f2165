/*
 * fuzz_aws_yaml.c - any bytes are YAML or refused; JSON that the writer prints as YAML is read
 * again as an equal value.
 */
#include <stdint.h>
#include <stdlib.h>

#include "awscli/output.h"
#include "awscli/parameters.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEEPEST = 100 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Values that YAML can represent: not too deep, no lone surrogates, no NaN (which is not equal to itself). */
static bool is_plain(const struct gwt_json *value, int depth)
{
	if (depth > DEEPEST || gwt_utf8_has_surrogate(value->name) || !gwt_utf8_valid(value->name, NULL))
		return false;
	if (value->type == GWT_JSON_STRING)
		return gwt_utf8_valid(value->text, NULL) && !gwt_utf8_has_surrogate(value->text);
	if (value->type == GWT_JSON_NUMBER)
		return gwt_py_is_int(value);
	for (const struct gwt_json *item = value->child; item; item = item->next)
		if (!is_plain(item, depth + 1))
			return false;
	return true;
}

static void write_and_read(struct gwt_arena *arena, const struct gwt_json *value)
{
	struct gwt_span crash;
	struct gwt_json *again;
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_aws_yaml_write(&out, arena, value);
	must(gwt_aws_yaml_read(arena, gwt_buf_span(&out), &again, &crash));
	must(gwt_py_equal(value, again));
	gwt_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span text = { (const char *)data, size }, crash = { NULL, 0 };
	struct gwt_arena arena = { 0 };
	struct gwt_py_json_fault fault;
	struct gwt_json *value = NULL;
	bool ok = gwt_aws_yaml_read(&arena, text, &value, &crash);

	must(ok ? value != NULL && !crash.ptr : true);
	if (gwt_py_json_read(&arena, text, false, &value, &fault) && is_plain(value, 0))
		write_and_read(&arena, value);
	gwt_arena_release(&arena);
	return 0;
}
