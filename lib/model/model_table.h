/*
 * model_table.h - private to model.c: the rows of model_table.c.
 */
#ifndef GWT_MODEL_MODEL_TABLE_H
#define GWT_MODEL_MODEL_TABLE_H

#include "lib/base/error.h"
#include "lib/model/model.h"

extern const struct gwt_operation gwt_operation_table[];
extern const size_t gwt_operation_count;

#endif
