#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/map.h"
#include "lib/base/region.h"
#include "tests/support/data.h"

Test(base, base64_follows_rfc_4648_section_10)
{
	static const struct {
		const char *plain, *encoded;
	} rows[] = { { "", "" },
		     { "f", "Zg==" },
		     { "fo", "Zm8=" },
		     { "foo", "Zm9v" },
		     { "foob", "Zm9vYg==" },
		     { "fooba", "Zm9vYmE=" },
		     { "foobar", "Zm9vYmFy" } };
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_buf_clear(&buf);
		gwt_buf_add_base64(&buf, gwt_span_of(rows[i].plain));
		cr_expect_str_eq(gwt_buf_cstr(&buf), rows[i].encoded);
		gwt_buf_clear(&buf);
		cr_expect(gwt_buf_add_base64_decoded(&buf, gwt_span_of(rows[i].encoded)));
		cr_expect_str_eq(gwt_buf_cstr(&buf), rows[i].plain);
	}
	gwt_buf_release(&buf);
}

Test(base, base64_refuses_what_no_encoder_writes)
{
	static const char *const rows[] = { "Zg=",  "Zg",   "Zh==",     "Zm9=",  "Z===",
					    "====", "Zm 9", "Zg==Zg==", "Zm9v\n" };
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_not(gwt_buf_add_base64_decoded(&buf, gwt_span_of(rows[i])), "%s", rows[i]);
		cr_expect_eq(buf.len, 0u);
	}
	gwt_buf_release(&buf);
}

Test(base, a_buffer_over_its_limit_takes_nothing_and_says_so)
{
	struct gwt_error err;
	struct gwt_buf buf;

	gwt_buf_init(&buf, 4);
	gwt_buf_add_text(&buf, "abc");
	cr_expect_eq(gwt_buf_check(&buf, "name", &err), GWT_OK);
	gwt_buf_add_text(&buf, "de");
	cr_expect_eq(buf.len, 3u);
	cr_expect_eq(gwt_buf_check(&buf, "name", &err), GWT_ELIMIT);
	cr_expect_str_eq(err.msg, "name is over the limit of 4 bytes");
	gwt_buf_release(&buf);
}

Test(base, a_buffer_in_an_arena_outgrows_what_was_expected)
{
	struct gwt_arena arena = { 0 };
	struct gwt_buf buf;
	struct gwt_span first;

	gwt_buf_init_in(&buf, &arena, 3);
	gwt_buf_add(&buf, GWT_SPAN("abc"));
	first = gwt_buf_span(&buf);
	for (size_t i = 0; i < 5000; i++)
		gwt_buf_add_char(&buf, (char)('a' + i % 26));
	cr_assert_eq(buf.len, 5003);
	for (size_t i = 0; i < 5000; i++)
		cr_assert_eq(buf.ptr[3 + i], (char)('a' + i % 26));
	cr_expect(gwt_span_is(first, "abc"), "the outgrown bytes are still the arena's");
	gwt_buf_release(&buf); /* its memory belongs to the arena: this frees nothing */
	cr_expect(gwt_span_is(first, "abc"));
	gwt_arena_release(&arena);
}

Test(base, an_array_that_grows_keeps_what_is_in_it)
{
	struct gwt_arena arena = { 0 };
	size_t *items = NULL, len = 0, cap = 0;

	for (size_t i = 0; i < 100; i++) {
		GWT_GROW(&arena, items, len, cap);
		items[len++] = i;
	}
	cr_expect_leq(len, cap);
	for (size_t i = 0; i < 100; i++)
		cr_expect_eq(items[i], i);
	gwt_arena_release(&arena);
}

/* Without the check, 2^61 + 1 items of 8 bytes would get room for one. */
Test(base, an_array_whose_size_does_not_fit_aborts, .signal = SIGABRT)
{
	struct gwt_arena arena = { 0 };

	gwt_arena_array(&arena, uint64_t, SIZE_MAX / sizeof(uint64_t) + 2);
}

