#include "drift/hashes.h"

#include <stdlib.h>

#include "drift/change.h"
#include "drift/normal.h"
#include "drift/places.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/json/json.h"
#include "lib/sigv4/sigv4.h"

enum { HEX = 64 };

static void add(struct gwt_hashes *hashes, struct gwt_arena *arena, const struct gwt_hash *hash)
{
	GWT_GROW(arena, hashes->items, hashes->len, hashes->cap);
	hashes->items[hashes->len++] = *hash;
}

/* Making */

static void hash_answer(struct gwt_sigv4 *digests, const struct gwt_places *places, size_t interaction,
			struct gwt_arena *scratch, char out[HEX + 1])
{
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { .max = SIZE_MAX };
	struct gwt_normal answer;

	gwt_normal_response(places, interaction, scratch, &answer);
	gwt_normal_bytes(&bytes, &answer);
	gwt_sha256_hex(digests, gwt_buf_span(&bytes), out);
}

static void hash_cassette(struct gwt_sigv4 *digests, const struct gwt_cassette *cassette,
			  struct gwt_arena *arena, struct gwt_hashes *out)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_places places;

	gwt_places_init(&places, cassette, &scratch);
	for (size_t i = 0; i < cassette->interaction_count; i++) {
		struct gwt_hash hash = { cassette->scenario, cassette->interactions[i].id, { NULL, 0 } };
		char hex[HEX + 1];

		hash_answer(digests, &places, i, &scratch, hex);
		hash.sha256 = gwt_arena_copy(arena, (struct gwt_span){ hex, HEX });
		add(out, arena, &hash);
	}
	gwt_arena_release(&scratch);
}

static int by_scenario(const void *a, const void *b)
{
	return gwt_span_cmp((*(const struct gwt_cassette *const *)a)->scenario,
			    (*(const struct gwt_cassette *const *)b)->scenario);
}

void gwt_hashes_make(const struct gwt_cassettes *cassettes, struct gwt_arena *arena, struct gwt_hashes *out)
{
	const struct gwt_cassette **sorted =
		gwt_arena_array(arena, const struct gwt_cassette *, cassettes->len + 1);
	struct gwt_sigv4 *digests = gwt_sigv4_new();

	*out = (struct gwt_hashes){ 0 };
	for (size_t i = 0; i < cassettes->len; i++)
		sorted[i] = &cassettes->items[i];
	if (cassettes->len)
		qsort(sorted, cassettes->len, sizeof(*sorted), by_scenario);
	for (size_t i = 0; i < cassettes->len; i++)
		hash_cassette(digests, sorted[i], arena, out);
	gwt_sigv4_free(digests);
}

/* Lists */

void gwt_hashes_write(struct gwt_buf *out, const struct gwt_hashes *hashes)
{
	for (size_t i = 0; i < hashes->len; i++)
		gwt_buf_printf(out, GWT_SPAN_FMT "#" GWT_SPAN_FMT " " GWT_SPAN_FMT "\n",
			       GWT_SPAN_ARG(hashes->items[i].scenario),
			       GWT_SPAN_ARG(hashes->items[i].interaction),
			       GWT_SPAN_ARG(hashes->items[i].sha256));
}

static bool is_hex(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!memchr("0123456789abcdef", text.ptr[i], 16))
			return false;
	return text.len == HEX;
}

/* "GROUP/NAME#ID HASH" */
/*
 * A name is printed, and written to other lists: it must be UTF-8 without line ends and control characters.
 */
static bool is_shown_as_it_is(struct gwt_span name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' || name.ptr[i] == 0x7f)
			return false;
	return gwt_utf8_valid(name, NULL);
}

static bool parse_line(struct gwt_span line, struct gwt_hash *out)
{
	struct gwt_span name = gwt_span_cut(&line, ' ');
	bool plain = is_shown_as_it_is(name);

	out->scenario = gwt_span_cut(&name, '#');
	out->interaction = name;
	out->sha256 = line;
	return plain && out->scenario.len && gwt_span_find(out->scenario, '/') < out->scenario.len &&
	       name.len && is_hex(line);
}

