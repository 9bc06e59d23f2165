/*
 * load.h - cassettes from a folder, or from a revision of it.
 */
#ifndef GWT_STORE_LOAD_H
#define GWT_STORE_LOAD_H

#include "lib/cassette/cassette.h"

/* Whether `name` is one of `names` or in a group that is one; true when there are no names. */
bool gwt_name_is_selected(struct gwt_span name, char *const *names, size_t name_count);

/*
 * `source` is DIR or DIR@REV. GWT_EPARSE for the first broken cassette: nothing is half loaded.
 * GWT_EUNCHECKED when there is no cassette, or none for one of the names.
 */
gwt_status gwt_cassettes_load(struct gwt_arena *arena, const char *source, char *const *names,
			      size_t name_count, struct gwt_cassettes *out, struct gwt_error *err);

#endif
