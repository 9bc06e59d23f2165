#include "recorder/transaction.h"

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/model/model.h"

gwt_status gwt_transaction_prepare(struct gwt_transaction *transaction, struct gwt_error *err)
{
	return gwt_store_prepare(&transaction->request, &transaction->store, err);
}

void gwt_transaction_release(struct gwt_transaction *transaction)
{
	gwt_store_release(&transaction->store);
}

gwt_status gwt_transaction_write(const struct gwt_transaction *transaction, const char *path,
				 struct gwt_span bytes, bool *changed, struct gwt_error *err)
{
	gwt_status status = gwt_file_mkdirs_for(path, err);

	return status == GWT_OK ? gwt_store_write(&transaction->store, path, bytes, changed, err) : status;
}

struct gwt_store_note gwt_transaction_line(const struct gwt_transaction *transaction,
					   struct gwt_span scenario, bool recorded, struct gwt_arena *arena)
{
	char now[GWT_ISO_DATE_LEN + 1];

	gwt_clock_iso_date(gwt_clock_now(), now);
	return (struct gwt_store_note){ .scenario = scenario,
					.upstream = transaction->upstream,
					.at = gwt_arena_copy(arena, gwt_span_of(now)),
					.recorded = recorded };
}

gwt_status gwt_transaction_note(const struct gwt_transaction *transaction, const struct gwt_store_note *lines,
				size_t len, struct gwt_error *err)
{
	return gwt_store_note(&transaction->store, lines, len, transaction->request.stop, err);
}

/* The subject of a commit shows when a run only confirmed what it found. */
static const char *message_of(const struct gwt_transaction *transaction,
			      const struct gwt_transaction_counts *counts, struct gwt_arena *arena)
{
	size_t count = counts->recorded + counts->confirmed;
	bool confirms = counts->confirmed && !counts->recorded;

	return gwt_arena_printf(arena,
				"%s: %zu scenarios from " GWT_SPAN_FMT "\n\n"
				"Upstream: " GWT_SPAN_FMT "\nRegion: " GWT_SPAN_FMT
				"\nGwtape-Version: %s\nModel: %s\n",
				confirms ? "confirm" : "record", count ? count : counts->all,
				GWT_SPAN_ARG(transaction->upstream), GWT_SPAN_ARG(transaction->upstream),
				GWT_SPAN_ARG(transaction->region), GWT_VERSION,
				gwt_model_version_word(GWT_MODEL_NEWER))
		.ptr;
}

gwt_status gwt_transaction_commit(struct gwt_transaction *transaction,
				  const struct gwt_transaction_counts *counts, struct gwt_arena *arena,
				  struct gwt_error *err)
{
	transaction->request.message = message_of(transaction, counts, arena);
	return gwt_store_commit(&transaction->request, &transaction->commit, err);
}
