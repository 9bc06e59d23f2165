/*
 * client.h - a client to be tested: a folder of clients/, or a command.
 *
 * clients/README.md describes client.json. `NAME@VERSION` is one of several installed versions; `{version}`
 * in its commands is replaced by it.
 */
#ifndef GWT_VERIFIER_CLIENT_H
#define GWT_VERIFIER_CLIENT_H

#include <stdint.h>

#include "verifier/waivers.h"

struct gwt_client {
	const char *word;    /* as it was given: what reports call it */
	const char *name;    /* of its folder; NULL: it is a command */
	const char *wanted;  /* VERSION of NAME@VERSION; NULL: whichever is installed */
	const char *folder;  /* its folder; NULL: a command starts in ours */
	const char *about;   /* may be NULL */
	const char *install; /* the command that installs it; may be NULL */
	char **start, **version_command, **versions_command; /* NULL: there is none */
	uint64_t timeout_ms;                                 /* for one call, by default */
	bool backdrop; /* it makes calls besides the one asked for: the backdrop must answer them */
	struct gwt_waivers waivers;
	/* set by gwt_clients_probe(): */
	bool missing;
	const char *version; /* what the version command printed; NULL where it is not known */
	struct gwt_span why; /* not installed: what the version command printed */
};

/* Read client.json and waivers.json. GWT_EUNCHECKED: no such client. */
gwt_status gwt_client_read(struct gwt_arena *arena, const char *clients, const char *word,
			   struct gwt_client *out, struct gwt_error *err);
/* All of a folder, by name. */
gwt_status gwt_clients_list(struct gwt_arena *arena, const char *clients, struct gwt_client **out,
			    size_t *len, struct gwt_error *err);
/* Which are installed, and in which version: runs their version commands. */
void gwt_clients_probe(struct gwt_arena *arena, struct gwt_client *items, size_t len);

#endif
