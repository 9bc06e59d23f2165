#include "cli/drift_source.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/load.h"
#include "lib/store/store.h"

bool gwt_is_drift_source(const char *word)
{
	struct gwt_span text = gwt_span_of(word);

	return strchr(word, '@') || gwt_file_exists(word) || gwt_span_starts(text, GWT_SPAN("/")) ||
	       gwt_span_starts(text, GWT_SPAN("./")) || gwt_span_starts(text, GWT_SPAN("../"));
}

/* The '@' of FILE@REV or DIR@REV: the last one that is not part of the revision (HEAD@{1}); NULL: none. */
static const char *revision_mark(const char *word)
{
	for (const char *at = word + strlen(word); at > word; at--)
		if (at[0] == '@' && at[1] != '{')
			return at;
	return NULL;
}

static gwt_status add(struct gwt_arena *arena, const char *shown, struct gwt_span text,
		      struct gwt_cassettes *out, struct gwt_error *err)
{
	struct gwt_cassette *cassette = gwt_arena_new(arena, struct gwt_cassette);
	gwt_status status = gwt_cassette_parse(arena, shown, text, cassette, err);

	if (status == GWT_OK)
		*out = (struct gwt_cassettes){ .items = cassette, .len = 1, .cap = 1 };
	return status;
}

static gwt_status load_file(struct gwt_arena *arena, const char *path, struct gwt_cassettes *out,
			    struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status = gwt_file_read(arena, path, GWT_MAX_FILE_BYTES, &text, err);

	return status == GWT_OK ? add(arena, path, text, out, err) : status;
}

static gwt_status load_file_at(struct gwt_arena *arena, const char *word, struct gwt_span path,
			       const char *revision, struct gwt_cassettes *out, struct gwt_error *err)
{
	size_t slash = path.len;
	const char *dir;
	struct gwt_span name;
	struct gwt_store_files files;
	gwt_status status;

	while (slash && path.ptr[slash - 1] != '/')
		slash--;
	dir = slash ? gwt_arena_cstr(arena, gwt_span_slice(path, 0, slash - (slash > 1))) : ".";
	name = gwt_span_slice(path, slash, path.len);
	status = gwt_store_read(arena, dir, revision, ".json", &files, err);
	for (size_t i = 0; status == GWT_OK && i < files.len; i++)
		if (gwt_span_eq(files.items[i].path, name))
			return add(arena, word, files.items[i].bytes, out, err);
	return status == GWT_OK ? gwt_fail(err, GWT_EUNCHECKED, "no cassette '" GWT_SPAN_FMT "' at '%s'",
					   GWT_SPAN_ARG(path), revision)
				: status;
}

static bool is_regular(const char *word)
{
	return gwt_file_exists(word) && !gwt_file_is_dir(word);
}

/* One side; *single when the word names one cassette. */
static gwt_status load(struct gwt_arena *arena, const char *word, struct gwt_cassettes *out, bool *single,
		       struct gwt_error *err)
{
	const char *at = revision_mark(word);
	struct gwt_span path = { word, at ? (size_t)(at - word) : 0 };
	gwt_status status;

	*single = true;
	if (is_regular(word))
		return load_file(arena, word, out, err);
	if (at && !gwt_file_is_dir(word) && gwt_span_ends(path, GWT_SPAN(".json")))
		return load_file_at(arena, word, path, at + 1, out, err);
	*single = false;
	status = gwt_cassettes_load(arena, word, NULL, 0, out, err);
	if (status != GWT_EUNCHECKED)
		return status;
	*out = (struct gwt_cassettes){ 0 }; /* the folder exists and is empty */
	return GWT_OK;
}

/* The other side is one cassette: keep only its scenario of the folder. */
static void keep_scenario_of(const struct gwt_cassettes *single, struct gwt_cassettes *folder)
{
	size_t kept = 0;

	for (size_t i = 0; i < folder->len; i++)
		if (gwt_span_eq(folder->items[i].scenario, single->items[0].scenario))
			folder->items[kept++] = folder->items[i];
	folder->len = kept;
}

gwt_status gwt_drift_source_load(struct gwt_arena *arena, const char *word, struct gwt_cassettes *out,
				 struct gwt_error *err)
{
	bool single;

	return load(arena, word, out, &single, err);
}

gwt_status gwt_drift_sources_load(struct gwt_arena *arena, const char *a, const char *b,
				  struct gwt_cassettes *was, struct gwt_cassettes *now, struct gwt_error *err)
{
	bool single_was, single_now;
	gwt_status status = load(arena, a, was, &single_was, err);

	if (status == GWT_OK)
		status = load(arena, b, now, &single_now, err);
	if (status != GWT_OK)
		return status;
	if (single_was && !single_now)
		keep_scenario_of(was, now);
	if (single_now && !single_was)
		keep_scenario_of(now, was);
	if (!was->len && !now->len)
		return gwt_fail(err, GWT_EUNCHECKED, "there is no cassette in '%s' and none in '%s'", a, b);
	return GWT_OK;
}
