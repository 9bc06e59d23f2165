/*
 * prompt_screen.h - a grid of cells, and the bytes that show it.
 */
#ifndef GWT_AWSCLI_PROMPT_SCREEN_H
#define GWT_AWSCLI_PROMPT_SCREEN_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"

enum gwt_style {
	GWT_STYLE_PLAIN,
	GWT_STYLE_MENU,
	GWT_STYLE_META,
	GWT_STYLE_CHOSEN,
	GWT_STYLE_KEY,
	GWT_STYLE_SIGN
};

struct gwt_screen_cell {
	char text[7]; /* one character in UTF-8; empty in the second half of a wide one */
	unsigned char len, style;
};

struct gwt_screen {
	struct gwt_arena *arena;
	size_t rows, cols;
	struct gwt_screen_cell *cells;
	size_t cursor_row, cursor_col;
};

void gwt_screen_init(struct gwt_screen *screen, struct gwt_arena *arena, size_t rows, size_t cols);
/* Put `text` on one row from `col`, at most `width` columns; returns how many columns it took. */
size_t gwt_screen_put(struct gwt_screen *screen, size_t row, size_t col, size_t width, struct gwt_span text,
		      enum gwt_style style);
void gwt_screen_fill(struct gwt_screen *screen, size_t row, size_t col, size_t width, const char *character,
		     enum gwt_style style);
/* Number of columns of a text, and of one character. */
size_t gwt_columns(struct gwt_span text);
size_t gwt_columns_of(uint32_t cp);

/*
 * Append the bytes that draw the screen over the one that is shown: the cursor is in row `from` of the area,
 * which begins at the start of a row, and ends at its place in `screen`. Without colour when `plain`.
 */
void gwt_screen_write(struct gwt_buf *out, const struct gwt_screen *screen, size_t from, bool plain);

#endif
