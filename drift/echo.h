/*
 * echo.h - how what was sent comes back.
 *
 * A client that puts an integration and reads it sees each member in one of five ways. The client relies on
 * the way as much as on the value.
 */
#ifndef GWT_DRIFT_ECHO_H
#define GWT_DRIFT_ECHO_H

#include "drift/change.h"

enum gwt_echo {
	GWT_ECHO_ABSENT,     /* not sent, not there */
	GWT_ECHO_DEFAULTED,  /* not sent, but there */
	GWT_ECHO_DROPPED,    /* sent, not there */
	GWT_ECHO_SAME,       /* sent and there, equal */
	GWT_ECHO_NORMALIZED, /* sent and there, not equal */
};
const char *gwt_echo_word(enum gwt_echo echo);

/* Either may be NULL: absent. */
enum gwt_echo gwt_echo_of(const struct gwt_json *sent, const struct gwt_json *got);
/* The text of a member's change, seen from what was sent: "'x' was defaulted to 29000, is now absent". */
void gwt_echo_say(struct gwt_changes *changes, struct gwt_change *change, struct gwt_span name,
		  const struct gwt_json *sent);

#endif
