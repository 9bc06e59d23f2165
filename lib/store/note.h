/*
 * note.h - write into VALIDATED.json what a run recorded and confirmed.
 */
#ifndef GWT_STORE_NOTE_H
#define GWT_STORE_NOTE_H

#include "lib/store/store.h"

struct gwt_store_note {
	struct gwt_span scenario; /* GROUP/NAME */
	struct gwt_span upstream; /* aws, sandbox, or a URL */
	struct gwt_span at;       /* 2026-11-22T12:39:57Z */
	bool recorded;            /* else it was only confirmed */
};

/*
 * All other lines of a group's file are kept: those in the working tree, and those of HEAD that it lacks (a
 * sparse checkout). One run at a time does this, so that no line of another run is lost.
 */
gwt_status gwt_store_note(const struct gwt_store *store, const struct gwt_store_note *notes, size_t len,
			  const volatile sig_atomic_t *stop, struct gwt_error *err);

#endif
