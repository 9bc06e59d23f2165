/*
 * header_rules.h - which headers take part in the contract bytes.
 */
#ifndef GWT_CONTRACT_HEADER_RULES_H
#define GWT_CONTRACT_HEADER_RULES_H

#include "lib/http/header_id.h"

/* A header that never takes part in the contract bytes. */
bool gwt_header_is_volatile(struct gwt_span name);
/* accept, content-type (`has_body`), x-amz-* that is not volatile. */
bool gwt_header_is_contract(struct gwt_span name, bool has_body);
bool gwt_header_id_is_contract(enum gwt_header_id id, bool has_body);

#endif
