/*
 * process.c - keys from a program that the profile names.
 *
 * No shell: the command is split as botocore splits it. Its error output goes
 * where ours goes, so that it can ask and complain.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/json/json.h"
#include "lib/awsconf/source.h"
#include "lib/awsconf/ini.h"

enum { MAX_OUTPUT_BYTES = 64 * 1024, LIMIT_MS = 60 * 1000 };

extern char **environ;

static gwt_status start(char **words, pid_t *pid, int *output, struct gwt_error *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int ends[2], code;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return gwt_fail(err, GWT_EIO, "cannot make a pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE); /* ignored here (upstream.c), to be as usual there */
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	code = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*output = ends[0];
	if (code == 0)
		return GWT_OK;
	close(ends[0]);
	return gwt_fail(err, GWT_EUPSTREAM, "cannot start '%s': %s", words[0], strerror(code));
}

/* False once `deadline` has passed and nothing came. */
static bool wait_for_output(int fd, uint64_t deadline)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	uint64_t now;

	while ((now = gwt_clock_monotonic_ms()) < deadline) {
		int count = poll(&ready, 1, (int)(deadline - now));

		if (count > 0 || (count < 0 && errno != EINTR))
			return true;
	}
	return false;
}

/*
 * All it writes until it closes its output, into wiped memory; what is over the limit is read and dropped, so that
 * it can end. *late: it did not end in time.
 */
static struct gwt_span read_output(struct gwt_arena *arena, int fd, uint64_t deadline, bool *late)
{
	char *text = gwt_arena_bytes(arena, MAX_OUTPUT_BYTES + 1), rest[512];
	size_t len = 0;

	for (;;) {
		bool full = len > MAX_OUTPUT_BYTES;
		ssize_t got;

		*late = !wait_for_output(fd, deadline);
		if (*late)
			break;
		got = full ? read(fd, rest, sizeof(rest)) : read(fd, text + len, MAX_OUTPUT_BYTES + 1 - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		len += full ? 0 : (size_t)got;
	}
	gwt_wipe(rest, sizeof(rest));
	return (struct gwt_span){ text, len };
}

/* It closed its output, and has until `deadline` to end as well; then it is killed, and *late is true. */
static int reap(pid_t pid, uint64_t deadline, bool *late)
{
	static const struct timespec nap = { .tv_nsec = 5 * 1000 * 1000 };
	int code = 0;
	pid_t done;

	while ((done = waitpid(pid, &code, WNOHANG)) <= 0 && (done == 0 || errno == EINTR) && !*late) {
		*late = gwt_clock_monotonic_ms() >= deadline;
		nanosleep(&nap, NULL);
	}
	if (done == pid)
		return code;
	kill(pid, SIGKILL);
	while (waitpid(pid, &code, 0) < 0 && errno == EINTR)
		;
	return code;
}

gwt_status gwt_credential_process_run(char **words, unsigned limit_ms, struct gwt_arena *arena,
				      struct gwt_span *out, struct gwt_error *err)
{
	uint64_t deadline = gwt_clock_monotonic_ms() + limit_ms;
	int output = -1, code;
	bool late = false;
	pid_t pid;
	gwt_status status = start(words, &pid, &output, err);

	if (status != GWT_OK)
		return status;
	*out = read_output(arena, output, deadline, &late);
	close(output);
	code = reap(pid, deadline, &late);
	if (late)
		return gwt_fail(err, GWT_EUPSTREAM, "'%s' did not end within %u seconds", words[0],
				(limit_ms + 999) / 1000);
	if (!WIFEXITED(code))
		return gwt_fail(err, GWT_EUPSTREAM, "'%s' was killed by signal %d", words[0], WTERMSIG(code));
	if (WEXITSTATUS(code) != 0)
		return gwt_fail(err, GWT_EUPSTREAM, "'%s' exited with %d", words[0], WEXITSTATUS(code));
	if (out->len > MAX_OUTPUT_BYTES)
		return gwt_fail(err, GWT_EUPSTREAM, "'%s' wrote more than %d bytes", words[0],
				MAX_OUTPUT_BYTES);
	return GWT_OK;
}

static gwt_status check_version(struct gwt_arena *arena, struct gwt_span text, struct gwt_error *err)
{
	const struct gwt_json *version;
	struct gwt_json *json;

	if (!gwt_json_parse(arena, text, &json, NULL))
		return gwt_fail(err, GWT_EUPSTREAM, "what it wrote is not JSON");
	version = gwt_json_get(json, "Version");
	if (!version || version->type != GWT_JSON_NUMBER || !gwt_span_is(version->text, "1"))
		return gwt_fail(err, GWT_EUPSTREAM, "what it wrote does not say 'Version' 1");
	return GWT_OK;
}

gwt_status gwt_credentials_from_process(const struct gwt_aws_config *config, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err)
{
	const char *command = gwt_aws_config_get(config, "credential_process");
	const char *profile = gwt_aws_config_profile(config);
	struct gwt_span text;
	gwt_status status;
	char **words;
	size_t count;

	*found = command != NULL;
	if (!command)
		return GWT_OK;
	if (!gwt_shell_split(&set->arena, gwt_span_of(command), &words, &count) || count == 0)
		return gwt_fail(err, GWT_EUSAGE, "credential_process of profile '%s' is not a command",
				profile);
	status = gwt_credential_process_run(words, LIMIT_MS, &set->arena, &text, err);
	if (status == GWT_OK)
		status = check_version(&set->arena, text, err);
	if (status == GWT_OK)
		status = gwt_credentials_read_json(set, text, "SessionToken", err);
	if (status != GWT_OK)
		return gwt_fail_in(err, "credential_process of profile '%s'", profile);
	snprintf(set->source, sizeof(set->source), "credential_process of profile '%s'", profile);
	return GWT_OK;
}
