/*
 * rank.c - ranks candidates by how far they are from a request.
 */
#include "lib/contract/rank.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/contract/canonical.h"
#include "lib/contract/parts.h"

/* A distance is three numbers in one, the most important in the highest bits: route, body, head. */
enum { COUNT_BITS = 12, COUNT_MAX = (1 << COUNT_BITS) - 1 };

/* A request and its route, which is looked up once. */
struct target {
	const struct gwt_request *request;
	const struct gwt_operation *operation; /* NULL when the route has none */
	struct gwt_route route;
};

static void find_target(const struct gwt_request *request, struct target *out)
{
	out->request = request;
	out->operation = NULL;
	if (gwt_route_find(request->method, request->path, &out->route))
		out->operation = out->route.operation;
}

static bool same_path(struct gwt_span a, struct gwt_span b)
{
	struct gwt_buf x, y;
	bool same;

	if (gwt_span_eq(a, b))
		return true;
	gwt_buf_init(&x, SIZE_MAX);
	gwt_buf_init(&y, SIZE_MAX);
	gwt_contract_add_path(&x, a);
	gwt_contract_add_path(&y, b);
	same = gwt_span_eq(gwt_buf_span(&x), gwt_buf_span(&y));
	gwt_buf_release(&x);
	gwt_buf_release(&y);
	return same;
}

static unsigned labels_apart(const struct gwt_route *a, const struct gwt_route *b)
{
	unsigned apart = 0;

	for (size_t i = 0; i < a->len && i < b->len; i++)
		apart += !same_path(a->labels[i], b->labels[i]);
	return apart;
}

enum { FARTHEST_ROUTE = GWT_MAX_LABELS + 3 };

/*
 * 0 for the same method and path; then the same operation, by the number of labels that differ; then the same
 * path; then all others.
 */
static unsigned route_distance(const struct gwt_request *expected, const struct target *got)
{
	struct target target;

	find_target(expected, &target);
	if (target.operation && target.operation == got->operation)
		return labels_apart(&target.route, &got->route);
	if (!same_path(expected->path, got->request->path))
		return FARTHEST_ROUTE;
	return gwt_span_eq(expected->method, got->request->method) ? 0 : FARTHEST_ROUTE - 1;
}

static unsigned capped(size_t count)
{
	return count > COUNT_MAX ? COUNT_MAX : (unsigned)count;
}

static bool is_of_body(const struct gwt_difference *d)
{
	return d->verdict == GWT_VERDICT_BAD_JSON || d->at.len == 0 || d->at.ptr[0] == '/';
}

static unsigned distance_of(unsigned route, const struct gwt_comparison *comparison)
{
	size_t body = 0, head = 0;

	for (size_t i = 0; i < comparison->len; i++) {
		if (is_of_body(&comparison->differences[i]))
			body++;
		else
			head++;
	}
	return route << (2 * COUNT_BITS) | capped(body + comparison->left_out) << COUNT_BITS | capped(head);
}

static void insert(struct gwt_ranking *nearest, struct gwt_ranked item)
{
	size_t place = nearest->len;

	while (place && item.distance < nearest->items[place - 1].distance)
		place--;
	if (place == GWT_NEAREST)
		return;
	if (nearest->len < GWT_NEAREST)
		nearest->len++;
	for (size_t i = nearest->len - 1; i > place; i--)
		nearest->items[i] = nearest->items[i - 1];
	nearest->items[place] = item;
}

/* What may still be spent on comparing. */
struct budget {
	size_t compared, work;
	size_t each; /* cost of the received body, for each candidate */
};

static void compare(const struct gwt_request *expected, const struct gwt_request *got,
		    const struct gwt_contract *got_contract, const struct gwt_compare_options *options,
		    struct gwt_arena *arena, struct gwt_comparison *out)
{
	struct gwt_contract contract;

	gwt_contract_make_bounded(expected, arena, &contract);
	gwt_compare_made(expected, &contract, got, got_contract, options, arena, out);
}

static void spend(struct budget *budget, size_t body_bytes)
{
	size_t cost = budget->each + body_bytes / 16;

	budget->compared--;
	budget->work = budget->work > cost ? budget->work - cost : 0;
}

enum { WIDE = GWT_RANK_WORK / 8 };

/* The received body is so large that only one candidate is compared, and that one is the result. */
static bool is_wide(const struct budget *budget)
{
	return budget->each >= WIDE;
}

/* One candidate is always compared, however large the body is. */
static bool is_spent(const struct budget *budget, const struct gwt_ranking *out)
{
	return !budget->compared || (out->len && (!budget->work || is_wide(budget)));
}

/* Compare the candidates at distance `route`; false when those farther away need not be compared. */
static bool rank_route(const struct gwt_request *const *candidates, const unsigned char *routes, size_t count,
		       unsigned route, const struct gwt_request *got, const struct gwt_contract *got_contract,
		       const struct gwt_compare_options *options, struct budget *budget,
		       struct gwt_arena *arena, struct gwt_ranking *out)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_arena *work = is_wide(budget) ? arena : &scratch;

	for (size_t i = 0; i < count && !is_spent(budget, out); i++) {
		struct gwt_ranked item = { .index = i };

		if (routes[i] != route)
			continue;
		compare(candidates[i], got, got_contract, options, work, &item.comparison);
		item.distance = distance_of(route, &item.comparison);
		insert(out, item);
		gwt_arena_reset(&scratch);
		spend(budget, candidates[i]->body.len);
	}
	gwt_arena_release(&scratch);
	return !is_spent(budget, out) && out->len < GWT_NEAREST;
}

void gwt_rank_candidates(const struct gwt_request *const *candidates, size_t count,
			 const struct gwt_request *got, const struct gwt_contract *got_contract,
			 const struct gwt_compare_options *options, struct gwt_arena *arena,
			 struct gwt_ranking *out)
{
	unsigned char *routes = gwt_arena_alloc(arena, count);
	struct budget budget = { .compared = GWT_RANK_COMPARED,
				 .work = GWT_RANK_WORK,
				 .each = gwt_json_count(got_contract->json, WIDE) + got->body.len / 64 };
	struct target target;

	*out = (struct gwt_ranking){ 0 };
	find_target(got, &target);
	for (size_t i = 0; i < count; i++)
		routes[i] = (unsigned char)route_distance(candidates[i], &target);
	for (unsigned route = 0; route <= FARTHEST_ROUTE; route++)
		if (!rank_route(candidates, routes, count, route, got, got_contract, options, &budget, arena,
				out))
			break;
	for (size_t i = 0; i < out->len && !is_wide(&budget); i++)
		compare(candidates[out->items[i].index], got, got_contract, options, arena,
			&out->items[i].comparison);
}
