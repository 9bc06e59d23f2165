/* operation.c - from the words after `put-integration` to what is printed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "awscli/argparse.h"
#include "awscli/command.h"
#include "awscli/docs.h"
#include "awscli/failure.h"
#include "awscli/output.h"
#include "awscli/parameters.h"
#include "awscli/request.h"
#include "awscli/send.h"
#include "awscli/session.h"
#include "awscli/settings.h"
#include "awscli/skeleton.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/http/h1_write.h"
#include "lib/http/message.h"

void gwt_aws_debug(const struct gwt_aws_session *session, const char *fmt, ...)
{
	va_list args;

	if (!session->globals.debug)
		return;
	fputs("gwtape - DEBUG - ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

static bool is_word(const struct gwt_words_list *words, const char *word, size_t *at)
{
	for (size_t i = 0; i < words->len; i++)
		if (gwt_span_is(words->items[i], word)) {
			*at = i;
			return true;
		}
	return false;
}

/* With one of these options no other is required; `--generate-cli-skeleton output` checks the input. */
static void relax_required(struct gwt_aws_command *command, const struct gwt_words_list *words)
{
	bool relax = false;
	size_t at;

	for (size_t i = 0; i < GWT_AWS_EXTRA_OPTIONS; i++) {
		if (!is_word(words, command->options[command->member_count + i].name, &at))
			continue;
		relax |= !(i == GWT_AWS_SKELETON && at + 1 < words->len &&
			   gwt_span_is(words->items[at + 1], "output"));
	}
	for (size_t i = 0; relax && i < command->member_count; i++)
		command->options[i].required = false;
}

static bool parse(struct gwt_aws_command *command, const struct gwt_words_list *words,
		  struct gwt_arg_result *out, bool *help, struct gwt_aws_failure *failure)
{
	struct gwt_arg_parser parser = {
		.usage = gwt_aws_usage,
		.options = command->options,
		.positional = "help",
		.positional_optional = true,
	};

	*help = words->len == 1 && gwt_span_is(words->items[0], "help");
	if (*help)
		return true;
	relax_required(command, words);
	if (!gwt_arg_parse(&parser, words, out, failure))
		return false;
	*help = gwt_span_is(out->positional, "help");
	if (!*help && out->positional.len > 0) /* an empty word is ignored */
		gwt_words_add(failure->arena, &out->rest, out->positional);
	return true;
}

static bool refuse_rest(const struct gwt_words_list *rest, struct gwt_aws_failure *failure)
{
	struct gwt_buf text;

	if (rest->len == 0)
		return true;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add_text(&text, "Unknown options: ");
	for (size_t i = 0; i < rest->len; i++)
		gwt_buf_printf(&text, "%s" GWT_SPAN_FMT, i ? ", " : "", GWT_SPAN_ARG(rest->items[i]));
	gwt_aws_fail_text(failure, GWT_AWS_UNKNOWN_OPTION,
			  gwt_arena_copy(failure->arena, gwt_buf_span(&text)));
	gwt_buf_release(&text);
	return false;
}

static size_t terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

/* Print in the format of --output, AWS_DEFAULT_OUTPUT or the profile; a wrong one is reported only here. */
static bool display(struct gwt_aws_session *session, const struct gwt_aws_command *command,
		    const struct gwt_json *value, struct gwt_aws_failure *failure)
{
	struct gwt_aws_output how = {
		.format = session->globals.output,
		.title = command->operation->name,
		.query = session->globals.query,
		.color = gwt_span_is(session->globals.color, "on") ||
			 (gwt_span_is(session->globals.color, "auto") && gwt_aws_stdout_is_terminal()),
		.width = terminal_width(),
	};

	if (!how.format.ptr &&
	    !gwt_aws_settings_get(&session->settings, &gwt_aws_output, &how.format, failure))
		return false;
	if (!how.format.ptr)
		how.format = GWT_SPAN("json");
	session->page = true;
	how.resets = how.color && !gwt_aws_is_paged(session);
	session->reset_color = how.color && gwt_span_is(how.format, "table") && gwt_aws_stdout_is_terminal();
	return gwt_aws_output_write(&session->out, &how, value, failure);
}

static void debug_request(const struct gwt_aws_session *session, const struct gwt_aws_request *request)
{
	gwt_aws_debug(session, "%.*s %.*s", GWT_SPAN_ARG(request->method), GWT_SPAN_ARG(request->url));
	gwt_aws_debug(session, "body: %.*s", GWT_SPAN_ARG(request->body));
}

