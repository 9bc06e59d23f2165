#include "drift/tapes.h"

#include <stdlib.h>

#include "drift/change.h"
#include "drift/normal.h"
#include "drift/places.h"
#include "drift/written.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/model/model.h"

/* One scenario, compared. */
struct tape {
	struct gwt_findings *findings;
	struct gwt_places was, now;
	struct gwt_written written;
	struct gwt_arena arena;
};

static struct gwt_span scenario_of(const struct tape *tape)
{
	return tape->was.cassette->scenario;
}

static void unchecked(struct tape *tape, struct gwt_span interaction, const char *what)
{
	gwt_auto(gwt_buf_release) struct gwt_buf reason = { .max = SIZE_MAX };

	gwt_buf_printf(&reason, "'" GWT_SPAN_FMT "' %s", GWT_SPAN_ARG(interaction), what);
	gwt_findings_unchecked(tape->findings, scenario_of(tape), gwt_buf_span(&reason));
}

/* An answer about the service's state (throttled, down), which says nothing about the call. */
static bool says_nothing(const struct gwt_normal *was, const struct gwt_normal *now,
			 const struct gwt_provenance *provenance)
{
	if (was->status == now->status)
		return false;
	return now->status == 429 || (now->status >= 500 && gwt_span_is(provenance->upstream, "aws"));
}

/*
 * Add each change at its place; a consequence of a write that was answered differently becomes a place of
 * that finding.
 */
static void add_changes(struct tape *tape, const struct gwt_changes *changes,
			const struct gwt_normal *request, struct gwt_span interaction, bool flipped)
{
	struct gwt_finding *cause = gwt_written_cause(&tape->written, request);

	if (cause && changes->len) {
		gwt_finding_add_place(tape->findings, cause, scenario_of(tape), interaction);
		return;
	}
	for (size_t i = 0; i < changes->len; i++) {
		struct gwt_finding *finding =
			gwt_findings_add(tape->findings, &changes->items[i], scenario_of(tape), interaction);

		if (flipped && gwt_span_is(changes->items[i].at, "status"))
			gwt_written_flip(&tape->written, request, finding);
	}
}

static void count(struct gwt_findings *findings, enum gwt_evidence evidence, bool same)
{
	findings->score.compared++;
	findings->score.same += same;
	findings->by_evidence[evidence].compared++;
	findings->by_evidence[evidence].same += same;
}

/* Two answers to one request; false when nothing after them can be compared. */
static bool compare_answers(struct tape *tape, size_t i, size_t j, const struct gwt_normal *request)
{
	const struct gwt_interaction *interaction = &tape->was.cassette->interactions[i];
	struct gwt_changes changes = { .arena = &tape->arena };
	struct gwt_normal was, now;
	struct gwt_answers answers = { .was = &was,
				       .now = &now,
				       .operation = gwt_operation_named(interaction->operation),
				       .asked = request->json };

	gwt_normal_response(&tape->was, i, &tape->arena, &was);
	gwt_normal_response(&tape->now, j, &tape->arena, &now);
	if (says_nothing(&was, &now, &tape->now.cassette->provenance)) {
		unchecked(tape, interaction->id,
			  now.status == 429 ? "was throttled (429)"
					    : "was answered with a failure of AWS (5xx)");
		return !gwt_method_writes(interaction->request.method);
	}
	answers.sent = gwt_written_sent(&tape->written, request, was.status < 400);
	gwt_answers_compare(&answers, &changes);
	gwt_written_settle(&tape->written, request, was.status < 400, now.status < 400);
	add_changes(tape, &changes, request, interaction->id, (was.status < 400) != (now.status < 400));
	count(tape->findings, interaction->evidence, changes.len == 0);
	return true;
}

/* Whether both send the same request; after a write that differs nothing more is compared. */
static bool compare_interactions(struct tape *tape, size_t i, size_t j)
{
	struct gwt_span id = tape->was.cassette->interactions[i].id;
	struct gwt_normal was, now;

	gwt_normal_request(&tape->was, i, &tape->arena, &was);
	gwt_normal_request(&tape->now, j, &tape->arena, &now);
	if (gwt_normal_same_request(&was, &now))
		return compare_answers(tape, i, j, &was);
	unchecked(tape, id, "has a different request in the newer recording");
	return !gwt_method_writes(tape->was.cassette->interactions[i].request.method) &&
	       !gwt_method_writes(tape->now.cassette->interactions[j].request.method);
}

