/*
 * live.h - the page at /_gwtape/: what came, as it comes.
 *
 * The page (lib/report/web/live.html, live.js) asks the journal for what is new and puts in
 * the rows as this side wrote them, so that the report's one writer escapes for both.
 */
#ifndef GWT_REPLAYER_LIVE_H
#define GWT_REPLAYER_LIVE_H

#include "lib/http/message.h"
#include "lib/json/json.h"

/* The page, and the policy that says what it may load: nothing but what this server answers. */
void gwt_live_page(struct gwt_arena *arena, struct gwt_response *response);
/* Give each entry of a journal's JSON its row, as "html". */
void gwt_live_add_rows(struct gwt_arena *arena, struct gwt_json *journal);

#endif
