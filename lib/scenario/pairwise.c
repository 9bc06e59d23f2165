/*
 * pairwise.c - the covering set.
 *
 * Many candidate rows are grown around pairs that are still open, option by option
 * in varying orders, each time by the class that covers most; the best of them
 * stays, until nothing is open. Choices come from a fixed generator, so that the
 * set is the same on every machine. At the end rows that the others make
 * superfluous go.
 */
#include "lib/scenario/pairwise.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/scenario/coverage.h"
#include "lib/scenario/samples.h"

#define SEEDS  40 /* open pairs that each row is chosen from */
#define ORDERS 4  /* in which the options of a candidate are filled */
#define KEYS   ((size_t)GWT_MAX_OPTIONS * GWT_MAX_CLASSES)

struct search {
	const struct gwt_options *options;
	unsigned char (*open)[KEYS]; /* open[a][b], both ways: the pair is not covered yet */
	bool accepted_only;
	uint32_t random;
};

static uint32_t next_random(struct search *s)
{
	s->random = s->random * 1664525u + 1013904223u; /* Numerical Recipes */
	return s->random >> 8;
}

static unsigned type_bit(const struct gwt_options *options, const struct gwt_row *row)
{
	size_t type = row->classes[options->len - 1];

	return type < GWT_TYPES ? 1u << type : 0;
}

/* Whether AWS may still accept the row with `class` for `option`; unset options do not speak. */
static bool is_accepted(const struct search *s, const struct gwt_row *row, size_t option, size_t class)
{
	const struct gwt_option_classes *items = s->options->items;
	unsigned type = type_bit(s->options, row);

	if (gwt_class_refused_by(&items[option], class) & type)
		return false;
	for (size_t o = 0; o < s->options->len; o++)
		if (o != option && row->classes[o] != GWT_NO_CLASS &&
		    gwt_classes_conflict(&items[option], class, &items[o], row->classes[o], type))
			return false;
	return true;
}

/* Open pairs that `class` for `option` closes with what the row has. */
static size_t gain(const struct search *s, const struct gwt_row *row, size_t option, size_t class)
{
	size_t closed = 0;

	for (size_t o = 0; o < s->options->len; o++)
		if (o != option && row->classes[o] != GWT_NO_CLASS)
			closed += s->open[gwt_class_key(option, class)][gwt_class_key(o, row->classes[o])];
	return closed;
}

/* The best class for an option; the first, which is absence, where none gains. False in a dead end. */
static bool choose_class(const struct search *s, struct gwt_row *row, size_t option, size_t *gained)
{
	size_t best = GWT_NO_CLASS, best_gain = 0;

	for (size_t c = 0; c < s->options->items[option].len; c++) {
		size_t closed;

		if (s->accepted_only && !is_accepted(s, row, option, c))
			continue;
		closed = gain(s, row, option, c);
		if (best == GWT_NO_CLASS || closed > best_gain) {
			best = c;
			best_gain = closed;
		}
	}
	if (best == GWT_NO_CLASS)
		return false;
	row->classes[option] = best;
	*gained += best_gain;
	return true;
}

