/*
 * yaml_write.h - exact values as YAML; gwt_yaml_parse() reads back the same ones.
 */
#ifndef GWT_SCENARIO_YAML_WRITE_H
#define GWT_SCENARIO_YAML_WRITE_H

#include "lib/json/write.h"

/* What follows "key:" or "-": a blank and the value on this line, or lines of it at `depth` times two blanks. */
void gwt_yaml_write_value(struct gwt_buf *out, const struct gwt_json *value, int depth);
/* {a: 1, b: [x]} */
void gwt_yaml_write_flow(struct gwt_buf *out, const struct gwt_json *value);

#endif
