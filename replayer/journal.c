#include "replayer/journal.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/unicode.h"
#include "lib/sigv4/sigv4.h"
#include "replayer/respond.h"

enum { ID_BYTES = 40 };

/*
 * Texts of a client that are kept, cut to sizes that no real one reaches: in a path each byte may be encoded.
 */
struct kept {
	unsigned char len;
	bool present, cut;
};

struct short_text {
	struct kept kept;
	char bytes[80]; /* `kept.cut` says that there was more */
};

struct long_text {
	struct kept kept;
	char bytes[252]; /* as above */
};

struct entry {
	uint64_t number; /* from 1; 0 for a place that is free */
	int64_t time;
	struct gwt_span session; /* of the sessions */
	struct short_text request_id, client, operation, scenario, interaction, method;
	struct long_text path;
	enum gwt_verdict verdict;
	enum gwt_level level;
	enum gwt_evidence evidence;
	enum gwt_signature_verdict signature;
	bool signature_checked, answered, faulted, ok;
	char *row; /* owned: a broken one's row as JSON; else NULL */
	size_t row_len;
};

struct gwt_journal {
	struct entry entries[GWT_JOURNAL_ENTRIES];
	uint64_t total, broken;
	char id[ID_BYTES];
};

/* `journal` is zeroed. */
static void begin(struct gwt_journal *journal)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span id = gwt_request_id(&arena);

	gwt_copy(journal->id, id.ptr, id.len < ID_BYTES ? id.len : ID_BYTES - 1);
	gwt_arena_release(&arena);
}

struct gwt_journal *gwt_journal_new(void)
{
	struct gwt_journal *journal = gwt_xcalloc(1, sizeof(struct gwt_journal));

	begin(journal);
	return journal;
}

static void forget_rows(struct gwt_journal *journal)
{
	for (size_t i = 0; i < GWT_JOURNAL_ENTRIES; i++)
		free(journal->entries[i].row);
}

void gwt_journal_clear(struct gwt_journal *journal)
{
	forget_rows(journal);
	memset(journal, 0, sizeof(*journal));
	begin(journal);
}

void gwt_journal_free(struct gwt_journal *journal)
{
	if (!journal)
		return;
	forget_rows(journal);
	free(journal);
}

static void keep_bytes(struct kept *kept, char *bytes, size_t size, struct gwt_span from)
{
	kept->present = from.ptr != NULL;
	kept->cut = from.len > size;
	kept->len = (unsigned char)(kept->cut ? size : from.len);
	if (kept->len)
		gwt_copy(bytes, from.ptr, kept->len);
}

static void keep(struct short_text *to, struct gwt_span from)
{
	keep_bytes(&to->kept, to->bytes, sizeof(to->bytes), from);
}

static void keep_row(struct entry *entry, const struct gwt_run_row *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf json = { .max = SIZE_MAX };
	struct gwt_run_row untimed = *row; /* with the rows that held */
	struct gwt_arena arena = { 0 };

	untimed.duration_ns = 0;
	gwt_json_write(&json, gwt_run_row_json(&arena, &untimed), GWT_JSON_COMPACT);
	entry->row = gwt_xcalloc(1, json.len);
	gwt_copy(entry->row, json.ptr, json.len);
	entry->row_len = json.len;
	gwt_arena_release(&arena);
}

static void keep_words(struct entry *entry, const struct gwt_run_row *row)
{
	const struct gwt_entry *matched = row->entry;
	struct gwt_span absent = { NULL, 0 };

	entry->session = row->session;
	keep(&entry->request_id, row->request_id);
	keep(&entry->client, row->client);
	keep(&entry->operation, row->operation);
	keep(&entry->scenario, matched ? matched->cassette->scenario : absent);
	keep(&entry->interaction, matched ? matched->interaction->id : absent);
	keep(&entry->method, row->method);
	keep_bytes(&entry->path.kept, entry->path.bytes, sizeof(entry->path.bytes), row->path);
}

void gwt_journal_add(struct gwt_journal *journal, const struct gwt_run_row *row)
{
	struct entry *entry = &journal->entries[journal->total % GWT_JOURNAL_ENTRIES];

	free(entry->row);
	entry->row = NULL;
	entry->number = ++journal->total;
	entry->time = row->time;
	keep_words(entry, row);
	entry->verdict = row->verdict;
	entry->level = row->level;
	entry->answered = row->entry && !row->faulted;
	entry->faulted = row->faulted;
	entry->evidence = row->entry ? row->entry->interaction->evidence : GWT_EVIDENCE_GUESSED;
	entry->signature_checked = row->signature != NULL;
	entry->signature = row->signature ? row->signature->verdict : GWT_SIG_ABSENT;
	entry->ok = row->ok;
	journal->broken += !row->ok;
	if (!row->ok)
		keep_row(entry, row);
}

