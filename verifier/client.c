#include "verifier/client.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "verifier/jobs.h"

enum {
	MAX_CLIENT_BYTES = 1 << 20,
	PROBES_AT_ONCE = 4,
	PROBE_MS = 180000,
	DEFAULT_TIMEOUT_S = 10, /* DESIGN 7 */
	MAX_TIMEOUT_S = 3600,
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '.' || c == '@' || c == '+';
}

/* NAME or NAME@VERSION; anything else is a command. */
static bool is_name(const char *word)
{
	for (const char *at = word; *at; at++)
		if (!is_name_byte(*at))
			return false;
	return word[0] && word[0] != '.' && word[0] != '@';
}

static struct gwt_span put_version(struct gwt_arena *arena, struct gwt_span text, const char *version)
{
	static const struct gwt_span hole = GWT_SPAN_INIT("{version}");
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	for (size_t i = 0; i < text.len; i++) {
		if (version && gwt_span_starts(gwt_span_slice(text, i, text.len), hole)) {
			gwt_buf_add_text(&out, version);
			i += hole.len - 1;
		} else {
			gwt_buf_add_char(&out, text.ptr[i]);
		}
	}
	return gwt_arena_copy(arena, gwt_buf_span(&out));
}

struct reader {
	struct gwt_arena *arena;
	const char *path;
	struct gwt_json *json;
	const char *version;
};

/* A member that is a list of words; NULL where it is absent. */
static gwt_status read_words(const struct reader *reader, const char *name, char ***out,
			     struct gwt_error *err)
{
	const struct gwt_json *list = gwt_json_get(reader->json, name);
	size_t len = 0;

	*out = NULL;
	if (!list)
		return GWT_OK;
	if (list->type != GWT_JSON_ARRAY || !list->len)
		return gwt_fail(err, GWT_EPARSE, "%s: '%s' must be a list of words", reader->path, name);
	*out = gwt_arena_array(reader->arena, char *, list->len + 1);
	for (const struct gwt_json *word = list->child; word; word = word->next) {
		if (word->type != GWT_JSON_STRING)
			return gwt_fail(err, GWT_EPARSE, "%s: '%s' must be a list of words", reader->path,
					name);
		(*out)[len++] = gwt_arena_cstr(reader->arena,
					       put_version(reader->arena, word->text, reader->version));
	}
	return GWT_OK;
}

static const char *read_text(const struct reader *reader, const char *name)
{
	struct gwt_span text = gwt_json_get_text(reader->json, name);

	return text.ptr ? gwt_arena_cstr(reader->arena, put_version(reader->arena, text, reader->version))
			: NULL;
}

static gwt_status check_members(const struct reader *reader, struct gwt_error *err)
{
	static const char *const known[] = { "about",    "install", "version", "start",
					     "versions", "timeout", "backdrop" };

	for (const struct gwt_json *member = reader->json->child; member; member = member->next) {
		bool found = false;

		for (size_t i = 0; i < GWT_LEN(known); i++)
			found = found || gwt_span_is(member->name, known[i]);
		if (!found)
			return gwt_fail(err, GWT_EPARSE, "%s: a client has no member '" GWT_SPAN_FMT "'",
					reader->path, GWT_SPAN_ARG(member->name));
	}
	return GWT_OK;
}

static gwt_status read_timeout(const struct reader *reader, uint64_t *out, struct gwt_error *err)
{
	const struct gwt_json *value = gwt_json_get(reader->json, "timeout");
	uint64_t seconds = DEFAULT_TIMEOUT_S;

	if (value && (!gwt_json_to_u64(value, MAX_TIMEOUT_S, &seconds) || seconds == 0))
		return gwt_fail(err, GWT_EPARSE, "%s: 'timeout' must be a number of seconds from 1 to %d",
				reader->path, MAX_TIMEOUT_S);
	*out = seconds * 1000;
	return GWT_OK;
}

static gwt_status read_backdrop(const struct reader *reader, bool *out, struct gwt_error *err)
{
	const struct gwt_json *value = gwt_json_get(reader->json, "backdrop");

	*out = value && gwt_span_is(gwt_json_get_text(reader->json, "backdrop"), "sandbox");
	if (value && !*out && !gwt_span_is(gwt_json_get_text(reader->json, "backdrop"), "none"))
		return gwt_fail(err, GWT_EPARSE, "%s: 'backdrop' must be \"none\" or \"sandbox\"",
				reader->path);
	return GWT_OK;
}

