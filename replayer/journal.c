#include "replayer/journal.h"

#include <stdlib.h>

#include "lib/base/clock.h"

/* Text of a client that is kept, cut to a size that no honest one reaches. */
struct short_text {
	char bytes[80];
	unsigned char len;
	bool present;
};

struct entry {
	uint64_t number; /* from 1; 0 for a place that is free */
	int64_t time;
	struct short_text request_id, session, client, operation, scenario, interaction;
	enum gwt_verdict verdict;
	enum gwt_level level;
	enum gwt_signature_verdict signature;
	bool signature_checked, ok;
	char *text; /* owned; NULL when ok */
};

struct gwt_journal {
	struct entry entries[GWT_JOURNAL_ENTRIES];
	uint64_t total;
};

struct gwt_journal *gwt_journal_new(void)
{
	return gwt_xcalloc(1, sizeof(struct gwt_journal));
}

void gwt_journal_clear(struct gwt_journal *journal)
{
	for (size_t i = 0; i < GWT_JOURNAL_ENTRIES; i++)
		free(journal->entries[i].text);
	memset(journal, 0, sizeof(*journal));
}

void gwt_journal_free(struct gwt_journal *journal)
{
	if (!journal)
		return;
	gwt_journal_clear(journal);
	free(journal);
}

static void keep(struct short_text *to, struct gwt_span from)
{
	to->present = from.ptr != NULL;
	to->len = (unsigned char)(from.len < sizeof(to->bytes) ? from.len : sizeof(to->bytes));
	if (to->len)
		memcpy(to->bytes, from.ptr, to->len);
}

void gwt_journal_add(struct gwt_journal *journal, int64_t now, struct gwt_span request_id,
		     const struct gwt_run_row *row)
{
	struct entry *entry = &journal->entries[journal->total % GWT_JOURNAL_ENTRIES];
	const struct gwt_entry *matched = row->entry;
	struct gwt_span absent = { NULL, 0 };

	free(entry->text);
	entry->text = row->ok || !row->text.ptr ? NULL : gwt_xcalloc(1, row->text.len + 1);
	if (entry->text)
		memcpy(entry->text, row->text.ptr, row->text.len);
	entry->number = ++journal->total;
	entry->time = now;
	keep(&entry->request_id, request_id);
	keep(&entry->session, row->session);
	keep(&entry->client, row->client);
	keep(&entry->operation, row->operation);
	keep(&entry->scenario, matched ? matched->cassette->scenario : absent);
	keep(&entry->interaction, matched ? matched->interaction->id : absent);
	entry->verdict = row->verdict;
	entry->level = row->level;
	entry->signature_checked = row->signature != NULL;
	entry->signature = row->signature ? row->signature->verdict : GWT_SIG_ABSENT;
	entry->ok = row->ok;
}

static struct gwt_span text_of(const struct short_text *text)
{
	return (struct gwt_span){ text->present ? text->bytes : NULL, text->len };
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		     const struct short_text *text)
{
	if (text->present)
		gwt_json_add_string(arena, object, name, text_of(text));
	else
		gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_NULL));
}

static struct gwt_json *entry_json(const struct entry *entry, struct gwt_arena *arena)
{
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);
	const char *level = gwt_level_word(entry->level);
	char date[GWT_ISO_DATE_LEN + 1];

	gwt_clock_iso_date(entry->time, date);
	gwt_json_add_number(arena, object, "number", (int64_t)entry->number);
	gwt_json_add_string(arena, object, "time", gwt_span_of(date));
	add_text(arena, object, "requestId", &entry->request_id);
	add_text(arena, object, "session", &entry->session);
	add_text(arena, object, "client", &entry->client);
	add_text(arena, object, "operation", &entry->operation);
	add_text(arena, object, "scenario", &entry->scenario);
	add_text(arena, object, "interaction", &entry->interaction);
	gwt_json_add_string(arena, object, "verdict", gwt_span_of(gwt_verdict_word(entry->verdict)));
	if (level)
		gwt_json_add_string(arena, object, "level", gwt_span_of(level));
	else
		gwt_json_add(arena, object, "level", gwt_json_new(arena, GWT_JSON_NULL));
	gwt_json_add_string(arena, object, "signature",
			    gwt_span_of(entry->signature_checked ? gwt_signature_verdict_word(entry->signature) :
								   "unchecked"));
	gwt_json_add_bool(arena, object, "ok", entry->ok);
	if (entry->text)
		gwt_json_add_string(arena, object, "text", gwt_span_of(entry->text));
	return object;
}

static bool is_wanted(const struct entry *entry, const struct gwt_journal_filter *filter)
{
	return entry->number > filter->after && !(filter->broken_only && entry->ok) &&
	       (!filter->session.ptr || gwt_span_eq(text_of(&entry->session), filter->session));
}

struct gwt_json *gwt_journal_json(const struct gwt_journal *journal, const struct gwt_journal_filter *filter,
				  struct gwt_arena *arena)
{
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_json *array = gwt_json_add_array(arena, root, "entries");
	size_t kept = journal->total < GWT_JOURNAL_ENTRIES ? (size_t)journal->total : GWT_JOURNAL_ENTRIES;
	size_t wanted = 0, skip = 0;

	for (size_t i = 0; i < kept; i++)
		wanted += is_wanted(&journal->entries[i], filter);
	if (filter->limit && wanted > filter->limit)
		skip = wanted - filter->limit;
	for (size_t i = 0; i < kept; i++) {
		const struct entry *entry = &journal->entries[(journal->total - kept + i) % GWT_JOURNAL_ENTRIES];

		if (!is_wanted(entry, filter) || (skip && skip--))
			continue;
		gwt_json_append(array, entry_json(entry, arena));
	}
	gwt_json_add_number(arena, root, "total", (int64_t)journal->total);
	gwt_json_add_number(arena, root, "kept", (int64_t)kept);
	return root;
}
