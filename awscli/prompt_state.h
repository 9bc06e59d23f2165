/* prompt_state.h - the prompt between two keys; private to prompt*.c. */
#ifndef GWT_AWSCLI_PROMPT_STATE_H
#define GWT_AWSCLI_PROMPT_STATE_H

#include "awscli/prompt.h"
#include "awscli/prompt_complete.h"
#include "awscli/prompt_keys.h"
#include "awscli/prompt_screen.h"

#define GWT_PROMPT_TEXT     "> aws "
#define GWT_PROMPT_MENU_MAX 16 /* rows of the menu */

enum gwt_focus { GWT_FOCUS_INPUT, GWT_FOCUS_DOCS, GWT_FOCUS_OUTPUT };

/* A text that the user can scroll and search. */
struct gwt_panel {
	struct gwt_span text;
	size_t line;       /* the current line, which is shown at the top of the panel */
	char pattern[128]; /* of the last search; keys beyond its end are ignored */
	size_t pattern_len;
	bool typing, backwards; /* a pattern is being typed */
};

struct gwt_prompt {
	struct gwt_aws_session *session;
	struct gwt_arena arena;       /* of the current completions: reset with them */
	struct gwt_arena panel_arena; /* of the example answer, likewise */
	struct gwt_buf line;
	size_t cursor; /* byte offset in `line` */
	/* the menu; nothing is chosen until a key moves in it */
	struct gwt_completions menu;
	size_t chosen;           /* SIZE_MAX: none */
	struct gwt_buf original; /* line and cursor before anything was chosen */
	size_t original_cursor;
	struct gwt_buf kill;           /* cut text */
	struct gwt_words_list history; /* oldest first, in the session's arena */
	size_t history_at;      /* index of the line that is shown; history.len: the line being edited */
	struct gwt_buf editing; /* the line being edited, kept while history is shown */
	bool history_mode, show_docs, show_output, show_help, many_columns;
	size_t column_rows, column_scroll; /* of the menu in columns, as it was drawn */
	enum gwt_focus focus;
	struct gwt_panel docs, output;
	struct gwt_span docs_for; /* the page that is shown; in the session's arena */
	/* what the keys decided */
	bool run, leave, end;
	size_t rows, cols, first_row; /* of the terminal; first_row, of the area, is 0 when not known */
};

/* prompt_edit.c: handle one key. */
void gwt_prompt_key(struct gwt_prompt *prompt, const struct gwt_keystroke *key);
void gwt_prompt_insert(struct gwt_prompt *prompt, struct gwt_span text);
void gwt_prompt_open_menu(struct gwt_prompt *prompt);
void gwt_prompt_close_menu(struct gwt_prompt *prompt);

/* prompt_panel.c: update the texts for the current line, and handle a key in a panel. */
void gwt_prompt_update_panels(struct gwt_prompt *prompt);
void gwt_prompt_panel_key(struct gwt_prompt *prompt, struct gwt_panel *panel,
			  const struct gwt_keystroke *key);
size_t gwt_panel_lines(const struct gwt_panel *panel);

/* prompt_screen.c */
void gwt_prompt_draw(struct gwt_prompt *prompt, struct gwt_screen *screen);

/* prompt_history.c: ~/.aws/cli/cache/prompt_history.json; failures are silent, as in the AWS CLI. */
void gwt_prompt_history_load(struct gwt_arena *arena, struct gwt_words_list *out);
void gwt_prompt_history_add(struct gwt_arena *arena, struct gwt_span line);

#endif
