#include "lib/match/image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/map.h"

static const char magic[8] = "gwtIDX1";

_Static_assert(sizeof(struct gwt_image_header) <= GWT_IMAGE_START, "the arena begins after the header");

enum { LANES = 4 };

/*
 * Finds damage, not attacks: an attacker who can write our files can do worse. Four lanes are as fast
 * as memory.
 */
static uint64_t checksum(const char *bytes, size_t len)
{
	uint64_t lanes[LANES] = { 1, 2, 3, 4 }, word, sum = len;
	size_t at = 0;

	for (; at + sizeof(lanes) <= len; at += sizeof(lanes))
		for (size_t i = 0; i < LANES; i++) {
			memcpy(&word, bytes + at + i * sizeof(word), sizeof(word));
			lanes[i] = (lanes[i] ^ word) * UINT64_C(0x9e3779b97f4a7c15);
			lanes[i] ^= lanes[i] >> 29;
		}
	for (; at < len; at++)
		lanes[0] = (lanes[0] ^ (unsigned char)bytes[at]) * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < LANES; i++)
		sum = (sum ^ lanes[i]) * UINT64_C(0xff51afd7ed558ccd) + (sum >> 31);
	return sum;
}

static uint64_t checksum_of(const struct gwt_image_header *header, const char *base, size_t len)
{
	struct gwt_image_header plain = *header;

	plain.checksum = 0;
	return checksum((const char *)&plain, sizeof(plain)) ^
	       checksum(base + sizeof(plain), len - sizeof(plain));
}

static bool read_fully(int fd, char *to, size_t len)
{
	while (len) {
		ssize_t got = read(fd, to, len < SSIZE_MAX ? len : SSIZE_MAX);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		len -= (size_t)got;
	}
	return true;
}

static bool write_fully(int fd, const char *from, size_t len)
{
	while (len) {
		ssize_t put = write(fd, from, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		from += put;
		len -= (size_t)put;
	}
	return true;
}

static bool is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

static bool is_inside(const struct gwt_image_header *header, uint64_t address)
{
	return address >= header->base + GWT_IMAGE_START && address < header->base + header->len;
}

static bool is_right_header(const struct gwt_image_header *header, const unsigned char made_of[32],
			    const struct stat *st)
{
	if (memcmp(header->magic, magic, sizeof(magic)) != 0 ||
	    memcmp(header->made_of, made_of, sizeof(header->made_of)) != 0 ||
	    header->len != (uint64_t)st->st_size || header->len <= GWT_IMAGE_START ||
	    header->base > UINT64_MAX - header->len)
		return false;
	for (size_t i = 0; i < GWT_IMAGE_ROOTS; i++)
		if (!is_inside(header, header->roots[i]))
			return false;
	return true;
}

/* Read the rest of the file, after its header, into the region. */
static bool read_rest(int fd, const struct gwt_image_header *header, const struct gwt_region *region)
{
	memcpy(region->base, header, sizeof(*header));
	return read_fully(fd, region->base + sizeof(*header), (size_t)header->len - sizeof(*header)) &&
	       checksum_of(header, region->base, (size_t)header->len) == header->checksum &&
	       gwt_hash_adopt_seed(header->seed);
}

static bool read_image(int fd, const unsigned char made_of[32], struct gwt_image_header *header,
		       struct gwt_region *out)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !is_ours(&st) || !read_fully(fd, (char *)header, sizeof(*header)) ||
	    !is_right_header(header, made_of, &st) || !gwt_region_at(header->base, (size_t)header->len, out))
		return false;
	if (read_rest(fd, header, out)) {
		gwt_region_seal(out, (size_t)header->len);
		return true;
	}
	gwt_region_release(out);
	return false;
}

bool gwt_image_read(const char *path, const unsigned char made_of[32], struct gwt_region *out,
		    const void *roots[GWT_IMAGE_ROOTS])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct gwt_image_header header;
	bool ok;

	if (fd < 0)
		return false;
	ok = read_image(fd, made_of, &header, out);
	close(fd);
	for (size_t i = 0; ok && i < GWT_IMAGE_ROOTS; i++)
		roots[i] = (const void *)(uintptr_t)header.roots[i];
	return ok;
}

void gwt_image_write(const char *path, const unsigned char made_of[32], const struct gwt_region *region,
		     size_t len, const void *const roots[GWT_IMAGE_ROOTS])
{
	struct gwt_image_header *header = (struct gwt_image_header *)(void *)region->base;
	char temp[PATH_MAX];
	int fd;

	if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= (int)sizeof(temp))
		return;
	fd = mkostemp(temp, O_CLOEXEC); /* with mode 0600 */
	if (fd < 0)
		return;
	*header = (struct gwt_image_header){ .base = (uint64_t)(uintptr_t)region->base, .len = len };
	memcpy(header->magic, magic, sizeof(magic));
	memcpy(header->made_of, made_of, sizeof(header->made_of));
	gwt_hash_seed(header->seed);
	for (size_t i = 0; i < GWT_IMAGE_ROOTS; i++)
		header->roots[i] = (uint64_t)(uintptr_t)roots[i];
	header->checksum = checksum_of(header, region->base, len);
	if (!write_fully(fd, region->base, len) || rename(temp, path) != 0)
		unlink(temp);
	close(fd);
}
