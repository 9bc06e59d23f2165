#include "lib/awsconf/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/sigv4/sigv4.h"

struct parser {
	struct gwt_arena *arena;
	const char *path;
	size_t line;
	struct gwt_ini *out;
	struct gwt_ini_section defaults;
	struct gwt_ini_section *section; /* NULL before the first header */
	struct gwt_buf value;            /* of the option being read */
	bool in_option;
	size_t indent; /* of the last header or option; SIZE_MAX: nothing goes on with it */
	struct gwt_error *err;
};

static gwt_status fail_at(struct parser *p, gwt_status status, const char *what, struct gwt_span subject)
{
	return gwt_fail(p->err, status, "%s:%zu: %s '" GWT_SPAN_FMT "'", p->path, p->line, what,
			GWT_SPAN_ARG(gwt_span_slice(subject, 0, 60)));
}

/* str.strip() of ASCII text */
static struct gwt_span strip(struct gwt_span s)
{
	static const char blanks[] = " \t\r\n\f\v";

	while (s.len && memchr(blanks, s.ptr[0], sizeof(blanks) - 1))
		s = gwt_span_slice(s, 1, s.len);
	while (s.len && memchr(blanks, s.ptr[s.len - 1], sizeof(blanks) - 1))
		s.len--;
	return s;
}

/* Trailing blank lines are not part of a value. */
static struct gwt_span strip_end(struct gwt_span s)
{
	struct gwt_span all = strip(s);

	return all.len ? gwt_span_slice(s, 0, (size_t)(all.ptr + all.len - s.ptr)) : gwt_span_slice(s, 0, 0);
}

static bool is_group(const char *value)
{
	return value[0] == '\n';
}

/* Each line of a group is "name = value", or empty. */
static gwt_status check_group(struct parser *p, struct gwt_span value)
{
	while (value.ptr) {
		struct gwt_span line = strip(gwt_span_cut(&value, '\n'));

		if (line.len && gwt_span_find(line, '=') == line.len)
			return fail_at(p, GWT_EPARSE, "a group ends here with a line that has no '='",
				       GWT_SPAN("name = value"));
	}
	return GWT_OK;
}

/* The option that was being read is complete. */
static gwt_status end_option(struct parser *p)
{
	struct gwt_span value = strip_end(gwt_buf_span(&p->value));
	struct gwt_ini_option *option;

	if (!p->in_option)
		return GWT_OK;
	p->in_option = false;
	option = &p->section->options[p->section->len - 1];
	option->value = gwt_arena_cstr(p->arena, value);
	return is_group(option->value) ? check_group(p, value) : GWT_OK;
}

static struct gwt_ini_section *find_section(const struct gwt_ini *ini, struct gwt_span name)
{
	for (size_t i = 0; i < ini->len; i++)
		if (gwt_span_is(name, ini->sections[i]->name))
			return ini->sections[i];
	return NULL;
}

static gwt_status start_section(struct parser *p, struct gwt_span name)
{
	struct gwt_ini *out = p->out;

	if (gwt_span_is(name, "DEFAULT")) {
		p->section = &p->defaults;
		return GWT_OK;
	}
	if (find_section(out, name))
		return fail_at(p, GWT_EPARSE, "there is a second section", name);
	if (out->len == GWT_INI_MAX_OPTIONS)
		return fail_at(p, GWT_ELIMIT, "too many sections; this one is", name);
	p->section = gwt_arena_new(p->arena, struct gwt_ini_section);
	p->section->name = gwt_arena_cstr(p->arena, name);
	gwt_arena_grow(p->arena, (void **)&out->sections, sizeof(struct gwt_ini_section *), out->len,
		       &out->cap);
	out->sections[out->len++] = p->section;
	return GWT_OK;
}

static char *lower(struct gwt_arena *arena, struct gwt_span s)
{
	char *text = gwt_arena_cstr(arena, s);

	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	return text;
}

static gwt_status start_option(struct parser *p, struct gwt_span line)
{
	size_t equals = gwt_span_find(line, '='), colon = gwt_span_find(line, ':');
	size_t at = equals < colon ? equals : colon;
	struct gwt_span name = strip(gwt_span_slice(line, 0, at));
	struct gwt_ini_section *section = p->section;

	if (at == line.len || name.len == 0)
		return fail_at(p, GWT_EPARSE, "expected a section or 'name = value', got",
			       at == line.len ? line : name);
	if (section->len == GWT_INI_MAX_OPTIONS)
		return fail_at(p, GWT_ELIMIT, "too many options; this one is", name);
	name = gwt_span_of(lower(p->arena, name));
	for (size_t i = 0; i < section->len; i++)
		if (gwt_span_is(name, section->options[i].name))
			return fail_at(p, GWT_EPARSE, "there is a second option", name);
	gwt_arena_grow(p->arena, (void **)&section->options, sizeof(struct gwt_ini_option), section->len,
		       &section->cap);
	section->options[section->len++] = (struct gwt_ini_option){ name.ptr, "" };
	gwt_buf_clear(&p->value);
	gwt_buf_add(&p->value, strip(gwt_span_slice(line, at + 1, line.len)));
	p->in_option = true;
	return GWT_OK;
}

