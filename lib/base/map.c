#include "lib/base/map.h"

#include <stdlib.h>
#include <sys/random.h>

#include "lib/base/arena.h"

/* SipHash-1-3 (Aumasson, Bernstein): keyed, so that collisions cannot be chosen. */
static uint64_t seed[2];

static void draw_seed(void)
{
	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		abort();
	seed[0] |= 1;
}

void gwt_hash_seed(uint64_t out[2])
{
	if (!seed[0])
		draw_seed();
	memcpy(out, seed, sizeof(seed));
}

bool gwt_hash_adopt_seed(const uint64_t wanted[2])
{
	if (!seed[0] && wanted[0])
		memcpy(seed, wanted, sizeof(seed));
	return wanted[0] && memcmp(seed, wanted, sizeof(seed)) == 0;
}

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

uint64_t gwt_hash(struct gwt_span s)
{
	uint64_t v[4], word, last = (uint64_t)s.len << 56;
	size_t whole = s.len / 8 * 8;

	if (!seed[0])
		draw_seed();
	v[0] = seed[0] ^ 0x736f6d6570736575u;
	v[1] = seed[1] ^ 0x646f72616e646f6du;
	v[2] = seed[0] ^ 0x6c7967656e657261u;
	v[3] = seed[1] ^ 0x7465646279746573u;
	for (size_t i = 0; i < whole; i += 8) {
		memcpy(&word, s.ptr + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (size_t i = whole; i < s.len; i++)
		last |= (uint64_t)(unsigned char)s.ptr[i] << (8 * (i - whole));
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t gwt_hash_quick_mask = UINT64_MAX;

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t fold_16(const char *bytes, uint64_t hash)
{
	uint64_t word[2];

	memcpy(word, bytes, sizeof(word));
	return fold(word[0] ^ seed[1], word[1] ^ hash);
}

uint64_t gwt_hash_quick(struct gwt_span s)
{
	uint64_t hash;
	char last[16] = { 0 }; /* two 64-bit words */
	size_t at = 0;

	if (!seed[0])
		draw_seed();
	hash = seed[0] ^ (s.len * UINT64_C(0x9e3779b97f4a7c15));
	for (; s.len - at >= sizeof(last); at += sizeof(last))
		hash = fold_16(s.ptr + at, hash);
	if (s.len > at)
		memcpy(last, s.ptr + at, s.len - at);
	return fold(fold_16(last, hash), seed[0] ^ UINT64_C(0xe7037ed1a0b428db)) & gwt_hash_quick_mask;
}

void gwt_map_release(struct gwt_map *map)
{
	free(map->entries);
	free(map->slots);
	*map = (struct gwt_map){ 0 };
}

/* The slot that holds `key`, or the free one where it would go. */
static size_t find_slot(const struct gwt_map *map, struct gwt_span key, uint64_t hash)
{
	size_t at = (size_t)hash & (map->slot_count - 1);

	while (map->slots[at]) {
		const struct gwt_map_entry *entry = &map->entries[map->slots[at] - 1];

		if (entry->key.ptr && entry->hash == hash && gwt_span_eq(entry->key, key))
			break;
		at = (at + 1) & (map->slot_count - 1);
	}
	return at;
}

static void rebuild(struct gwt_map *map)
{
	size_t kept = 0;

	for (size_t i = 0; i < map->used; i++)
		if (map->entries[i].key.ptr)
			map->entries[kept++] = map->entries[i];
	map->used = kept;
	if (map->used * 2 >= map->cap) {
		map->cap = map->cap ? map->cap * 2 : 8;
		map->entries = gwt_xrealloc(map->entries, map->cap * sizeof(*map->entries));
	}
	free(map->slots);
	map->slot_count = map->cap * 2;
	map->slots = gwt_xcalloc(map->slot_count, sizeof(*map->slots));
	for (size_t i = 0; i < map->used; i++)
		map->slots[find_slot(map, map->entries[i].key, map->entries[i].hash)] = (uint32_t)(i + 1);
}

void gwt_map_freeze(struct gwt_map *map, struct gwt_arena *arena)
{
	struct gwt_map frozen = { .len = map->len, .used = map->used, .cap = map->used };

	if (map->used) {
		frozen.slot_count = map->slot_count;
		while (frozen.slot_count / 2 >= map->used * 4 / 3 + 1)
			frozen.slot_count /= 2;
		frozen.entries = gwt_arena_array(arena, struct gwt_map_entry, map->used);
		gwt_copy(frozen.entries, map->entries, map->used * sizeof(*map->entries));
		frozen.slots = gwt_arena_array(arena, uint32_t, frozen.slot_count);
	}
	for (size_t i = 0; i < frozen.used; i++)
		if (frozen.entries[i].key.ptr)
			frozen.slots[find_slot(&frozen, frozen.entries[i].key, frozen.entries[i].hash)] =
				(uint32_t)(i + 1);
	gwt_map_release(map);
	*map = frozen;
}

void *gwt_map_get(const struct gwt_map *map, struct gwt_span key)
{
	size_t at;

	if (map->len == 0)
		return NULL;
	at = find_slot(map, key, gwt_hash(key));
	return map->slots[at] ? map->entries[map->slots[at] - 1].value : NULL;
}

void *gwt_map_put(struct gwt_map *map, struct gwt_span key, void *value)
{
	uint64_t hash = gwt_hash(key);
	size_t at;

	if (!key.ptr)
		key.ptr = "";
	if (map->used == map->cap)
		rebuild(map);
	at = find_slot(map, key, hash);
	if (map->slots[at]) {
		struct gwt_map_entry *entry = &map->entries[map->slots[at] - 1];
		void *old = entry->value;

		entry->key = key;
		entry->value = value;
		return old;
	}
	map->entries[map->used++] = (struct gwt_map_entry){ key, value, hash };
	map->slots[at] = (uint32_t)map->used;
	map->len++;
	return NULL;
}

void *gwt_map_remove(struct gwt_map *map, struct gwt_span key)
{
	struct gwt_map_entry *entry;
	size_t at;

	if (map->len == 0)
		return NULL;
	at = find_slot(map, key, gwt_hash(key));
	if (!map->slots[at])
		return NULL;
	entry = &map->entries[map->slots[at] - 1];
	entry->key = GWT_ABSENT; /* its slot stays, so that probes go on past it */
	map->len--;
	return entry->value;
}

struct gwt_map_entry *gwt_map_next(const struct gwt_map *map, size_t *i)
{
	while (*i < map->used) {
		struct gwt_map_entry *entry = &map->entries[(*i)++];

		if (entry->key.ptr)
			return entry;
	}
	return NULL;
}
