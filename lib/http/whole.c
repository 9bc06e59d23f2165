#include "lib/http/whole.h"

#include "lib/base/arena.h"
#include "lib/http/h1_parse.h"

static gwt_status explain_incomplete(const char *path, const struct gwt_h1_parser *parser,
				     struct gwt_span raw, struct gwt_error *err)
{
	if (!parser->head_end)
		return gwt_fail(err, GWT_EPARSE,
				"'%s' ends inside the head: no empty line (CR LF CR LF) follows it", path);
	return gwt_fail(err, GWT_EPARSE,
			"'%s' is cut short: its head promises more body than the %zu bytes that follow", path,
			raw.len - parser->head_end);
}

static gwt_status parse(struct gwt_arena *arena, const char *path, struct gwt_span raw,
			struct gwt_h1_parser *parser, struct gwt_request *out, struct gwt_error *err)
{
	enum gwt_h1_result result = gwt_h1_parse(parser, raw, arena, out);

	if (result == GWT_H1_CONTINUE)
		result = gwt_h1_parse(parser, raw, arena, out);
	if (result == GWT_H1_BAD)
		return gwt_fail(err, GWT_EPARSE, "'%s' is not an acceptable request: %s (byte %zu)", path,
				parser->reason, parser->at);
	if (result != GWT_H1_DONE)
		return explain_incomplete(path, parser, raw, err);
	if (parser->consumed < raw.len)
		return gwt_fail(err, GWT_EPARSE,
				"'%s' goes on for %zu bytes after the request: does Content-Length say less "
				"than is there?",
				path, raw.len - parser->consumed);
	out->body = gwt_arena_copy(arena, out->body); /* the parser owns a chunked body, and is released */
	return GWT_OK;
}

gwt_status gwt_request_parse_whole(struct gwt_arena *arena, const char *name, struct gwt_span raw,
				   struct gwt_request *out, struct gwt_error *err)
{
	struct gwt_h1_parser parser = { 0 };
	gwt_status status;

	gwt_h1_parser_init(&parser);
	status = parse(arena, name, raw, &parser, out, err);
	gwt_h1_parser_release(&parser);
	return status;
}
