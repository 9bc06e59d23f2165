/* prompt_screen.c - the layout of the prompt: input, menus, panels and toolbar. */
#include "awscli/prompt_screen.h"

#include <stdio.h>

#include "awscli/prompt_state.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

#define INPUT_ROWS_MIN  10
#define PANEL_PREFERRED 30
#define PANEL_MAX       40
#define HELP_COLS       37 /* with its frame */
#define SIGN_COLS       13
#define MENU_MIN_COLS   7
#define SCROLL_MARGIN   2
#define GRID_MARGIN     3 /* for the arrows of the menu in columns */
#define GRID_MIN_ROWS   3
#define GRID_MAX_CELL   30
#define GRID_MANY       30 /* with this many entries the menu takes the whole width */

struct area {
	size_t row, col, rows, cols;
};

/* A pen that wraps hard at the right edge of an area. */
struct pen {
	struct gwt_screen *screen;
	struct area area;
	size_t row, col;
	bool hidden; /* only measure, draw nothing */
	size_t skip; /* rows scrolled out above the area */
};

static void pen_char(struct pen *pen, struct gwt_span character, uint32_t cp, enum gwt_style style)
{
	size_t columns = gwt_columns_of(cp);

	if (pen->col + columns > pen->area.cols) {
		pen->row++;
		pen->col = 0;
	}
	if (!pen->hidden && pen->row >= pen->skip && pen->row - pen->skip < pen->area.rows)
		gwt_screen_put(pen->screen, pen->area.row + pen->row - pen->skip, pen->area.col + pen->col,
			       columns, character, style);
	pen->col += columns;
}

static void pen_text(struct pen *pen, struct gwt_span text, enum gwt_style style)
{
	uint32_t cp;

	for (size_t i = 0, len; i < text.len; i += len) {
		len = gwt_utf8_get(text, i, &cp);
		if (cp == '\n') {
			pen->row++;
			pen->col = 0;
		} else {
			pen_char(pen, gwt_span_slice(text, i, i + len), cp, style);
		}
	}
}

/* [KEY] text, keys in colour. */
static void pen_help(struct pen *pen, const char *text)
{
	struct gwt_span rest = gwt_span_of(text);

	while (rest.len > 0) {
		size_t open = gwt_span_find(rest, '['), close;

		pen_text(pen, gwt_span_slice(rest, 0, open), GWT_STYLE_PLAIN);
		rest = gwt_span_slice(rest, open, rest.len);
		close = gwt_span_find(rest, ']');
		pen_text(pen, gwt_span_slice(rest, 0, close + 1), GWT_STYLE_KEY);
		rest = gwt_span_slice(rest, close + 1, rest.len);
	}
}

static const char *toolbar_text(const struct gwt_prompt *prompt)
{
	switch (prompt->focus) {
	case GWT_FOCUS_DOCS:
		return "[F1] Show Shortkey Help    [F2] Focus on next panel    [[q] Focus on Input";
	case GWT_FOCUS_OUTPUT:
		return "[F1] Show Shortkey Help    [F2] Focus on next panel    [F3] Hide/Show Docs    [F5] Hide/Show "
		       "Output";
	default:
		return "[ENTER] Autocomplete Choice/Execute Command    [F1] Show Shortkey Help    [F2] Focus on next "
		       "panel    [F3] Hide/Show Docs    [F5] Hide/Show Output";
	}
}

static const char *help_text(const struct gwt_prompt *prompt, const char **title)
{
	switch (prompt->focus) {
	case GWT_FOCUS_DOCS:
		*title = "Doc panel help";
		return "[/] Search Forward\n[?] Search Backward\n[n] Find Next Match\n[N] Find Previous Match\n"
		       "[w] Go Up a Page\n[z] Go Down a Page\n[j] Go Up a Line\n[k] Go Down a Line\n[g] Go to Top\n"
		       "[G] Go to Bottom\n[F1] Hide Shortkey Help\n[F2] Focus on next panel\n[q] Focus on Input\n"
		       "[F5] Hide/Show Output";
	case GWT_FOCUS_OUTPUT:
		*title = "Output panel help";
		return "[/] Search Forward\n[?] Search Backward\n[n] Find Next Match\n[N] Find Previous Match\n"
		       "[F1] Hide Shortkey Help\n[F2] Focus on next panel\n[F3] Hide/Show Docs\n[F5] Hide/Show Output\n";
	default:
		*title = "Prompt panel help";
		return "[ENTER] Autocomplete Choice/Execute Command\n[F1] Hide Shortkey Help\n[F2] Focus on next panel\n"
		       "[F3] Hide/Show Docs\n[F4] One/Multi column prompt\n[F5] Hide/Show Output\n"
		       "[CONTROL+R] On/Off bck-i-search";
	}
}

