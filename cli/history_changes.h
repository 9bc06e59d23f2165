/*
 * history_changes.h - `gwtape history` without a field: what each recording changed, by the rules of `gwtape drift`.
 */
#ifndef GWT_CLI_HISTORY_CHANGES_H
#define GWT_CLI_HISTORY_CHANGES_H

#include "cli/history_show.h"

/* The recordings of one scenario, and the changes of each. */
gwt_status gwt_history_show_scenario(const struct gwt_history_query *query, struct gwt_error *err);
/* All scenarios: changes of one cause are one finding with all its places and their dates. */
gwt_status gwt_history_show_all(const struct gwt_history_query *query, struct gwt_error *err);

#endif