Test(base, case_is_ignored_for_ascii_letters_only)
{
	enum { LEN = 11 };
	char a[LEN], b[LEN];

	memset(a, 'x', LEN);
	memset(b, 'x', LEN);
	for (size_t at = 0; at < LEN; at++) {
		for (int left = 0; left < 256; left++)
			for (int right = 0; right < 256; right++) {
				bool letters = (left | 32) >= 'a' && (left | 32) <= 'z';
				bool want = left == right || (letters && (left ^ 32) == right);

				a[at] = (char)left;
				b[at] = (char)right;
				if (gwt_bytes_ieq(a, b, LEN) != want)
					cr_assert_fail("%d and %d at %zu", left, right, at);
			}
		a[at] = b[at] = 'x';
	}
}

Test(base, dates_have_the_forms_of_sigv4_and_rfc_9110)
{
	char amz[GWT_AMZ_DATE_LEN + 1], http[GWT_HTTP_DATE_LEN + 1], iso[GWT_ISO_DATE_LEN + 1];
	int64_t when = 784111777; /* RFC 9110, 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT */

	gwt_clock_amz_date(when, amz);
	gwt_clock_http_date(when, http);
	gwt_clock_iso_date(when, iso);
	cr_expect_str_eq(amz, "19941106T084937Z");
	cr_expect_str_eq(http, "Sun, 06 Nov 1994 08:49:37 GMT");
	cr_expect_str_eq(iso, "1994-11-06T08:49:37Z");
}

Test(base, only_real_dates_are_read)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t when;
	} rows[] = {
		{ "1994-11-06T08:49:37Z", true, 784111777 },
		{ "19941106T084937Z", true, 784111777 },
		{ "1994-11-06", true, 784080000 },
		{ "1994-02-30", false, 0 },
		{ "1994-13-01", false, 0 },
		{ "19941106T246161Z", false, 0 },
		{ "1994-11-06T08:49:37", false, 0 },
		{ "199411x6T084937Z", false, 0 },
		{ "", false, 0 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		int64_t when = 0;

		cr_expect_eq(gwt_clock_parse(gwt_span_of(rows[i].text), &when), rows[i].ok, "%s",
			     rows[i].text);
		cr_expect_eq(when, rows[i].when, "%s", rows[i].text);
	}
}

/* Expected: Python's datetime.fromisoformat(text).timestamp() */
Test(base, times_with_an_offset_are_read)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t when;
	} rows[] = {
		{ "1994-11-06T08:49:37Z", true, 784111777 },
		{ "1994-11-06T08:49:37+00:00", true, 784111777 },
		{ "1994-11-06T08:49:37+05:30", true, 784091977 },
		{ "1994-11-06T08:49:37.123-0100", true, 784115377 },
		{ "1994-11-06T08:49:37.5Z", true, 784111777 },
		{ "1994-11-06T08:49:37-01", true, 784115377 },
		{ "1994-11-06", true, 784080000 },
		{ "1994-11-06T08:49:37.Z", false, 0 },
		{ "1994-11-06T08:49:37+", false, 0 },
		{ "1994-11-06T08:49:37+1", false, 0 },
		{ "1994-11-06T08:49:37+24:00", false, 0 },
		{ "1994-11-06T08:49:37+00:60", false, 0 },
		{ "1994-11-06T08:49:37 +0000", false, 0 },
		{ "1994-11-06T08:49:37+00:00x", false, 0 },
		{ "1994-13-06T08:49:37+00:00", false, 0 },
		{ "1994-11-06T08:49:37", false, 0 },
		{ "1994-11-06T08:49:37+0:000", false, 0 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		int64_t when = 0;

		cr_expect_eq(gwt_clock_parse_offset(gwt_span_of(rows[i].text), &when), rows[i].ok, "%s",
			     rows[i].text);
		cr_expect_eq(when, rows[i].when, "%s", rows[i].text);
	}
}

