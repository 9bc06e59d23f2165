#include "cli/drift_lists.h"

#include <stdio.h>

#include "cli/drift_source.h"
#include "drift/echo_contract.h"
#include "drift/hashes.h"
#include "drift/service_model.h"
#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/cassette/inflate.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/scenario/scenario.h"

static gwt_status load(const char *source, struct gwt_arena *arena, struct gwt_cassettes *out,
		       struct gwt_error *err)
{
	gwt_status status = gwt_drift_source_load(arena, source, out, err);

	if (status == GWT_OK && !out->len)
		status = gwt_fail(err, GWT_EUNCHECKED, "there is no cassette in '%s'", source);
	return status;
}

static void print(const struct gwt_buf *out)
{
	fwrite(out->ptr, 1, out->len, stdout);
}

/* Hashes */

static struct gwt_json *hashes_json(const struct gwt_hashes *hashes, struct gwt_arena *arena)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (size_t i = 0; i < hashes->len; i++) {
		struct gwt_json *row = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));

		gwt_json_add_string(arena, row, "scenario", hashes->items[i].scenario);
		gwt_json_add_string(arena, row, "interaction", hashes->items[i].interaction);
		gwt_json_add_string(arena, row, "sha256", hashes->items[i].sha256);
	}
	return list;
}

gwt_status gwt_drift_print_hashes(const char *source, bool json, struct gwt_arena *arena,
				  struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_cassettes cassettes;
	struct gwt_hashes hashes;
	gwt_status status = load(source, arena, &cassettes, err);

	if (status != GWT_OK)
		return status;
	gwt_hashes_make(&cassettes, arena, &hashes);
	if (json)
		gwt_json_write(&out, hashes_json(&hashes, arena), GWT_JSON_PRETTY);
	else
		gwt_hashes_write(&out, &hashes);
	print(&out);
	return GWT_OK;
}

static gwt_status read_hashes(const char *path, struct gwt_arena *arena, struct gwt_hashes *out,
			      struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status = gwt_file_read_any(arena, path, GWT_MAX_FILE_BYTES, &text, err);

	return status == GWT_OK ? gwt_hashes_parse(arena, path, text, out, err) : status;
}

gwt_status gwt_drift_hash_files(const char *a, const char *b, struct gwt_findings *findings,
				struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_hashes was, now;
	gwt_status status = read_hashes(a, arena, &was, err);

	if (status == GWT_OK)
		status = read_hashes(b, arena, &now, err);
	if (status == GWT_OK)
		gwt_hashes_compare(findings, &was, &now);
	return status;
}

/* The echo contract */

gwt_status gwt_drift_print_echoes(const char *source, bool json, struct gwt_arena *arena,
				  struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_cassettes cassettes;
	struct gwt_json *contract;
	gwt_status status = load(source, arena, &cassettes, err);

	if (status != GWT_OK)
		return status;
	contract = gwt_echo_contract(&cassettes, arena);
	if (json)
		gwt_json_write(&out, contract, GWT_JSON_PRETTY);
	else
		gwt_echo_contract_markdown(&out, contract);
	print(&out);
	return GWT_OK;
}

/* The model */

static gwt_status unpack(const char *path, struct gwt_arena *arena, struct gwt_span *text,
			 struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = GWT_MAX_FILE_BYTES };
	bool whole = gwt_inflate(*text, GWT_DEFLATED_GZIP, &out);

	if (out.over)
		return gwt_fail(err, GWT_ELIMIT, "'%s' is too large when unpacked", path);
	if (!whole)
		return gwt_fail(err, GWT_EPARSE, "'%s' begins as gzip, and is damaged or cut short", path);
	*text = gwt_arena_copy(arena, gwt_buf_span(&out));
	return GWT_OK;
}

static gwt_status read_model(const char *path, struct gwt_arena *arena, struct gwt_service_model *out,
			     struct gwt_error *err)
{
	struct gwt_json *json;
	struct gwt_span text;
	gwt_status status = gwt_file_read_any(arena, path, GWT_MAX_FILE_BYTES, &text, err);

	if (status == GWT_OK && gwt_span_starts(text, GWT_SPAN("\x1f\x8b")))
		status = unpack(path, arena, &text, err);
	if (status == GWT_OK)
		status = gwt_json_parse_file(arena, path, text, &json, err);
	return status == GWT_OK ? gwt_service_model_read(path, json, out, err) : status;
}

gwt_status gwt_drift_model_file(const char *path, const char *scenarios, const char *cassettes,
				struct gwt_findings *findings, struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_scenarios used = { 0 };
	struct gwt_cassettes recorded = { 0 };
	struct gwt_model_users users = { &used, &recorded };
	struct gwt_service_model model;
	gwt_status status = read_model(path, arena, &model, err);

	if (status == GWT_OK && gwt_file_is_dir(scenarios))
		status = gwt_scenarios_load(arena, scenarios, NULL, 0, &used, err);
	if (status == GWT_OK && gwt_file_is_dir(cassettes))
		status = gwt_drift_source_load(arena, cassettes, &recorded, err);
	if (status == GWT_OK)
		gwt_service_model_compare(findings, &model, &users);
	return status;
}
