#include "cli/replay_stale.h"

#include <string.h>

#include "cli/command.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/sigv4/sigv4.h"

enum { MAX_NAMED = 3 };

/* "a/scenarios" for "a/cassettes". */
static const char *scenarios_beside(struct gwt_arena *arena, const char *source)
{
	struct gwt_span folder = gwt_span_of(source);

	while (folder.len && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	while (folder.len && folder.ptr[folder.len - 1] != '/')
		folder.len--;
	return gwt_arena_printf(arena, GWT_SPAN_FMT "scenarios", GWT_SPAN_ARG(folder)).ptr;
}

static const char *scenario_file(struct gwt_arena *arena, const char *folder,
				 const struct gwt_cassette *cassette)
{
	return gwt_arena_printf(arena, "%s/" GWT_SPAN_FMT ".yaml", folder, GWT_SPAN_ARG(cassette->scenario))
		.ptr;
}

static bool is_stale(struct gwt_sigv4 *digests, struct gwt_arena *arena, const char *path,
		     const struct gwt_cassette *cassette)
{
	char sha256[GWT_SHA256_HEX + 1];
	struct gwt_error none;
	struct gwt_span text;

	if (!cassette->scenario_sha256[0] || !gwt_file_exists(path) ||
	    gwt_file_read(arena, path, GWT_MAX_FILE_BYTES, &text, &none) != GWT_OK)
		return false;
	gwt_sha256_hex(digests, text, sha256);
	return strcmp(sha256, cassette->scenario_sha256) != 0;
}

void gwt_replay_say_stale(const char *source, const struct gwt_cassettes *cassettes,
			  const struct gwt_replayer *replayer)
{
	struct gwt_arena arena = { 0 }, scratch = { 0 };
	const char *folder = scenarios_beside(&arena, source);
	struct gwt_sigv4 *digests;
	size_t stale = 0;

	if (!gwt_file_is_dir(source) || !gwt_file_is_dir(folder)) {
		gwt_arena_release(&arena);
		return;
	}
	digests = gwt_sigv4_new();
	for (size_t i = 0; i < cassettes->len; i++) {
		const struct gwt_cassette *cassette = &cassettes->items[i];
		const char *path;

		if (replayer && !gwt_replayer_played(replayer, i))
			continue;
		path = scenario_file(&scratch, folder, cassette);
		if (is_stale(digests, &scratch, path, cassette) && stale++ < MAX_NAMED)
			gwt_say("warning: %s was changed since '" GWT_SPAN_FMT
				"' was recorded; clients are held to the recording ('gwtape record' makes it again)",
				path, GWT_SPAN_ARG(cassette->scenario));
		gwt_arena_reset(&scratch);
	}
	if (stale > MAX_NAMED)
		gwt_say("warning: %zu more scenarios were changed since they were recorded",
			stale - MAX_NAMED);
	gwt_sigv4_free(digests);
	gwt_arena_release(&scratch);
	gwt_arena_release(&arena);
}
