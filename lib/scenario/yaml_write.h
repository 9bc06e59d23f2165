/*
 * yaml_write.h - exact values as YAML; gwt_yaml_parse() reads back the same ones.
 */
#ifndef GWT_SCENARIO_YAML_WRITE_H
#define GWT_SCENARIO_YAML_WRITE_H

#include "lib/json/write.h"

/*
 * Write what follows "key:" or "-": a space and the value on this line, or lines of it, indented by 2
 * * `depth`.
 */
void gwt_yaml_write_value(struct gwt_buf *out, const struct gwt_json *value, int depth);
/* Write {a: 1, b: [x]}. */
void gwt_yaml_write_flow(struct gwt_buf *out, const struct gwt_json *value);

#endif
