/* screen.c - a grid of cells, and the bytes that show it. */
#include "awscli/prompt_screen.h"

#include "awscli/pyval/unicode.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

static const char *const style_codes[] = {
	[GWT_STYLE_PLAIN] = "\033[0m",       [GWT_STYLE_MENU] = "\033[0;30;47m",
	[GWT_STYLE_META] = "\033[0;97;100m", [GWT_STYLE_CHOSEN] = "\033[0;7m",
	[GWT_STYLE_KEY] = "\033[0;36m",      [GWT_STYLE_SIGN] = "\033[0;31;102m",
};

void gwt_screen_init(struct gwt_screen *screen, struct gwt_arena *arena, size_t rows, size_t cols)
{
	*screen = (struct gwt_screen){ .arena = arena, .rows = rows, .cols = cols };
	screen->cells = gwt_arena_array(arena, struct gwt_screen_cell, rows * cols + 1);
	for (size_t i = 0; i < rows * cols; i++)
		screen->cells[i] = (struct gwt_screen_cell){ .text = " ", .len = 1 };
}

/* Combining marks and joiners; enough for text in a prompt. */
static bool is_zero_width(uint32_t cp)
{
	return (cp >= 0x300 && cp < 0x370) || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0xfe00 && cp <= 0xfe0f);
}

/* East Asian ambiguous characters are narrow on a terminal: only these blocks are wide. */
static bool is_wide_block(uint32_t cp)
{
	return (cp >= 0x1100 && cp <= 0x115f) || (cp >= 0x2e80 && cp <= 0xa4cf) ||
	       (cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0xf900 && cp <= 0xfaff) ||
	       (cp >= 0xfe30 && cp <= 0xfe6f) || (cp >= 0xff00 && cp <= 0xff60) ||
	       (cp >= 0xffe0 && cp <= 0xffe6) || (cp >= 0x1f300 && cp <= 0x1f64f) ||
	       (cp >= 0x1f900 && cp <= 0x1f9ff) || (cp >= 0x20000 && cp <= 0x3fffd);
}

size_t gwt_columns_of(uint32_t cp)
{
	return is_zero_width(cp) ? 0 : is_wide_block(cp) ? 2 : 1;
}

size_t gwt_columns(struct gwt_span text)
{
	size_t columns = 0;
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(text, i, &cp);
		columns += gwt_columns_of(cp);
	}
	return columns;
}

static struct gwt_screen_cell *cell_at(struct gwt_screen *screen, size_t row, size_t col)
{
	return &screen->cells[row * screen->cols + col];
}

/* Control characters never reach the terminal: history, names of files and answers may contain some. */
static void set_cell(struct gwt_screen_cell *cell, struct gwt_span character, uint32_t cp,
		     enum gwt_style style)
{
	if (gwt_utf8_is_control(cp) || (cp >= 0xd800 && cp < 0xe000))
		character = GWT_SPAN("?");
	gwt_copy(cell->text, character.ptr, character.len);
	cell->len = (unsigned char)character.len;
	cell->style = (unsigned char)style;
}

size_t gwt_screen_put(struct gwt_screen *screen, size_t row, size_t col, size_t width, struct gwt_span text,
		      enum gwt_style style)
{
	size_t used = 0;
	uint32_t cp;

	for (size_t i = 0, len; i < text.len && row < screen->rows; i += len) {
		size_t columns;

		len = gwt_utf8_get(text, i, &cp);
		columns = gwt_columns_of(cp);
		if (columns == 0)
			continue;
		if (used + columns > width || col + used + columns > screen->cols)
			break;
		set_cell(cell_at(screen, row, col + used), gwt_span_slice(text, i, i + len), cp, style);
		if (columns == 2)
			cell_at(screen, row, col + used + 1)->len = 0;
		used += columns;
	}
	return used;
}

void gwt_screen_fill(struct gwt_screen *screen, size_t row, size_t col, size_t width, const char *character,
		     enum gwt_style style)
{
	for (size_t i = 0; i < width; i++)
		gwt_screen_put(screen, row, col + i, 1, gwt_span_of(character), style);
}

/* Number of columns up to the last one of a row that shows anything. */
static size_t shown(const struct gwt_screen *screen, size_t row)
{
	const struct gwt_screen_cell *cells = screen->cells + row * screen->cols;
	size_t end = screen->cols;

	while (end > 0 && cells[end - 1].len == 1 && cells[end - 1].text[0] == ' ' &&
	       cells[end - 1].style == GWT_STYLE_PLAIN)
		end--;
	return end;
}

static void write_row(struct gwt_buf *out, const struct gwt_screen *screen, size_t row, bool plain)
{
	const struct gwt_screen_cell *cells = screen->cells + row * screen->cols;
	unsigned char style = GWT_STYLE_PLAIN;
	size_t end = shown(screen, row);

	for (size_t i = 0; i < end; i++) {
		if (cells[i].style != style && !plain)
			gwt_buf_add_text(out, style_codes[cells[i].style]);
		style = cells[i].style;
		gwt_buf_add(out, (struct gwt_span){ cells[i].text, cells[i].len });
	}
	if (style != GWT_STYLE_PLAIN && !plain)
		gwt_buf_add_text(out, style_codes[GWT_STYLE_PLAIN]);
	if (end < screen->cols)
		gwt_buf_add_text(out, "\033[K");
}

void gwt_screen_write(struct gwt_buf *out, const struct gwt_screen *screen, size_t from, bool plain)
{
	gwt_buf_add_text(out, "\033[?25l\r");
	if (from)
		gwt_buf_printf(out, "\033[%zuA", from);
	for (size_t row = 0; row < screen->rows; row++) {
		write_row(out, screen, row, plain);
		if (row + 1 < screen->rows)
			gwt_buf_add_text(out, "\r\n");
	}
	if (shown(screen, screen->rows - 1) < screen->cols) /* else it would erase the last cell */
		gwt_buf_add_text(out, "\033[J");
	gwt_buf_add_char(out, '\r');
	if (screen->rows - 1 > screen->cursor_row)
		gwt_buf_printf(out, "\033[%zuA", screen->rows - 1 - screen->cursor_row);
	if (screen->cursor_col)
		gwt_buf_printf(out, "\033[%zuC", screen->cursor_col);
	gwt_buf_add_text(out, "\033[?25h");
}
