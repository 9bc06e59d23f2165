#include "tests/support/git_home.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"

static char home[64];

const char *git_home_make(void)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG,
				      GIT_CONFIG_LEVEL_SYSTEM };

	snprintf(home, sizeof(home), "/tmp/gwtape-test.XXXXXX");
	cr_assert(mkdtemp(home));
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	/* Criterion initialised libgit2 before us, with the user's real home */
	for (size_t i = 0; i < GWT_LEN(levels); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], home);
	unsetenv("GIT_AUTHOR_NAME");
	unsetenv("GIT_COMMITTER_NAME");
	return home;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void git_home_remove(void)
{
	nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *git_home_sh(struct gwt_arena *arena, const char *where, const char *fmt, ...)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_span command;
	const char *text;
	char line[4096];
	va_list args;
	FILE *pipe;
	size_t got;

	vsnprintf(line, sizeof(line), fmt, (va_start(args, fmt), args));
	va_end(args);
	command = gwt_arena_printf(arena, "cd '%s' && { %s; } 2>&1", where, line);
	pipe = popen(command.ptr, "r");
	cr_assert(pipe);
	while ((got = fread(line, 1, sizeof(line), pipe)) > 0)
		gwt_buf_add(&out, (struct gwt_span){ line, got });
	text = gwt_arena_cstr(arena, gwt_buf_span(&out));
	cr_assert_eq(pclose(pipe), 0, "%s: %s", command.ptr, text);
	return text;
}

void git_home_repository(struct gwt_arena *arena, const char *repo)
{
	struct gwt_error err;

	cr_assert_eq(gwt_file_mkdirs(repo, &err), GWT_OK, "%s", err.msg);
	git_home_sh(
		arena, repo,
		"git init -q -b main . && git config user.name Ada && git config user.email ada@example.com &&"
		"echo one > code.c && git add code.c && git commit -qm first");
}

void git_home_put(struct gwt_arena *arena, const char *dir, const char *name, const char *text)
{
	const char *path = gwt_file_join(arena, dir, name);
	struct gwt_error err;

	cr_assert_eq(gwt_file_mkdirs_for(path, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_file_write(path, gwt_span_of(text), &err), GWT_OK, "%s", err.msg);
}
