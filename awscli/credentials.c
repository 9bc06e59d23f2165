/* credentials.c - the chain of places that may hold credentials, as botocore asks them. */
#include "awscli/settings.h"

#include <errno.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "awscli/argparse.h"
#include "awscli/files.h"
#include "lib/base/clock.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

extern char **environ;

#define MAX_PROCESS_OUTPUT (1024 * 1024)

struct chain {
	const struct gwt_aws_settings *settings;
	struct gwt_span profile; /* "default" when none is chosen */
	struct gwt_credentials *out;
	int64_t expires;
	struct gwt_aws_failure *failure;
};

static bool fail_partial(struct chain *chain, const char *provider, const char *missing)
{
	return gwt_aws_fail(chain->failure, GWT_AWS_GENERAL, "Partial credentials found in %s, missing: %s",
			    provider, missing);
}

static bool read_expiry(struct chain *chain, struct gwt_span text)
{
	return text.len == 0 || gwt_clock_parse_offset(text, &chain->expires) ||
	       gwt_aws_fail(chain->failure, GWT_AWS_GENERAL, "Unknown string format: " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(text));
}

static bool from_environment(struct chain *chain)
{
	struct gwt_arena *arena = chain->settings->arena;
	struct gwt_span token;

	if (chain->settings->profile.len > 0)
		return true;
	chain->out->access_key_id = gwt_aws_env(arena, "AWS_ACCESS_KEY_ID");
	if (chain->out->access_key_id.len == 0) {
		chain->out->access_key_id = (struct gwt_span){ 0 };
		return true;
	}
	chain->out->secret_key = gwt_aws_env(arena, "AWS_SECRET_ACCESS_KEY");
	if (chain->out->secret_key.len == 0)
		return fail_partial(chain, "env", "AWS_SECRET_ACCESS_KEY");
	token = gwt_aws_env(arena, "AWS_SECURITY_TOKEN");
	if (token.len == 0)
		token = gwt_aws_env(arena, "AWS_SESSION_TOKEN");
	if (token.len > 0)
		chain->out->session_token = token;
	return read_expiry(chain, gwt_aws_env(arena, "AWS_CREDENTIAL_EXPIRATION"));
}

/* What needs calls to other services is said to be missing, not passed over. */
static bool refuse_remote(struct chain *chain)
{
	static const struct {
		const char *option, *what;
	} rows[] = {
		{ "role_arn", "assuming a role" },
		{ "sso_start_url", "single sign-on" },
		{ "sso_session", "single sign-on" },
	};
	const struct gwt_json *profile = gwt_json_get_span(chain->settings->profiles, chain->profile);

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (gwt_json_get(profile, rows[i].option))
			return gwt_aws_fail(chain->failure, GWT_AWS_GENERAL,
					    "profile '" GWT_SPAN_FMT
					    "' asks for %s (%s), which gwtape does not do; give "
					    "it the keys themselves, or a credential_process",
					    GWT_SPAN_ARG(chain->profile), rows[i].what, rows[i].option);
	return true;
}

static bool from_section(struct chain *chain, const struct gwt_json *section, const char *provider)
{
	static const char *const tokens[] = { "aws_security_token", "aws_session_token" };

	if (!gwt_json_get(section, "aws_access_key_id"))
		return true;
	if (!gwt_json_get(section, "aws_secret_access_key"))
		return fail_partial(chain, provider, "aws_secret_access_key");
	chain->out->access_key_id = gwt_json_get_text(section, "aws_access_key_id");
	chain->out->secret_key = gwt_json_get_text(section, "aws_secret_access_key");
	for (size_t i = 0; i < GWT_LEN(tokens) && !chain->out->session_token.ptr; i++)
		chain->out->session_token = gwt_json_get_text(section, tokens[i]);
	return true;
}

static bool from_credentials_file(struct chain *chain)
{
	return from_section(chain, gwt_json_get_span(chain->settings->credentials, chain->profile),
			    "shared-credentials-file");
}

static bool from_config_file(struct chain *chain)
{
	return from_section(chain, gwt_json_get_span(chain->settings->config_profiles, chain->profile),
			    "config-file");
}

static bool fail_process(struct chain *chain, struct gwt_span reason)
{
	return gwt_aws_fail(chain->failure, GWT_AWS_GENERAL,
			    "Error when retrieving credentials from custom-process: " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(reason));
}

static char **argv_of(struct gwt_arena *arena, const struct gwt_words_list *words)
{
	char **argv = gwt_arena_array(arena, char *, words->len + 1);
	struct gwt_buf bytes;

	for (size_t i = 0; i < words->len; i++) {
		gwt_buf_init(&bytes, SIZE_MAX);
		gwt_py_fsencode(&bytes, words->items[i]);
		argv[i] = gwt_arena_cstr(arena, gwt_buf_span(&bytes));
		gwt_buf_release(&bytes);
	}
	return argv;
}

