/*
 * live.h - the page at /_gwtape/, which shows requests as they arrive.
 *
 * The page (lib/report/web/live.html, live.js) fetches new entries of the journal and inserts their rows as
 * the server wrote them, so that one writer escapes for the report and for the page.
 */
#ifndef GWT_REPLAYER_LIVE_H
#define GWT_REPLAYER_LIVE_H

#include "lib/http/message.h"
#include "lib/json/json.h"

/* The page, and the policy of what it may load: only from this server. */
void gwt_live_page(struct gwt_arena *arena, struct gwt_response *response);
/* Give each entry of a journal's JSON its row, as "html". */
void gwt_live_add_rows(struct gwt_arena *arena, struct gwt_json *journal);

#endif
