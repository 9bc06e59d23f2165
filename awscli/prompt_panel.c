/* prompt_panel.c - the panels below the input: what is in them, and looking through them. */
#include "awscli/docs.h"
#include "awscli/jmespath/jmespath.h"
#include "awscli/output.h"
#include "awscli/partial.h"
#include "awscli/prompt_state.h"
#include "awscli/settings.h"
#include "awscli/skeleton.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

#define PAGE 30 /* lines: the preferred height of a panel, as in the AWS CLI */

size_t gwt_panel_lines(const struct gwt_panel *panel)
{
	size_t lines = 1;

	for (size_t i = 0; i < panel->text.len; i++)
		lines += panel->text.ptr[i] == '\n';
	return lines;
}

static void set_text(struct gwt_panel *panel, struct gwt_span text)
{
	if (gwt_span_eq(panel->text, text)) {
		panel->text = text; /* the same text, maybe at another address */
		return;
	}
	panel->text = text;
	panel->line = 0;
}

/* The page of the command that is typed; no text when gwtape does not have the command. */
static void update_docs(struct gwt_prompt *prompt, const struct gwt_partial *partial)
{
	struct gwt_arena *arena = prompt->session->arena;
	struct gwt_span name =
		partial->in_service && !partial->operation.ptr ? GWT_SPAN("apigateway") : partial->operation;
	const char *const *lines;
	struct gwt_buf text;

	if (!name.ptr || gwt_span_eq(name, prompt->docs_for))
		return;
	lines = gwt_aws_page(gwt_arena_printf(arena, GWT_SPAN_FMT ".txt", GWT_SPAN_ARG(name)).ptr);
	if (!lines)
		return;
	gwt_buf_init(&text, SIZE_MAX);
	for (; *lines; lines++)
		gwt_buf_add_text(&text, *lines);
	set_text(&prompt->docs, gwt_arena_copy(arena, gwt_buf_span(&text)));
	prompt->docs_for = gwt_arena_copy(arena, name);
	gwt_buf_release(&text);
}

static const char *const formats[] = { "json", "text", "table", "yaml", "yaml-stream", NULL };

static bool is_format(struct gwt_span word)
{
	for (size_t i = 0; formats[i]; i++)
		if (gwt_span_is(word, formats[i]))
			return true;
	return false;
}

/* The output format: what is typed after --output, else the setting. */
static struct gwt_span output_format(struct gwt_prompt *prompt, const struct gwt_partial *partial)
{
	struct gwt_aws_failure ignored = { .arena = &prompt->panel_arena };
	struct gwt_span format = { 0 };

	if (gwt_span_is(partial->param, "output") && is_format(partial->fragment))
		return partial->fragment;
	if (partial->output.len)
		return partial->output;
	gwt_aws_settings_get(&prompt->session->settings, &gwt_aws_output, &format, &ignored);
	return format.ptr ? format : GWT_SPAN("json");
}

/* The part of a query that is evaluated while it is typed: not what follows an open bracket or a last dot. */
static struct gwt_span finished_part(struct gwt_span query)
{
	size_t end = query.len;

	for (size_t i = query.len; i > 0; i--) {
		char c = query.ptr[i - 1];

		if (c == ']' || c == '}' || c == '^')
			break;
		if (c == '[' || c == '{')
			end = i - 1;
	}
	query.len = end;
	while (query.len && query.ptr[query.len - 1] == '.')
		query.len--;
	while (query.len && query.ptr[0] == '.')
		query = gwt_span_slice(query, 1, query.len);
	return query;
}

static struct gwt_span expand_tabs(struct gwt_arena *arena, struct gwt_span text)
{
	char *out = gwt_arena_bytes(arena, 2 * text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		out[len++] = text.ptr[i] == '\t' ? ' ' : text.ptr[i];
		if (text.ptr[i] == '\t')
			out[len++] = ' ';
	}
	return (struct gwt_span){ out, len };
}

static struct gwt_span example_answer(struct gwt_prompt *prompt, const struct gwt_partial *partial)
{
	struct gwt_arena *arena = &prompt->panel_arena;
	struct gwt_aws_failure failure = { .arena = arena };
	struct gwt_span query = gwt_span_is(partial->param, "query") ? partial->fragment : partial->query,
			message;
	struct gwt_aws_output how = { .format = output_format(prompt, partial),
				      .title = partial->command->operation->name,
				      .width = 80 };
	struct gwt_span text;
	struct gwt_buf out;

