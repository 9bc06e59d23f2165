/*
 * sort_maps.h - Go writes the members of a map in an order drawn again each time; ours is by name.
 *
 * Only for clients known to do so (Terraform's provider, aws-sdk-go-v2), and only in members that are maps by
 * the model, whose order means nothing: two recordings of the same calls are then the same bytes.
 */
#ifndef GWT_RECORDER_SORT_MAPS_H
#define GWT_RECORDER_SORT_MAPS_H

#include "lib/http/message.h"

/* `client` is its name and version. Replaces request->body and raw_body when a member was moved. */
void gwt_sort_maps(struct gwt_request *request, struct gwt_span client, struct gwt_arena *arena);

#endif