/* Only one recording has this call: a read is skipped; after a write nothing more can be compared. */
static bool pass_over(struct tape *tape, const struct gwt_interaction *interaction, const char *what)
{
	unchecked(tape, interaction->id, what);
	return !gwt_method_writes(interaction->request.method);
}

/* Compare the calls of both in pairs, as long as they are the same calls. */
static void compare_calls(struct tape *tape, const struct gwt_cassette *was, const struct gwt_cassette *now)
{
	size_t i = 0, j = 0;
	bool comparable = true;

	while (comparable && (i < was->interaction_count || j < now->interaction_count)) {
		const struct gwt_interaction *a = i < was->interaction_count ? &was->interactions[i] : NULL;
		const struct gwt_interaction *b = j < now->interaction_count ? &now->interactions[j] : NULL;

		if (a && b && gwt_span_eq(a->id, b->id))
			comparable = compare_interactions(tape, i++, j++);
		else if (a && gwt_cassette_find(now, a->id) == SIZE_MAX)
			comparable = pass_over(tape, a, "is in the older recording only"), i++;
		else if (b && gwt_cassette_find(was, b->id) == SIZE_MAX)
			comparable = pass_over(tape, b, "is in the newer recording only"), j++;
		else
			comparable = false, unchecked(tape, a ? a->id : b->id, "comes at another place");
	}
}

static void compare_scenario(struct gwt_findings *findings, const struct gwt_cassette *was,
			     const struct gwt_cassette *now)
{
	struct tape tape = { .findings = findings };

	gwt_places_init(&tape.was, was, &tape.arena);
	gwt_places_init(&tape.now, now, &tape.arena);
	gwt_places_rename(&tape.now, &tape.was, &tape.arena);
	gwt_written_init(&tape.written, &tape.arena);
	compare_calls(&tape, was, now);
	if (!was->interaction_count && !now->interaction_count)
		gwt_findings_unchecked(findings, was->scenario, GWT_SPAN("its cassette has no calls"));
	gwt_written_release(&tape.written);
	gwt_arena_release(&tape.arena);
}

static int by_scenario(const void *a, const void *b)
{
	return gwt_span_cmp((*(const struct gwt_cassette *const *)a)->scenario,
			    (*(const struct gwt_cassette *const *)b)->scenario);
}

/* A folder is sorted by file name, which is not exactly the order of the scenario names. */
static const struct gwt_cassette **sorted(const struct gwt_cassettes *set, struct gwt_arena *arena)
{
	const struct gwt_cassette **list = gwt_arena_array(arena, const struct gwt_cassette *, set->len + 1);

	for (size_t i = 0; i < set->len; i++)
		list[i] = &set->items[i];
	if (set->len)
		qsort(list, set->len, sizeof(*list), by_scenario);
	return list;
}

static void compare_either(struct gwt_findings *findings, const struct gwt_cassette *was,
			   const struct gwt_cassette *now)
{
	struct gwt_span scenario = was ? was->scenario : now->scenario;

	gwt_findings_scenario(findings, scenario);
	if (was && now)
		compare_scenario(findings, was, now);
	else
		gwt_findings_unchecked(findings, scenario,
				       was ? GWT_SPAN("it has no newer recording")
					   : GWT_SPAN("it has no older recording"));
}

void gwt_drift_cassettes(struct gwt_findings *findings, const struct gwt_cassettes *was,
			 const struct gwt_cassettes *now)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_cassette **old = sorted(was, &arena), **new = sorted(now, &arena);
	size_t a = 0, b = 0;

	findings->scored = true;
	while (a < was->len || b < now->len) {
		int order = a == was->len   ? 1
			    : b == now->len ? -1
					    : gwt_span_cmp(old[a]->scenario, new[b]->scenario);

		compare_either(findings, order <= 0 ? old[a] : NULL, order >= 0 ? new[b] : NULL);
		a += order <= 0;
		b += order >= 0;
	}
	gwt_arena_release(&arena);
}
