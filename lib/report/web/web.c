#include "lib/report/web/web.h"

#include <assert.h>

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/report/html_text.h"
#include "lib/sigv4/sigv4.h"

struct gwt_span gwt_web_file(const char *name)
{
	const struct gwt_web_file *file = gwt_web_files;

	while (file->name && strcmp(file->name, name) != 0)
		file++;
	assert(file->name);
	return file->bytes;
}

static void add_script(struct gwt_buf *out, const struct gwt_web_page *page)
{
	for (size_t i = 0; page->scripts[i]; i++)
		gwt_buf_add(out, gwt_web_file(page->scripts[i]));
}

/* 'sha256-…' of what is between the tags (CSP Level 3, 2.3.1). */
static void add_hash(struct gwt_buf *out, struct gwt_span text)
{
	struct gwt_sigv4 *digests = gwt_sigv4_new();
	unsigned char hash[GWT_SHA256_BYTES];

	gwt_sha256(digests, text, hash);
	gwt_sigv4_free(digests);
	gwt_buf_add_text(out, "'sha256-");
	gwt_buf_add_base64(out, (struct gwt_span){ (const char *)hash, sizeof(hash) });
	gwt_buf_add_char(out, '\'');
}

void gwt_web_policy_add(struct gwt_buf *out, const struct gwt_web_page *page)
{
	gwt_auto(gwt_buf_release) struct gwt_buf script = { .max = SIZE_MAX };

	add_script(&script, page);
	gwt_buf_add_text(out, "default-src 'none'; style-src ");
	add_hash(out, gwt_web_file("page.css"));
	gwt_buf_add_text(out, "; script-src ");
	add_hash(out, gwt_buf_span(&script));
	gwt_buf_add_text(out, page->fetches ? "; connect-src 'self'" : "");
	gwt_buf_add_text(out, "; img-src data:; base-uri 'none'; form-action 'none'");
}

static void add_title(struct gwt_buf *out, const struct gwt_web_page *page)
{
	gwt_html_add_attribute(out, page->title);
}

static void add_style(struct gwt_buf *out, const struct gwt_web_page *page)
{
	(void)page;
	gwt_buf_add(out, gwt_web_file("page.css"));
}

static void add_tools(struct gwt_buf *out, const struct gwt_web_page *page)
{
	(void)page;
	gwt_buf_add(out, gwt_web_file("tools.html"));
}

static void add_version(struct gwt_buf *out, const struct gwt_web_page *page)
{
	(void)page;
	gwt_buf_add_text(out, GWT_VERSION);
}

static void add_body(struct gwt_buf *out, const struct gwt_web_page *page);

/* The parts that HTML files name with {{name}}. */
static const struct {
	const char *name;
	void (*add)(struct gwt_buf *out, const struct gwt_web_page *page);
} parts[] = {
	{ "policy", gwt_web_policy_add }, { "title", add_title },
	{ "style", add_style },           { "body", add_body },
	{ "script", add_script },         { "tools", add_tools },
	{ "version", add_version },
};

static void add_part(struct gwt_buf *out, const struct gwt_web_page *page, struct gwt_span name)
{
	size_t i = 0;

	while (i < GWT_LEN(parts) && !gwt_span_is(name, parts[i].name))
		i++;
	assert(i < GWT_LEN(parts));
	parts[i].add(out, page);
}

static void fill(struct gwt_buf *out, const struct gwt_web_page *page, const char *file)
{
	struct gwt_span rest = gwt_web_file(file);

	while (rest.len) {
		size_t at = gwt_span_find_span(rest, GWT_SPAN("{{"));
		struct gwt_span name = gwt_span_slice(rest, at + 2, rest.len);

		gwt_buf_add(out, gwt_span_slice(rest, 0, at));
		if (at == rest.len)
			return;
		name = gwt_span_slice(name, 0, gwt_span_find_span(name, GWT_SPAN("}}")));
		add_part(out, page, name);
		rest = gwt_span_slice(rest, at + 2 + name.len + 2, rest.len);
	}
}

/* Generated markup is not searched for parts: braces in a client's text do not name one. */
static void add_body(struct gwt_buf *out, const struct gwt_web_page *page)
{
	if (page->body_file)
		fill(out, page, page->body_file);
	else
		gwt_buf_add(out, page->body);
}

void gwt_web_page_add(struct gwt_buf *out, const struct gwt_web_page *page)
{
	fill(out, page, "shell.html");
}
