#include "lib/report/html_groups.h"

#include <inttypes.h>

#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/report/html.h"
#include "lib/report/html_text.h"
#include "lib/report/row.h"
#include "lib/report/rows.h"

/* A row, with the rows that are folded below it. */
struct node {
	const struct gwt_json *row;
	uint64_t number;
	struct node *next; /* next of its group, or of the consequences of the same breach */
	struct node *first, *last, *root;
	const struct gwt_json **unused; /* those that would have followed it */
	size_t unused_len, unused_cap, consequences;
};

struct group {
	struct gwt_span scenario; /* absent: rows without a scenario */
	struct node *first, *last, *broken, *last_broken;
	size_t rows, failing;
	struct group *next, *next_broken;
};

struct groups {
	struct gwt_arena arena;
	/* their values: a group, a node, and the node of the first breach that was compared with the step */
	struct gwt_map by_name, by_row, by_step;
	struct group *first, *last, *broken, *last_broken;
	bool opened;
};

static void release(struct groups *groups)
{
	gwt_map_release(&groups->by_name);
	gwt_map_release(&groups->by_row);
	gwt_map_release(&groups->by_step);
	gwt_arena_release(&groups->arena);
}

/* Rows without a scenario get a key of their own: no scenario has an empty name. */
static struct group *group_of(struct groups *groups, const struct gwt_json *row)
{
	struct gwt_span scenario = gwt_json_get_text(row, "scenario"),
			key = scenario.ptr ? scenario : GWT_SPAN("");
	struct group *group = gwt_map_get(&groups->by_name, key);

	if (group)
		return group;
	group = gwt_arena_new(&groups->arena, struct group);
	group->scenario = scenario;
	gwt_map_put(&groups->by_name, key, group);
	*(groups->last ? &groups->last->next : &groups->first) = group;
	groups->last = group;
	return group;
}

static struct gwt_span step_of(struct groups *groups, const struct gwt_json *step)
{
	gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };

	gwt_row_place(&place, step);
	return gwt_arena_copy(&groups->arena, gwt_buf_span(&place));
}

/* The address of the node is its key. */
static struct gwt_span key_of(struct node *node)
{
	return (struct gwt_span){ (const char *)&node->row, sizeof(node->row) };
}

static void append(struct node **first, struct node **last, struct node *node)
{
	*(*last ? &(*last)->next : first) = node;
	*last = node;
}

/* Fold a row below the breach that is the first of its causes. */
static void fold(struct groups *groups, struct node *node, const struct gwt_json *cause)
{
	struct node *above =
		gwt_map_get(&groups->by_row, (struct gwt_span){ (const char *)&cause, sizeof(cause) });

	node->root = above->root;
	node->root->consequences++;
	append(&node->root->first, &node->root->last, node);
}

static void add_broken(struct groups *groups, struct group *group, struct node *node)
{
	struct gwt_span step = step_of(groups, node->row);

	if (step.len && !gwt_map_get(&groups->by_step, step))
		gwt_map_put(&groups->by_step, step, node->root);
	if (node->root != node)
		return;
	append(&group->broken, &group->last_broken, node);
	if (group->failing++)
		return;
	*(groups->last_broken ? &groups->last_broken->next_broken : &groups->broken) = group;
	groups->last_broken = group;
}

static void add_row(struct groups *groups, struct gwt_rows *rows, const struct gwt_json *row, uint64_t number)
{
	struct node *node = gwt_arena_new(&groups->arena, struct node);
	struct group *group = group_of(groups, row);
	const struct gwt_json *cause;

	*node = (struct node){ .row = row, .number = number, .root = node };
	group->rows++;
	gwt_map_put(&groups->by_row, key_of(node), node);
	if (gwt_row_ok(row)) {
		append(&group->first, &group->last, node);
		return;
	}
	cause = gwt_rows_cause(rows, row);
	if (cause)
		fold(groups, node, cause);
	add_broken(groups, group, node);
}

static struct node *breach_before(struct groups *groups, const struct gwt_json *unused)
{
	const struct gwt_json *after = gwt_json_get(unused, "after");

	return after ? gwt_map_get(&groups->by_step, step_of(groups, after)) : NULL;
}

static void read_run(struct groups *groups, const struct gwt_json *run)
{
	struct gwt_rows rows = { 0 };
	uint64_t number = 0;

	for (const struct gwt_json *row = gwt_json_get(run, "requests")->child; row; row = row->next)
		add_row(groups, &rows, row, ++number);
	gwt_rows_release(&rows);
	for (const struct gwt_json *row = gwt_json_get(run, "unused")->child; row; row = row->next) {
		struct node *node = breach_before(groups, row);

		if (!node)
			continue;
		GWT_GROW(&groups->arena, node->unused, node->unused_len, node->unused_cap);
		node->unused[node->unused_len++] = row;
		node->consequences++;
	}
}