/* A rule with |title| in its middle, between `left` and `right`. */
static void draw_titled_rule(struct gwt_screen *screen, const struct area *area, const char *title,
			     const char *left, const char *right)
{
	size_t inner = area->cols - (*left ? 2 : 0), len = strlen(title),
	       start = inner > len ? (inner - len) / 2 : 0;
	size_t col = area->col + (*left ? 1 : 0);

	gwt_screen_fill(screen, area->row, col, inner, "─", GWT_STYLE_PLAIN);
	gwt_screen_put(screen, area->row, col + start, inner - start, gwt_span_of(title), GWT_STYLE_PLAIN);
	if (*left) {
		gwt_screen_put(screen, area->row, area->col, 1, gwt_span_of(left), GWT_STYLE_PLAIN);
		gwt_screen_put(screen, area->row, area->col + area->cols - 1, 1, gwt_span_of(right),
			       GWT_STYLE_PLAIN);
	}
}

static void draw_help(const struct gwt_prompt *prompt, struct gwt_screen *screen, const struct area *area)
{
	struct pen pen = { .screen = screen };
	const char *title, *text = help_text(prompt, &title);
	char framed[64]; /* the titles are our own words, of 20 bytes at most */
	size_t last = area->row + area->rows - 1;

	snprintf(framed, sizeof(framed), "| %s |", title);
	draw_titled_rule(screen, area, framed, "┌", "┐");
	for (size_t row = area->row + 1; row < last; row++) {
		gwt_screen_put(screen, row, area->col, 1, GWT_SPAN("│"), GWT_STYLE_PLAIN);
		gwt_screen_put(screen, row, area->col + area->cols - 1, 1, GWT_SPAN("│"), GWT_STYLE_PLAIN);
	}
	gwt_screen_fill(screen, last, area->col, area->cols, "─", GWT_STYLE_PLAIN);
	gwt_screen_put(screen, last, area->col, 1, GWT_SPAN("└"), GWT_STYLE_PLAIN);
	gwt_screen_put(screen, last, area->col + area->cols - 1, 1, GWT_SPAN("┘"), GWT_STYLE_PLAIN);
	pen.area = (struct area){ area->row + 1, area->col + 1, area->rows - 2, area->cols - 2 };
	pen_help(&pen, text);
}

static size_t toolbar_rows(const struct gwt_prompt *prompt, size_t cols)
{
	struct pen pen = { .area = { .cols = cols }, .hidden = true };

	pen_help(&pen, toolbar_text(prompt));
	return pen.row > 0 ? 2 : 1;
}

/* Draw the rule and the keys at the bottom; returns how many rows they take. */
static size_t draw_toolbar(const struct gwt_prompt *prompt, struct gwt_screen *screen)
{
	size_t sign = prompt->history_mode ? SIGN_COLS : 0, rows, top;
	struct pen pen = { .screen = screen };

	if (prompt->show_help) {
		if (sign)
			gwt_screen_put(screen, screen->rows - 1, 0, sign, GWT_SPAN("bck-i-search"),
				       GWT_STYLE_SIGN);
		return sign ? 1 : 0;
	}
	rows = toolbar_rows(prompt, screen->cols - sign);
	top = screen->rows - rows;
	gwt_screen_fill(screen, top - 1, 0, screen->cols, "─", GWT_STYLE_PLAIN);
	if (sign)
		gwt_screen_put(screen, top, 0, sign, GWT_SPAN("bck-i-search"), GWT_STYLE_SIGN);
	pen.area = (struct area){ top, sign, rows, screen->cols - sign };
	pen_help(&pen, toolbar_text(prompt));
	return rows + 1;
}

