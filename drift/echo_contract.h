/*
 * echo_contract.h - how each option of PutIntegration comes back on GetIntegration, learnt from cassettes.
 */
#ifndef GWT_DRIFT_ECHO_CONTRACT_H
#define GWT_DRIFT_ECHO_CONTRACT_H

#include "drift/echo.h"

/*
 * [{"type", "option", "sent": {WORD: count}, "unsent": {WORD: count}, "defaults": [value, …]}], by option in the
 * model's order, then by type. Only reads that follow a put directly count.
 */
struct gwt_json *gwt_echo_contract(const struct gwt_cassettes *cassettes, struct gwt_arena *arena);
/* The same as a Markdown page. */
void gwt_echo_contract_markdown(struct gwt_buf *out, const struct gwt_json *contract);

#endif
