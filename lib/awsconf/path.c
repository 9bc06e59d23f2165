#include "lib/awsconf/path.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/span.h"

static const char *home_of(struct gwt_arena *arena, struct gwt_span user)
{
	struct passwd *entry;

	if (user.len == 0 && getenv("HOME"))
		return getenv("HOME");
	entry = user.len ? getpwnam(gwt_arena_cstr(arena, user)) : getpwuid(getuid());
	return entry ? entry->pw_dir : NULL;
}

struct gwt_span gwt_path_expand_user(struct gwt_arena *arena, struct gwt_span path)
{
	struct gwt_span home, rest;
	size_t end;

	if (path.len == 0 || path.ptr[0] != '~')
		return path;
	end = gwt_span_find(path, '/');
	home = gwt_span_of(home_of(arena, gwt_span_slice(path, 1, end)));
	if (!home.ptr)
		return path;
	while (home.len > 0 && home.ptr[home.len - 1] == '/')
		home.len--;
	rest = gwt_span_slice(path, end, path.len);
	if (home.len + rest.len == 0)
		return GWT_SPAN("/");
	return gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(home), GWT_SPAN_ARG(rest));
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The name after a '$' and where the reference ends; false when there is none. */
static bool variable_at(struct gwt_span path, size_t at, struct gwt_span *name, size_t *end)
{
	size_t i = at + 1, close;

	if (i < path.len && path.ptr[i] == '{') {
		close = i + gwt_span_find(gwt_span_slice(path, i, path.len), '}');
		*name = gwt_span_slice(path, i + 1, close);
		*end = close + 1;
		return close < path.len;
	}
	while (i < path.len && is_word(path.ptr[i]))
		i++;
	*name = gwt_span_slice(path, at + 1, i);
	*end = i;
	return name->len > 0;
}

struct gwt_span gwt_path_expand_vars(struct gwt_arena *arena, struct gwt_span path)
{
	struct gwt_span name;
	struct gwt_buf out;
	size_t end;

	if (gwt_span_find(path, '$') == path.len)
		return path;
	gwt_buf_init_in(&out, arena, path.len + 1);
	for (size_t i = 0; i < path.len;) {
		const char *value = NULL;

		if (path.ptr[i] == '$' && variable_at(path, i, &name, &end))
			value = getenv(gwt_arena_cstr(arena, name));
		if (value) {
			gwt_buf_add_text(&out, value);
			i = end;
		} else {
			gwt_buf_add_char(&out, path.ptr[i++]);
		}
	}
	return gwt_buf_span(&out);
}
