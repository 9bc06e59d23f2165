/* prompt_edit.c - what a key does. */
#include "awscli/prompt_state.h"

#include "awscli/prompt_complete.h"
#include "awscli/pyval/unicode.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

#define CONTROL(letter) ((letter) - 'a' + 1)

static struct gwt_span before_cursor(const struct gwt_prompt *prompt)
{
	return gwt_span_slice(gwt_buf_span(&prompt->line), 0, prompt->cursor);
}

static void set_line(struct gwt_prompt *prompt, struct gwt_span text, size_t cursor)
{
	struct gwt_buf copy;

	gwt_buf_init(&copy, SIZE_MAX);
	gwt_buf_add(&copy, text); /* `text` may view the line itself */
	gwt_buf_clear(&prompt->line);
	gwt_buf_add(&prompt->line, gwt_buf_span(&copy));
	gwt_buf_release(&copy);
	prompt->cursor = cursor;
}

void gwt_prompt_close_menu(struct gwt_prompt *prompt)
{
	prompt->menu.len = 0;
	prompt->chosen = SIZE_MAX;
}

static void complete_from_history(struct gwt_prompt *prompt)
{
	struct gwt_span typed = gwt_utf8_lstrip(before_cursor(prompt));
	struct gwt_completions *menu = &prompt->menu;

	menu->len = 0;
	for (size_t i = prompt->history.len; i > 0; i--) {
		struct gwt_span line = gwt_utf8_strip(prompt->history.items[i - 1]);
		bool seen = line.len == 0;

		for (size_t k = 0; k < menu->len && !seen; k++)
			seen = gwt_span_eq(menu->items[k].insert, line);
		if (!seen)
			gwt_completions_add(menu, line, line, GWT_SPAN(""), false);
	}
	gwt_completions_filter(menu, typed);
	menu->replaced = typed.len;
}

void gwt_prompt_open_menu(struct gwt_prompt *prompt)
{
	gwt_arena_reset(&prompt->arena);
	prompt->menu = (struct gwt_completions){ .arena = &prompt->arena };
	prompt->chosen = SIZE_MAX;
	if (prompt->history_mode)
		complete_from_history(prompt);
	else
		gwt_aws_complete(&prompt->session->settings, before_cursor(prompt), prompt->session->version,
				 &prompt->menu);
	/* the only choice is the text at the cursor */
	if (prompt->menu.len == 1 && gwt_span_ends(before_cursor(prompt), prompt->menu.items[0].insert) &&
	    prompt->menu.items[0].insert.len == prompt->menu.replaced)
		prompt->menu.len = 0;
	gwt_buf_clear(&prompt->original);
	gwt_buf_add(&prompt->original, gwt_buf_span(&prompt->line));
	prompt->original_cursor = prompt->cursor;
}

void gwt_prompt_insert(struct gwt_prompt *prompt, struct gwt_span text)
{
	struct gwt_buf tail;

	gwt_buf_init(&tail, SIZE_MAX);
	gwt_buf_add(&tail, gwt_span_slice(gwt_buf_span(&prompt->line), prompt->cursor, prompt->line.len));
	prompt->line.len = prompt->cursor;
	gwt_buf_add(&prompt->line, text);
	prompt->cursor = prompt->line.len;
	gwt_buf_add(&prompt->line, gwt_buf_span(&tail));
	gwt_buf_release(&tail);
}

static void type_text(struct gwt_prompt *prompt, struct gwt_span text)
{
	gwt_prompt_insert(prompt, text);
	gwt_prompt_open_menu(prompt);
}

static void erase(struct gwt_prompt *prompt, size_t from, size_t to, bool keep)
{
	struct gwt_span line = gwt_buf_span(&prompt->line);

	if (keep) {
		gwt_buf_clear(&prompt->kill);
		gwt_buf_add(&prompt->kill, gwt_span_slice(line, from, to));
	}
	if (to > from)
		memmove(prompt->line.ptr + from, prompt->line.ptr + to, prompt->line.len - to);
	prompt->line.len -= to - from;
	prompt->cursor = from;
	gwt_prompt_close_menu(prompt);
}

