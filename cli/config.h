/*
 * config.h - gwtape.json: the one place that finds, reads and checks it.
 *
 * It is found from the working directory upwards. Its text is checked strictly (lib/json), which also gives
 * the places of members; values are read with cJSON. It may hold secrets: messages name the place of a fault
 * and never quote the text.
 */
#ifndef GWT_CLI_CONFIG_H
#define GWT_CLI_CONFIG_H

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/json/json.h"

struct gwt_config {
	const char *path;      /* of gwtape.json; NULL when there is none */
	const char *folder;    /* what paths in it are relative to; NULL: the working directory */
	struct cJSON *json;    /* owned; NULL when there is none */
	struct gwt_span text;  /* of the file */
	struct gwt_json *tree; /* the same, with the places of members; in the arena */
};

enum gwt_config_type {
	GWT_CONFIG_OTHER,
	GWT_CONFIG_TEXT,
	GWT_CONFIG_NUMBER,
	GWT_CONFIG_BOOL,
	GWT_CONFIG_TEXTS
};

/* A member's value as command-line words: "true", "2.5". Lives as long as the config. */
struct gwt_config_value {
	enum gwt_config_type type;
	const char *place; /* "PATH:LINE:COLUMN" */
	const char **words;
	size_t len; /* 1 except for TEXTS */
};

/* Find and read gwtape.json; GWT_EPARSE when it is malformed or has a member that is not an option. */
gwt_status gwt_config_load(struct gwt_config *config, struct gwt_arena *arena, struct gwt_error *err);
void gwt_config_release(struct gwt_config *config);

/* False where there is no such member. */
bool gwt_config_find(const struct gwt_config *config, const char *name, struct gwt_arena *arena,
		     struct gwt_config_value *out);

#endif
