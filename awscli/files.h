/*
 * files.h - paths and files as the AWS CLI reads them.
 */
#ifndef GWT_AWSCLI_FILES_H
#define GWT_AWSCLI_FILES_H

#include "awscli/failure.h"
#include "lib/json/json.h"

/* getenv() as a Python str; absent when it is not set. */
struct gwt_span gwt_aws_env(struct gwt_arena *arena, const char *name);

/* os.path.expanduser and expandvars: ~, ~user; $NAME, ${NAME} where they are set. */
struct gwt_span gwt_py_expanduser(struct gwt_arena *arena, struct gwt_span path);
struct gwt_span gwt_py_expandvars(struct gwt_arena *arena, struct gwt_span path);

/* open(path).read(): any readable file, a pipe too; the result is 0 or an errno. */
int gwt_aws_read_file(struct gwt_arena *arena, struct gwt_span path, struct gwt_span *out);
/* Python's text mode: CRLF and CR become LF. */
struct gwt_span gwt_aws_universal_newlines(struct gwt_arena *arena, struct gwt_span text);

/*
 * The content of a file://PATH or fileb://PATH value: *out, with GWT_PY_BYTES for the latter. *out is
 * NULL where `value` is not such a reference. On failure *reason is the text after "Error parsing parameter".
 */
bool gwt_aws_paramfile(struct gwt_arena *arena, struct gwt_span value, struct gwt_json **out,
		       struct gwt_span *reason);

/* shlex.split(text, posix=True); false where quotes do not close. */
struct gwt_words_list;
bool gwt_py_shlex_split(struct gwt_arena *arena, struct gwt_span text, struct gwt_words_list *out);
/* shlex.quote(word) */
void gwt_py_shlex_quote(struct gwt_buf *out, struct gwt_span word);

#endif
