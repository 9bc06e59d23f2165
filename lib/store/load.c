#include "lib/store/load.h"

/* A folder of cassettes, from the file system or from a git revision. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/guess.h"
#include "lib/base/span.h"
#include "lib/cassette/codec.h"
#include "lib/cassette/pack.h"
#include "lib/sigv4/sigv4.h"
#include "lib/store/store.h"

/* A file's text and its path below the folder. */
struct source {
	const char *relative, *shown; /* `shown` is for messages */
	struct gwt_span text;
};

static bool is_validated(struct gwt_span path)
{
	return gwt_span_is(path, "VALIDATED.json") || gwt_span_ends(path, GWT_SPAN("/VALIDATED.json"));
}

static struct gwt_span name_of(const char *relative)
{
	struct gwt_span path = gwt_span_of(relative);

	return gwt_span_slice(path, 0, path.len - 5); /* length of ".json" */
}

bool gwt_name_is_selected(struct gwt_span name, char *const *names, size_t name_count)
{
	for (size_t i = 0; i < name_count; i++) {
		struct gwt_span wanted = gwt_span_of(names[i]);

		if (wanted.len && wanted.ptr[wanted.len - 1] == '/')
			wanted.len--;
		if (gwt_span_starts(name, wanted) && (name.len == wanted.len || name.ptr[wanted.len] == '/'))
			return true;
	}
	return name_count == 0;
}

/* The state of a load. */
struct load {
	struct gwt_arena *arena;  /* memory of the result */
	struct gwt_arena scratch; /* memory for one file */
	struct gwt_packer packer;
	struct gwt_sigv4 *digests;
	char *const *names;
	size_t name_count;
	struct gwt_cassettes *out;
	struct gwt_error *err;
};

/* FNV-1a over words: accidental changes and those of an editor change the hash. */
static uint64_t mix(uint64_t hash, struct gwt_span bytes)
{
	const uint64_t prime = 0x100000001b3;

	hash = (hash ^ bytes.len) * prime;
	for (; bytes.len >= sizeof(uint64_t); bytes = gwt_span_slice(bytes, sizeof(uint64_t), bytes.len)) {
		uint64_t word;

		memcpy(&word, bytes.ptr, sizeof(word));
		hash = (hash ^ word) * prime;
		hash ^= hash >> 32;
	}
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.ptr[i]) * prime;
	return hash;
}

static gwt_status add(struct load *load, const struct source *from)
{
	struct gwt_error *err = load->err;
	struct gwt_cassettes *out = load->out;
	struct gwt_cassette cassette;
	gwt_status status =
		gwt_cassette_read(load->digests, &load->scratch, from->shown, from->text, &cassette, err);

	if (status != GWT_OK)
		return status;
	if (!gwt_span_eq(cassette.scenario, name_of(from->relative)))
		return gwt_fail(err, GWT_EPARSE,
				"%s:1:1: it holds another scenario than '" GWT_SPAN_FMT
				"', which its file name says",
				from->shown, GWT_SPAN_ARG(name_of(from->relative)));
	out->fingerprint = mix(mix(out->fingerprint, cassette.scenario), from->text);
	GWT_GROW(load->arena, out->items, out->len, out->cap);
	gwt_pack(&load->packer, &cassette, &out->items[out->len++]);
	return GWT_OK;
}

/* Make room for so many at once: a list that grows leaves its old storage in the arena. */
static void expect(struct load *load, size_t count)
{
	load->out->items = gwt_arena_array(load->arena, struct gwt_cassette, count);
	load->out->cap = count;
}

static gwt_status load_folder(struct load *load, const char *dir)
{
	struct gwt_arena paths = { 0 };
	struct gwt_file_list list = { 0 };
	gwt_status status = gwt_file_need_dir(
		dir, "record some cassettes first, or name their folder with --cassettes DIR", load->err);

	if (status == GWT_OK)
		status = gwt_file_list(&paths, dir, ".json", &list, load->err);
	if (status == GWT_OK)
		expect(load, list.len);
	for (size_t i = 0; status == GWT_OK && i < list.len; i++) {
		struct source from = { list.paths[i],
				       gwt_file_join(&load->scratch, dir, list.paths[i]),
				       { NULL, 0 } };

		if (is_validated(gwt_span_of(from.relative)) ||
		    !gwt_name_is_selected(name_of(from.relative), load->names, load->name_count))
			continue;
		status = gwt_file_read(&load->scratch, from.shown, GWT_MAX_FILE_BYTES, &from.text, load->err);
		if (status == GWT_OK)
			status = add(load, &from);
		gwt_arena_reset(&load->scratch);
	}
	gwt_arena_release(&paths);
	return status;
}