static gwt_status read_json(struct reader *reader, struct gwt_client *out, struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status = gwt_file_read(reader->arena, reader->path, MAX_CLIENT_BYTES, &text, err);

	if (status == GWT_OK)
		status = gwt_json_parse_file(reader->arena, reader->path, text, &reader->json, err);
	if (status == GWT_OK && reader->json->type != GWT_JSON_OBJECT)
		status = gwt_fail(err, GWT_EPARSE, "%s: a client must be an object", reader->path);
	if (status == GWT_OK)
		status = check_members(reader, err);
	if (status == GWT_OK)
		status = read_words(reader, "start", &out->start, err);
	if (status == GWT_OK)
		status = read_words(reader, "version", &out->version_command, err);
	if (status == GWT_OK)
		status = read_words(reader, "versions", &out->versions_command, err);
	if (status == GWT_OK)
		status = read_timeout(reader, &out->timeout_ms, err);
	if (status == GWT_OK)
		status = read_backdrop(reader, &out->backdrop, err);
	if (status == GWT_OK && !out->start)
		status = gwt_fail(err, GWT_EPARSE, "%s: 'start' is missing", reader->path);
	if (status != GWT_OK)
		return status;
	out->about = read_text(reader, "about");
	out->install = read_text(reader, "install");
	return GWT_OK;
}

static gwt_status set_command(struct gwt_arena *arena, const char *word, struct gwt_client *out)
{
	static char shell[] = "/bin/sh", dash_c[] = "-c";

	out->timeout_ms = DEFAULT_TIMEOUT_S * 1000;
	out->start = gwt_arena_array(arena, char *, 4);
	out->start[0] = shell;
	out->start[1] = dash_c;
	out->start[2] = gwt_arena_cstr(arena, gwt_span_of(word));
	return GWT_OK;
}

gwt_status gwt_client_read(struct gwt_arena *arena, const char *clients, const char *word,
			   struct gwt_client *out, struct gwt_error *err)
{
	struct gwt_span version = gwt_span_of(word), name = gwt_span_cut(&version, '@');
	struct reader reader = { .arena = arena };
	gwt_status status;

	*out = (struct gwt_client){ .word = gwt_arena_cstr(arena, gwt_span_of(word)) };
	if (!word[0])
		return gwt_fail(err, GWT_EUSAGE, "option '--client' needs a name or a command");
	if (!is_name(word))
		return set_command(arena, word, out);
	out->name = gwt_arena_cstr(arena, name);
	out->wanted = reader.version = version.len ? gwt_arena_cstr(arena, version) : NULL;
	out->folder = gwt_file_join(arena, clients, out->name);
	reader.path = gwt_file_join(arena, out->folder, "client.json");
	if (!gwt_file_exists(reader.path))
		return gwt_fail(err, GWT_EUNCHECKED,
				"there is no client '%s': '%s' is missing ('gwtape verify --list' names the "
				"clients; a command has a space or a slash)",
				out->name, reader.path);
	status = read_json(&reader, out, err);
	if (status == GWT_OK)
		status = gwt_waivers_read(arena, gwt_file_join(arena, out->folder, "waivers.json"),
					  &out->waivers, err);
	return status;
}

gwt_status gwt_clients_list(struct gwt_arena *arena, const char *clients, struct gwt_client **out,
			    size_t *len, struct gwt_error *err)
{
	struct gwt_file_list files = { 0 };
	gwt_status status = gwt_file_list(arena, clients, "/client.json", &files, err);

	*len = 0;
	if (status != GWT_OK)
		return status;
	*out = gwt_arena_array(arena, struct gwt_client, files.len + 1);
	for (size_t i = 0; i < files.len && status == GWT_OK; i++) {
		struct gwt_span rest = gwt_span_of(files.paths[i]), name = gwt_span_cut(&rest, '/');

		if (gwt_span_is(rest, "client.json"))
			status = gwt_client_read(arena, clients, gwt_arena_cstr(arena, name),
						 &(*out)[(*len)++], err);
	}
	return status;
}

static struct gwt_span first_line(struct gwt_span text)
{
	struct gwt_span line = gwt_span_cut(&text, '\n');

	while (line.len && (unsigned char)line.ptr[line.len - 1] <= ' ')
		line.len--;
	return line;
}

/* "boto3 1.26.27" for NAME@1.26.27 must name that version. */
static bool is_wanted(const struct gwt_client *client)
{
	struct gwt_span rest = gwt_span_of(client->version);

	if (!client->wanted)
		return true;
	while (rest.ptr)
		if (gwt_span_is(gwt_span_cut(&rest, ' '), client->wanted))
			return true;
	return false;
}

static void set_version(struct gwt_client *client, const struct gwt_job *job, struct gwt_arena *arena)
{
	if (!client->version_command)
		return;
	client->version = gwt_arena_cstr(arena, first_line(job->output));
	client->missing = job->exit_code != 0 || !client->version[0] || !is_wanted(client);
	if (client->missing)
		client->why = job->exit_code ? first_line(job->errors) : gwt_span_of(client->version);
}

void gwt_clients_probe(struct gwt_arena *arena, struct gwt_client *items, size_t len)
{
	struct gwt_job *jobs = gwt_arena_array(arena, struct gwt_job, len + 1);

	for (size_t i = 0; i < len; i++)
		jobs[i] = (struct gwt_job){ .argv = items[i].version_command,
					    .folder = items[i].folder,
					    .version = items[i].wanted };
	gwt_jobs_run(arena, jobs, len, PROBES_AT_ONCE, PROBE_MS);
	for (size_t i = 0; i < len; i++)
		set_version(&items[i], &jobs[i], arena);
}