uint64_t gwt_journal_total(const struct gwt_journal *journal)
{
	return journal->total;
}

static void add_span(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	if (text.ptr)
		gwt_json_add_string(arena, object, name, gwt_utf8_repaired(arena, text));
	else
		gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_NULL));
}

static void add_kept(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		     const struct kept *kept, const char *bytes)
{
	add_span(arena, object, name, (struct gwt_span){ kept->present ? bytes : NULL, kept->len });
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		     const struct short_text *text)
{
	add_kept(arena, object, name, &text->kept, text->bytes);
}

static void add_word(struct gwt_arena *arena, struct gwt_json *object, const char *name, const char *word)
{
	add_span(arena, object, name, gwt_span_of(word));
}

static void add_signature(struct gwt_arena *arena, struct gwt_json *object, const struct entry *entry)
{
	struct gwt_json *signature = gwt_json_add_object(arena, object, "signature");

	add_word(arena, signature, "verdict",
		 entry->signature_checked ? gwt_signature_verdict_word(entry->signature) : "unchecked");
	add_word(arena, signature, "reason", NULL);
}

static bool is_cut(const struct entry *entry)
{
	return entry->client.kept.cut || entry->operation.kept.cut || entry->scenario.kept.cut ||
	       entry->interaction.kept.cut || entry->method.kept.cut || entry->path.kept.cut;
}

/* A row that held, with the members and in the order of gwt_run_row_json(). */
static struct gwt_json *matched_json(const struct entry *entry, struct gwt_arena *arena)
{
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);
	char date[GWT_ISO_DATE_LEN + 1];

	gwt_clock_iso_date(entry->time, date);
	gwt_json_add_bool(arena, object, "ok", entry->ok);
	add_span(arena, object, "session", entry->session);
	add_text(arena, object, "client", &entry->client);
	add_text(arena, object, "operation", &entry->operation);
	add_text(arena, object, "scenario", &entry->scenario);
	add_text(arena, object, "interaction", &entry->interaction);
	add_word(arena, object, "level", gwt_level_word(entry->level));
	add_word(arena, object, "verdict", gwt_verdict_word(entry->verdict));
	add_word(arena, object, "evidence", entry->answered ? gwt_evidence_word(entry->evidence) : NULL);
	if (entry->faulted)
		gwt_json_add_bool(arena, object, "fault", true);
	add_signature(arena, object, entry);
	gwt_json_add_array(arena, object, "differences");
	add_text(arena, object, "method", &entry->method);
	add_kept(arena, object, "path", &entry->path.kept, entry->path.bytes);
	add_text(arena, object, "requestId", &entry->request_id);
	add_word(arena, object, "time", date);
	if (is_cut(entry))
		gwt_json_add_bool(arena, object, "cut", true);
	return object;
}

static struct gwt_json *entry_json(const struct entry *entry, struct gwt_arena *arena)
{
	struct gwt_json *row = NULL;

	if (entry->row)
		gwt_json_parse(arena, (struct gwt_span){ entry->row, entry->row_len }, &row, NULL);
	else
		row = matched_json(entry, arena);
	gwt_json_add_number(arena, row, "number", (int64_t)entry->number);
	return row;
}

static bool is_wanted(const struct entry *entry, const struct gwt_journal_filter *filter)
{
	struct gwt_span session = entry->session.ptr ? entry->session : GWT_SPAN("default");

	return entry->number > filter->after && !(filter->broken_only && entry->ok) &&
	       (!filter->session.ptr || gwt_span_eq(session, filter->session));
}

struct gwt_json *gwt_journal_json(const struct gwt_journal *journal, const struct gwt_journal_filter *filter,
				  struct gwt_arena *arena)
{
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT), *array;
	size_t kept = journal->total < GWT_JOURNAL_ENTRIES ? (size_t)journal->total : GWT_JOURNAL_ENTRIES;
	size_t wanted = 0, skip = 0;

	gwt_json_add_string(arena, root, "journal", gwt_span_of(journal->id));
	array = gwt_json_add_array(arena, root, "entries");
	for (size_t i = 0; i < kept; i++)
		wanted += is_wanted(&journal->entries[i], filter);
	if (filter->limit && wanted > filter->limit)
		skip = wanted - filter->limit;
	for (size_t i = 0; i < kept; i++) {
		const struct entry *entry =
			&journal->entries[(journal->total - kept + i) % GWT_JOURNAL_ENTRIES];

		if (!is_wanted(entry, filter) || (skip && skip--))
			continue;
		gwt_json_append(array, entry_json(entry, arena));
	}
	gwt_json_add_number(arena, root, "total", (int64_t)journal->total);
	gwt_json_add_number(arena, root, "broken", (int64_t)journal->broken);
	gwt_json_add_number(arena, root, "kept", (int64_t)kept);
	return root;
}
