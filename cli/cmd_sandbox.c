/* `gwtape sandbox`: serve the stand-in control plane. */
#include <stdio.h>
#include <sys/random.h>

#include "cli/command.h"
#include "cli/serve.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "replayer/fault.h"
#include "replayer/faults.h"
#include "replayer/secrets.h"
#include "sandbox/sandbox.h"

struct sandbox_options {
	const char *listen, *ready_file, *as_of, *seed, *fault, *credentials;
	bool no_verify_signature, list;
};

#define AT(member) offsetof(struct sandbox_options, member)

static const struct gwt_option specs[] = {
	{ "listen", "ADDR:PORT", "where to listen (127.0.0.1:0)", GWT_OPT_TEXT, AT(listen), NULL, NULL },
	{ "ready-file", "FILE", "write the URL to this file once requests are answered", GWT_OPT_PATH,
	  AT(ready_file), NULL, NULL },
	{ "as-of", "DATE|current", "answer as AWS did then (current)", GWT_OPT_TEXT, AT(as_of), NULL, NULL },
	{ "seed", "N", "make the same ids every run", GWT_OPT_TEXT, AT(seed), NULL, NULL },
	{ "fault", "FILE", "script of faults; see docs/faults.md", GWT_OPT_PATH, AT(fault), NULL, NULL },
	{ "list", NULL, "print what AWS changed and which answer holds at '--as-of', and serve nothing",
	  GWT_OPT_FLAG, AT(list), NULL, NULL },
	{ "credentials", "FILE", "JSON of access key ids and their secrets, known beside the dummy ones",
	  GWT_OPT_PATH, AT(credentials), NULL, NULL },
	{ "no-verify-signature", NULL, "do not check signatures", GWT_OPT_FLAG, AT(no_verify_signature), NULL,
	  NULL },
	{ 0 },
};

struct served {
	struct gwt_sandbox *sandbox;
	struct gwt_faults faults;
	struct gwt_secrets secrets; /* of --credentials */
};

/* A key id of the file has only its own secret; an unknown id has none, and is refused. */
static size_t find_secrets(void *arg, struct gwt_span access_key_id, struct gwt_span found[8])
{
	const struct served *served = arg;

	for (size_t i = 0; i < served->secrets.len; i++)
		if (gwt_span_eq(served->secrets.items[i].access_key_id, access_key_id)) {
			found[0] = served->secrets.items[i].secret_key;
			return 1;
		}
	return gwt_sandbox_dummy_secrets(NULL, access_key_id, found);
}

static void handle(struct gwt_exchange *exchange)
{
	struct served *served = exchange->server_arg;
	const struct gwt_fault *fault = gwt_faults_take(&served->faults, exchange->request, GWT_ABSENT);

	if (fault && fault->answers)
		gwt_fault_answer(fault, gwt_clock_now(), exchange->arena, &exchange->response);
	else if (!fault || !gwt_fault_replaces(fault))
		gwt_sandbox_handle(served->sandbox, exchange->request, gwt_clock_now(), exchange->arena,
				   &exchange->response);
	gwt_exchange_apply_fault(exchange, 0, fault);
}

static gwt_status read_seed(const char *text, uint64_t *seed, struct gwt_error *err)
{
	if (!text)
		return getrandom(seed, sizeof(*seed), 0) == (ssize_t)sizeof(*seed)
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot get random numbers");
	if (!gwt_span_to_u64(gwt_span_of(text), UINT64_MAX, seed))
		return gwt_fail(err, GWT_EUSAGE, "option '--seed' is a number, not '%s'", text);
	return GWT_OK;
}

static gwt_status read_as_of(const char *text, int64_t *as_of, struct gwt_error *err)
{
	if (!text || strcmp(text, "current") == 0)
		return GWT_OK;
	if (!gwt_clock_parse(gwt_span_of(text), as_of))
		return gwt_fail(err, GWT_EUSAGE,
				"option '--as-of' is a date such as 2018-12-17 or current, not '%s'", text);
	return GWT_OK;
}

static gwt_status serve(struct served *served, const struct sandbox_options *options, struct gwt_error *err)
{
	struct gwt_server_options listen = {
		.listen = options->listen, .handler = handle, .arg = served, .server_header = "sandbox"
	};
	struct gwt_serve server;
	gwt_status status;

	gwt_say("this is a sandbox, not AWS: its state is in memory and lost at exit");
	if (options->no_verify_signature)
		gwt_say("--no-verify-signature: signatures are not checked");
	status = gwt_serve_open(&server, &listen, options->ready_file, err);
	if (status == GWT_OK)
		status = gwt_serve_run(&server, NULL, NULL, err);
	gwt_serve_close(&server);
	return status;
}

/* `text` without the marks of Markdown. */
static void print_plain(const char *text)
{
	for (; *text; text++)
		if (*text != '`')
			putchar(*text);
}

/* One line for each change: its date, which of the two answers holds, the newer answer, the older one. */
static void list_changes(int64_t as_of)
{
	size_t count;
	const struct gwt_sandbox_change *changes = gwt_sandbox_changes(&count);

	for (size_t i = 0; i < count; i++) {
		gwt_print("%-20s  %s  ", changes[i].since,
			  gwt_sandbox_changed(&changes[i], as_of) ? "newer" : "older");
		print_plain(changes[i].newer);
		gwt_print("  (before: ");
		print_plain(changes[i].older);
		gwt_print(")\n");
	}
}

static gwt_status run_sandbox(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			      int *exit_code, struct gwt_error *err)
{
	const struct sandbox_options *options = opaque;
	struct served served = { 0 };
	struct gwt_sandbox_options made = { .no_verify_signature = options->no_verify_signature,
					    .lookup = find_secrets,
					    .lookup_arg = &served };
	gwt_status status;

	*exit_code = 0;
	if (args->words.len || args->command)
		return gwt_fail(err, GWT_EUSAGE, "'sandbox' takes options only");
	status = read_seed(options->seed, &made.seed, err);
	if (status == GWT_OK)
		status = read_as_of(options->as_of, &made.as_of, err);
	if (status == GWT_OK && options->list) {
		list_changes(made.as_of);
		return GWT_OK;
	}
	if (status == GWT_OK && options->fault)
		status = gwt_faults_read(arena, options->fault, &served.faults, err);
	if (status == GWT_OK && options->credentials)
		status = gwt_secrets_read(arena, options->credentials, &served.secrets, err);
	if (status != GWT_OK)
		return status;
	served.sandbox = gwt_sandbox_new(&made);
	status = serve(&served, options, err);
	gwt_sandbox_free(served.sandbox);
	return status;
}

const struct gwt_command gwt_cmd_sandbox = {
	.name = "sandbox",
	.about = "serve a stand-in for API Gateway's control plane",
	.synopsis = "",
	.options = specs,
	.options_size = sizeof(struct sandbox_options),
	.run = run_sandbox,
	.details =
		"A small, in-memory likeness of the control plane, true to published recordings of AWS\n"
		"(docs/sandbox.md). Serves until SIGINT or SIGTERM. Knows the access key ids AKIDEXAMPLE, test\n"
		"and testing, each with the dummy secret, test or testing; '--credentials FILE' adds others:\n"
		"{\"ACCESS_KEY_ID\": \"SECRET\", ...}. Another id is refused, as AWS refuses it.\n",
};
