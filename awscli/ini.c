/*
 * ini.c - ~/.aws/config and its like, read as Python's configparser (3.11,
 * RawConfigParser, strict) and botocore's configloader read them.
 */
#include "awscli/files.h"

#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

struct ini {
	struct gwt_arena *arena;
	struct gwt_json *sections, *defaults, *section; /* of the current line */
	struct gwt_json *option;                        /* that a continuation line adds to */
	struct gwt_buf more;                            /* its text with what they added */
	size_t indent;
	bool bad; /* some line is neither; reported after the last */
};

/* Names are lower-cased; beyond ASCII no AWS setting has a name. */
static struct gwt_span lower(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_lower_ascii(&out, text);
	text = gwt_arena_copy(arena, out.len ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return text;
}

static bool is_full_comment(struct gwt_span stripped)
{
	return stripped.len > 0 && (stripped.ptr[0] == '#' || stripped.ptr[0] == ';');
}

/* Characters before the first that is not a blank. */
static size_t indent_of(struct gwt_span line)
{
	struct gwt_span rest = gwt_py_lstrip(line);

	return gwt_utf8_len(gwt_span_slice(line, 0, line.len - rest.len));
}

/* The name in a line that begins with [NAME]; the last bracket counts. */
static bool header_of(struct gwt_span line, struct gwt_span *name)
{
	size_t end = line.len;

	while (end > 0 && line.ptr[end - 1] != ']')
		end--;
	*name = gwt_span_slice(line, 1, end ? end - 1 : 0);
	return line.ptr[0] == '[' && end > 2;
}

/* The option is whole: its lines become its text. */
static void close_option(struct ini *ini)
{
	if (ini->option && ini->more.len > ini->option->text.len)
		ini->option->text = gwt_arena_copy(ini->arena, gwt_buf_span(&ini->more));
	ini->more.len = 0;
	ini->option = NULL;
}

static bool enter_section(struct ini *ini, struct gwt_span name)
{
	close_option(ini);
	if (gwt_span_is(name, "DEFAULT")) {
		ini->section = ini->defaults;
		return true;
	}
	if (gwt_json_get_span(ini->sections, name))
		return false; /* a section twice */
	ini->section = gwt_json_new(ini->arena, GWT_JSON_OBJECT);
	gwt_json_add_span(ini->arena, ini->sections, name, ini->section);
	return true;
}

static bool read_option(struct ini *ini, struct gwt_span line)
{
	size_t equals = gwt_span_find(line, '='), colon = gwt_span_find(line, ':');
	size_t at = equals < colon ? equals : colon;
	struct gwt_span name = lower(ini->arena, gwt_py_rstrip(gwt_span_slice(line, 0, at)));

	if (at == line.len) {
		ini->bad = true;
		return true;
	}
	if (name.len == 0)
		ini->bad = true;
	if (gwt_json_get_span(ini->section, name))
		return false; /* an option twice */
	close_option(ini);
	ini->option = gwt_json_add_span(
		ini->arena, ini->section, name,
		gwt_json_new_string(ini->arena, gwt_py_strip(gwt_span_slice(line, at + 1, line.len))));
	return true;
}

static void append_line(struct ini *ini, struct gwt_span line)
{
	if (ini->more.len == 0)
		gwt_buf_add(&ini->more, ini->option->text);
	gwt_buf_add_char(&ini->more, '\n');
	gwt_buf_add(&ini->more, line);
}

static bool read_line(struct ini *ini, struct gwt_span line)
{
	struct gwt_span stripped = gwt_py_strip(line), name;
	size_t indent = indent_of(line);

	if (is_full_comment(stripped))
		return true;
	if (stripped.len == 0) {
		if (ini->section && ini->option)
			append_line(ini, GWT_SPAN(""));
		return true;
	}
	if (ini->section && ini->option && indent > ini->indent) {
		append_line(ini, stripped);
		return true;
	}
	ini->indent = indent;
	if (header_of(stripped, &name))
		return enter_section(ini, name);
	return ini->section && read_option(ini, stripped);
}

/* A value that begins with a line break is a block of name = value. */
static bool read_block(struct gwt_arena *arena, struct gwt_json *option)
{
	struct gwt_json *block = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_span rest = option->text;

	while (rest.ptr) {
		struct gwt_span line = gwt_py_strip(gwt_span_cut(&rest, '\n'));
		size_t at = gwt_span_find(line, '=');

		if (line.len == 0)
			continue;
		if (at == line.len)
			return false;
		gwt_json_set(
			arena, block, gwt_py_strip(gwt_span_slice(line, 0, at)),
			gwt_json_new_string(arena, gwt_py_strip(gwt_span_slice(line, at + 1, line.len))));
	}
	option->type = GWT_JSON_OBJECT;
	option->child = block->child;
	option->last = block->last;
	option->len = block->len;
	return true;
}

/* Defaults fill in; trailing empty lines of values go. */
static bool finish(struct ini *ini, bool nested)
{
	for (struct gwt_json *section = ini->sections->child; section; section = section->next) {
		for (const struct gwt_json *d = ini->defaults->child; d; d = d->next)
			if (!gwt_json_get_span(section, d->name))
				gwt_json_add_span(ini->arena, section, d->name,
						  gwt_json_new_string(ini->arena, d->text));
		for (struct gwt_json *option = section->child; option; option = option->next) {
			option->text = gwt_py_rstrip(option->text);
			if (nested && option->text.len > 0 && option->text.ptr[0] == '\n' &&
			    !read_block(ini->arena, option))
				return false;
		}
	}
	return true;
}

static bool read_lines(struct ini *ini, struct gwt_span text)
{
	while (text.len > 0)
		if (!read_line(ini, gwt_span_cut(&text, '\n')))
			return false;
	close_option(ini);
	return !ini->bad;
}

static bool is_file(struct gwt_arena *arena, struct gwt_span path, struct gwt_span *text)
{
	return gwt_aws_read_file(arena, path, text) == 0;
}

enum gwt_ini_result gwt_aws_ini_parse(struct gwt_arena *arena, struct gwt_span text, bool nested,
				      struct gwt_json **out)
{
	struct ini ini = {
		.arena = arena,
		.sections = gwt_json_new(arena, GWT_JSON_OBJECT),
		.defaults = gwt_json_new(arena, GWT_JSON_OBJECT),
	};
	bool ok;

	gwt_buf_init(&ini.more, SIZE_MAX);
	ok = gwt_utf8_valid(text, NULL) && read_lines(&ini, gwt_aws_universal_newlines(arena, text)) &&
	     finish(&ini, nested);
	gwt_buf_release(&ini.more);
	*out = ini.sections;
	return ok ? GWT_INI_OK : GWT_INI_BAD;
}

enum gwt_ini_result gwt_aws_ini_read(struct gwt_arena *arena, struct gwt_span path, bool nested,
				     struct gwt_json **out)
{
	struct gwt_span text;

	path = gwt_py_expanduser(arena, gwt_py_expandvars(arena, path));
	return is_file(arena, path, &text) ? gwt_aws_ini_parse(arena, text, nested, out) : GWT_INI_ABSENT;
}