static void debug_response(const struct gwt_aws_session *session, const struct gwt_aws_exchange *exchange)
{
	if (!exchange->answered)
		return;
	gwt_aws_debug(session, "status: %d", exchange->response.status);
	for (size_t i = 0; i < exchange->response.headers.len; i++)
		gwt_aws_debug(session, "%.*s: %.*s", GWT_SPAN_ARG(exchange->response.headers.items[i].name),
			      GWT_SPAN_ARG(exchange->response.headers.items[i].value));
	gwt_aws_debug(session, "body: %.*s", GWT_SPAN_ARG(exchange->response.body));
}

static bool print_request(struct gwt_aws_session *session, const struct gwt_request *request)
{
	gwt_h1_write_request(&session->out, request);
	return true;
}

static size_t count_slashes(struct gwt_span path)
{
	size_t count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '/';
	return count;
}

/*
 * The request without the path of the endpoint, as cassettes have it. Since an id holds no '/', the slashes
 * that the operation does not have are those of the endpoint.
 */
static struct gwt_request without_prefix(const struct gwt_request *request,
					 const struct gwt_aws_command *command)
{
	size_t excess = count_slashes(request->path) - count_slashes(gwt_span_of(command->operation->uri)),
	       prefix = 0;
	struct gwt_request plain;

	for (; excess > 0 || request->path.ptr[prefix] != '/'; prefix++)
		excess -= request->path.ptr[prefix] == '/';
	gwt_request_set(&plain, request->method, gwt_span_slice(request->target, prefix, request->target.len),
			&request->headers, request->body);
	return plain;
}

static bool fail_hook(struct gwt_aws_failure *failure, const struct gwt_error *err)
{
	enum gwt_aws_failure_kind kind = err->status == GWT_EMISMATCH    ? GWT_AWS_CHECK
					 : err->status == GWT_EUNCHECKED ? GWT_AWS_UNCHECKED
					 : err->status == GWT_EUSAGE     ? GWT_AWS_PARAM
									 : GWT_AWS_GENERAL;

	return gwt_aws_fail(failure, kind, "%s", err->msg);
}

static bool check(struct gwt_aws_session *session, const struct gwt_request *request,
		  struct gwt_aws_failure *failure)
{
	struct gwt_error err = { 0 };

	return session->hooks->check(session->arena,
				     gwt_arena_cstr(session->arena, session->globals.check_source), request,
				     &session->out, &err) == GWT_OK ||
	       fail_hook(failure, &err);
}

/* Print the request or compare it with a cassette; nothing is sent. */
static bool look_only(struct gwt_aws_session *session, const struct gwt_aws_command *command,
		      const struct gwt_aws_client *client, const struct gwt_aws_request *request,
		      struct gwt_aws_failure *failure)
{
	struct gwt_request signed_request, plain;

	if (!gwt_aws_client_sign(client, request, gwt_clock_now(), &signed_request, failure))
		return false;
	if (session->globals.print_request && !print_request(session, &signed_request))
		return false;
	plain = without_prefix(&signed_request, command);
	return !session->globals.check || check(session, &plain, failure);
}

/* The name is checked before the call is made; the call is stored after it, whatever the service answered. */
static bool begin_record(struct gwt_aws_session *session, struct gwt_aws_failure *failure)
{
	struct gwt_error err = { 0 };

	return !session->globals.record.ptr ||
	       session->hooks->record_begin(session->arena,
					    gwt_arena_cstr(session->arena, session->globals.record),
					    &err) == GWT_OK ||
	       fail_hook(failure, &err);
}

static bool record(struct gwt_aws_session *session, const struct gwt_aws_command *command,
		   const struct gwt_aws_client *client, const struct gwt_aws_exchange *exchange,
		   struct gwt_aws_failure *failure)
{
	struct gwt_aws_call made = {
		.response = exchange->response,
		.region = client->region,
		.credentials = client->credentials.keys,
	};
	struct gwt_error err = { 0 };

	if (!session->globals.record.ptr || !exchange->answered)
		return true;
	made.request = without_prefix(&exchange->request, command);
	made.endpoint = gwt_arena_printf(session->arena, GWT_SPAN_FMT "://" GWT_SPAN_FMT,
					 GWT_SPAN_ARG(client->endpoint.scheme),
					 GWT_SPAN_ARG(gwt_aws_url_host(session->arena, &client->endpoint)));
	return session->hooks->record(session->arena, gwt_arena_cstr(session->arena, session->globals.record),
				      &made, &err) == GWT_OK ||
	       fail_hook(failure, &err);
}

