#include "cli/run_ca.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"

const char *gwt_cache_folder(struct gwt_arena *arena)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return gwt_file_join(arena, cache, "gwtape");
	if (home && home[0] == '/')
		return gwt_file_join(arena, home, ".cache/gwtape");
	return NULL;
}

static gwt_status open_temporary(struct gwt_run_ca *run, struct gwt_error *err)
{
	snprintf(run->temporary, sizeof(run->temporary), "/tmp/gwtape-ca-XXXXXX");
	if (!mkdtemp(run->temporary)) {
		run->temporary[0] = '\0';
		return gwt_fail(err, GWT_EIO, "cannot make a temporary folder in '/tmp'");
	}
	return gwt_ca_open(run->temporary, gwt_clock_now(), &run->ca, err);
}

gwt_status gwt_run_ca_open(struct gwt_run_ca *run, struct gwt_arena *arena, struct gwt_error *err)
{
	const char *folder = gwt_cache_folder(arena);
	struct gwt_error why = { .msg = "neither XDG_CACHE_HOME nor HOME is set" };
	gwt_status status = folder ? gwt_ca_open(folder, gwt_clock_now(), &run->ca, &why) : GWT_EIO;

	if (status != GWT_OK) {
		gwt_say("%s; the certificate authority is for this run only", why.msg);
		status = open_temporary(run, err);
	}
	if (status == GWT_OK)
		run->tls = gwt_tls_new(run->ca);
	return status;
}

static void remove_temporary(struct gwt_run_ca *run)
{
	static const char *const files[] = { "ca.pem", "ca-key.pem", "ca.lock" };
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };

	if (!run->temporary[0])
		return;
	for (size_t i = 0; i < GWT_LEN(files); i++)
		unlink(gwt_file_join(&arena, run->temporary, files[i]));
	rmdir(run->temporary);
}

void gwt_run_ca_close(struct gwt_run_ca *run)
{
	gwt_tls_free(run->tls);
	gwt_ca_free(run->ca);
	remove_temporary(run);
}