static void write_unused(struct gwt_buf *out, const struct gwt_json *row, bool fails)
{
	gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };

	gwt_row_place(&place, row);
	gwt_row_cause_add(&place, row);
	gwt_buf_add_text(out, fails ? "<li class=\"fail\"><span class=\"mark\">FAIL</span> " : "<li>");
	gwt_html_add(out, gwt_buf_span(&place));
	gwt_buf_add_text(out, "</li>\n");
}

/* The consequences disappear when the breach is mended. */
static void write_consequences(struct gwt_buf *out, const struct node *node)
{
	gwt_buf_printf(out, "<details class=\"after\"><summary>%zu consequence%s of it: %s</summary>\n",
		       node->consequences, node->consequences == 1 ? "" : "s",
		       !node->unused_len ? "calls that came too early"
		       : !node->first    ? "never called after it"
					 : "calls that came too early, or never came");
	for (const struct node *each = node->first; each; each = each->next)
		gwt_html_row_add(out, each->row, each->number, false);
	if (node->unused_len)
		gwt_buf_add_text(out, "<ul class=\"unused\">\n");
	for (size_t i = 0; i < node->unused_len; i++)
		write_unused(out, node->unused[i], false);
	gwt_buf_add_text(out, node->unused_len ? "</ul></details>\n" : "</details>\n");
}

static void write_nodes(struct gwt_buf *out, struct groups *groups, const struct node *node)
{
	for (; node; node = node->next) {
		bool open = !groups->opened && !gwt_row_ok(node->row);

		gwt_html_row_add(out, node->row, node->number, open);
		groups->opened = groups->opened || open;
		if (node->consequences)
			write_consequences(out, node);
	}
}

static void write_group(struct gwt_buf *out, struct groups *groups, const struct group *group)
{
	gwt_buf_printf(out, "<section class=\"group %s\"><h3>", group->failing ? "fail" : "ok");
	if (group->scenario.len)
		gwt_html_add(out, group->scenario);
	else
		gwt_buf_add_text(out, "(of no scenario)");
	gwt_buf_printf(out, " <span>%zu request%s", group->rows, group->rows == 1 ? "" : "s");
	if (group->failing)
		gwt_buf_printf(out, ", <strong>%zu broken</strong>", group->failing);
	gwt_buf_add_text(out, "</span></h3>\n");
	write_nodes(out, groups, group->broken);
	write_nodes(out, groups, group->first);
	gwt_buf_add_text(out, "</section>\n");
}

void gwt_html_groups_add(struct gwt_buf *out, const struct gwt_json *run)
{
	struct groups groups = { 0 };

	read_run(&groups, run);
	for (const struct group *group = groups.broken; group; group = group->next_broken)
		write_group(out, &groups, group);
	for (const struct group *group = groups.first; group; group = group->next)
		if (!group->failing && group->first)
			write_group(out, &groups, group);
	release(&groups);
}

/* Of the remaining `unused`, write those that fail the run, or the others; returns how many. */
static size_t write_rest(struct gwt_buf *out, struct groups *groups, const struct gwt_json *run, bool failing)
{
	const struct gwt_json *next = gwt_run_first_failing(run);
	size_t count = 0;

	for (const struct gwt_json *row = gwt_json_get(run, "unused")->child; row; row = row->next) {
		bool fails = gwt_row_fails(&next, row);

		if (fails != failing || breach_before(groups, row))
			continue;
		write_unused(out, row, fails);
		count++;
	}
	return count;
}

void gwt_html_unused_add(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_auto(gwt_buf_release) struct gwt_buf list = { .max = SIZE_MAX };
	struct groups groups = { 0 };
	size_t count;

	read_run(&groups, run);
	count = write_rest(&list, &groups, run, true);
	count += write_rest(&list, &groups, run, false);
	release(&groups);
	if (!count)
		return;
	gwt_buf_printf(out,
		       "<section aria-labelledby=\"unused\"><h2 id=\"unused\">Never called: %zu recorded "
		       "interaction%s</h2>\n<ul class=\"unused\">\n",
		       count, count == 1 ? "" : "s");
	gwt_buf_add(out, gwt_buf_span(&list));
	gwt_buf_add_text(out, "</ul></section>\n");
}