Test(base, a_map_keeps_insertion_order_and_survives_removal)
{
	struct gwt_map map = { 0 };
	static char keys[5000][8];
	struct gwt_map_entry *entry;
	size_t seen = 0, at = 0;

	for (size_t i = 0; i < GWT_LEN(keys); i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
		cr_assert_null(gwt_map_put(&map, gwt_span_of(keys[i]), keys[i]));
	}
	for (size_t i = 0; i < GWT_LEN(keys); i += 2)
		cr_assert_eq(gwt_map_remove(&map, gwt_span_of(keys[i])), keys[i]);
	cr_expect_eq(map.len, GWT_LEN(keys) / 2);
	for (size_t i = 0; i < GWT_LEN(keys); i++)
		cr_assert_eq(gwt_map_get(&map, gwt_span_of(keys[i])), i % 2 ? keys[i] : NULL);
	while ((entry = gwt_map_next(&map, &at)))
		cr_assert_eq(entry->value, keys[2 * seen++ + 1]);
	cr_expect_eq(seen, map.len);
	gwt_map_release(&map);
}

Test(base, siphash_spreads_and_depends_on_every_byte)
{
	char bytes[33] = { 0 };
	uint64_t whole = gwt_hash((struct gwt_span){ bytes, sizeof(bytes) });

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] ^= 1;
		cr_expect_neq(gwt_hash((struct gwt_span){ bytes, sizeof(bytes) }), whole);
		bytes[i] ^= 1;
	}
	cr_expect_neq(gwt_hash((struct gwt_span){ bytes, 1 }), gwt_hash((struct gwt_span){ bytes, 2 }));
}

