#include "cli/replay_tape.h"

#include <stdlib.h>

#include "cli/command.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/net/watch.h"

static void free_catalog(struct gwt_catalog *catalog)
{
	if (catalog)
		gwt_catalog_close(catalog);
	free(catalog);
}

/* Level `wire` compares raw bytes, which only a proxy's recordings have. */
static gwt_status check_level(const struct gwt_replay_tape *tape, const struct gwt_cassettes *cassettes,
			      struct gwt_error *err)
{
	for (size_t i = 0; tape->level == GWT_LEVEL_WIRE && i < cassettes->len; i++)
		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++)
			if (!cassettes->items[i].interactions[j].wire.ptr)
				return gwt_fail(err, GWT_EUNCHECKED,
						"level 'wire' needs recorded wire bytes, and '" GWT_SPAN_FMT
						"' has none (only 'gwtape record --proxy' records them)",
						GWT_SPAN_ARG(cassettes->items[i].scenario));
	return GWT_OK;
}

static gwt_status load(const struct gwt_replay_tape *tape, struct gwt_catalog **out, struct gwt_error *err)
{
	struct gwt_catalog *catalog = gwt_xcalloc(1, sizeof(*catalog));
	gwt_status status = gwt_catalog_open(&tape->source, catalog, err);

	if (status == GWT_OK)
		status = check_level(tape, catalog->cassettes, err);
	if (status == GWT_OK)
		*out = catalog;
	else
		free_catalog(catalog);
	return status;
}

gwt_status gwt_replay_tape_open(struct gwt_replay_tape *tape, struct gwt_error *err)
{
	return load(tape, &tape->catalog, err);
}

void gwt_replay_tape_close(struct gwt_replay_tape *tape)
{
	free_catalog(tape->catalog);
	tape->catalog = NULL;
}

gwt_status gwt_replay_tape_reload(void *opaque, bool *changed, struct gwt_error *err)
{
	struct gwt_replay_tape *tape = opaque;
	struct gwt_catalog *old = tape->catalog, *catalog = NULL;
	gwt_status status = load(tape, &catalog, err);

	*changed = status == GWT_OK && catalog->cassettes->fingerprint != old->cassettes->fingerprint;
	if (!*changed) {
		free_catalog(catalog);
		return status;
	}
	gwt_replayer_replace(tape->replayer, catalog->index);
	tape->catalog = catalog;
	free_catalog(old);
	gwt_say("reloaded: %zu cassettes; every session starts anew", catalog->cassettes->len);
	return GWT_OK;
}

static void on_change(void *opaque)
{
	struct gwt_replay_tape *tape = opaque;
	struct gwt_error err;
	bool changed;

	if (gwt_replayer_reload(tape->replayer, &changed, &err) != GWT_OK)
		gwt_say("%s; the old cassettes stay in service", err.msg);
}

gwt_status gwt_replay_tape_watch(struct gwt_replay_tape *tape, struct gwt_loop *loop, struct gwt_error *err)
{
	if (!gwt_file_is_dir(tape->source.source))
		return gwt_fail(err, GWT_EUSAGE,
				"'%s' is a revision, which does not change: '--watch' is for a folder",
				tape->source.source);
	return gwt_loop_watch(loop, tape->source.source, on_change, tape, err);
}