static void shuffle(struct search *s, size_t *order, size_t len)
{
	for (size_t i = len; i > 1; i--) {
		size_t j = next_random(s) % i, kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

/* Fill the rest of a row; the number of pairs that this closes beyond the given ones. False in a dead end. */
static bool grow(const struct search *s, struct gwt_row *row, const size_t *order, size_t *gained)
{
	for (size_t i = 0; i < s->options->len; i++)
		if (row->classes[order[i]] == GWT_NO_CLASS && !choose_class(s, row, order[i], gained))
			return false;
	return true;
}

/* A row with these two classes and this type; false when AWS would refuse that much already. */
static bool start_row(const struct search *s, size_t a, size_t b, size_t type, struct gwt_row *row)
{
	const size_t keys[] = { gwt_class_key(s->options->len - 1, type), a, b };

	for (size_t o = 0; o < s->options->len; o++)
		row->classes[o] = GWT_NO_CLASS;
	for (size_t i = 0; i < GWT_LEN(keys); i++) {
		size_t option = keys[i] / GWT_MAX_CLASSES, class = keys[i] % GWT_MAX_CLASSES;

		if (row->classes[option] != GWT_NO_CLASS && row->classes[option] != class)
			return false;
		if (s->accepted_only && !is_accepted(s, row, option, class))
			return false;
		row->classes[option] = class;
	}
	return true;
}

struct best {
	struct gwt_row row;
	size_t gain;
	bool found;
};

/* Grow rows around an open pair; *best keeps the better ones. */
static void try_pair(struct search *s, size_t a, size_t b, struct best *best)
{
	size_t order[GWT_MAX_OPTIONS];
	size_t types = s->accepted_only ? GWT_TYPES : s->options->items[s->options->len - 1].len;

	for (size_t o = 0; o < s->options->len; o++)
		order[o] = o;
	for (size_t type = 0; type < types; type++) {
		for (size_t i = 0; i < ORDERS; i++) {
			struct gwt_row row;
			size_t gained = 0;

			shuffle(s, order, s->options->len);
			if (!start_row(s, a, b, type, &row))
				break;
			if (grow(s, &row, order, &gained) && (!best->found || gained > best->gain))
				*best = (struct best){ row, gained, true };
		}
	}
}

static void set_pairs(struct search *s, const struct gwt_row *row, unsigned char open)
{
	for (size_t a = 0; a < s->options->len; a++)
		for (size_t b = 0; b < s->options->len; b++)
			s->open[gwt_class_key(a, row->classes[a])][gwt_class_key(b, row->classes[b])] = open;
}

static void add_row(struct gwt_arena *arena, struct gwt_rows *rows, const struct gwt_row *row)
{
	GWT_GROW(arena, rows->items, rows->len, rows->cap);
	rows->items[rows->len++] = *row;
}

struct pair {
	size_t a, b;
};
struct pairs {
	struct pair *items;
	size_t len;
};

/* The open pairs among `pairs`, moved to its front. */
static void keep_open(const struct search *s, struct pairs *pairs)
{
	size_t kept = 0;

	for (size_t i = 0; i < pairs->len; i++)
		if (s->open[pairs->items[i].a][pairs->items[i].b])
			pairs->items[kept++] = pairs->items[i];
	pairs->len = kept;
}

static void list_pairs(const struct search *s, struct gwt_arena *arena, struct pairs *out)
{
	const struct gwt_options *options = s->options;

	out->items = gwt_arena_array(arena, struct pair, KEYS * KEYS / 2);
	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++)
			for (size_t c = 0; c < options->items[a].len; c++)
				for (size_t d = 0; d < options->items[b].len; d++)
					out->items[out->len++] =
						(struct pair){ gwt_class_key(a, c), gwt_class_key(b, d) };
}

/* A row around some of the open pairs; a pair that no row can hold is given up. */
static void cover_some(struct search *s, struct gwt_arena *arena, struct gwt_rows *rows, struct pairs *pairs)
{
	struct best best = { .found = false };

	for (size_t i = 0; i < SEEDS && pairs->len; i++) {
		size_t at = next_random(s) % pairs->len;
		struct best around = { .found = false };

		try_pair(s, pairs->items[at].a, pairs->items[at].b, &around);
		if (!around.found)
			pairs->items[at] = pairs->items[--pairs->len];
		else if (!best.found || around.gain > best.gain)
			best = around;
	}
	if (!best.found)
		return;
	add_row(arena, rows, &best.row);
	set_pairs(s, &best.row, 0);
}

static void cover_all(struct search *s, struct gwt_arena *arena, struct gwt_rows *rows)
{
	struct pairs pairs = { 0 };

	list_pairs(s, arena, &pairs);
	for (keep_open(s, &pairs); pairs.len; keep_open(s, &pairs))
		cover_some(s, arena, rows, &pairs);
}

static void open_all(struct search *s)
{
	const struct gwt_options *options = s->options;

	for (size_t a = 0; a < options->len; a++)
		for (size_t b = 0; b < options->len; b++)
			for (size_t c = 0; a != b && c < options->items[a].len; c++)
				for (size_t d = 0; d < options->items[b].len; d++)
					s->open[gwt_class_key(a, c)][gwt_class_key(b, d)] = 1;
}

/* How often each pair is covered; a row all of whose pairs are covered twice is superfluous. */
static void count_pairs(const struct gwt_options *options, const struct gwt_row *row,
			uint16_t (*counts)[KEYS], int by)
{
	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++) {
			uint16_t *n =
				&counts[gwt_class_key(a, row->classes[a])][gwt_class_key(b, row->classes[b])];

			*n = (uint16_t)(*n + by);
		}
}

static bool is_superfluous(const struct gwt_options *options, const struct gwt_row *row,
			   uint16_t (*counts)[KEYS])
{
	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++)
			if (counts[gwt_class_key(a, row->classes[a])][gwt_class_key(b, row->classes[b])] < 2)
				return false;
	return true;
}

static void drop_superfluous(struct gwt_arena *arena, const struct gwt_options *options,
			     struct gwt_rows *rows)
{
	uint16_t(*counts)[KEYS] = gwt_arena_alloc(arena, KEYS * sizeof(*counts));

	for (size_t i = 0; i < rows->len; i++)
		count_pairs(options, &rows->items[i], counts, 1);
	for (size_t i = rows->len; i-- > 0;) { /* refused rows first: they stand last */
		if (!is_superfluous(options, &rows->items[i], counts))
			continue;
		count_pairs(options, &rows->items[i], counts, -1);
		rows->len--;
		memmove(&rows->items[i], &rows->items[i + 1], (rows->len - i) * sizeof(*rows->items));
	}
}

void gwt_pairwise_rows(struct gwt_arena *arena, const struct gwt_options *options, struct gwt_rows *out)
{
	struct search s = { .options = options, .random = 20150709 };
	struct gwt_rows rows = { 0 };

	s.open = gwt_arena_alloc(arena, KEYS * sizeof(*s.open));
	open_all(&s);
	s.accepted_only = true;
	cover_all(&s, arena, &rows);
	s.accepted_only = false;
	cover_all(&s, arena, &rows);
	drop_superfluous(arena, options, &rows);
	*out = rows;
}

/* What the framework refuses before the service looks: enums of the model, and a missing type. */
static bool is_validated(const struct gwt_option_classes *option, size_t class)
{
	return option->member->values &&
	       (strcmp(option->words[class], "unknown") == 0 || strcmp(option->words[class], "missing") == 0);
}

int gwt_pairwise_status(const struct gwt_options *options, const struct gwt_row *row, const char **error)
{
	struct search s = { .options = options };
	bool refused = false;

	for (size_t o = 0; o < options->len; o++) {
		if (is_validated(&options->items[o], row->classes[o])) {
			*error = "ValidationException";
			return 400;
		}
		refused = refused || !is_accepted(&s, row, o, row->classes[o]);
	}
	if (!refused)
		return 201;
	*error = "BadRequestException";
	return 400;
}
