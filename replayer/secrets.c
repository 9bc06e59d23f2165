#include "replayer/secrets.h"

#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

/* The place says which member it is; names are not quoted, since one may be a misplaced secret. */
static gwt_status refuse(const char *path, struct gwt_span text, const struct gwt_json *item,
			 struct gwt_error *err)
{
	size_t line, column;

	gwt_file_position(text, item->name_offset, &line, &column);
	return gwt_fail(err, GWT_EPARSE, "%s:%zu:%zu: expected \"ACCESS_KEY_ID\": \"SECRET\"", path, line,
			column);
}

gwt_status gwt_secrets_read(struct gwt_arena *arena, const char *path, struct gwt_secrets *out,
			    struct gwt_error *err)
{
	struct gwt_secrets secrets = { 0 };
	struct gwt_span text;
	struct gwt_json *root;
	gwt_status status = gwt_file_read(arena, path, 1 << 20, &text, err);

	if (status == GWT_OK)
		status = gwt_json_parse_file(arena, path, text, &root, err);
	if (status != GWT_OK)
		return status;
	if (!gwt_json_is(root, GWT_JSON_OBJECT) || root->len == 0)
		return gwt_fail(err, GWT_EPARSE,
				"%s:1:1: a credentials file is {\"ACCESS_KEY_ID\": \"SECRET\", ...}", path);
	for (const struct gwt_json *item = root->child; item; item = item->next) {
		if (item->type != GWT_JSON_STRING || item->name.len == 0)
			return refuse(path, text, item, err);
		GWT_GROW(arena, secrets.items, secrets.len, secrets.cap);
		secrets.items[secrets.len++] = (struct gwt_secret){ item->name, item->text };
	}
	*out = secrets;
	return GWT_OK;
}

size_t gwt_secrets_lookup(void *opaque, struct gwt_span access_key_id, struct gwt_span found[8])
{
	static const struct gwt_span dummies[] = {
		GWT_SPAN_INIT(GWT_DUMMY_SECRET_KEY),
		GWT_SPAN_INIT("test"),
		GWT_SPAN_INIT("testing"),
	};
	const struct gwt_secrets *secrets = opaque;

	for (size_t i = 0; secrets && i < secrets->len; i++)
		if (gwt_span_eq(secrets->items[i].access_key_id, access_key_id)) {
			found[0] = secrets->items[i].secret_key;
			return 1;
		}
	memcpy(found, dummies, sizeof(dummies));
	return GWT_LEN(dummies);
}
