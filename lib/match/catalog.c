#include "lib/match/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/match/image.h"
#include "lib/sigv4/sigv4.h"
#include "lib/store/load.h"

/*
 * FEW: fewer are read faster than a person notices. YOUNG_NS: a file that was changed so recently may change
 * again without a new time, so nothing made from it is kept.
 */
enum { FEW = 100 };
#define YOUNG_NS INT64_C(2000000000)

/* The name of a cache file, and what it was made from. */
struct identity {
	const char *path;
	unsigned char made_of[GWT_SHA256_BYTES];
};

static void add_number(struct gwt_buf *out, uint64_t number)
{
	gwt_buf_add(out, (struct gwt_span){ (const char *)&number, sizeof(number) });
}

static void add_text(struct gwt_buf *out, const char *text)
{
	add_number(out, strlen(text));
	gwt_buf_add_text(out, text);
}

static void add_facts(struct gwt_buf *out, const struct gwt_file_facts *facts)
{
	add_number(out, facts->size);
	add_number(out, facts->inode);
	add_number(out, (uint64_t)facts->modified_ns);
	add_number(out, (uint64_t)facts->changed_ns);
}

/*
 * What was requested, which is also in the file's name. Reports show the source as it was given, so it is a
 * part of this.
 */
static bool add_request(struct gwt_buf *out, const struct gwt_catalog_source *source)
{
	char *real = realpath(source->source, NULL);

	if (!real)
		return false;
	add_text(out, real);
	add_text(out, source->source);
	for (size_t i = 0; i < source->name_count; i++)
		add_text(out, source->names[i]);
	free(real);
	return true;
}

/* This program itself: another build may have another layout of its structures. */
static bool add_program(struct gwt_buf *out)
{
	struct gwt_file_facts facts;

	if (!gwt_file_facts("/proc/self/exe", &facts))
		return false;
	add_facts(out, &facts);
	add_text(out, GWT_VERSION);
	return true;
}

/* All files and their facts; false when they are few, or when one is too young. */
static bool add_files(struct gwt_buf *out, const struct gwt_catalog_source *source, struct gwt_arena *scratch)
{
	int64_t now = gwt_clock_now() * INT64_C(1000000000);
	struct gwt_file_facts *facts;
	struct gwt_file_list list;

	if (gwt_file_list(scratch, source->source, ".json", &list, NULL) != GWT_OK ||
	    (list.len < FEW && !source->cache_few) ||
	    gwt_file_list_facts(scratch, source->source, &list, &facts, NULL) != GWT_OK)
		return false;
	for (size_t i = 0; i < list.len; i++) {
		if (facts[i].changed_ns > now - YOUNG_NS)
			return false;
		add_text(out, list.paths[i]);
		add_facts(out, &facts[i]);
	}
	return true;
}

/* Whether nobody else can put files there. */
static bool is_own_folder(const char *path)
{
	struct stat st;

	if (gwt_file_mkdirs_for(path, NULL) != GWT_OK || (mkdir(path, 0700) != 0 && errno != EEXIST))
		return false;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static const char *path_for(struct gwt_arena *scratch, const char *cache, const unsigned char name[32])
{
	gwt_auto(gwt_buf_release) struct gwt_buf hex = { .max = SIZE_MAX };

	gwt_buf_add_hex(&hex, (struct gwt_span){ (const char *)name, 16 });
	return gwt_arena_printf(scratch, "%s/%s.index", cache, gwt_buf_cstr(&hex)).ptr;
}

/* False when this source is not cached. */
static bool identify(const struct gwt_catalog_source *source, struct gwt_arena *scratch, struct identity *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf all = { .max = SIZE_MAX };
	struct gwt_sigv4 *digests;
	unsigned char name[GWT_SHA256_BYTES];
	size_t asked;

	if (!source->cache || !gwt_file_is_dir(source->source) || !add_request(&all, source))
		return false;
	asked = all.len;
	if (!add_program(&all) || !add_files(&all, source, scratch) || !is_own_folder(source->cache))
		return false;
	digests = gwt_sigv4_new();
	gwt_sha256(digests, gwt_span_slice(gwt_buf_span(&all), 0, asked), name);
	gwt_sha256(digests, gwt_buf_span(&all), out->made_of);
	gwt_sigv4_free(digests);
	out->path = path_for(scratch, source->cache, name);
	return true;
}

static bool read_cached(const struct identity *identity, struct gwt_catalog *out)
{
	const void *roots[GWT_IMAGE_ROOTS];

	if (!gwt_image_read(identity->path, identity->made_of, &out->region, roots))
		return false;
	out->cassettes = roots[0];
	out->index = roots[1];
	return true;
}

static gwt_status build(const struct gwt_catalog_source *source, struct gwt_arena *arena,
			struct gwt_catalog *out, struct gwt_error *err)
{
	struct gwt_cassettes *cassettes = gwt_arena_new(arena, struct gwt_cassettes);
	gwt_status status =
		gwt_cassettes_load(arena, source->source, source->names, source->name_count, cassettes, err);

	if (status != GWT_OK)
		return status;
	out->cassettes = cassettes;
	out->index = gwt_index_make(cassettes, arena);
	return GWT_OK;
}

/*
 * Build in the region, and keep the region as a file; false, with nothing done, when the catalog did not fit.
 */
static gwt_status build_cached(const struct gwt_catalog_source *source, const struct identity *identity,
			       struct gwt_catalog *out, struct gwt_error *err)
{
	struct gwt_arena arena;
	gwt_status status;
	size_t extent;

	gwt_arena_init_in(&arena, out->region.base + GWT_IMAGE_START, out->region.size - GWT_IMAGE_START);
	status = build(source, &arena, out, err);
	extent = gwt_arena_extent(&arena);
	if (status != GWT_OK || extent == 0) {
		out->arena = arena; /* it continued outside the region: it is served, but not kept */
		return status;
	}
	extent += GWT_IMAGE_START;
	gwt_image_write(identity->path, identity->made_of, &out->region, extent,
			(const void *const[]){ out->cassettes, out->index });
	gwt_region_seal(&out->region, extent);
	return GWT_OK;
}

gwt_status gwt_catalog_open(const struct gwt_catalog_source *source, struct gwt_catalog *out,
			    struct gwt_error *err)
{
	struct gwt_catalog catalog = { 0 };
	struct gwt_arena scratch = { 0 };
	struct identity identity;
	gwt_status status = GWT_OK;

	if (!identify(source, &scratch, &identity))
		status = build(source, &catalog.arena, &catalog, err);
	else if (!read_cached(&identity, &catalog))
		status = gwt_region_reserve(&catalog.region) ? build_cached(source, &identity, &catalog, err)
							     : build(source, &catalog.arena, &catalog, err);
	gwt_arena_release(&scratch);
	if (status == GWT_OK)
		*out = catalog;
	else
		gwt_catalog_close(&catalog);
	return status;
}

void gwt_catalog_close(struct gwt_catalog *catalog)
{
	gwt_arena_release(&catalog->arena);
	gwt_region_release(&catalog->region);
	*catalog = (struct gwt_catalog){ 0 };
}
