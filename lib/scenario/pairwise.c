/*
 * pairwise.c - the covering set.
 *
 * Many candidate combinations are grown around pairs that are still open, option by option
 * in varying orders, each time by the class that covers most; the best of them
 * stays, until nothing is open. Choices come from a fixed generator, so that the
 * set is the same on every machine. At the end combinations that the others make
 * superfluous go.
 */
#include "lib/scenario/pairwise.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/scenario/coverage.h"
#include "lib/scenario/class_values.h"

#define SEEDS  40 /* open pairs that are tried for each combination */
#define ORDERS 4  /* orders in which the options of a candidate are filled */
#define KEYS   ((size_t)GWT_MAX_OPTIONS * GWT_MAX_CLASSES)

struct search {
	const struct gwt_options *options;
	unsigned char (*open)[KEYS]; /* open[a][b] and open[b][a]: the pair is not covered yet */
	bool accepted_only;
	uint32_t random;
};

static uint32_t next_random(struct search *s)
{
	s->random = s->random * 1664525u + 1013904223u; /* the constants are from Numerical Recipes */
	return s->random >> 8;
}

static unsigned type_bit(const struct gwt_options *options, const struct gwt_combination *combination)
{
	size_t type = combination->classes[options->len - 1];

	return type < GWT_TYPES ? 1u << type : 0;
}

/*
 * Whether AWS may still accept the combination with `class` for `option`; options without a class
 * are ignored.
 */
static bool is_accepted(const struct search *s, const struct gwt_combination *combination, size_t option,
			size_t class)
{
	const struct gwt_option_classes *items = s->options->items;
	unsigned type = type_bit(s->options, combination);

	if (gwt_class_refused_by(&items[option], class) & type)
		return false;
	for (size_t o = 0; o < s->options->len; o++)
		if (o != option && combination->classes[o] != GWT_NO_CLASS &&
		    gwt_classes_conflict(&items[option], class, &items[o], combination->classes[o], type))
			return false;
	return true;
}

/* How many open pairs `class` for `option` closes together with the classes of the combination. */
static size_t gain(const struct search *s, const struct gwt_combination *combination, size_t option,
		   size_t class)
{
	size_t closed = 0;

	for (size_t o = 0; o < s->options->len; o++)
		if (o != option && combination->classes[o] != GWT_NO_CLASS)
			closed += s->open[gwt_class_key(option, class)]
					 [gwt_class_key(o, combination->classes[o])];
	return closed;
}

/*
 * Choose the best class for an option, or the first one (absence) when none closes a pair. False when no
 * class fits.
 */
static bool choose_class(const struct search *s, struct gwt_combination *combination, size_t option,
			 size_t *gained)
{
	size_t best = GWT_NO_CLASS, best_gain = 0;

	for (size_t c = 0; c < s->options->items[option].len; c++) {
		size_t closed;

		if (s->accepted_only && !is_accepted(s, combination, option, c))
			continue;
		closed = gain(s, combination, option, c);
		if (best == GWT_NO_CLASS || closed > best_gain) {
			best = c;
			best_gain = closed;
		}
	}
	if (best == GWT_NO_CLASS)
		return false;
	combination->classes[option] = best;
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

/*
 * Fill the rest of a combination, and count the pairs that this closes beyond the given ones. False when it
 * cannot be filled.
 */
static bool grow(const struct search *s, struct gwt_combination *combination, const size_t *order,
		 size_t *gained)
{
	for (size_t i = 0; i < s->options->len; i++)
		if (combination->classes[order[i]] == GWT_NO_CLASS &&
		    !choose_class(s, combination, order[i], gained))
			return false;
	return true;
}

/* A combination with these two classes and this type; false when AWS would refuse already that. */
static bool start_combination(const struct search *s, size_t a, size_t b, size_t type,
			      struct gwt_combination *combination)
{
	const size_t keys[] = { gwt_class_key(s->options->len - 1, type), a, b };

	for (size_t o = 0; o < s->options->len; o++)
		combination->classes[o] = GWT_NO_CLASS;
	for (size_t i = 0; i < GWT_LEN(keys); i++) {
		size_t option = keys[i] / GWT_MAX_CLASSES, class = keys[i] % GWT_MAX_CLASSES;

		if (combination->classes[option] != GWT_NO_CLASS && combination->classes[option] != class)
			return false;
		if (s->accepted_only && !is_accepted(s, combination, option, class))
			return false;
		combination->classes[option] = class;
	}
	return true;
}

struct best {
	struct gwt_combination combination;
	size_t gain;
	bool found;
};

/* Grow combinations around an open pair; *best keeps the best one. */
static void try_pair(struct search *s, size_t a, size_t b, struct best *best)
{
	size_t order[GWT_MAX_OPTIONS];
	size_t types = s->accepted_only ? GWT_TYPES : s->options->items[s->options->len - 1].len;

	for (size_t o = 0; o < s->options->len; o++)
		order[o] = o;
	for (size_t type = 0; type < types; type++) {
		for (size_t i = 0; i < ORDERS; i++) {
			struct gwt_combination combination;
			size_t gained = 0;

			shuffle(s, order, s->options->len);
			if (!start_combination(s, a, b, type, &combination))
				break;
			if (grow(s, &combination, order, &gained) && (!best->found || gained > best->gain))
				*best = (struct best){ combination, gained, true };
		}
	}
}

static void set_pairs(struct search *s, const struct gwt_combination *combination, unsigned char open)
{
	for (size_t a = 0; a < s->options->len; a++)
		for (size_t b = 0; b < s->options->len; b++)
			s->open[gwt_class_key(a, combination->classes[a])]
			       [gwt_class_key(b, combination->classes[b])] = open;
}

static void add_combination(struct gwt_arena *arena, struct gwt_combinations *combinations,
			    const struct gwt_combination *combination)
{
	GWT_GROW(arena, combinations->items, combinations->len, combinations->cap);
	combinations->items[combinations->len++] = *combination;
}

struct pair {
	size_t a, b;
};
struct pairs {
	struct pair *items;
	size_t len;
};

/* Move the open pairs among `pairs` to its front, and drop the others. */
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

/* Add a combination around some of the open pairs; a pair that fits no combination is given up. */
static void cover_some(struct search *s, struct gwt_arena *arena, struct gwt_combinations *combinations,
		       struct pairs *pairs)
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
	add_combination(arena, combinations, &best.combination);
	set_pairs(s, &best.combination, 0);
}