Test(base, files_are_written_whole_listed_sorted_and_left_alone_when_equal)
{
	char dir[] = "/tmp/gwtape-base-XXXXXX";
	struct gwt_arena arena = { 0 };
	struct gwt_file_list list;
	struct gwt_error err;
	struct gwt_span back;
	bool changed;
	const char *names[] = { "b/2.json", "b/1.json", "a.json", ".git/x.json", "a.txt" };

	cr_assert_not_null(mkdtemp(dir));
	for (size_t i = 0; i < GWT_LEN(names); i++) {
		const char *path = gwt_file_join(&arena, dir, names[i]);

		cr_assert_eq(gwt_file_mkdirs_for(path, &err), GWT_OK, "%s", err.msg);
		cr_assert_eq(gwt_file_update(path, GWT_SPAN("x\n"), &changed, &err), GWT_OK, "%s", err.msg);
		cr_expect(changed);
		cr_assert_eq(gwt_file_update(path, GWT_SPAN("x\n"), &changed, &err), GWT_OK);
		cr_expect_not(changed);
	}
	cr_assert_eq(gwt_file_list(&arena, dir, ".json", &list, &err), GWT_OK);
	cr_assert_eq(list.len, 3u);
	cr_expect_str_eq(list.paths[0], "a.json");
	cr_expect_str_eq(list.paths[1], "b/1.json");
	cr_expect_str_eq(list.paths[2], "b/2.json");
	cr_expect_eq(gwt_file_read(&arena, gwt_file_join(&arena, dir, "a.json"), 1, &back, &err), GWT_ELIMIT);
	cr_assert_eq(gwt_file_update(gwt_file_join(&arena, dir, ".env"), GWT_SPAN("x\n"), &changed, &err),
		     GWT_OK);
	cr_assert_eq(gwt_file_list_all(&arena, dir, &list, &err), GWT_OK);
	cr_assert_eq(list.len, 5u);
	cr_expect_str_eq(list.paths[0], ".env");
	cr_assert_eq(chdir(dir), 0);
	cr_assert_eq(gwt_file_list(&arena, ".", ".json", &list, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(list.len, 3u);
	cr_expect_str_eq(gwt_file_join(&arena, ".", list.paths[1]), "b/1.json");
	cr_expect_eq(gwt_file_read(&arena, dir, 100, &back, &err), GWT_EIO);
	cr_assert_eq(gwt_file_read(&arena, gwt_file_join(&arena, dir, "a.json"), 2, &back, &err), GWT_OK);
	cr_expect(gwt_span_is(back, "x\n"));
	gwt_arena_release(&arena);
}

/* The user may name one: `--report json:/dev/stdout` must not replace the device by a file. */
Test(base, what_is_no_regular_file_stays_what_it_is)
{
	char dir[] = "/tmp/gwtape-base-XXXXXX", got[8] = "";
	struct gwt_arena arena = { 0 };
	struct gwt_error err;
	struct gwt_span back;
	const char *fifo, *link, *file;
	struct stat st;
	int fd;

	cr_assert_not_null(mkdtemp(dir));
	fifo = gwt_file_join(&arena, dir, "fifo");
	link = gwt_file_join(&arena, dir, "link");
	file = gwt_file_join(&arena, dir, "file");
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	fd = open(fifo, O_RDWR | O_CLOEXEC);
	cr_assert_eq(gwt_file_write_any(fifo, GWT_SPAN("abc"), &err), GWT_OK, "%s", err.msg);
	cr_expect_eq(read(fd, got, sizeof(got)), 3);
	cr_expect_str_eq(got, "abc");
	cr_expect(lstat(fifo, &st) == 0 && S_ISFIFO(st.st_mode));
	close(fd);
	cr_assert_eq(gwt_file_write_any(file, GWT_SPAN("long"), &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(symlink("file", link), 0);
	cr_assert_eq(gwt_file_write_any(link, GWT_SPAN("x"), &err), GWT_OK, "%s", err.msg);
	cr_expect(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
	cr_assert_eq(gwt_file_read_any(&arena, file, 8, &back, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(back, "x"));
	cr_expect_eq(gwt_file_write_any("/dev/full", GWT_SPAN("x"), &err), GWT_EIO);
	cr_expect_eq(gwt_file_write_any(dir, GWT_SPAN("x"), &err), GWT_EIO);
	cr_expect_eq(gwt_file_read_any(&arena, dir, 8, &back, &err), GWT_EIO);
	gwt_arena_release(&arena);
}

Test(base, an_arena_gives_aligned_zeroed_memory_and_reuses_its_largest_block)
{
	struct gwt_arena arena = { 0 };

	for (size_t round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			unsigned char *p = gwt_arena_alloc(&arena, size);

			cr_assert_eq((uintptr_t)p % 16, 0u);
			for (size_t i = 0; i < size; i++)
				cr_assert_eq(p[i], 0);
			if (size)
				memset(p, 0xff, size);
			gwt_arena_bytes(&arena, 3);
		}
		gwt_arena_reset(&arena);
	}
	gwt_arena_release(&arena);
}

/* For more than the blocks of malloc() hold: the same promises, also after a reset and for one huge item. */
Test(base, a_large_arena_gives_aligned_zeroed_memory_and_forgets_it)
{
	enum { ITEM = 3 * 1024 * 1024, ITEMS = 5, HUGE = 11 * 1024 * 1024 };
	struct gwt_arena arena = { 0 };

	for (size_t round = 0; round < 3; round++) {
		char *items[ITEMS], *huge;

		for (size_t i = 0; i < ITEMS; i++) {
			items[i] = gwt_arena_alloc(&arena, ITEM);
			cr_assert_eq((uintptr_t)items[i] % 16, 0u);
			cr_assert(items[i][0] == 0 && memcmp(items[i], items[i] + 1, ITEM - 1) == 0);
			memset(items[i], (int)i + 1, ITEM);
		}
		huge = gwt_arena_alloc(&arena, HUGE);
		cr_assert(huge[0] == 0 && memcmp(huge, huge + 1, HUGE - 1) == 0);
		memset(huge, 0xff, HUGE);
		for (size_t i = 0; i < ITEMS; i++)
			cr_assert(items[i][0] == (char)(i + 1) &&
				  memcmp(items[i], items[i] + 1, ITEM - 1) == 0);
		cr_expect_geq(arena.used, (size_t)ITEMS * ITEM + HUGE);
		gwt_arena_reset(&arena);
		cr_expect_eq(arena.used, 0u);
		cr_expect_null(arena.head, "what one exchange needed is not kept for the others");
	}
	memset(gwt_arena_bytes(&arena, HUGE), 'x', HUGE);
	gwt_arena_wipe(&arena);
	cr_expect_null(arena.head);
}

Test(base, a_frozen_map_still_finds_everything)
{
	struct gwt_arena arena = { 0 };
	struct gwt_map map = { 0 };
	char keys[1000][8];

	for (size_t i = 0; i < 1000; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
		gwt_map_put(&map, gwt_span_of(keys[i]), keys[i]);
	}
	for (size_t i = 0; i < 1000; i += 3)
		gwt_map_remove(&map, gwt_span_of(keys[i]));
	gwt_map_freeze(&map, &arena);
	for (size_t i = 0; i < 1000; i++)
		cr_expect_eq(gwt_map_get(&map, gwt_span_of(keys[i])), i % 3 ? keys[i] : NULL, "%s", keys[i]);
	cr_expect_null(gwt_map_get(&map, GWT_SPAN("k1000")));
	cr_expect_eq(map.len, 666u);
	gwt_arena_release(&arena);
}

Test(base, an_arena_over_given_memory_says_when_it_was_not_enough)
{
	static _Alignas(16) char memory[4096];
	struct gwt_arena arena;
	char *text;

	gwt_arena_init_in(&arena, memory, sizeof(memory));
	text = gwt_arena_bytes(&arena, 1000);
	cr_expect(text > memory && text + 1000 < memory + sizeof(memory));
	cr_expect_geq(gwt_arena_extent(&arena), 1000u);
	cr_expect_leq(gwt_arena_extent(&arena), 1100u);
	memset(gwt_arena_bytes(&arena, 4000), 'x', 4000);
	cr_expect_eq(gwt_arena_extent(&arena), 0u);
	gwt_arena_release(&arena);
	cr_expect_null(arena.head);
}

Test(base, a_region_comes_back_at_its_address)
{
	struct gwt_region region = { 0 }, other = { 0 };
	uint64_t base;

	if (!gwt_region_reserve(&region)) {
		gwt_test_skipped("this system gives no memory at a fixed address");
		return;
	}
	base = (uint64_t)(uintptr_t)region.base;
	region.base[0] = 'x';
	cr_expect_not(gwt_region_at(base, 4096, &other), "its address is taken");
	gwt_region_seal(&region, 1);
	cr_expect_eq(region.base[0], 'x');
	gwt_region_release(&region);
	cr_assert(gwt_region_at(base, 4096, &other));
	cr_expect_eq((uint64_t)(uintptr_t)other.base, base);
	gwt_region_release(&other);
	cr_expect_not(gwt_region_at(base + 4096, 4096, &other), "no place of ours");
	cr_expect_not(gwt_region_at(0, 4096, &other));
	cr_expect_not(gwt_region_at(UINT64_MAX, 4096, &other));
	cr_expect_not(gwt_region_at(base, 0, &other));
}

Test(base, a_message_that_does_not_fit_says_so)
{
	struct gwt_error err;
	char many[3000];

	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	gwt_fail(&err, GWT_EIO, "%s", many);
	cr_expect_eq(strlen(err.msg), sizeof(err.msg) - 1);
	cr_expect_str_eq(err.msg + strlen(err.msg) - 4, "x...");
	gwt_fail_in(&err, "in '%s'", many);
	cr_expect_eq(err.status, GWT_EIO);
	cr_expect(strstr(err.msg, "x...: xxx"), "%s", err.msg);
	gwt_fail(&err, GWT_EIO, "short");
	gwt_fail_in(&err, "line %d", 7);
	cr_expect_str_eq(err.msg, "line 7: short");
}

Test(base, a_cut_message_ends_with_a_whole_character)
{
	static const char euro[] = "\xe2\x82\xac";

	for (size_t before = 0; before < 3; before++) {
		struct gwt_error err;
		char many[3000] = { 0 };
		size_t end;

		memset(many, 'x', before);
		for (size_t at = before; at + sizeof(euro) < sizeof(many); at += 3)
			memcpy(many + at, euro, 3);
		gwt_fail(&err, GWT_EIO, "%s", many);
		end = strlen(err.msg) - 3;
		cr_expect_str_eq(err.msg + end, "...");
		cr_expect_eq((end - before) % 3, 0, "%zu: %zu", before, end);
	}
}