	if (!is_format(how.format))
		return gwt_arena_printf(arena,
					"Bad value for --output: " GWT_SPAN_FMT
					"\n\nValid values are: json, text, table, yaml, yaml-stream",
					GWT_SPAN_ARG(how.format));
	query = finished_part(query);
	if (query.len) {
		how.query = gwt_jmespath_compile(arena, query, &message);
		if (!how.query)
			return gwt_arena_printf(arena,
						"Bad value for --query: " GWT_SPAN_FMT "\n\n" GWT_SPAN_FMT,
						GWT_SPAN_ARG(query), GWT_SPAN_ARG(message));
	}
	gwt_buf_init(&out, SIZE_MAX);
	gwt_aws_output_write(&out, &how,
			     gwt_aws_skeleton_output(arena, partial->command, prompt->session->version),
			     &failure);
	text = expand_tabs(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

void gwt_prompt_update_panels(struct gwt_prompt *prompt)
{
	struct gwt_arena scratch = { 0 }, old = prompt->panel_arena;
	struct gwt_partial partial;

	gwt_aws_partial(&scratch, gwt_buf_span(&prompt->line), prompt->session->version, &partial);
	update_docs(prompt, &partial);
	prompt->panel_arena = (struct gwt_arena){ 0 };
	set_text(&prompt->output, partial.command ? example_answer(prompt, &partial) : GWT_SPAN("No output"));
	gwt_arena_release(&old); /* only now, since the old text was compared with the new one */
	gwt_arena_release(&scratch);
}

static struct gwt_span line_at(const struct gwt_panel *panel, size_t index)
{
	struct gwt_span rest = panel->text, line = { 0 };

	for (size_t i = 0; i <= index && rest.ptr; i++)
		line = gwt_span_cut(&rest, '\n');
	return line;
}

static bool holds(const struct gwt_panel *panel, size_t line)
{
	struct gwt_span pattern = { panel->pattern, panel->pattern_len }, text = line_at(panel, line);

	return pattern.len && gwt_span_find_span(text, pattern) < text.len;
}

/* Go to the next line with the pattern; the search wraps around. */
static void search(struct gwt_panel *panel, bool backwards)
{
	size_t lines = gwt_panel_lines(panel), line = panel->line;

	for (size_t i = 0; i < lines; i++) {
		line = backwards ? (line ? line - 1 : lines - 1) : (line + 1) % lines;
		if (holds(panel, line)) {
			panel->line = line;
			return;
		}
	}
}

static void search_key(struct gwt_panel *panel, const struct gwt_keystroke *key)
{
	if (key->kind == GWT_KEY_ENTER) {
		panel->typing = false;
		search(panel, panel->backwards);
	} else if (key->kind == GWT_KEY_ESCAPE) {
		panel->typing = false;
	} else if (key->kind == GWT_KEY_BACKSPACE && panel->pattern_len) {
		panel->pattern_len--;
	} else if (key->kind == GWT_KEY_TEXT && panel->pattern_len + key->text.len < sizeof(panel->pattern)) {
		gwt_copy(panel->pattern + panel->pattern_len, key->text.ptr, key->text.len);
		panel->pattern_len += key->text.len;
	}
}

static void scroll(struct gwt_panel *panel, long by)
{
	long last = (long)gwt_panel_lines(panel) - 1, line = (long)panel->line + by;

	panel->line = (size_t)(line < 0 ? 0 : line > last ? last : line);
}

static void begin_search(struct gwt_panel *panel, bool backwards)
{
	panel->typing = true;
	panel->backwards = backwards;
	panel->pattern_len = 0;
}

static void letter(struct gwt_prompt *prompt, struct gwt_panel *panel, char c)
{
	switch (c) {
	case 'q':
		prompt->focus = GWT_FOCUS_INPUT;
		break;
	case '/':
	case '?':
		begin_search(panel, c == '?');
		break;
	case 'n':
		search(panel, panel->backwards);
		break;
	case 'N':
		search(panel, !panel->backwards);
		break;
	case 'w':
		scroll(panel, -PAGE);
		break;
	case 'z':
		scroll(panel, PAGE);
		break;
	case 'k':
		scroll(panel, -1);
		break;
	case 'j':
		scroll(panel, 1);
		break;
	case 'g':
		panel->line = 0;
		break;
	case 'G':
		panel->line = gwt_panel_lines(panel) - 1;
		break;
	}
}

void gwt_prompt_panel_key(struct gwt_prompt *prompt, struct gwt_panel *panel, const struct gwt_keystroke *key)
{
	if (panel->typing)
		search_key(panel, key);
	else if (key->kind == GWT_KEY_TEXT)
		letter(prompt, panel, key->text.ptr[0]);
	else if (key->kind == GWT_KEY_UP || key->kind == GWT_KEY_DOWN)
		scroll(panel, key->kind == GWT_KEY_UP ? -1 : 1);
	else if (key->kind == GWT_KEY_PAGE_UP || key->kind == GWT_KEY_PAGE_DOWN)
		scroll(panel, key->kind == GWT_KEY_PAGE_UP ? -PAGE : PAGE);
}
