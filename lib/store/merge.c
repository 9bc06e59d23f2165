#include "lib/store/merge.h"

#include "lib/base/span.h"

bool gwt_merge_cassette(const struct gwt_merge *merge, struct gwt_span *out)
{
	bool mine = !gwt_span_eq(merge->ours, merge->base), other = !gwt_span_eq(merge->theirs, merge->base);

	*out = mine ? merge->ours : merge->theirs;
	return !mine || !other || gwt_span_eq(merge->ours, merge->theirs);
}

static bool same_line(const struct gwt_validated_line *a, const struct gwt_validated_line *b)
{
	return gwt_span_eq(a->recorded, b->recorded) && gwt_span_eq(a->confirmed, b->confirmed) &&
	       gwt_span_eq(a->upstream, b->upstream);
}

/* A line that only `side` has is kept, unless the other side removed it and this side did not change it. */
static void add_lines(struct gwt_arena *arena, struct gwt_validated *out, const struct gwt_validated *side,
		      const struct gwt_validated *other, const struct gwt_validated *base)
{
	for (size_t i = 0; i < side->len; i++) {
		const struct gwt_validated_line *line = &side->items[i];
		const struct gwt_validated_line *rival = gwt_validated_find(other, line->scenario);
		const struct gwt_validated_line *before = gwt_validated_find(base, line->scenario);

		if (rival ? gwt_validated_is_newer(rival, line) : before && same_line(before, line))
			continue;
		gwt_validated_set(arena, out, line);
	}
}

static gwt_status parse(struct gwt_arena *arena, const char *what, struct gwt_span text,
			struct gwt_validated *out, struct gwt_error *err)
{
	memset(out, 0, sizeof(*out));
	return text.len ? gwt_validated_parse(arena, what, text, out, err) : GWT_OK;
}

gwt_status gwt_merge_validated(struct gwt_arena *arena, const struct gwt_merge *merge, struct gwt_buf *out,
			       struct gwt_error *err)
{
	struct gwt_validated base, ours, theirs, merged = { 0 };

	if (parse(arena, "the common version", merge->base, &base, err) != GWT_OK ||
	    parse(arena, "our version", merge->ours, &ours, err) != GWT_OK ||
	    parse(arena, "their version", merge->theirs, &theirs, err) != GWT_OK)
		return GWT_EPARSE;
	add_lines(arena, &merged, &theirs, &ours, &base);
	add_lines(arena, &merged, &ours, &theirs, &base);
	gwt_validated_write(out, &merged);
	return GWT_OK;
}
