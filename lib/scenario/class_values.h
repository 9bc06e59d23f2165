/*
 * class_values.h - a value for each class, and what AWS makes of it.
 */
#ifndef GWT_SCENARIO_CLASS_VALUES_H
#define GWT_SCENARIO_CLASS_VALUES_H

#include "lib/scenario/coverage_options.h"
#include "lib/scenario/pairwise.h"

/* Types as bits, in the order of the classes of `type`. */
enum gwt_type_bits {
	GWT_TYPE_HTTP = 1 << 0,
	GWT_TYPE_AWS = 1 << 1,
	GWT_TYPE_MOCK = 1 << 2,
	GWT_TYPE_HTTP_PROXY = 1 << 3,
	GWT_TYPE_AWS_PROXY = 1 << 4,
};

/*
 * The value of an option in a combination, as JSON text with scenario variables. "" for a class that means
 * absence; NULL when there is no sample.
 */
const char *gwt_class_value(const struct gwt_options *options, const struct gwt_combination *combination,
			    size_t option);

/* The types (bits) that refuse a class, whatever else is sent. */
unsigned gwt_class_refused_by(const struct gwt_option_classes *option, size_t class);
/* Whether one of `types` refuses these two classes together. */
bool gwt_classes_conflict(const struct gwt_option_classes *a, size_t class_a,
			  const struct gwt_option_classes *b, size_t class_b, unsigned types);

#endif
