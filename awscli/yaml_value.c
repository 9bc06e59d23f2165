/* yaml_value.c - what the parts of the YAML reader make: a text, or the exception that ended it. */
#include <stdarg.h>
#include <stdio.h>

#include "awscli/yaml.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

struct gwt_json *gwt_aws_yaml_text(struct gwt_aws_yaml_reader *r, struct gwt_span text, unsigned tag)
{
	struct gwt_json *value = gwt_json_new_string(r->arena, text);

	value->tag = (uint16_t)tag;
	return value;
}

struct gwt_json *gwt_aws_yaml_crash(struct gwt_aws_yaml_reader *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	r->crash = gwt_arena_vprintf(r->arena, fmt, args);
	va_end(args);
	return NULL;
}