static size_t left_of(const struct gwt_prompt *prompt, size_t at)
{
	while (at > 0 && ((unsigned char)prompt->line.ptr[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t right_of(const struct gwt_prompt *prompt, size_t at)
{
	uint32_t cp;

	return at < prompt->line.len ? at + gwt_utf8_get(gwt_buf_span(&prompt->line), at, &cp) : at;
}

static bool is_blank_at(const struct gwt_prompt *prompt, size_t at)
{
	return prompt->line.ptr[at] == ' ' || prompt->line.ptr[at] == '\t';
}

static size_t word_left(const struct gwt_prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at > 0 && is_blank_at(prompt, at - 1))
		at--;
	while (at > 0 && !is_blank_at(prompt, at - 1))
		at--;
	return at;
}

static size_t word_right(const struct gwt_prompt *prompt)
{
	size_t at = prompt->cursor;

	while (at < prompt->line.len && is_blank_at(prompt, at))
		at++;
	while (at < prompt->line.len && !is_blank_at(prompt, at))
		at++;
	return at;
}

/* Show the chosen item in the line, or the original line when none is chosen. */
static void show_choice(struct gwt_prompt *prompt)
{
	struct gwt_span original = gwt_buf_span(&prompt->original), head, tail;
	const struct gwt_completion *item;
	struct gwt_buf text;

	if (prompt->chosen == SIZE_MAX) {
		set_line(prompt, original, prompt->original_cursor);
		return;
	}
	item = &prompt->menu.items[prompt->chosen];
	head = gwt_span_slice(original, 0, prompt->original_cursor - prompt->menu.replaced);
	tail = gwt_span_slice(original, prompt->original_cursor, original.len);
	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add(&text, head);
	gwt_buf_add(&text, item->insert);
	prompt->cursor = text.len;
	gwt_buf_add(&text, tail);
	set_line(prompt, gwt_buf_span(&text), prompt->cursor);
	gwt_buf_release(&text);
}

/* After the last item comes the original line, then the first item again. */
static void choose_next(struct gwt_prompt *prompt)
{
	prompt->chosen = prompt->chosen == SIZE_MAX ? 0 : prompt->chosen + 1;
	if (prompt->chosen >= prompt->menu.len)
		prompt->chosen = SIZE_MAX;
	show_choice(prompt);
}

static void choose_previous(struct gwt_prompt *prompt)
{
	if (prompt->chosen == SIZE_MAX)
		prompt->chosen = prompt->menu.len - 1;
	else
		prompt->chosen = prompt->chosen ? prompt->chosen - 1 : SIZE_MAX;
	show_choice(prompt);
}

/* Left and right in a menu of columns, when an item is chosen: move by a column, but not past the ends. */
static bool choose_sideways(struct gwt_prompt *prompt, bool right)
{
	size_t last = prompt->menu.len - 1, rows = prompt->column_rows;

	if (!prompt->many_columns || prompt->menu.len == 0 || prompt->chosen == SIZE_MAX)
		return false;
	if (right)
		prompt->chosen = last - prompt->chosen < rows ? last : prompt->chosen + rows;
	else
		prompt->chosen = prompt->chosen < rows ? 0 : prompt->chosen - rows;
	show_choice(prompt);
	return true;
}

static void show_history(struct gwt_prompt *prompt, size_t at)
{
	if (prompt->history_at == prompt->history.len) {
		gwt_buf_clear(&prompt->editing);
		gwt_buf_add(&prompt->editing, gwt_buf_span(&prompt->line));
	}
	prompt->history_at = at;
	if (at == prompt->history.len)
		set_line(prompt, gwt_buf_span(&prompt->editing), prompt->editing.len);
	else
		set_line(prompt, prompt->history.items[at], prompt->history.items[at].len);
}

static void move_up(struct gwt_prompt *prompt)
{
	if (prompt->menu.len)
		choose_previous(prompt);
	else if (prompt->history_at > 0)
		show_history(prompt, prompt->history_at - 1);
}

static void move_down(struct gwt_prompt *prompt)
{
	if (prompt->menu.len)
		choose_next(prompt);
	else if (prompt->history_at < prompt->history.len)
		show_history(prompt, prompt->history_at + 1);
}

/* Whether the word before the cursor is a folder after file://: its content is offered next. */
static bool is_folder(const struct gwt_prompt *prompt)
{
	size_t start = prompt->cursor;
	struct gwt_span word;

	while (start > 0 && !is_blank_at(prompt, start - 1))
		start--;
	word = gwt_span_slice(gwt_buf_span(&prompt->line), start, prompt->cursor);
	return gwt_span_ends(word, GWT_SPAN("/")) &&
	       (gwt_span_starts(word, GWT_SPAN("file://")) || gwt_span_starts(word, GWT_SPAN("fileb://")));
}

static void accept(struct gwt_prompt *prompt)
{
	if (prompt->menu.len == 0) {
		prompt->run = true;
		return;
	}
	prompt->history_mode = false;
	gwt_prompt_close_menu(prompt);
	if (is_folder(prompt))
		gwt_prompt_open_menu(prompt);
}

static void move_to(struct gwt_prompt *prompt, size_t at)
{
	prompt->cursor = at;
	gwt_prompt_close_menu(prompt);
}

static void tab(struct gwt_prompt *prompt)
{
	if (prompt->menu.len == 0)
		gwt_prompt_open_menu(prompt);
	else
		choose_next(prompt);
}

static void toggle_history(struct gwt_prompt *prompt)
{
	prompt->history_mode = !prompt->history_mode;
	gwt_prompt_close_menu(prompt);
	if (prompt->history_mode)
		gwt_prompt_open_menu(prompt);
}

static void focus_next(struct gwt_prompt *prompt)
{
	bool docs = prompt->show_docs, output = prompt->show_output;

	switch (prompt->focus) {
	case GWT_FOCUS_INPUT:
		prompt->focus = docs ? GWT_FOCUS_DOCS : output ? GWT_FOCUS_OUTPUT : GWT_FOCUS_INPUT;
		break;
	case GWT_FOCUS_DOCS:
		prompt->focus = output ? GWT_FOCUS_OUTPUT : GWT_FOCUS_INPUT;
		break;
	case GWT_FOCUS_OUTPUT:
		prompt->focus = GWT_FOCUS_INPUT;
		break;
	}
}

static void function_key(struct gwt_prompt *prompt, int number)
{
	switch (number) {
	case 1:
		prompt->show_help = !prompt->show_help;
		break;
	case 2:
		focus_next(prompt);
		break;
	case 3:
		prompt->show_docs = !prompt->show_docs;
		if (prompt->focus == GWT_FOCUS_DOCS)
			prompt->focus = GWT_FOCUS_INPUT;
		break;
	case 4:
		prompt->many_columns = !prompt->many_columns;
		break;
	case 5:
		prompt->show_output = !prompt->show_output;
		if (prompt->focus == GWT_FOCUS_OUTPUT)
			prompt->focus = GWT_FOCUS_INPUT;
		break;
	}
}

static void control_key(struct gwt_prompt *prompt, int number)
{
	switch (number) {
	case CONTROL('a'):
		move_to(prompt, 0);
		break;
	case CONTROL('b'):
		move_to(prompt, left_of(prompt, prompt->cursor));
		break;
	case CONTROL('e'):
		move_to(prompt, prompt->line.len);
		break;
	case CONTROL('f'):
		move_to(prompt, right_of(prompt, prompt->cursor));
		break;
	case CONTROL('k'):
		erase(prompt, prompt->cursor, prompt->line.len, true);
		break;
	case CONTROL('n'):
		move_down(prompt);
		break;
	case CONTROL('p'):
		move_up(prompt);
		break;
	case CONTROL('r'):
		toggle_history(prompt);
		break;
	case CONTROL('u'):
		erase(prompt, 0, prompt->cursor, true);
		break;
	case CONTROL('w'):
		erase(prompt, word_left(prompt), prompt->cursor, true);
		break;
	case CONTROL('y'):
		gwt_prompt_insert(prompt, gwt_buf_span(&prompt->kill));
		gwt_prompt_close_menu(prompt);
		break;
	}
}

static void alt_key(struct gwt_prompt *prompt, int letter)
{
	if (letter == 'b')
		move_to(prompt, word_left(prompt));
	else if (letter == 'f')
		move_to(prompt, word_right(prompt));
	else if (letter == 'd')
		erase(prompt, prompt->cursor, word_right(prompt), true);
	else if (letter == 0x7f)
		erase(prompt, word_left(prompt), prompt->cursor, true);
}

/* Control characters in pasted text, such as line breaks, become blanks: this is one line. */
static void paste(struct gwt_prompt *prompt, struct gwt_span text)
{
	struct gwt_buf flat;

	gwt_buf_init(&flat, SIZE_MAX);
	for (size_t i = 0; i < text.len; i++)
		gwt_buf_add_char(&flat, (unsigned char)text.ptr[i] < 0x20 ? ' ' : text.ptr[i]);
	gwt_prompt_insert(prompt, gwt_py_fsdecode(prompt->session->arena, gwt_buf_span(&flat)));
	gwt_prompt_open_menu(prompt);
	gwt_buf_release(&flat);
}

static void input_key(struct gwt_prompt *prompt, const struct gwt_keystroke *key)
{
	switch (key->kind) {
	case GWT_KEY_TEXT:
		if (prompt->history_mode && prompt->chosen != SIZE_MAX && gwt_span_is(key->text, " "))
			prompt->history_mode = false;
		type_text(prompt, key->text);
		break;
	case GWT_KEY_PASTE:
		paste(prompt, key->text);
		break;
	case GWT_KEY_ENTER:
		accept(prompt);
		break;
	case GWT_KEY_TAB:
		tab(prompt);
		break;
	case GWT_KEY_BACK_TAB:
		if (prompt->menu.len)
			choose_previous(prompt);
		break;
	case GWT_KEY_UP:
		move_up(prompt);
		break;
	case GWT_KEY_DOWN:
		move_down(prompt);
		break;
	case GWT_KEY_LEFT:
		if (!choose_sideways(prompt, false))
			move_to(prompt, left_of(prompt, prompt->cursor));
		break;
	case GWT_KEY_RIGHT:
		if (!choose_sideways(prompt, true))
			move_to(prompt, right_of(prompt, prompt->cursor));
		break;
	case GWT_KEY_HOME:
		move_to(prompt, 0);
		break;
	case GWT_KEY_END:
		move_to(prompt, prompt->line.len);
		break;
	case GWT_KEY_BACKSPACE:
		erase(prompt, left_of(prompt, prompt->cursor), prompt->cursor, false);
		break;
	case GWT_KEY_DELETE:
		erase(prompt, prompt->cursor, right_of(prompt, prompt->cursor), false);
		break;
	case GWT_KEY_ESCAPE:
		if (prompt->history_mode)
			toggle_history(prompt);
		break;
	case GWT_KEY_CONTROL:
		control_key(prompt, key->number);
		break;
	case GWT_KEY_ALT:
		alt_key(prompt, key->number);
		break;
	default:
		break;
	}
}

void gwt_prompt_key(struct gwt_prompt *prompt, const struct gwt_keystroke *key)
{
	if (key->kind == GWT_KEY_CONTROL && (key->number == CONTROL('c') || key->number == CONTROL('d'))) {
		prompt->leave = true;
		return;
	}
	if (key->kind == GWT_KEY_POSITION) {
		prompt->first_row = key->number > 0 ? (size_t)key->number : 0;
		return;
	}
	if (key->kind == GWT_KEY_FUNCTION)
		function_key(prompt, key->number);
	else if (prompt->focus == GWT_FOCUS_INPUT)
		input_key(prompt, key);
	else
		gwt_prompt_panel_key(prompt,
				     prompt->focus == GWT_FOCUS_DOCS ? &prompt->docs : &prompt->output, key);
}
