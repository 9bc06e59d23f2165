#include "lib/store/validated.h"

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

static gwt_status fail_at(const char *path, struct gwt_span text, size_t offset, const char *reason,
			  struct gwt_error *err)
{
	size_t line, column;

	gwt_file_position(text, offset, &line, &column);
	return gwt_fail(err, GWT_EPARSE, "%s:%zu:%zu: %s", path, line, column, reason);
}

static bool is_date(struct gwt_span text)
{
	int64_t time;

	return text.len == GWT_ISO_DATE_LEN && gwt_clock_parse(text, &time);
}

static const char *fault_in(const struct gwt_json *item, const struct gwt_validated_line *line)
{
	if (!gwt_json_is(item, GWT_JSON_OBJECT) || item->len != 3)
		return "a line must be an object of recorded, confirmed and upstream";
	if (!is_date(line->recorded) || !is_date(line->confirmed))
		return "recorded and confirmed must be times like 2026-11-22T12:39:57Z";
	return line->upstream.len ? NULL : "upstream is empty or missing";
}

gwt_status gwt_validated_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			       struct gwt_validated *out, struct gwt_error *err)
{
	struct gwt_validated validated = { 0 };
	struct gwt_json *root;
	gwt_status status = gwt_json_parse_file(arena, path, text, &root, err);

	if (status != GWT_OK)
		return status;
	if (!gwt_json_is(root, GWT_JSON_OBJECT))
		return fail_at(path, text, root->offset, "it is not an object", err);
	for (const struct gwt_json *item = root->child; item; item = item->next) {
		struct gwt_validated_line line = { item->name, gwt_json_get_text(item, "recorded"),
						   gwt_json_get_text(item, "confirmed"),
						   gwt_json_get_text(item, "upstream") };
		const char *fault = fault_in(item, &line);

		if (fault)
			return fail_at(path, text, item->offset, fault, err);
		gwt_validated_set(arena, &validated, &line);
	}
	*out = validated;
	return GWT_OK;
}

static void add_member(struct gwt_buf *out, const char *name, struct gwt_span value)
{
	gwt_buf_printf(out, "\"%s\": ", name);
	gwt_json_write_string(out, value);
}

void gwt_validated_write(struct gwt_buf *out, const struct gwt_validated *validated)
{
	gwt_buf_add_text(out, "{");
	for (size_t i = 0; i < validated->len; i++) {
		const struct gwt_validated_line *line = &validated->items[i];

		gwt_buf_add_text(out, i ? ",\n  " : "\n  ");
		gwt_json_write_string(out, line->scenario);
		gwt_buf_add_text(out, ": {");
		add_member(out, "recorded", line->recorded);
		gwt_buf_add_text(out, ", ");
		add_member(out, "confirmed", line->confirmed);
		gwt_buf_add_text(out, ", ");
		add_member(out, "upstream", line->upstream);
		gwt_buf_add_text(out, "}");
	}
	gwt_buf_add_text(out, "\n}\n");
}

/* The index where `scenario` is or would be inserted. */
static size_t place_of(const struct gwt_validated *validated, struct gwt_span scenario)
{
	size_t low = 0, high = validated->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gwt_span_cmp(validated->items[middle].scenario, scenario) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct gwt_validated_line *gwt_validated_find(const struct gwt_validated *validated, struct gwt_span scenario)
{
	size_t at = place_of(validated, scenario);

	return at < validated->len && gwt_span_eq(validated->items[at].scenario, scenario)
		       ? &validated->items[at]
		       : NULL;
}

void gwt_validated_set(struct gwt_arena *arena, struct gwt_validated *validated,
		       const struct gwt_validated_line *line)
{
	struct gwt_validated_line *known = gwt_validated_find(validated, line->scenario);
	size_t at = place_of(validated, line->scenario);

	if (known) {
		*known = *line;
		return;
	}
	GWT_GROW(arena, validated->items, validated->len, validated->cap);
	memmove(&validated->items[at + 1], &validated->items[at], (validated->len - at) * sizeof(*line));
	validated->items[at] = *line;
	validated->len++;
}

char *gwt_validated_path(struct gwt_arena *arena, const char *dir, struct gwt_span scenario)
{
	size_t end = scenario.len;

	while (end > 0 && scenario.ptr[end - 1] != '/')
		end--;
	return gwt_file_join(arena, dir,
			     gwt_arena_printf(arena, GWT_SPAN_FMT "VALIDATED.json",
					      GWT_SPAN_ARG(gwt_span_slice(scenario, 0, end)))
				     .ptr);
}

gwt_status gwt_validated_load(struct gwt_arena *arena, const char *path, struct gwt_validated *out,
			      struct gwt_error *err)
{
	struct gwt_span text;
	bool found;
	gwt_status status = gwt_file_read_if_there(arena, path, GWT_MAX_FILE_BYTES, &text, &found, err);

	if (status == GWT_OK && !found)
		*out = (struct gwt_validated){ 0 };
	return status == GWT_OK && found ? gwt_validated_parse(arena, path, text, out, err) : status;
}

/* Dates in this form sort as texts. */
bool gwt_validated_is_newer(const struct gwt_validated_line *a, const struct gwt_validated_line *b)
{
	int order = gwt_span_cmp(a->confirmed, b->confirmed);

	return order ? order > 0 : gwt_span_cmp(a->recorded, b->recorded) > 0;
}

void gwt_validated_update(struct gwt_arena *arena, struct gwt_validated *validated, struct gwt_span scenario,
			  struct gwt_span upstream, bool recorded, struct gwt_span now)
{
	const struct gwt_validated_line *before = gwt_validated_find(validated, scenario);
	struct gwt_validated_line line = {
		.scenario = scenario, .recorded = now, .confirmed = now, .upstream = upstream
	};

	if (before && !recorded)
		line.recorded = before->recorded;
	gwt_validated_set(arena, validated, &line);
}
