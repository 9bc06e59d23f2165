/* prompt.c - the loop: draw, read a key, do it; and what comes before and after. */
#include "awscli/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "awscli/failure.h"
#include "awscli/files.h"
#include "awscli/prompt_complete.h"
#include "awscli/prompt_keys.h"
#include "awscli/prompt_screen.h"
#include "awscli/prompt_state.h"
#include "awscli/pyval/unicode.h"
#include "awscli/settings.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

#define ROWS_MIN  13 /* rows of input, rule and toolbar */
#define COLS_MIN  20
#define ESCAPE_MS 50 /* how long an ESC waits for the rest of a sequence */

bool gwt_aws_prompt_mode(const struct gwt_aws_settings *settings, const struct gwt_words_list *words,
			 enum gwt_prompt_mode *out, struct gwt_aws_failure *failure)
{
	struct gwt_aws_failure ignored = { .arena = failure->arena };
	bool on = false, off = false, never = false;
	struct gwt_span value = { 0 };

	*out = GWT_PROMPT_OFF;
	for (size_t i = 0; i < words->len; i++) {
		on |= gwt_span_is(words->items[i], "--cli-auto-prompt");
		off |= gwt_span_is(words->items[i], "--no-cli-auto-prompt");
		never |= gwt_span_is(words->items[i], "help") || gwt_span_is(words->items[i], "--version");
	}
	if (on && off)
		return gwt_aws_fail(
			failure, GWT_AWS_PARAM,
			"Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.");
	if (never || off)
		return true;
	if (!on && (!gwt_aws_settings_get(settings, &gwt_aws_auto_prompt, &value, &ignored) || !value.ptr))
		return true;
	if (on || gwt_span_iis(value, "on"))
		*out = GWT_PROMPT_ON;
	else if (gwt_span_iis(value, "on-partial"))
		*out = GWT_PROMPT_PARTIAL;
	return true;
}

struct terminal {
	struct termios saved;
	bool raw, tty_in, tty_out, plain;
	struct gwt_buf input; /* bytes not yet made into keys */
	size_t cursor_row;    /* row of the area in which the last drawing left the cursor */
	bool drawn;
};

static volatile sig_atomic_t resized;

static void on_resize(int number)
{
	(void)number;
	resized = 1;
}

static void put_bytes(struct gwt_span bytes)
{
	while (bytes.len > 0) {
		ssize_t count = write(STDOUT_FILENO, bytes.ptr, bytes.len);

		if (count < 0 && errno != EINTR)
			return;
		if (count > 0)
			bytes = gwt_span_slice(bytes, (size_t)count, bytes.len);
	}
}

static void open_terminal(struct terminal *t)
{
	struct sigaction action = { .sa_handler = on_resize };
	struct termios raw;

	*t = (struct terminal){ .tty_in = isatty(STDIN_FILENO), .tty_out = isatty(STDOUT_FILENO) };
	t->plain = !t->tty_out || getenv("NO_COLOR");
	gwt_buf_init(&t->input, 1024 * 1024);
	if (!t->tty_in) {
		fputs("Warning: Input is not a terminal (fd=0).\n", stderr);
		return;
	}
	sigemptyset(&action.sa_mask);
	sigaction(SIGWINCH, &action, NULL);
	if (tcgetattr(STDIN_FILENO, &t->saved) != 0)
		return;
	raw = t->saved;
	raw.c_lflag &= (tcflag_t) ~(ECHO | ICANON | IEXTEN | ISIG);
	raw.c_iflag &= (tcflag_t) ~(IXON | IXOFF | ICRNL | INLCR | IGNCR);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	t->raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
	if (t->tty_out)
		put_bytes(GWT_SPAN("\033[?2004h\033[6n")); /* mark pastes; report the cursor's position */
}

/* Erase the area and leave the cursor where it began. */
static void close_terminal(struct terminal *t)
{
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	if (t->drawn) {
		gwt_buf_add_char(&out, '\r');
		if (t->cursor_row)
			gwt_buf_printf(&out, "\033[%zuA", t->cursor_row);
		gwt_buf_add_text(&out, "\033[J");
	}
	if (t->raw && t->tty_out)
		gwt_buf_add_text(&out, "\033[?2004l");
	put_bytes(gwt_buf_span(&out));
	gwt_buf_release(&out);
	if (t->raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &t->saved);
	gwt_buf_release(&t->input);
	signal(SIGWINCH, SIG_DFL);
}

static void measure(struct gwt_prompt *prompt)
{
	struct winsize size;

	prompt->rows = 24;
	prompt->cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
		prompt->rows = size.ws_row;
		prompt->cols = size.ws_col;
	}
	if (prompt->cols < COLS_MIN)
		prompt->cols = COLS_MIN;
}

/* Down to the end of the terminal once the cursor's row is known; with a panel, the whole terminal. */
static size_t area_rows(const struct gwt_prompt *prompt)
{
	size_t rows = ROWS_MIN;

	if (prompt->first_row && prompt->rows + 1 > prompt->first_row + ROWS_MIN)
		rows = prompt->rows + 1 - prompt->first_row;
	if (prompt->show_docs || prompt->show_output)
		rows = prompt->rows;
	return rows > prompt->rows ? prompt->rows : rows;
}