static gwt_status read_line(struct parser *p, struct gwt_span raw)
{
	struct gwt_span line = strip(raw);
	size_t indent = line.len ? (size_t)(line.ptr - raw.ptr) : 0;
	const char *close = line.len ? memrchr(line.ptr, ']', line.len) : NULL;
	gwt_status status;

	if (gwt_span_find(raw, '\0') < raw.len) /* names and values are C strings */
		return fail_at(p, GWT_EPARSE, "there is a NUL byte in", line);
	if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';') {
		if (line.len == 0 && p->in_option)
			gwt_buf_add_char(&p->value, '\n');
		return GWT_OK;
	}
	if (p->in_option && indent > p->indent) {
		gwt_buf_add_char(&p->value, '\n');
		gwt_buf_add(&p->value, line);
		return GWT_OK;
	}
	p->indent = indent;
	status = end_option(p);
	if (status != GWT_OK)
		return status;
	if (line.ptr[0] == '[' && close && close > line.ptr + 1)
		return start_section(p, gwt_span_slice(line, 1, (size_t)(close - line.ptr)));
	if (!p->section)
		return fail_at(p, GWT_EPARSE, "expected a section, got", line);
	return start_option(p, line);
}

/* What [DEFAULT] gives and the section does not say itself. */
static void add_defaults(struct parser *p)
{
	for (size_t i = 0; i < p->out->len; i++) {
		struct gwt_ini_section *section = p->out->sections[i];
		size_t own = section->len;

		for (size_t j = 0; j < p->defaults.len; j++) {
			bool has = false;

			for (size_t k = 0; k < own && !has; k++)
				has = strcmp(section->options[k].name, p->defaults.options[j].name) == 0;
			if (has)
				continue;
			gwt_arena_grow(p->arena, (void **)&section->options, sizeof(struct gwt_ini_option),
				       section->len, &section->cap);
			section->options[section->len++] = p->defaults.options[j];
		}
	}
}

gwt_status gwt_ini_parse(struct gwt_arena *arena, const char *path, struct gwt_span text, struct gwt_ini *out,
			 struct gwt_error *err)
{
	struct parser p = { .arena = arena, .path = path, .out = out, .err = err, .indent = SIZE_MAX };
	gwt_status status = GWT_OK;

	*out = (struct gwt_ini){ .len = 0 };
	gwt_buf_init(&p.value, SIZE_MAX);
	gwt_buf_reserve(&p.value, text.len); /* it never moves, so wiping it once is enough */
	while (status == GWT_OK && text.ptr && text.len) {
		p.line++;
		status = read_line(&p, gwt_span_cut(&text, '\n'));
	}
	if (status == GWT_OK)
		status = end_option(&p);
	if (status == GWT_OK)
		add_defaults(&p);
	gwt_wipe(p.value.ptr, p.value.cap);
	gwt_buf_release(&p.value);
	return status;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

gwt_status gwt_secret_file_read(struct gwt_arena *arena, const char *path, struct gwt_span *out,
				struct gwt_error *err)
{
	gwt_auto(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0, size;
	struct stat st;
	char *text;

	*out = (struct gwt_span){ NULL, 0 };
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return GWT_OK;
	if (fd < 0 || fstat(fd, &st) != 0)
		return gwt_fail(err, GWT_EIO, "cannot open '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return GWT_OK;
	if (st.st_size > GWT_INI_MAX_BYTES)
		return gwt_fail(err, GWT_ELIMIT, "'%s' is over the limit of %d bytes", path,
				GWT_INI_MAX_BYTES);
	size = (size_t)st.st_size;
	text = gwt_arena_bytes(arena, size);
	while (len < size) {
		ssize_t got = read(fd, text + len, size - len);

		if (got < 0 && errno != EINTR)
			return gwt_fail(err, GWT_EIO, "cannot read '%s': %s", path, strerror(errno));
		if (got == 0)
			break;
		len += got > 0 ? (size_t)got : 0;
	}
	*out = (struct gwt_span){ text, len };
	return GWT_OK;
}

gwt_status gwt_ini_read(struct gwt_arena *arena, const char *path, struct gwt_ini *out, struct gwt_error *err)
{
	const char *home = getenv("HOME");
	struct gwt_span text;
	gwt_status status;

	if (path[0] == '~' && path[1] == '/' && home)
		path = gwt_file_join(arena, home, path + 2);
	status = gwt_secret_file_read(arena, path, &text, err);
	return status == GWT_OK ? gwt_ini_parse(arena, path, text, out, err) : status;
}

const struct gwt_ini_section *gwt_ini_section(const struct gwt_ini *ini, const char *name)
{
	return find_section(ini, gwt_span_of(name));
}

static const char *find_option(const struct gwt_ini_section *section, const char *name)
{
	for (size_t i = 0; section && i < section->len; i++)
		if (strcmp(section->options[i].name, name) == 0)
			return section->options[i].value;
	return NULL;
}

const char *gwt_ini_get(const struct gwt_ini_section *section, const char *name)
{
	const char *value = find_option(section, name);

	return value && !is_group(value) ? value : NULL;
}

const char *gwt_ini_get_in(struct gwt_arena *arena, const struct gwt_ini_section *section, const char *group,
			   const char *name)
{
	const char *value = find_option(section, group), *found = NULL;
	struct gwt_span rest = gwt_span_of(value);

	while (value && is_group(value) && rest.ptr) {
		struct gwt_span right = strip(gwt_span_cut(&rest, '\n')), left = gwt_span_cut(&right, '=');

		if (right.ptr && gwt_span_is(strip(left), name))
			found = gwt_arena_cstr(arena, strip(right)); /* the last one counts */
	}
	return found;
}
