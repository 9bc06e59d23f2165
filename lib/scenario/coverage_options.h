/*
 * coverage_options.h - the options of PutIntegration and the classes of their values.
 *
 * docs/coverage.md says what each class holds. Classes of an option that the table
 * below does not name are made from its shape in the model, so that a member which
 * AWS adds shows up, uncovered, as soon as the model has it. `type` is an option
 * here too: the last one, and not one of those whose cells are counted.
 */
#ifndef GWT_SCENARIO_COVERAGE_OPTIONS_H
#define GWT_SCENARIO_COVERAGE_OPTIONS_H

#include "lib/model/model.h"
#include "lib/json/json.h"

#define GWT_MAX_OPTIONS  24
#define GWT_MAX_CLASSES  16 /* classes of one option */
#define GWT_NO_CLASS     SIZE_MAX
#define GWT_CLASS_ABSENT 0 /* the first class of every option but `type` */

/* The members of a PutIntegration. */
struct gwt_put {
	const struct gwt_json *body;     /* the body as sent; NULL when it is not an object */
	const struct gwt_json *declared; /* requestParameters of the method; NULL when none are known */
};

struct gwt_option_classes {
	const struct gwt_member *member;
	const char *words[GWT_MAX_CLASSES];
	size_t len;
	/* The class of a value that is present; GWT_NO_CLASS when it fits none. NULL: the shape decides. */
	size_t (*classify)(const struct gwt_put *put, const struct gwt_json *value);
};

struct gwt_options {
	struct gwt_option_classes items[GWT_MAX_OPTIONS]; /* in model order, `type` last */
	size_t len;
};

/* The options of a model version, from the members of PutIntegration's input. */
void gwt_options_init(struct gwt_options *options, enum gwt_model_version version);
/* The same for any table of members: `members` are the input of an operation. */
void gwt_options_of(struct gwt_options *options, const struct gwt_member *members,
		    enum gwt_model_version version);

/* The class that `option` has in `put`. */
size_t gwt_option_class(const struct gwt_option_classes *option, const struct gwt_put *put);
/* Index of a class by its word; GWT_NO_CLASS when there is none. */
size_t gwt_class_named(const struct gwt_option_classes *option, const char *word);

#endif