/* Draw the input; find the places of the cursor and of the menu. */
static void draw_input(const struct gwt_prompt *prompt, struct gwt_screen *screen, const struct area *area,
		       size_t *menu_row, size_t *menu_col)
{
	size_t menu_at = prompt->original_cursor < prompt->cursor ? prompt->original_cursor : prompt->cursor;
	struct gwt_span line = gwt_buf_span(&prompt->line);
	struct pen pen = { .screen = screen, .area = *area, .hidden = true }, at_menu;

	pen_text(&pen, GWT_SPAN(GWT_PROMPT_TEXT), GWT_STYLE_PLAIN);
	pen_text(&pen, gwt_span_slice(line, 0, menu_at), GWT_STYLE_PLAIN);
	at_menu = pen;
	pen_text(&pen, gwt_span_slice(line, menu_at, prompt->cursor), GWT_STYLE_PLAIN);
	if (pen.col == area->cols) { /* the cursor is on the next row */
		pen.row++;
		pen.col = 0;
	}
	screen->cursor_col = area->col + pen.col;
	pen.skip = pen.row >= area->rows ? pen.row - area->rows + 1 : 0;
	screen->cursor_row = area->row + pen.row - pen.skip;
	*menu_row = at_menu.row < pen.skip ? 0 : at_menu.row - pen.skip;
	*menu_col = at_menu.col == area->cols ? 0 : at_menu.col;
	*menu_row += at_menu.col == area->cols;
	pen.hidden = false;
	pen.row = pen.col = 0;
	pen_text(&pen, GWT_SPAN(GWT_PROMPT_TEXT), GWT_STYLE_PLAIN);
	pen_text(&pen, line, GWT_STYLE_PLAIN);
}

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Put `text` in `width` columns, cut with "..." when it is longer. */
static void put_trimmed(struct gwt_screen *screen, size_t row, size_t col, size_t width, struct gwt_span text,
			enum gwt_style style)
{
	size_t used;

	if (gwt_columns(text) <= width) {
		gwt_screen_put(screen, row, col, width, text, style);
		return;
	}
	used = gwt_screen_put(screen, row, col, width > 3 ? width - 3 : 0, text, style);
	gwt_screen_put(screen, row, col + used, 3, GWT_SPAN("..."), style);
}

struct menu {
	size_t name_cols, meta_cols, rows, top;
	struct area area;
};

static void widest(const struct gwt_completions *list, size_t *name, size_t *meta)
{
	*name = *meta = 0;
	for (size_t i = 0; i < list->len; i++) {
		size_t name_cols = gwt_columns(list->items[i].display),
		       meta_cols = gwt_columns(list->items[i].meta);

		*name = name_cols > *name ? name_cols : *name;
		*meta = meta_cols > *meta ? meta_cols : *meta;
	}
}

/* Place the menu below the cursor if it fits or there is more room than above; else above. */
static void place_rows(struct menu *menu, const struct area *area, size_t row)
{
	size_t below = area->rows - row - 1;

	menu->area.row = area->row + row + 1;
	if (menu->rows <= below)
		return;
	if (below + 1 >= row + 1) {
		menu->rows = below;
		return;
	}
	menu->rows = min_of(menu->rows, row);
	menu->area.row = area->row + row - menu->rows;
}

/* The first row to show, so that the chosen one is visible with some rows around it. */
static size_t first_shown(size_t chosen, size_t rows, size_t len)
{
	size_t top = 0;

	if (chosen != SIZE_MAX && chosen + SCROLL_MARGIN >= rows)
		top = chosen + SCROLL_MARGIN + 1 - rows;
	return min_of(top, len - rows);
}

static struct menu place_menu(const struct gwt_prompt *prompt, const struct area *area, size_t row,
			      size_t col)
{
	struct menu menu = { 0 };
	size_t name, meta, total;

	widest(&prompt->menu, &name, &meta);
	menu.name_cols = name + 2 > MENU_MIN_COLS ? name + 2 : MENU_MIN_COLS;
	menu.meta_cols = meta ? meta + 2 : 0;
	total = min_of(menu.name_cols + menu.meta_cols + 1, area->cols); /* 1: the scroll bar */
	menu.name_cols = min_of(menu.name_cols, total - 1);
	menu.meta_cols = total - 1 - menu.name_cols;
	menu.area.cols = total;
	menu.area.col = area->col + (col + total > area->cols ? area->cols - total : col);
	menu.rows = min_of(prompt->menu.len, GWT_PROMPT_MENU_MAX);
	place_rows(&menu, area, row);
	if (menu.rows)
		menu.top = first_shown(prompt->chosen, menu.rows, prompt->menu.len);
	return menu;
}

static void draw_menu_row(const struct gwt_prompt *prompt, struct gwt_screen *screen, const struct menu *menu,
			  size_t i)
{
	const struct gwt_completion *item = &prompt->menu.items[menu->top + i];
	enum gwt_style style = menu->top + i == prompt->chosen ? GWT_STYLE_CHOSEN : GWT_STYLE_MENU;
	enum gwt_style meta_style = style == GWT_STYLE_CHOSEN ? style : GWT_STYLE_META;
	size_t row = menu->area.row + i, col = menu->area.col;

	gwt_screen_fill(screen, row, col, menu->name_cols, " ", style);
	put_trimmed(screen, row, col + 1, menu->name_cols - 2, item->display, style);
	col += menu->name_cols;
	gwt_screen_fill(screen, row, col, menu->meta_cols, " ", meta_style);
	if (menu->meta_cols > 2)
		put_trimmed(screen, row, col + 1, menu->meta_cols - 2, item->meta, meta_style);
	gwt_screen_fill(screen, row, col + menu->meta_cols, 1, " ", GWT_STYLE_META);
}

