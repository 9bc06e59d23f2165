#include "lib/awsconf/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/sigv4/sigv4.h"

struct parser {
	struct gwt_arena *arena;
	const char *path;
	unsigned flags;
	size_t line;
	struct gwt_span raw; /* the whole line, from which columns are counted */
	struct gwt_ini *out;
	struct gwt_ini_section *defaults, *section; /* `section` is NULL before the first header */
	struct gwt_buf value;                       /* of the option being read */
	bool in_option;
	size_t indent; /* of the last header or option, in characters; SIZE_MAX: no line can continue it */
	struct gwt_error *err;
};

/* `at` is the place in the line. The line is never quoted: it may be a key without its name. */
static gwt_status fail_at(struct parser *p, gwt_status status, const char *at, const char *what)
{
	return gwt_fail(p->err, status, "%s:%zu:%zu: %s", p->path, p->line, (size_t)(at - p->raw.ptr) + 1,
			what);
}

static size_t count_characters(struct gwt_span s)
{
	size_t count = 0;
	uint32_t cp;

	for (; s.len; count++)
		s = gwt_span_slice(s, gwt_utf8_read(s, &cp), s.len);
	return count;
}

/* Store the value of the option that was being read, without trailing blank lines. */
static void end_option(struct parser *p)
{
	if (!p->in_option)
		return;
	p->in_option = false;
	p->section->options[p->section->len - 1].value =
		gwt_arena_copy(p->arena, gwt_utf8_rstrip(gwt_buf_span(&p->value)));
}

static struct gwt_ini_section *find_section(const struct gwt_ini *ini, struct gwt_span name)
{
	for (size_t i = 0; i < ini->len; i++)
		if (gwt_span_eq(name, ini->sections[i]->name))
			return ini->sections[i];
	return NULL;
}

static gwt_status start_section(struct parser *p, struct gwt_span name)
{
	struct gwt_ini *out = p->out;

	end_option(p);
	if (gwt_span_is(name, "DEFAULT")) {
		p->section = p->defaults;
		return GWT_OK;
	}
	if (find_section(out, name))
		return fail_at(p, GWT_EPARSE, name.ptr, "there is already a section of this name");
	if (out->len == GWT_INI_MAX_OPTIONS)
		return fail_at(p, GWT_ELIMIT, name.ptr, "too many sections");
	p->section = gwt_arena_new(p->arena, struct gwt_ini_section);
	p->section->name = gwt_arena_copy(p->arena, name);
	p->section->defaults = p->defaults;
	GWT_GROW(p->arena, out->sections, out->len, out->cap);
	out->sections[out->len++] = p->section;
	return GWT_OK;
}

static struct gwt_span lower(struct gwt_arena *arena, struct gwt_span s)
{
	char *text = gwt_arena_cstr(arena, s);

	for (size_t i = 0; i < s.len; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] + 32);
	return (struct gwt_span){ text, s.len };
}

static const struct gwt_ini_option *find_own(const struct gwt_ini_section *section, struct gwt_span name)
{
	for (size_t i = 0; i < section->len; i++)
		if (gwt_span_eq(section->options[i].name, name))
			return &section->options[i];
	return NULL;
}

static gwt_status start_option(struct parser *p, struct gwt_span line)
{
	size_t equals = gwt_span_find(line, '='), colon = gwt_span_find(line, ':');
	size_t at = equals < colon ? equals : colon;
	struct gwt_span name = gwt_utf8_rstrip(gwt_span_slice(line, 0, at));
	struct gwt_ini_section *section = p->section;

	if (at == line.len)
		return fail_at(p, GWT_EPARSE, line.ptr, "expected '[section]' or 'name = value'");
	if (name.len == 0)
		return fail_at(p, GWT_EPARSE, line.ptr, "expected a name before the '=' or ':'");
	if (section->len == GWT_INI_MAX_OPTIONS)
		return fail_at(p, GWT_ELIMIT, line.ptr, "too many options in this section");
	name = lower(p->arena, name);
	if (find_own(section, name))
		return fail_at(p, GWT_EPARSE, line.ptr, "this section already has an option of this name");
	end_option(p);
	GWT_GROW(p->arena, section->options, section->len, section->cap);
	section->options[section->len++] = (struct gwt_ini_option){ name, GWT_SPAN("") };
	gwt_buf_clear(&p->value);
	gwt_buf_add(&p->value, gwt_utf8_strip(gwt_span_slice(line, at + 1, line.len)));
	p->in_option = true;
	return GWT_OK;
}

