#include "replayer/live.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/report/html.h"
#include "lib/report/web/web.h"

static const struct gwt_web_page page = {
	.title = GWT_SPAN_INIT("gwtape live"),
	.body_file = "live.html",
	.scripts = { "page.js", "live.js" },
	.fetches = true,
};

static void add_policy(struct gwt_arena *arena, struct gwt_response *response)
{
	gwt_auto(gwt_buf_release) struct gwt_buf policy = { .max = SIZE_MAX };

	gwt_web_policy_add(&policy, &page);
	gwt_buf_add_text(&policy, "; frame-ancestors 'none'");
	gwt_headers_add_view(&response->headers, GWT_SPAN("Content-Security-Policy"),
			     gwt_arena_copy(arena, gwt_buf_span(&policy)));
	gwt_headers_add_view(&response->headers, GWT_SPAN("X-Frame-Options"), GWT_SPAN("DENY"));
	gwt_headers_add_view(&response->headers, GWT_SPAN("Referrer-Policy"), GWT_SPAN("no-referrer"));
}

void gwt_live_page(struct gwt_arena *arena, struct gwt_response *response)
{
	gwt_auto(gwt_buf_release) struct gwt_buf html = { .max = SIZE_MAX };

	gwt_web_page_add(&html, &page);
	add_policy(arena, response);
	gwt_headers_add_view(&response->headers, GWT_SPAN("Content-Type"),
			     GWT_SPAN("text/html; charset=utf-8"));
	response->status = 200;
	response->body = gwt_arena_copy(arena, gwt_buf_span(&html));
}

void gwt_live_add_rows(struct gwt_arena *arena, struct gwt_json *journal)
{
	gwt_auto(gwt_buf_release) struct gwt_buf html = { .max = SIZE_MAX };

	for (struct gwt_json *entry = gwt_json_get(journal, "entries")->child; entry; entry = entry->next) {
		uint64_t number = 0;

		gwt_json_to_u64(gwt_json_get(entry, "number"), UINT64_MAX, &number);
		gwt_buf_clear(&html);
		gwt_html_row_add(&html, entry, number, false);
		gwt_json_add_string(arena, entry, "html", gwt_buf_span(&html));
	}
}
