#include "lib/store/hint.h"

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/span.h"

static void quote(struct gwt_buf *out, struct gwt_span word)
{
	gwt_buf_add_text(out, " '");
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] == '\'')
			gwt_buf_add_text(out, "'\\''");
		else
			gwt_buf_add_char(out, word.ptr[i]);
	gwt_buf_add_char(out, '\'');
}

/* What stands for a path when there is no room for its name: the folder of its group. */
static struct gwt_span folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (struct gwt_span){ path, (size_t)(slash - path) } : GWT_SPAN(".");
}

static bool is_first_in(const struct gwt_commit_attempt *attempt, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (gwt_span_eq(folder_of(attempt->changes[j].path), folder_of(attempt->changes[i].path)))
			return false;
	return true;
}

enum detail { PATHS, FOLDERS, ALL };

static void add_paths(struct gwt_buf *out, const struct gwt_repo *repo,
		      const struct gwt_commit_attempt *attempt, enum detail detail)
{
	gwt_buf_add_text(out, " --");
	for (size_t i = 0; detail != ALL && !out->over && i < attempt->count; i++)
		if (detail == PATHS)
			quote(out, gwt_span_of(attempt->changes[i].path));
		else if (is_first_in(attempt, i))
			quote(out, folder_of(attempt->changes[i].path));
	if (detail == ALL)
		quote(out, *repo->prefix
				   ? gwt_span_slice(gwt_span_of(repo->prefix), 0, strlen(repo->prefix) - 1)
				   : GWT_SPAN("."));
}

/* Write the paths if they fit on a line, else their folders, else only the cassette folder. */
void gwt_hint_write(const struct gwt_repo *repo, const struct gwt_commit_attempt *attempt,
		    const char *message, char hint[GWT_HINT_BYTES])
{
	struct gwt_span rest = gwt_span_of(message), subject = gwt_span_cut(&rest, '\n');
	struct gwt_span root = gwt_span_of(git_repository_workdir(repo->git));

	for (enum detail detail = PATHS; detail <= ALL && !*hint; detail++) {
		struct gwt_buf buf;

		gwt_buf_init(&buf, GWT_HINT_BYTES - 1);
		gwt_buf_add_text(&buf, "cd");
		quote(&buf, root.len > 1 ? gwt_span_slice(root, 0, root.len - 1) : root);
		gwt_buf_add_text(&buf, " && git add");
		add_paths(&buf, repo, attempt, detail);
		gwt_buf_add_text(&buf, " && git commit -m");
		quote(&buf, subject);
		add_paths(&buf, repo, attempt, detail);
		if (!buf.over)
			snprintf(hint, GWT_HINT_BYTES, "%s", gwt_buf_cstr(&buf));
		gwt_buf_release(&buf);
	}
}