static void draw_menu(const struct gwt_prompt *prompt, struct gwt_screen *screen, const struct area *area,
		      size_t row, size_t col)
{
	struct menu menu = place_menu(prompt, area, row, col);

	for (size_t i = 0; i < menu.rows; i++)
		draw_menu_row(prompt, screen, &menu, i);
}

struct grid {
	struct area area;
	size_t cell_cols, columns, rows, total, scroll;
};

/* Names only, in columns, top to bottom; prompt_toolkit's MultiColumnCompletionMenuControl. */
static struct grid place_grid(const struct gwt_prompt *prompt, const struct area *area, size_t row,
			      size_t col)
{
	size_t name, meta, width, below = area->rows - row - 1, len = prompt->menu.len, chosen, least;
	struct grid grid = { 0 };

	widest(&prompt->menu, &name, &meta);
	below -= below && meta; /* a line for the description */
	grid.cell_cols = min_of(name + 1, area->cols > GRID_MARGIN ? area->cols - GRID_MARGIN : 1);
	width = grid.cell_cols * ((len + GRID_MIN_ROWS - 1) / GRID_MIN_ROWS);
	while (width > grid.cell_cols && width + GRID_MARGIN > area->cols)
		width -= grid.cell_cols;
	width += GRID_MARGIN;
	if (meta) /* the description's line */
		width = len >= GRID_MANY ? area->cols : meta + 2 > width ? meta + 2 : width;
	width = min_of(width, area->cols);
	if (grid.cell_cols > GRID_MAX_CELL)
		grid.cell_cols /= grid.cell_cols / GRID_MAX_CELL;
	grid.columns = width >= GRID_MARGIN + grid.cell_cols ? (width - GRID_MARGIN) / grid.cell_cols : 1;
	grid.rows = min_of((len + grid.columns - 1) / grid.columns, below);
	if (grid.rows == 0)
		return grid;
	grid.total = (len + grid.rows - 1) / grid.rows;
	chosen = prompt->chosen == SIZE_MAX ? 0 : prompt->chosen / grid.rows;
	least = chosen >= grid.columns ? chosen - grid.columns + 1 : 0;
	grid.scroll = prompt->column_scroll > least ? min_of(prompt->column_scroll, chosen) : least;
	grid.area = (struct area){ area->row + row + 1, area->col + min_of(col, area->cols - width),
				   grid.rows, width };
	return grid;
}

/* Draw '<' and '>' beside the middle row where there are more columns. */
static void draw_arrows(struct gwt_screen *screen, const struct grid *grid)
{
	size_t middle = grid->area.row + grid->rows / 2,
	       right = grid->area.col + 2 + grid->columns * grid->cell_cols;

	if (grid->scroll > 0)
		gwt_screen_put(screen, middle, grid->area.col, 1, GWT_SPAN("<"), GWT_STYLE_MENU);
	if (grid->scroll + grid->columns < grid->total)
		gwt_screen_put(screen, middle, right, 1, GWT_SPAN(">"), GWT_STYLE_MENU);
}

static void draw_many_columns(struct gwt_prompt *prompt, struct gwt_screen *screen, const struct area *area,
			      size_t row, size_t col)
{
	struct grid grid = place_grid(prompt, area, row, col);
	size_t first = grid.scroll * grid.rows, left = grid.area.col + (grid.total > grid.columns);

	prompt->column_rows = grid.rows;
	prompt->column_scroll = grid.scroll;
	for (size_t i = 0; i < grid.rows * grid.columns && first + i < prompt->menu.len; i++) {
		enum gwt_style style = first + i == prompt->chosen ? GWT_STYLE_CHOSEN : GWT_STYLE_MENU;
		size_t at = left + i / grid.rows * grid.cell_cols, line = grid.area.row + i % grid.rows;

		gwt_screen_fill(screen, line, at, grid.cell_cols, " ", style);
		put_trimmed(screen, line, at + 1, grid.cell_cols - 1, prompt->menu.items[first + i].display,
			    style);
	}
	if (grid.rows == 0)
		return;
	draw_arrows(screen, &grid);
	if (prompt->chosen != SIZE_MAX && grid.area.row + grid.rows < area->row + area->rows)
		gwt_screen_put(screen, grid.area.row + grid.rows, grid.area.col + 1, grid.area.cols - 1,
			       prompt->menu.items[prompt->chosen].meta, GWT_STYLE_META);
}

