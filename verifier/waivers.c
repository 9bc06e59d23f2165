#include "verifier/waivers.h"

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"

enum { MAX_WAIVERS_BYTES = 1 << 20, DAY_S = 24 * 60 * 60 };

static const struct {
	const char *name;
	size_t offset;
	bool required;
} members[] = {
	{ "scenario", offsetof(struct gwt_waiver, scenario), true },
	{ "interaction", offsetof(struct gwt_waiver, interaction), false },
	{ "verdict", offsetof(struct gwt_waiver, verdict), true },
	{ "at", offsetof(struct gwt_waiver, at), false },
	{ "signature", offsetof(struct gwt_waiver, signature), false },
	{ "level", offsetof(struct gwt_waiver, level), false },
	{ "reason", offsetof(struct gwt_waiver, reason), true },
	{ "until", offsetof(struct gwt_waiver, until), true },
};

static struct gwt_span *field(struct gwt_waiver *waiver, struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(members); i++)
		if (gwt_span_is(name, members[i].name))
			return (struct gwt_span *)((char *)waiver + members[i].offset);
	return NULL;
}

static gwt_status read_members(const struct gwt_json *row, const char *path, struct gwt_span text,
			       struct gwt_waiver *out, struct gwt_error *err)
{
	for (const struct gwt_json *member = row->child; member; member = member->next) {
		struct gwt_span *at = field(out, member->name);

		if (!at)
			return gwt_fail_at(err, path, text, member->offset,
					   "a waiver has no member '" GWT_SPAN_FMT "'",
					   GWT_SPAN_ARG(member->name));
		if (member->type != GWT_JSON_STRING || !member->text.len)
			return gwt_fail_at(err, path, text, member->offset,
					   "'" GWT_SPAN_FMT "' must be a string that is not empty",
					   GWT_SPAN_ARG(member->name));
		*at = member->text;
	}
	return GWT_OK;
}

static gwt_status read_one(const struct gwt_json *row, const char *path, struct gwt_span text,
			   struct gwt_waiver *out, struct gwt_error *err)
{
	enum gwt_level level;
	gwt_status status;

	if (row->type != GWT_JSON_OBJECT)
		return gwt_fail_at(err, path, text, row->offset, "a waiver must be an object");
	status = read_members(row, path, text, out, err);
	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < GWT_LEN(members); i++)
		if (members[i].required && !field(out, gwt_span_of(members[i].name))->ptr)
			return gwt_fail_at(err, path, text, row->offset, "the waiver has no '%s'",
					   members[i].name);
	if (out->until.len != 10 || !gwt_clock_parse(out->until, &out->ends))
		return gwt_fail_at(err, path, text, row->offset,
				   "'until' must be a day such as 2027-06-30, not '" GWT_SPAN_FMT "'",
				   GWT_SPAN_ARG(out->until));
	out->ends += DAY_S;
	if (out->level.ptr && !gwt_level_parse(out->level, &level))
		return gwt_fail_at(err, path, text, row->offset,
				   "'level' must be wire, signed, contract or effect, not '" GWT_SPAN_FMT "'",
				   GWT_SPAN_ARG(out->level));
	return GWT_OK;
}

gwt_status gwt_waivers_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			     struct gwt_waivers *out, struct gwt_error *err)
{
	struct gwt_waivers waivers = { 0 };
	struct gwt_json *json, *list;
	gwt_status status = gwt_json_parse_file(arena, path, text, &json, err);

	if (status != GWT_OK)
		return status;
	list = gwt_json_get(json, "waivers");
	if (!gwt_json_is(list, GWT_JSON_ARRAY))
		return gwt_fail(err, GWT_EPARSE, "'%s' must be an object with a list 'waivers'", path);
	waivers.items = gwt_arena_array(arena, struct gwt_waiver, list->len + 1);
	for (const struct gwt_json *row = list->child; row && status == GWT_OK; row = row->next)
		status = read_one(row, path, text, &waivers.items[waivers.len++], err);
	if (status == GWT_OK)
		*out = waivers;
	return status;
}

gwt_status gwt_waivers_read(struct gwt_arena *arena, const char *path, struct gwt_waivers *out,
			    struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status;

	*out = (struct gwt_waivers){ 0 };
	if (!gwt_file_exists(path))
		return GWT_OK;
	status = gwt_file_read(arena, path, MAX_WAIVERS_BYTES, &text, err);
	return status == GWT_OK ? gwt_waivers_parse(arena, path, text, out, err) : status;
}

/* An absent pattern fits all; one that ends in '*' fits every text with that beginning. */
static bool fits(struct gwt_span pattern, struct gwt_span text)
{
	if (!pattern.ptr)
		return true;
	if (pattern.ptr[pattern.len - 1] == '*')
		return gwt_span_starts(text, gwt_span_slice(pattern, 0, pattern.len - 1));
	return gwt_span_eq(pattern, text);
}

/* Every difference must be one that the waiver names: a waiver never hides another one. */
static bool fits_differences(const struct gwt_waiver *waiver, const struct gwt_cell *cell)
{
	const struct gwt_json *list = gwt_json_get(cell->row, "differences");

	if (!waiver->at.ptr)
		return true;
	if (!list || !list->len)
		return false;
	for (const struct gwt_json *each = list->child; each; each = each->next)
		if (!fits(waiver->at, gwt_json_get_text(each, "at")))
			return false;
	return true;
}

/* The strongest that held: `effect` says that AWS would do the same. */
static bool fits_level(const struct gwt_waiver *waiver, const struct gwt_cell *cell)
{
	const char *word = gwt_level_word(cell->level);

	return !waiver->level.ptr || (word && gwt_span_is(waiver->level, word));
}

static bool fits_cell(const struct gwt_waiver *waiver, const struct gwt_cell *cell)
{
	const struct gwt_entry *entry = cell->call->entry;
	const struct gwt_json *signature = gwt_json_get(cell->row, "signature");

	return fits(waiver->scenario, entry->cassette->scenario) &&
	       fits(waiver->interaction, entry->interaction->id) &&
	       gwt_span_is(waiver->verdict, gwt_verdict_word(cell->verdict)) &&
	       fits_differences(waiver, cell) && fits_level(waiver, cell) &&
	       fits(waiver->signature, gwt_json_get_text(signature, "reason"));
}

void gwt_waivers_apply(struct gwt_waivers *waivers, struct gwt_cell *cell, int64_t now)
{
	for (size_t i = 0; i < waivers->len && !cell->ok && !cell->settled && !cell->waiver; i++) {
		struct gwt_waiver *waiver = &waivers->items[i];

		if (cell->reason || !fits_cell(waiver, cell))
			continue;
		if (now < waiver->ends) {
			waiver->used++;
			cell->waiver = waiver;
		} else {
			waiver->expired_uses++;
		}
	}
}