/* A line with more indentation continues the value; after an empty first line it is one of a group. */
static gwt_status continue_option(struct parser *p, struct gwt_span line)
{
	bool in_group = p->value.len == 0 || p->value.ptr[0] == '\n';

	if (in_group && (p->flags & GWT_INI_GROUPS) && gwt_span_find(line, '=') == line.len)
		return fail_at(p, GWT_EPARSE, line.ptr,
			       "expected 'name = value' in the group that began above");
	gwt_buf_add_char(&p->value, '\n');
	gwt_buf_add(&p->value, line);
	return GWT_OK;
}

/* A line that begins with [NAME]: the name ends at the last bracket. */
static bool is_header(struct gwt_span line, struct gwt_span *name)
{
	const char *close = memrchr(line.ptr, ']', line.len);

	if (line.ptr[0] != '[' || !close || close <= line.ptr + 1)
		return false;
	*name = gwt_span_slice(line, 1, (size_t)(close - line.ptr));
	return true;
}

static gwt_status read_line(struct parser *p)
{
	struct gwt_span line = gwt_utf8_strip(p->raw), name;
	size_t indent;

	if (line.len == 0 && p->in_option)
		gwt_buf_add_char(&p->value, '\n');
	if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
		return GWT_OK;
	indent = count_characters(gwt_span_slice(p->raw, 0, (size_t)(line.ptr - p->raw.ptr)));
	if (p->in_option && indent > p->indent)
		return continue_option(p, line);
	p->indent = indent;
	if (is_header(line, &name))
		return start_section(p, name);
	if (!p->section)
		return fail_at(p, GWT_EPARSE, line.ptr, "expected a '[section]' before the first option");
	return start_option(p, line);
}

/* CR LF and CR end a line as LF does. */
static struct gwt_span cut_line(struct gwt_span *rest)
{
	struct gwt_span all = *rest;
	size_t end = 0, next;

	while (end < all.len && all.ptr[end] != '\n' && all.ptr[end] != '\r')
		end++;
	next = end + 1;
	if (next < all.len && all.ptr[end] == '\r' && all.ptr[next] == '\n')
		next++;
	*rest = gwt_span_slice(all, next, all.len);
	return gwt_span_slice(all, 0, end);
}

/* Check every line as a whole, so that columns are right. */
static gwt_status check_bytes(struct parser *p)
{
	size_t fault;

	if (!gwt_utf8_valid(p->raw, &fault))
		return fail_at(p, GWT_EPARSE, p->raw.ptr + fault, "a byte that is not UTF-8");
	fault = gwt_span_find(p->raw, '\0');
	if ((p->flags & GWT_INI_NO_NUL) && fault < p->raw.len)
		return fail_at(p, GWT_EPARSE, p->raw.ptr + fault, "a NUL byte");
	return GWT_OK;
}

gwt_status gwt_ini_parse(struct gwt_arena *arena, const char *path, struct gwt_span text, unsigned flags,
			 struct gwt_ini *out, struct gwt_error *err)
{
	struct parser p = { .arena = arena, .path = path, .flags = flags, .out = out, .err = err };
	gwt_status status = GWT_OK;