static bool call(struct gwt_aws_session *session, const struct gwt_aws_command *command,
		 const struct gwt_aws_client *client, const struct gwt_json *parameters,
		 struct gwt_aws_failure *failure)
{
	struct gwt_aws_failure unkept = { .arena = failure->arena };
	struct gwt_aws_exchange exchange = { 0 };
	struct gwt_aws_request request;
	struct gwt_json *result;
	bool ok;

	if (!gwt_aws_request_build(command, parameters, &client->endpoint, &request, failure))
		return false;
	debug_request(session, &request);
	if (session->globals.print_request || session->globals.check)
		return look_only(session, command, client, &request, failure);
	if (!begin_record(session, failure))
		return false;
	ok = gwt_aws_client_call(client, command, &request, &result, &exchange, failure);
	debug_response(session, &exchange);
	ok = ok && display(session, command, result, failure);
	if (record(session, command, client, &exchange, &unkept))
		return ok;
	*failure = unkept; /* a call that could not be stored outweighs the service's error */
	return false;
}

/* `input` and `yaml-input` need no profile, region or credentials. */
static bool print_skeleton(struct gwt_aws_session *session, const struct gwt_aws_command *command,
			   struct gwt_span kind)
{
	if (gwt_span_is(kind, "input"))
		gwt_aws_skeleton_input(&session->out, session->arena, command);
	else if (gwt_span_is(kind, "yaml-input"))
		gwt_aws_skeleton_yaml(&session->out, command);
	else
		return false;
	return true;
}

static bool run_client(struct gwt_aws_session *session, const struct gwt_aws_command *command,
		       const struct gwt_json *parameters, bool skeleton, struct gwt_aws_client *client,
		       struct gwt_aws_failure *failure)
{
	client->user_agent = gwt_arena_printf(
		session->arena, GWT_SPAN_FMT " command/apigateway.%s gwtape/" GWT_VERSION,
		GWT_SPAN_ARG(gwt_aws_user_agent(session->arena, session->prompt_mode)), command->cli_name);
	if (!gwt_aws_client_open(&session->settings, &session->globals, client, failure) ||
	    !gwt_aws_validate(command, parameters, failure))
		return false;
	if (skeleton)
		return display(session, command,
			       gwt_aws_skeleton_output(session->arena, command, session->version), failure);
	return call(session, command, client, parameters, failure);
}

static bool run_parsed(struct gwt_aws_session *session, const struct gwt_aws_command *command,
		       const struct gwt_arg_result *parsed, struct gwt_aws_failure *failure)
{
	struct gwt_span skeleton = parsed->values[command->member_count + GWT_AWS_SKELETON].text;
	struct gwt_aws_client client = { .version = session->version };
	struct gwt_json *parameters;
	bool ok;

	if (!gwt_aws_parameters(command, parsed, &parameters, failure))
		return false;
	if (skeleton.ptr && print_skeleton(session, command, skeleton))
		return true;
	ok = run_client(session, command, parameters, skeleton.ptr != NULL, &client, failure);
	gwt_aws_client_close(&client);
	return ok;
}

bool gwt_aws_operation_run(struct gwt_aws_session *session, const char *cli_name,
			   const struct gwt_words_list *words, struct gwt_aws_failure *failure)
{
	struct gwt_aws_command *command =
		gwt_aws_command_named(session->arena, gwt_span_of(cli_name), session->version);
	struct gwt_arg_result parsed;
	bool help;

	if (!command)
		return gwt_aws_fail(
			failure, GWT_AWS_PARAM,
			"gwtape has 'put-integration' and 'get-integration' of apigateway; '%s' needs the AWS "
			"CLI itself",
			cli_name);
	if (!parse(command, words, &parsed, &help, failure))
		return false;
	if (help)
		return gwt_aws_help(session, cli_name, failure);
	return refuse_rest(&parsed.rest, failure) && run_parsed(session, command, &parsed, failure);
}

bool gwt_aws_service_run(struct gwt_aws_session *session, const struct gwt_words_list *words,
			 struct gwt_aws_failure *failure)
{
	struct gwt_arg_parser parser = {
		.usage = gwt_aws_usage,
		.positional = "operation",
		.choices = gwt_aws_operations,
	};
	struct gwt_arg_result parsed;

	if (!gwt_arg_parse(&parser, words, &parsed, failure))
		return false;
	if (gwt_span_is(parsed.positional, "help"))
		return gwt_aws_help(session, "apigateway", failure);
	return gwt_aws_operation_run(session, gwt_arena_cstr(session->arena, parsed.positional), &parsed.rest,
				     failure);
}