static gwt_status load_revision(struct load *load, const char *dir, const char *revision)
{
	struct gwt_arena blobs = { 0 };
	struct gwt_store_files files;
	gwt_status status = gwt_store_read(&blobs, dir, revision, ".json", &files, load->err);

	if (status == GWT_OK)
		expect(load, files.len);
	for (size_t i = 0; status == GWT_OK && i < files.len; i++) {
		struct source from = { gwt_arena_cstr(&load->scratch, files.items[i].path), NULL,
				       files.items[i].bytes };

		if (is_validated(files.items[i].path) ||
		    !gwt_name_is_selected(name_of(from.relative), load->names, load->name_count))
			continue;
		from.shown = gwt_arena_printf(&load->scratch, "%s@%s:%s", dir, revision, from.relative).ptr;
		status = add(load, &from);
		gwt_arena_reset(&load->scratch);
	}
	gwt_arena_release(&blobs);
	return status;
}

/* The message names the cassette or group of the folder that was probably meant. */
static gwt_status fail_unknown(const char *source, const char *wanted, struct gwt_error *err)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_guess guess = { .word = gwt_span_of(wanted) };
	struct gwt_file_list files = { 0 };
	struct gwt_error none;

	if (gwt_file_is_dir(source) && gwt_file_list(&arena, source, ".json", &files, &none) == GWT_OK)
		for (size_t i = 0; i < files.len; i++) {
			struct gwt_span group = gwt_span_of(files.paths[i]);

			if (is_validated(group))
				continue;
			gwt_guess_try(&guess, name_of(files.paths[i]));
			gwt_guess_try(&guess, gwt_span_cut(&group, '/'));
		}
	if (guess.best.ptr)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no cassette '%s' in '%s'; did you mean '" GWT_SPAN_FMT "'?", wanted, source,
				GWT_SPAN_ARG(guess.best));
	return gwt_fail(err, GWT_EUNCHECKED, "no cassette '%s' in '%s'", wanted, source);
}

static gwt_status check_names(const struct gwt_cassettes *found, const char *source, char *const *names,
			      size_t name_count, struct gwt_error *err)
{
	for (size_t i = 0; i < name_count; i++) {
		bool used = false;

		for (size_t j = 0; j < found->len && !used; j++)
			used = gwt_name_is_selected(found->items[j].scenario, names + i, 1);
		if (!used)
			return fail_unknown(source, names[i], err);
	}
	if (found->len == 0)
		return gwt_fail(err, GWT_EUNCHECKED, "no cassettes in '%s': record some first", source);
	return GWT_OK;
}

/* The '@' of DIR@REV: the last one that is not part of the revision (HEAD@{yesterday}). */
static const char *revision_mark(const char *source)
{
	for (const char *at = source + strlen(source); at > source; at--)
		if (at[0] == '@' && at[1] != '{')
			return at;
	return NULL;
}

gwt_status gwt_cassettes_load(struct gwt_arena *arena, const char *source, char *const *names,
			      size_t name_count, struct gwt_cassettes *out, struct gwt_error *err)
{
	const char *at = revision_mark(source);
	struct gwt_cassettes found = { 0 };
	struct load load = {
		.arena = arena,
		.names = names,
		.name_count = name_count,
		.out = &found,
		.err = err,
	};
	gwt_status status;

	gwt_packer_init(&load.packer, arena);
	load.digests = gwt_sigv4_new();
	if (at && !gwt_file_is_dir(source))
		status = load_revision(
			&load, gwt_arena_cstr(arena, (struct gwt_span){ source, (size_t)(at - source) }),
			at + 1);
	else
		status = load_folder(&load, source);
	gwt_sigv4_free(load.digests);
	gwt_packer_release(&load.packer);
	gwt_arena_release(&load.scratch);
	if (status == GWT_OK)
		status = check_names(&found, source, names, name_count, err);
	if (status == GWT_OK)
		*out = found;
	return status;
}