static void cover_all(struct search *s, struct gwt_arena *arena, struct gwt_combinations *combinations)
{
	struct pairs pairs = { 0 };

	list_pairs(s, arena, &pairs);
	for (keep_open(s, &pairs); pairs.len; keep_open(s, &pairs))
		cover_some(s, arena, combinations, &pairs);
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

/*
 * Count how often each pair is covered. A combination is superfluous when all of its pairs are covered twice.
 */
static void count_pairs(const struct gwt_options *options, const struct gwt_combination *combination,
			uint16_t (*counts)[KEYS], int by)
{
	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++) {
			uint16_t *n = &counts[gwt_class_key(a, combination->classes[a])]
					     [gwt_class_key(b, combination->classes[b])];

			*n = (uint16_t)(*n + by);
		}
}

static bool is_superfluous(const struct gwt_options *options, const struct gwt_combination *combination,
			   uint16_t (*counts)[KEYS])
{
	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++)
			if (counts[gwt_class_key(a, combination->classes[a])]
				  [gwt_class_key(b, combination->classes[b])] < 2)
				return false;
	return true;
}

static void drop_superfluous(struct gwt_arena *arena, const struct gwt_options *options,
			     struct gwt_combinations *combinations)
{
	uint16_t(*counts)[KEYS] = gwt_arena_alloc(arena, KEYS * sizeof(*counts));

	for (size_t i = 0; i < combinations->len; i++)
		count_pairs(options, &combinations->items[i], counts, 1);
	for (size_t i = combinations->len; i-- > 0;) { /* refused combinations first: they are at the end */
		if (!is_superfluous(options, &combinations->items[i], counts))
			continue;
		count_pairs(options, &combinations->items[i], counts, -1);
		combinations->len--;
		memmove(&combinations->items[i], &combinations->items[i + 1],
			(combinations->len - i) * sizeof(*combinations->items));
	}
}

void gwt_pairwise_combinations(struct gwt_arena *arena, const struct gwt_options *options,
			       struct gwt_combinations *out)
{
	struct search s = { .options = options, .random = 20150709 };
	struct gwt_combinations combinations = { 0 };

	s.open = gwt_arena_alloc(arena, KEYS * sizeof(*s.open));
	open_all(&s);
	s.accepted_only = true;
	cover_all(&s, arena, &combinations);
	s.accepted_only = false;
	cover_all(&s, arena, &combinations);
	drop_superfluous(arena, options, &combinations);
	*out = combinations;
}

/* The framework refuses these before the service looks at them: unknown enum values, and a missing type. */
static bool is_validated(const struct gwt_option_classes *option, size_t class)
{
	return option->member->values &&
	       (strcmp(option->words[class], "unknown") == 0 || strcmp(option->words[class], "missing") == 0);
}

int gwt_pairwise_status(const struct gwt_options *options, const struct gwt_combination *combination,
			const char **error)
{
	struct search s = { .options = options };
	bool refused = false;

	for (size_t o = 0; o < options->len; o++) {
		if (is_validated(&options->items[o], combination->classes[o])) {
			*error = "ValidationException";
			return 400;
		}
		refused = refused || !is_accepted(&s, combination, o, combination->classes[o]);
	}
	if (!refused)
		return 201;
	*error = "BadRequestException";
	return 400;
}