static void draw_panel(const struct gwt_panel *panel, bool focused, struct gwt_screen *screen,
		       const struct area *area, const char *title)
{
	size_t rows = area->rows - 1 - panel->typing, lines = gwt_panel_lines(panel), top = panel->line;
	struct pen pen = { .screen = screen, .area = { area->row + 1, area->col, rows, area->cols } };
	struct gwt_span rest = panel->text;
	char framed[64]; /* the titles are our own words, of 20 bytes at most */

	snprintf(framed, sizeof(framed), "|%s|", title);
	draw_titled_rule(screen, area, framed, "", "");
	if (top + rows > lines)
		top = lines > rows ? lines - rows : 0;
	for (size_t i = 0; i < top; i++)
		gwt_span_cut(&rest, '\n');
	pen_text(&pen, rest, GWT_STYLE_PLAIN);
	if (focused) {
		screen->cursor_row = area->row + 1 + min_of(panel->line - top, rows ? rows - 1 : 0);
		screen->cursor_col = area->col;
	}
	if (!panel->typing)
		return;
	gwt_screen_put(screen, area->row + area->rows - 1, area->col, 1,
		       panel->backwards ? GWT_SPAN("?") : GWT_SPAN("/"), GWT_STYLE_PLAIN);
	screen->cursor_row = area->row + area->rows - 1;
	screen->cursor_col =
		area->col + 1 +
		gwt_screen_put(screen, screen->cursor_row, area->col + 1, area->cols - 1,
			       (struct gwt_span){ panel->pattern, panel->pattern_len }, GWT_STYLE_PLAIN);
}

/*
 * Rows of the panels: all but the ten of the input, up to 30. Further rows are shared by both; the panels get
 * at most 40.
 */
static size_t panel_rows(size_t rows)
{
	size_t extra;

	if (rows < INPUT_ROWS_MIN + 3)
		return 0;
	rows -= INPUT_ROWS_MIN + 1;
	if (rows <= PANEL_PREFERRED)
		return rows + 1;
	extra = (rows - PANEL_PREFERRED) / 2;
	return min_of(PANEL_PREFERRED + extra, PANEL_MAX) + 1;
}

static void draw_panels(const struct gwt_prompt *prompt, struct gwt_screen *screen, const struct area *area)
{
	bool both = prompt->show_docs && prompt->show_output;
	size_t left = both ? (area->cols - 1) / 2 : area->cols;
	struct area docs = { area->row, area->col, area->rows, left }, output = *area;

	if (both) {
		for (size_t i = 0; i < area->rows; i++)
			gwt_screen_put(screen, area->row + i, area->col + left, 1, GWT_SPAN("│"),
				       GWT_STYLE_PLAIN);
		output.col += left + 1;
		output.cols -= left + 1;
	}
	if (prompt->show_docs)
		draw_panel(&prompt->docs, prompt->focus == GWT_FOCUS_DOCS, screen, &docs, "Doc panel");
	if (prompt->show_output)
		draw_panel(&prompt->output, prompt->focus == GWT_FOCUS_OUTPUT, screen, &output,
			   "Output panel");
}

void gwt_prompt_draw(struct gwt_prompt *prompt, struct gwt_screen *screen)
{
	struct area main = { .rows = screen->rows - draw_toolbar(prompt, screen), .cols = screen->cols },
		    help = main, panels;
	size_t menu_row, menu_col;

	if (prompt->show_help && screen->cols > 2 * HELP_COLS / 2 + 20) {
		main.cols = screen->cols - HELP_COLS;
		help.col = main.cols;
		help.cols = HELP_COLS;
		draw_help(prompt, screen, &help);
	}
	panels = main;
	if (prompt->show_docs || prompt->show_output) {
		panels.rows = panel_rows(main.rows);
		main.rows -= panels.rows;
		panels.row = main.rows;
	}
	draw_input(prompt, screen, &main, &menu_row, &menu_col);
	if ((prompt->show_docs || prompt->show_output) && panels.rows)
		draw_panels(prompt, screen, &panels);
	if (prompt->menu.len == 0 || prompt->focus != GWT_FOCUS_INPUT)
		return;
	if (prompt->many_columns)
		draw_many_columns(prompt, screen, &main, menu_row, menu_col);
	else
		draw_menu(prompt, screen, &main, menu_row, menu_col);
}