/* What was written to a memory file, at most MAX_PROCESS_OUTPUT bytes of it. */
static struct gwt_span content_of(struct gwt_arena *arena, int fd)
{
	char *bytes = gwt_arena_bytes(arena, MAX_PROCESS_OUTPUT);
	size_t len = 0;
	ssize_t count;

	while (len < MAX_PROCESS_OUTPUT) {
		count = pread(fd, bytes + len, MAX_PROCESS_OUTPUT - len, (off_t)len);
		if (count <= 0)
			break;
		len += (size_t)count;
	}
	return (struct gwt_span){ bytes, len };
}

/* Run `argv` to its end; the result is 0 or an errno, *status as of waitpid(). */
static int run_process(char **argv, int out, int err, int *status)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	while (error == 0 && waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return error;
}

static bool take_process_answer(struct chain *chain, const struct gwt_json *answer)
{
	static const char *const needed[] = { "AccessKeyId", "SecretAccessKey" };
	const struct gwt_json *version = gwt_json_get(answer, "Version");
	struct gwt_arena *arena = chain->settings->arena;
	struct gwt_buf text;

	if (!version || !gwt_json_is(version, GWT_JSON_NUMBER) || gwt_py_to_double(version->text) != 1) {
		gwt_buf_init(&text, SIZE_MAX);
		if (version)
			gwt_py_str(&text, version);
		else
			gwt_buf_add_text(&text, "<Version key not provided>");
		fail_process(chain,
			     gwt_arena_printf(arena,
					      "Unsupported version '" GWT_SPAN_FMT "' for credential process "
					      "provider, supported versions: 1",
					      GWT_SPAN_ARG(gwt_buf_span(&text))));
		gwt_buf_release(&text);
		return false;
	}
	for (size_t i = 0; i < GWT_LEN(needed); i++)
		if (!gwt_json_get_text(answer, needed[i]).ptr)
			return fail_process(
				chain,
				gwt_arena_printf(arena, "Missing required key in response: '%s'", needed[i]));
	chain->out->access_key_id = gwt_json_get_text(answer, "AccessKeyId");
	chain->out->secret_key = gwt_json_get_text(answer, "SecretAccessKey");
	chain->out->session_token = gwt_json_get_text(answer, "SessionToken");
	return read_expiry(chain, gwt_json_get_text(answer, "Expiration"));
}

/* Both outputs go to memory files, so that neither can block the other. */
static bool ask_process(struct chain *chain, const struct gwt_words_list *words, struct gwt_span *answer)
{
	struct gwt_arena *arena = chain->settings->arena;
	int out = memfd_create("credentials", MFD_CLOEXEC), err = memfd_create("errors", MFD_CLOEXEC);
	int status = 0,
	    error = out < 0 || err < 0 ? errno : run_process(argv_of(arena, words), out, err, &status);
	bool ok = false;

	if (error)
		gwt_aws_fail(chain->failure, GWT_AWS_GENERAL, "[Errno %d] %s: '" GWT_SPAN_FMT "'", error,
			     strerror(error), GWT_SPAN_ARG(words->items[0]));
	else if (status != 0)
		fail_process(chain, content_of(arena, err));
	else
		ok = true;
	if (ok)
		*answer = content_of(arena, out);
	if (out >= 0)
		close(out);
	if (err >= 0)
		close(err);
	return ok;
}

static bool from_process(struct chain *chain)
{
	const struct gwt_json *profile = gwt_json_get_span(chain->settings->profiles, chain->profile);
	struct gwt_span command = gwt_json_get_text(profile, "credential_process"), text;
	struct gwt_words_list words = { 0 };
	struct gwt_py_json_fault fault;
	struct gwt_json *answer;

	if (!command.ptr)
		return true;
	if (!gwt_py_shlex_split(chain->settings->arena, command, &words))
		return gwt_aws_fail(chain->failure, GWT_AWS_GENERAL, "No closing quotation");
	if (words.len == 0)
		return gwt_aws_fail(chain->failure, GWT_AWS_GENERAL, "list index out of range");
	if (!ask_process(chain, &words, &text))
		return false;
	if (!gwt_py_json_read(chain->settings->arena, text, false, &answer, &fault))
		return gwt_aws_fail_text(chain->failure, GWT_AWS_GENERAL, fault.message);
	return take_process_answer(chain, answer);
}

bool gwt_aws_credentials_find(const struct gwt_aws_settings *settings, struct gwt_credentials *out,
			      int64_t *expires, struct gwt_aws_failure *failure)
{
	static bool (*const providers[])(struct chain *) = {
		from_environment, refuse_remote, from_credentials_file, from_process, from_config_file,
	};
	struct chain chain = { .settings = settings, .out = out, .failure = failure };

	*out = (struct gwt_credentials){ 0 };
	chain.profile = gwt_aws_settings_profile_name(settings);
	if (chain.profile.len == 0)
		chain.profile = GWT_SPAN("default");
	for (size_t i = 0; i < GWT_LEN(providers) && !out->access_key_id.ptr; i++)
		if (!providers[i](&chain))
			return false;
	*expires = chain.expires;
	return true;
}
