/*
 * prompt_keys.h - bytes of a terminal as keys.
 */
#ifndef GWT_AWSCLI_PROMPT_KEYS_H
#define GWT_AWSCLI_PROMPT_KEYS_H

#include <stddef.h>

#include "lib/base/span.h"

enum gwt_key_kind {
	GWT_KEY_NONE,    /* input that is not one of these keys */
	GWT_KEY_TEXT,    /* printable characters, in `text` */
	GWT_KEY_CONTROL, /* Ctrl-A is `number` 1 */
	GWT_KEY_ESCAPE,
	GWT_KEY_ENTER,
	GWT_KEY_TAB,
	GWT_KEY_BACK_TAB,
	GWT_KEY_BACKSPACE,
	GWT_KEY_DELETE,
	GWT_KEY_UP,
	GWT_KEY_DOWN,
	GWT_KEY_LEFT,
	GWT_KEY_RIGHT,
	GWT_KEY_HOME,
	GWT_KEY_END,
	GWT_KEY_PAGE_UP,
	GWT_KEY_PAGE_DOWN,
	GWT_KEY_FUNCTION, /* F1 is `number` 1 */
	GWT_KEY_ALT,      /* Alt with the letter `number` */
	GWT_KEY_PASTE,    /* pasted text, in `text` */
	GWT_KEY_POSITION, /* the terminal's answer: the cursor is in row `number` */
};

struct gwt_keystroke {
	enum gwt_key_kind kind;
	int number;
	struct gwt_span text; /* a view of the parsed bytes */
};

/*
 * Parse the first key of `bytes`: returns how many bytes it takes, 0 when more are needed. `final`: no more
 * bytes will come, so that a lone ESC is the key.
 */
size_t gwt_key_parse(struct gwt_span bytes, bool final, struct gwt_keystroke *out);

#endif