static void draw(struct gwt_prompt *prompt, struct terminal *t)
{
	struct gwt_arena arena = { 0 };
	struct gwt_screen screen;
	struct gwt_buf out;

	gwt_screen_init(&screen, &arena, area_rows(prompt) < 4 ? 4 : area_rows(prompt), prompt->cols);
	gwt_prompt_draw(prompt, &screen);
	gwt_buf_init(&out, SIZE_MAX);
	gwt_screen_write(&out, &screen, t->drawn ? t->cursor_row : 0, t->plain);
	put_bytes(gwt_buf_span(&out));
	t->cursor_row = screen.cursor_row;
	t->drawn = true;
	/* drawing may have scrolled the terminal: the area begins higher then */
	if (prompt->first_row && prompt->first_row + screen.rows > prompt->rows + 1)
		prompt->first_row = prompt->rows + 1 > screen.rows ? prompt->rows + 1 - screen.rows : 1;
	gwt_buf_release(&out);
	gwt_arena_release(&arena);
}

/* Read more bytes within `timeout_ms` (-1: no limit); false at the end of the input. */
static bool read_more(struct terminal *t, int timeout_ms, bool *some)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	int ready = poll(&fd, 1, timeout_ms);
	ssize_t count;
	char *room;

	*some = false;
	if (ready <= 0)
		return ready == 0 || errno == EINTR;
	room = gwt_buf_reserve(&t->input, 4096);
	if (!room)
		return false;
	count = read(STDIN_FILENO, room, 4096);
	if (count <= 0)
		return count < 0 && errno == EINTR;
	t->input.len += (size_t)count;
	*some = true;
	return true;
}

/* Handle every complete key of the input; with `final` a lone ESC is a key, too. */
static void do_keys(struct gwt_prompt *prompt, struct terminal *t, bool final)
{
	struct gwt_keystroke key;
	size_t len;

	while (!prompt->run && !prompt->leave &&
	       (len = gwt_key_parse(gwt_buf_span(&t->input), final, &key)) > 0) {
		gwt_prompt_key(prompt, &key);
		gwt_buf_consume(&t->input, len);
		gwt_prompt_update_panels(prompt);
	}
}

static void loop(struct gwt_prompt *prompt, struct terminal *t)
{
	bool some;

	while (!prompt->run && !prompt->leave) {
		measure(prompt);
		draw(prompt, t);
		if (!read_more(t, -1, &some)) {
			prompt->end = true;
			return;
		}
		if (resized) {
			resized = 0;
			prompt->first_row = 0;
		}
		do_keys(prompt, t, !some);
		while (t->input.len && !prompt->run && !prompt->leave) { /* the key is incomplete */
			if (!read_more(t, ESCAPE_MS, &some))
				return;
			do_keys(prompt, t, !some);
		}
	}
}

/* Begin with the words as they would be typed, and a blank when the last one is complete. */
static void begin_line(struct gwt_prompt *prompt, const struct gwt_words_list *words)
{
	struct gwt_completions list = { .arena = &prompt->arena };
	bool removed = false, first = true;

	for (size_t i = 0; i < words->len; i++) {
		if (!removed && gwt_span_is(words->items[i], "--cli-auto-prompt")) {
			removed = true;
			continue;
		}
		if (!first)
			gwt_buf_add_char(&prompt->line, ' ');
		gwt_py_shlex_quote(&prompt->line, words->items[i]);
		first = false;
	}
	prompt->cursor = prompt->line.len;
	if (prompt->line.len == 0 || prompt->line.ptr[prompt->line.len - 1] == ' ')
		return;
	gwt_aws_complete(&prompt->session->settings, gwt_buf_span(&prompt->line), prompt->session->version,
			 &list);
	if (list.len == 0)
		gwt_prompt_insert(prompt, GWT_SPAN(" "));
}

static bool finish(struct gwt_prompt *prompt, struct gwt_words_list *out, struct gwt_aws_failure *failure)
{
	struct gwt_span line = gwt_buf_span(&prompt->line);
	struct gwt_arena *arena = prompt->session->arena;

	if (prompt->leave)
		return gwt_aws_fail(failure, GWT_AWS_PROMPT_LEFT, GWT_PROMPT_TEXT GWT_SPAN_FMT,
				    GWT_SPAN_ARG(line));
	if (prompt->end)
		return gwt_aws_fail_text(failure, GWT_AWS_GENERAL, GWT_SPAN(""));
	gwt_prompt_history_add(arena, line);
	gwt_buf_printf(&prompt->session->out, GWT_PROMPT_TEXT GWT_SPAN_FMT "\n", GWT_SPAN_ARG(line));
	gwt_aws_flush(prompt->session);
	return gwt_py_shlex_split(arena, line, out) ||
	       gwt_aws_fail(failure, GWT_AWS_GENERAL, "No closing quotation");
}

static void release(struct gwt_prompt *prompt)
{
	gwt_buf_release(&prompt->line);
	gwt_buf_release(&prompt->original);
	gwt_buf_release(&prompt->kill);
	gwt_buf_release(&prompt->editing);
	gwt_arena_release(&prompt->arena);
	gwt_arena_release(&prompt->panel_arena);
}

bool gwt_aws_prompt(struct gwt_aws_session *session, const struct gwt_words_list *words,
		    struct gwt_words_list *out, struct gwt_aws_failure *failure)
{
	struct gwt_prompt prompt = { .session = session, .chosen = SIZE_MAX };
	struct terminal terminal;
	bool ok;

	gwt_buf_init(&prompt.line, 1024 * 1024);
	gwt_buf_init(&prompt.original, SIZE_MAX);
	gwt_buf_init(&prompt.kill, SIZE_MAX);
	gwt_buf_init(&prompt.editing, SIZE_MAX);
	gwt_prompt_history_load(session->arena, &prompt.history);
	prompt.history_at = prompt.history.len;
	begin_line(&prompt, words);
	gwt_prompt_open_menu(&prompt);
	gwt_prompt_update_panels(&prompt);
	open_terminal(&terminal);
	loop(&prompt, &terminal);
	close_terminal(&terminal);
	ok = finish(&prompt, out, failure);
	release(&prompt);
	return ok;
}