	*out = (struct gwt_ini){ .len = 0 };
	p.indent = SIZE_MAX;
	p.defaults = gwt_arena_new(arena, struct gwt_ini_section);
	gwt_buf_init(&p.value, SIZE_MAX);
	gwt_buf_reserve(&p.value, text.len + 1); /* it never moves, so wiping it once is enough */
	while (status == GWT_OK && text.len) {
		p.line++;
		p.raw = cut_line(&text);
		status = check_bytes(&p);
		if (status == GWT_OK)
			status = read_line(&p);
	}
	if (status == GWT_OK)
		end_option(&p);
	gwt_wipe(p.value.ptr, p.value.cap);
	gwt_buf_release(&p.value);
	return status;
}

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static gwt_status read_regular(struct gwt_arena *arena, int fd, const char *path, size_t size,
			       struct gwt_span *out, struct gwt_error *err)
{
	char *text = gwt_arena_bytes(arena, size);
	size_t len = 0;

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

gwt_status gwt_secret_file_read(struct gwt_arena *arena, const char *path, struct gwt_span *out,
				struct gwt_error *err)
{
	gwt_auto(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	*out = GWT_ABSENT;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return GWT_OK;
	if (fd < 0 || fstat(fd, &st) != 0)
		return gwt_fail(err, GWT_EIO, "cannot open '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return GWT_OK;
	if (st.st_size > GWT_INI_MAX_BYTES)
		return gwt_fail(err, GWT_ELIMIT, "'%s' is over the limit of %d bytes", path,
				GWT_INI_MAX_BYTES);
	return read_regular(arena, fd, path, (size_t)st.st_size, out, err);
}

gwt_status gwt_ini_read(struct gwt_arena *arena, const char *path, unsigned flags, struct gwt_ini *out,
			struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status = gwt_secret_file_read(arena, path, &text, err);

	return status == GWT_OK ? gwt_ini_parse(arena, path, text, flags, out, err) : status;
}

const struct gwt_ini_section *gwt_ini_section(const struct gwt_ini *ini, struct gwt_span name)
{
	return find_section(ini, name);
}

size_t gwt_ini_count(const struct gwt_ini_section *section)
{
	return section ? section->len + (section->defaults ? section->defaults->len : 0) : 0;
}

const struct gwt_ini_option *gwt_ini_next(const struct gwt_ini_section *section, size_t *i)
{
	size_t own = section->len, all = gwt_ini_count(section);

	while (*i < all) {
		size_t at = (*i)++;

		if (at < own)
			return &section->options[at];
		if (!find_own(section, section->defaults->options[at - own].name))
			return &section->defaults->options[at - own];
	}
	return NULL;
}

const struct gwt_ini_option *gwt_ini_option(const struct gwt_ini_section *section, struct gwt_span name)
{
	const struct gwt_ini_option *option = section ? find_own(section, name) : NULL;

	return option || !section || !section->defaults ? option : find_own(section->defaults, name);
}

bool gwt_ini_is_group(const struct gwt_ini_option *option)
{
	return option->value.len > 0 && option->value.ptr[0] == '\n';
}

struct gwt_span gwt_ini_get(const struct gwt_ini_section *section, struct gwt_span name)
{
	const struct gwt_ini_option *option = gwt_ini_option(section, name);

	return option && !gwt_ini_is_group(option) ? option->value : GWT_ABSENT;
}

bool gwt_ini_group_next(struct gwt_span *rest, struct gwt_ini_option *out)
{
	while (rest->len) {
		struct gwt_span value = gwt_utf8_strip(gwt_span_cut(rest, '\n')), name;

		if (value.len == 0)
			continue;
		name = gwt_span_cut(&value, '=');
		*out = (struct gwt_ini_option){ gwt_utf8_strip(name), gwt_utf8_strip(value) };
		if (!out->value.ptr)
			out->value = GWT_SPAN("");
		return true;
	}
	return false;
}

struct gwt_span gwt_ini_get_in(const struct gwt_ini_section *section, struct gwt_span group,
			       struct gwt_span name)
{
	const struct gwt_ini_option *option = gwt_ini_option(section, group);
	struct gwt_span found = { NULL, 0 }, rest = { NULL, 0 };
	struct gwt_ini_option one;

	if (option && gwt_ini_is_group(option))
		rest = option->value;
	while (gwt_ini_group_next(&rest, &one))
		if (gwt_span_eq(one.name, name))
			found = one.value;
	return found;
}
