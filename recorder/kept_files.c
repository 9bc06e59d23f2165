#include "recorder/kept_files.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/scenario/scenario.h"
#include "recorder/derive.h"
#include "recorder/keep.h"
#include "recorder/transaction.h"

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-_.", c));
}

/* The name becomes a path of two parts; none may be hidden or lead elsewhere (as in scenario_load.c). */
static bool is_name(struct gwt_span name)
{
	struct gwt_span last = { NULL, 0 };
	size_t parts = 0;

	while (name.ptr) {
		struct gwt_span part = gwt_span_cut(&name, '/');

		last = part;
		parts++;
		if (part.len == 0 || part.ptr[0] == '.')
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (!is_name_byte(part.ptr[i]))
				return false;
	}
	return parts == 2 && !gwt_span_ieq(last, GWT_SPAN("validated")); /* VALIDATED.json is another file */
}

gwt_status gwt_kept_files_init(struct gwt_kept_files *files, const char *name, const char *cassettes,
			       const char *scenarios, struct gwt_arena *arena, struct gwt_error *err)
{
	if (!name || !is_name(gwt_span_of(name)))
		return gwt_fail(
			err, GWT_EUSAGE,
			"the recording's name must be GROUP/NAME (small letters, digits, '-', '_', '.'; not 'validated')");
	*files = (struct gwt_kept_files){ .name = name, .cassettes = cassettes ? cassettes : "cassettes" };
	files->scenario_path = gwt_file_join(arena, scenarios ? scenarios : "scenarios",
					     gwt_arena_printf(arena, "%s.yaml", name).ptr);
	files->cassette_path =
		gwt_file_join(arena, files->cassettes, gwt_arena_printf(arena, "%s.json", name).ptr);
	files->item = (struct gwt_commit_item){ gwt_span_of(name), files->scenario_path };
	return GWT_OK;
}

gwt_status gwt_kept_files_check(const struct gwt_kept_files *files, struct gwt_arena *arena,
				struct gwt_error *err)
{
	struct gwt_scenario scenario;
	struct gwt_span text;
	gwt_status status;

	if (!gwt_file_exists(files->scenario_path))
		return GWT_OK;
	status = gwt_file_read(arena, files->scenario_path, GWT_MAX_FILE_BYTES, &text, err);
	if (status == GWT_OK)
		status = gwt_scenario_parse(arena, gwt_span_of(files->name), files->scenario_path, text,
					    &scenario, err);
	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < scenario.tag_count; i++)
		if (gwt_span_is(scenario.tags[i], GWT_PROXY_TAG) ||
		    gwt_span_is(scenario.tags[i], GWT_IMPORT_TAG))
			return GWT_OK;
	return gwt_fail(err, GWT_EUSAGE,
			"'%s' was not written by gwtape and is not replaced: choose another name",
			files->scenario_path);
}

gwt_status gwt_kept_files_prepare(struct gwt_kept_files *files, enum gwt_commit_mode mode,
				  struct gwt_error *err)
{
	files->transaction.request = (struct gwt_commit_request){
		.dir = files->cassettes, .items = &files->item, .len = 1, .with_sources = true, .mode = mode
	};
	files->is_new = !gwt_file_exists(files->cassette_path);
	return gwt_transaction_prepare(&files->transaction, err);
}

gwt_status gwt_kept_files_write(struct gwt_kept_files *files, const struct gwt_kept *kept,
				struct gwt_arena *arena, struct gwt_error *err)
{
	const struct gwt_transaction *transaction = &files->transaction;
	struct gwt_store_note line;
	bool unused;
	gwt_status status = gwt_file_mkdirs_for(files->scenario_path, err);

	if (status == GWT_OK)
		status = gwt_transaction_write(transaction, files->cassette_path, kept->cassette,
					       &files->changed, err);
	if (status == GWT_OK)
		status = gwt_file_update(files->scenario_path, kept->scenario, &unused, err);
	if (status != GWT_OK)
		return status;
	line = gwt_transaction_line(transaction, gwt_span_of(files->name), files->changed, arena);
	return gwt_transaction_note(transaction, &line, 1, err);
}

gwt_status gwt_kept_files_commit(struct gwt_kept_files *files, struct gwt_arena *arena, struct gwt_error *err)
{
	return gwt_transaction_commit(&files->transaction, &(struct gwt_transaction_counts){ .all = 1 },
				      arena, err);
}

void gwt_kept_files_release(struct gwt_kept_files *files)
{
	gwt_transaction_release(&files->transaction);
}