static gwt_status add_line(struct gwt_hashes *out, struct gwt_map *seen, struct gwt_arena *arena,
			   const char *path, struct gwt_span text, struct gwt_span line,
			   struct gwt_error *err)
{
	size_t offset = (size_t)(line.ptr - text.ptr);
	struct gwt_span name = gwt_span_slice(line, 0, gwt_span_find(line, ' '));
	struct gwt_hash hash;

	if (!parse_line(line, &hash))
		return gwt_fail_at(err, path, text, offset,
				   "expected GROUP/NAME#ID, a space and 64 hexadecimal digits");
	if (gwt_map_put(seen, name, &seen))
		return gwt_fail_at(err, path, text, offset, "this interaction is there twice");
	add(out, arena, &hash);
	return GWT_OK;
}

gwt_status gwt_hashes_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			    struct gwt_hashes *out, struct gwt_error *err)
{
	struct gwt_span rest = text;
	struct gwt_map seen = { 0 };
	struct gwt_hashes found = { 0 };
	gwt_status status = GWT_OK;

	while (status == GWT_OK && rest.ptr && rest.len) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		if (line.len)
			status = add_line(&found, &seen, arena, path, text, line, err);
	}
	gwt_map_release(&seen);
	if (status == GWT_OK)
		*out = found;
	return status;
}

/* Comparing */

static struct gwt_span full_name(struct gwt_arena *arena, const struct gwt_hash *hash)
{
	return gwt_arena_printf(arena, GWT_SPAN_FMT "#" GWT_SPAN_FMT, GWT_SPAN_ARG(hash->scenario),
				GWT_SPAN_ARG(hash->interaction));
}

static void add_difference(struct gwt_findings *findings, const struct gwt_hash *was,
			   const struct gwt_hash *now)
{
	struct gwt_changes changes = { .arena = findings->arena };
	struct gwt_change *change = gwt_changes_add(&changes, GWT_DRIFT_RULE_HASH, GWT_SPAN(""), GWT_SPAN(""),
						    gwt_json_new_string(findings->arena, was->sha256),
						    gwt_json_new_string(findings->arena, now->sha256));

	gwt_change_say(&changes, change, "the answer changed: compare the cassettes to see how");
	gwt_findings_add(findings, change, was->scenario, was->interaction);
}

static void one_sided(struct gwt_findings *findings, const struct gwt_hash *hash, const char *which)
{
	gwt_findings_unchecked(findings, hash->scenario,
			       gwt_arena_printf(findings->arena, "'" GWT_SPAN_FMT "' is in the %s list only",
						GWT_SPAN_ARG(hash->interaction), which));
}

static void note_scenario(struct gwt_findings *findings, struct gwt_map *seen, struct gwt_span scenario)
{
	if (!gwt_map_put(seen, scenario, findings))
		gwt_findings_scenario(findings, scenario);
}

void gwt_hashes_compare(struct gwt_findings *findings, const struct gwt_hashes *was,
			const struct gwt_hashes *now)
{
	struct gwt_map by_name = { 0 }, scenarios = { 0 };
	const struct gwt_map_entry *left;
	size_t at = 0;

	findings->scored = true;
	for (size_t i = 0; i < now->len; i++)
		gwt_map_put(&by_name, full_name(findings->arena, &now->items[i]), &now->items[i]);
	for (size_t i = 0; i < was->len; i++) {
		const struct gwt_hash *other =
			gwt_map_remove(&by_name, full_name(findings->arena, &was->items[i]));
		bool same = other && gwt_span_eq(other->sha256, was->items[i].sha256);

		note_scenario(findings, &scenarios, was->items[i].scenario);
		findings->score.compared += other != NULL;
		findings->score.same += same;
		if (!other)
			one_sided(findings, &was->items[i], "older");
		else if (!same)
			add_difference(findings, &was->items[i], other);
	}
	while ((left = gwt_map_next(&by_name, &at))) {
		const struct gwt_hash *hash = left->value;

		note_scenario(findings, &scenarios, hash->scenario);
		one_sided(findings, hash, "newer");
	}
	gwt_map_release(&by_name);
	gwt_map_release(&scenarios);
}
