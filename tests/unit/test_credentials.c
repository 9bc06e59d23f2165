/*
 * AWS's files, keys, region and endpoint, against what Python and botocore make of the same
 * (tests/support/aws_config_ref.py), AWS's endpoint tests, and metadata services played by a script.
 */
#include <criterion/criterion.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/awsconf/credentials.h"
#include "lib/awsconf/endpoint.h"
#include "lib/awsconf/ini.h"
#include "lib/awsconf/run.h"
#include "lib/awsconf/words.h"
#include "lib/upstream/metadata.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"
#include "tests/support/script_server.h"

static struct gwt_arena arena;
static char folder[] = "/tmp/gwt-credentials-XXXXXX";

extern char **environ;

/* Hide the settings of the user who runs the tests: no AWS_*, our own home, no metadata service. */
static void setup(void)
{
	for (char **at = environ; *at;) {
		struct gwt_span name = gwt_span_of(*at);

		if (!gwt_span_starts(name, GWT_SPAN("AWS_"))) {
			at++;
			continue;
		}
		unsetenv(gwt_arena_cstr(&arena, gwt_span_cut(&name, '=')));
	}
	cr_assert_not_null(mkdtemp(folder));
	setenv("HOME", folder, 1);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
}

static void teardown(void)
{
	static const char *const names[] = { ".aws/config", ".aws/credentials", "config", "credentials",
					     "token" };

	for (size_t i = 0; i < GWT_LEN(names); i++)
		unlink(gwt_file_join(&arena, folder, names[i]));
	rmdir(gwt_file_join(&arena, folder, ".aws"));
	rmdir(folder);
	gwt_arena_release(&arena);
}

TestSuite(credentials, .init = setup, .fini = teardown);

static void write_file(const char *name, const char *text)
{
	struct gwt_error err;
	char *path = gwt_file_join(&arena, folder, name);

	cr_assert_eq(gwt_file_mkdirs_for(path, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_file_write(path, gwt_span_of(text), &err), GWT_OK, "%s", err.msg);
}

static const char *text_of(const cJSON *row, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);

	return cJSON_IsString(item) ? gwt_arena_cstr(&arena, gwt_span_of(item->valuestring)) : NULL;
}

static size_t for_each_row(const char *file, void (*each)(const cJSON *row))
{
	char *path = gwt_file_join(&arena, "tests/data/aws-config", file);
	struct gwt_span rest = gwt_test_read(&arena, gwt_test_source(), path);
	size_t count = 0;

	while (rest.len) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');
		cJSON *row = cJSON_ParseWithLength(line.ptr, line.len);

		cr_assert(row, "row %zu of %s is not JSON", count + 1, file);
		each(row);
		cJSON_Delete(row);
		count++;
	}
	return count;
}

static void expect_section(const struct gwt_ini *ini, const cJSON *want, const char *text)
{
	const struct gwt_ini_section *section = gwt_ini_section(ini, gwt_span_of(want->string));
	const cJSON *option;
	size_t count = 0;

	cr_assert(section, "%s: no section '%s'", text, want->string);
	for (size_t i = 0; gwt_ini_next(section, &i);)
		count++;
	cr_expect_eq(count, (size_t)cJSON_GetArraySize(want), "%s: %zu options in '%s'", text, count,
		     want->string);
	cJSON_ArrayForEach(option, want)
	{
		const struct gwt_ini_option *got = gwt_ini_option(section, gwt_span_of(option->string));

		cr_expect(got && cJSON_IsString(option) && gwt_span_is(got->value, option->valuestring),
			  "%s: %s is '" GWT_SPAN_FMT "'", text, option->string,
			  GWT_SPAN_ARG(got ? got->value : GWT_SPAN("(absent)")));
	}
}

static void expect_ini(const cJSON *row)
{
	const cJSON *sections = cJSON_GetObjectItemCaseSensitive(row, "sections"), *section;
	const char *text = text_of(row, "text");
	struct gwt_ini ini;
	struct gwt_error err;
	gwt_status got =
		gwt_ini_parse(&arena, "f", gwt_guarded(gwt_span_of(text)), GWT_INI_GROUPS, &ini, &err);

	cr_expect_eq(got, cJSON_IsNull(sections) ? GWT_EPARSE : GWT_OK, "'%s': %s", text,
		     gwt_status_text(got));
	if (got != GWT_OK) {
		cr_expect(strncmp(err.msg, "f:", 2) == 0, "'%s': '%s' names no line", text, err.msg);
		return;
	}
	cr_expect_eq(ini.len, (size_t)cJSON_GetArraySize(sections), "'%s': %zu sections", text, ini.len);
	cJSON_ArrayForEach(section, sections) expect_section(&ini, section, text);
}

Test(credentials, files_are_read_as_python_reads_them)
{
	cr_expect_geq(for_each_row("ini.jsonl", expect_ini), 50);
}

Test(credentials, files_over_a_limit_or_with_a_nul_are_refused)
{
	static const char nul[] = "[a]\nx = 1\n[a\0]\n";
	struct gwt_ini ini;
	struct gwt_error err;
	struct gwt_buf many;

	cr_expect_eq(gwt_ini_parse(&arena, "f", gwt_guarded((struct gwt_span){ nul, sizeof(nul) - 1 }),
				   GWT_INI_NO_NUL, &ini, &err),
		     GWT_EPARSE);
	cr_expect_str_eq(err.msg, "f:3:3: a NUL byte");
	gwt_buf_init(&many, SIZE_MAX);
	gwt_buf_add_text(&many, "[a]\n");
	for (int i = 0; i <= GWT_INI_MAX_OPTIONS; i++)
		gwt_buf_printf(&many, "x%d = 1\n", i);
	cr_expect_eq(gwt_ini_parse(&arena, "f", gwt_buf_span(&many), 0, &ini, &err), GWT_ELIMIT);
	gwt_buf_clear(&many);
	for (int i = 0; i <= GWT_INI_MAX_OPTIONS; i++)
		gwt_buf_printf(&many, "[x%d]\n", i);
	cr_expect_eq(gwt_ini_parse(&arena, "f", gwt_buf_span(&many), 0, &ini, &err), GWT_ELIMIT);
	gwt_buf_clear(&many);
	while (many.len <= GWT_INI_MAX_BYTES)
		gwt_buf_add_text(&many, "# a comment of some length, again and again and again\n");
	write_file(".aws/config", gwt_buf_cstr(&many));
	cr_expect_eq(gwt_ini_read(&arena, gwt_file_join(&arena, folder, ".aws/config"), 0, &ini, &err),
		     GWT_ELIMIT);
	gwt_buf_release(&many);
}

/* Cut at any byte, a file is read or refused, never past its end. */
static void cut_ini(const cJSON *row)
{
	struct gwt_span text = gwt_guarded(gwt_span_of(text_of(row, "text")));
	struct gwt_ini ini;

	for (size_t i = 0; i <= text.len; i++) {
		gwt_status got = gwt_ini_parse(&arena, "f", gwt_span_slice(text, text.len - i, text.len),
					       GWT_INI_GROUPS, &ini, NULL);

		cr_expect(got == GWT_OK || got == GWT_EPARSE);
	}
}

Test(credentials, files_may_be_cut_anywhere)
{
	cr_expect_geq(for_each_row("ini.jsonl", cut_ini), 50);
}

static void expect_split(const cJSON *row)
{
	const cJSON *want = cJSON_GetObjectItemCaseSensitive(row, "words"), *word;
	const char *text = text_of(row, "text");
	struct gwt_shell_words words;
	size_t i = 0;
	bool got = gwt_shell_split(&arena, gwt_guarded(gwt_span_of(text)), &words);

	cr_expect_eq(got, !cJSON_IsNull(want), "'%s'", text);
	if (!got || cJSON_IsNull(want))
		return;
	cr_assert_eq(words.len, (size_t)cJSON_GetArraySize(want), "'%s': %zu words", text, words.len);
	cJSON_ArrayForEach(word, want)
	{
		cr_expect(gwt_span_is(words.items[i], word->valuestring), "'%s'", text);
		i++;
	}
}

Test(credentials, commands_are_split_as_shlex_splits_them)
{
	cr_expect_geq(for_each_row("split.jsonl", expect_split), 25);
}

/* Whether botocore's name of a provider and our name of a source mean the same. */
static bool is_same_source(const char *method, const char *source)
{
	static const struct {
		const char *method, *source;
	} names[] = {
		{ "env", "environment" },
		{ "shared-credentials-file", "credentials file of profile '" },
		{ "config-file", "config file of profile '" },
		{ "custom-process", "credential_process of profile '" },
	};

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (strcmp(method, names[i].method) == 0)
			return strncmp(source, names[i].source, strlen(names[i].source)) == 0;
	return false;
}

static const char *nth_text(const cJSON *array, int n)
{
	const cJSON *item = cJSON_GetArrayItem(array, n);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static void expect_keys(const cJSON *row, struct gwt_aws_config *config)
{
	const cJSON *want = cJSON_GetObjectItemCaseSensitive(row, "keys");
	const char *label = text_of(row, "label"), *token = nth_text(want, 2);
	struct gwt_credential_set set = { .expires = 0 };
	struct gwt_error err = { .msg = "" };
	gwt_status got = gwt_credentials_find(config, NULL, &set, &err);

	if (!cJSON_IsArray(want)) { /* none, or an error */
		cr_expect_neq(got, GWT_OK, "%s: found some", label);
		cr_expect(!strstr(err.msg, "AK1") && !strstr(err.msg, "S1"), "%s: %s", label, err.msg);
		return;
	}
	cr_assert_eq(got, GWT_OK, "%s: %s", label, err.msg);
	cr_expect(gwt_span_is(set.keys.access_key_id, nth_text(want, 0)), "%s", label);
	cr_expect(gwt_span_is(set.keys.secret_key, nth_text(want, 1)), "%s", label);
	cr_expect(gwt_span_eq(set.keys.session_token, gwt_span_of(token)), "%s", label);
	cr_expect(is_same_source(nth_text(want, 3), set.source), "%s: from %s", label, set.source);
	gwt_credentials_release(&set);
}

static void expect_places(const cJSON *row, struct gwt_aws_config *config)
{
	const char *label = text_of(row, "label"), *region = text_of(row, "region"), *got_region = NULL;
	const char *url = text_of(row, "endpoint");
	struct gwt_endpoint endpoint;
	struct gwt_error err;
	gwt_status got = gwt_aws_config_region(config, NULL, &got_region, &err);

	cr_expect_eq(got, region ? GWT_OK : GWT_EUSAGE, "%s: region", label);
	cr_expect(!region || strcmp(region, got_region) == 0, "%s: region %s", label, got_region);
	got = gwt_endpoint_find(config, "us-east-1", NULL, &arena, &endpoint, &err);
	cr_expect_eq(got, text_of(row, "endpointError") ? GWT_EUSAGE : GWT_OK, "%s: endpoint: %s", label,
		     err.msg);
	if (got != GWT_OK)
		return;
	cr_expect_str_eq(endpoint.url, url ? url : "https://apigateway.us-east-1.amazonaws.com", "%s (%s)",
			 label, endpoint.source);
	cr_expect_eq(endpoint.is_aws, url == NULL, "%s", label);
}

static void expect_chain(const cJSON *row)
{
	const cJSON *variables = cJSON_GetObjectItemCaseSensitive(row, "env"), *variable;
	const char *label = text_of(row, "label"), *error = text_of(row, "error");
	struct gwt_aws_config *config;
	struct gwt_error err;
	gwt_status got;

	write_file("config", text_of(row, "config"));
	write_file("credentials", text_of(row, "credentials"));
	setenv("AWS_CONFIG_FILE", gwt_file_join(&arena, folder, "config"), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", gwt_file_join(&arena, folder, "credentials"), 1);
	cJSON_ArrayForEach(variable, variables) setenv(variable->string, variable->valuestring, 1);
	got = gwt_aws_config_load(text_of(row, "profile"), &config, &err);
	if (got == GWT_OK) {
		expect_keys(row, config);
		if (!error)
			expect_places(row, config);
		gwt_aws_config_free(config);
	} else {
		cr_expect(error && (strcmp(error, "ProfileNotFound") == 0 ||
				    strcmp(error, "ConfigParseError") == 0),
			  "%s: %s", label, err.msg);
	}
	cJSON_ArrayForEach(variable, variables) unsetenv(variable->string);
}

Test(credentials, keys_region_and_endpoint_are_those_that_botocore_finds)
{
	cr_expect_geq(for_each_row("chain.jsonl", expect_chain), 45);
}

static gwt_status find(const char *profile, struct gwt_credential_set *set, struct gwt_error *err)
{
	struct gwt_aws_config *config;
	gwt_status status = gwt_aws_config_load(profile, &config, err);

	if (status != GWT_OK)
		return status;
	status = gwt_credentials_find(config, NULL, set, err);
	gwt_aws_config_free(config);
	return status;
}

Test(credentials, the_home_folder_is_where_files_lie)
{
	struct gwt_credential_set set;
	struct gwt_error err;

	write_file(".aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = S\n");
	write_file(".aws/config", "[default]\nregion = eu-west-1\n");
	cr_assert_eq(find(NULL, &set, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(set.keys.access_key_id, "A"));
	gwt_credentials_release(&set);
	cr_expect_null(set.arena.head);
}

Test(credentials, files_that_are_none_are_empty)
{
	struct gwt_aws_config *config;
	struct gwt_error err;

	setenv("AWS_CONFIG_FILE", "/dev/null", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", folder, 1);
	cr_assert_eq(gwt_aws_config_load(NULL, &config, &err), GWT_OK, "%s", err.msg);
	cr_expect_str_eq(gwt_aws_config_profile(config), "default");
	cr_expect_null(gwt_aws_config_get(config, "region"));
	gwt_aws_config_free(config);
}

Test(credentials, what_needs_a_call_is_refused_by_name)
{
	static const struct {
		const char *config, *detail;
	} rows[] = {
		{ "[profile p]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = q\n", "role_arn" },
		{ "[profile p]\nrole_arn = r\nweb_identity_token_file = f\n", "role_arn" },
		{ "[profile p]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n", "sso_session" },
		{ "[profile p]\nsso_start_url = u\n", "sso_start_url" },
		{ "[profile p]\nlogin_session = arn\n", "login_session" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_credential_set set;
		struct gwt_error err;

		write_file(".aws/config", rows[i].config);
		cr_expect_eq(find("p", &set, &err), GWT_EUSAGE, "row %zu", i);
		cr_expect(strstr(err.msg, rows[i].detail) &&
				  strstr(err.msg, "export-credentials --profile p"),
			  "row %zu: %s", i, err.msg);
	}
}

Test(credentials, keys_that_cannot_be_sent_are_refused)
{
	static const struct {
		const char *id, *secret, *token;
	} rows[] = {
		{ "A B", "s", "" }, { "A/B", "s", "" },  { "A\r\nX: y", "s", "" },
		{ "A,B", "s", "" }, { "A", "s", "t\n" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_credential_set set;
		struct gwt_error err;

		setenv("AWS_ACCESS_KEY_ID", rows[i].id, 1);
		setenv("AWS_SECRET_ACCESS_KEY", rows[i].secret, 1);
		setenv("AWS_SESSION_TOKEN", rows[i].token, 1);
		cr_expect_eq(find(NULL, &set, &err), GWT_EUSAGE, "row %zu", i);
	}
}

Test(credentials, keys_that_no_longer_work_are_refused_with_the_time)
{
	struct gwt_credential_set set;
	struct gwt_error err;

	setenv("AWS_ACCESS_KEY_ID", "AKE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "SE", 1);
	setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-02T03:04:05+00:00", 1);
	cr_expect_eq(find(NULL, &set, &err), GWT_EUSAGE);
	cr_expect_str_eq(
		err.msg,
		"the AWS credentials from the environment expired at 2020-01-02T03:04:05Z: get new ones");
	setenv("AWS_CREDENTIAL_EXPIRATION", "2120-01-02T03:04:05Z", 1);
	cr_expect_eq(find(NULL, &set, &err), GWT_OK, "%s", err.msg);
	gwt_credentials_release(&set);
}

Test(credentials, a_process_that_misbehaves_is_an_upstream_failure)
{
	static const struct {
		const char *command, *detail;
	} rows[] = {
		{ "/no/such/program", "cannot start" },
		{ "sh -c 'exit 3'", "exited with 3" },
		{ "sh -c 'kill -9 $$'", "killed by signal 9" },
		{ "echo hello", "not a JSON object" },
		{ "printf '[]'", "'Version'" },
		{ "printf '{\"Version\": \"1\"}'", "'Version'" },
		{ "printf '{\"Version\": 1, \"AccessKeyId\": 5, \"SecretAccessKey\": \"s\"}'",
		  "'AccessKeyId'" },
		{ "printf '{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\", "
		  "\"Expiration\": \"x\"}'",
		  "'Expiration'" },
		{ "head -c 100000 /dev/zero", "wrote more than" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_credential_set set;
		struct gwt_error err = { .msg = "" };

		write_file(".aws/config",
			   gwt_arena_printf(&arena, "[default]\ncredential_process = %s\n", rows[i].command)
				   .ptr);
		cr_expect_eq(find(NULL, &set, &err), GWT_EUPSTREAM, "%s", rows[i].command);
		cr_expect(strstr(err.msg, rows[i].detail), "%s: %s", rows[i].command, err.msg);
	}
}

/* The process never ends by itself: only the limit or the flag ends the wait. */
Test(credentials, a_process_that_does_not_end_is_given_up)
{
	static const volatile sig_atomic_t stopped = 1;
	static const struct {
		const char *script;
		unsigned limit_ms;
		const volatile sig_atomic_t *stop;
		enum gwt_run_end end;
	} rows[] = {
		{ "exec sleep 10000", 50, NULL, GWT_RUN_SLOW },
		{ "exec sleep 10000 >&- 2>&-", 50, NULL, GWT_RUN_SLOW },
		{ "while :; do echo x; done", 50, NULL, GWT_RUN_SLOW },
		{ "trap '' TERM INT HUP; sleep 10000", 50, NULL, GWT_RUN_SLOW },
		{ "exec sleep 10000", 3600 * 1000, &stopped, GWT_RUN_STOPPED },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char sh[] = "sh", flag[] = "-c",
		     *script = gwt_arena_cstr(&arena, gwt_span_of(rows[i].script));
		char *argv[] = { sh, flag, script, NULL };
		struct gwt_process run = { .argv = argv,
					   .keep_errors = true,
					   .limit_ms = rows[i].limit_ms,
					   .max_bytes = 100,
					   .stop = rows[i].stop };

		gwt_process_run(&run, &arena);
		cr_expect_eq(run.end, rows[i].end, "row %zu: %d", i, run.end);
		cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1, "row %zu: a process is left", i);
	}
}

Test(credentials, both_outputs_of_a_process_are_kept_apart)
{
	char sh[] = "sh", flag[] = "-c", script[] = "echo out; echo err >&2; exit 7";
	char *argv[] = { sh, flag, script, NULL };
	struct gwt_process run = { .argv = argv, .keep_errors = true, .limit_ms = 60000, .max_bytes = 100 };

	gwt_process_run(&run, &arena);
	cr_expect(run.end == GWT_RUN_EXITED && run.number == 7, "%d %d", run.end, run.number);
	cr_expect(gwt_span_is(run.output, "out\n"));
	cr_expect(gwt_span_is(run.errors, "err\n"));
}

#define JSON(body) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" body
#define KEYS                                                                                                 \
	"{\"AccessKeyId\":\"AKC\",\"SecretAccessKey\":\"SC\",\"Token\":\"TC\",\"Expiration\":\"2036-11-"     \
	"22T12:39:57Z\"}"

Test(credentials, the_container_endpoint_gives_keys)
{
	static const struct gwt_script_step steps[] = {
		{ .answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		  .close = true },
		{ .answer = JSON(KEYS), .close = true },
	};
	struct gwt_script_server *server = gwt_script_server_start(steps, 2, 0);
	struct gwt_credential_set set;
	struct gwt_span asked;
	struct gwt_error err;

	write_file("token", "Bearer from-file");
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI",
	       gwt_arena_printf(&arena, "%s/v1/keys?a=b", gwt_script_server_url(server)).ptr, 1);
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this", 1);
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", gwt_file_join(&arena, folder, "token"), 1);
	cr_assert_eq(find(NULL, &set, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(set.keys.access_key_id, "AKC") && gwt_span_is(set.keys.secret_key, "SC"));
	cr_expect(gwt_span_is(set.keys.session_token, "TC"));
	cr_expect_eq(set.expires, 2110970397);
	cr_expect_str_eq(set.source, "container endpoint");
	asked = gwt_script_server_request(server, 1);
	cr_expect(gwt_span_starts(asked, GWT_SPAN("GET /v1/keys?a=b HTTP/1.1\r\nHost: 127.0.0.1:")));
	cr_expect(gwt_span_find_span(asked, GWT_SPAN("\r\nAuthorization: Bearer from-file\r\n")) < asked.len);
	gwt_credentials_release(&set);
	gwt_script_server_stop(server);
}

Test(credentials, a_container_endpoint_elsewhere_needs_tls)
{
	static const char *const uris[] = { "http://example.com/keys", "http://10.0.0.1/", "keys",
					    "http://127.evil.com/" };

	for (size_t i = 0; i < GWT_LEN(uris); i++) {
		struct gwt_credential_set set;
		struct gwt_error err;

		setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", uris[i], 1);
		setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret", 1);
		cr_expect_eq(find(NULL, &set, &err), GWT_EUSAGE, "%s", uris[i]);
		cr_expect(!strstr(err.msg, "secret") && !strstr(err.msg, uris[i]) &&
				  strstr(err.msg, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
			  "%s", err.msg);
	}
}

Test(credentials, a_container_endpoint_that_fails_is_an_upstream_failure)
{
	static const char *const answers[] = {
		"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		JSON("not json"),
		JSON("{\"AccessKeyId\":\"A\"}"),
		JSON("{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"\"}"),
	};

	for (size_t i = 0; i < GWT_LEN(answers); i++) {
		struct gwt_script_step step = { .answer = answers[i], .close = true };
		struct gwt_script_step steps[] = { step, step, step };
		struct gwt_script_server *server = gwt_script_server_start(steps, 3, 0);
		struct gwt_credential_set set;
		struct gwt_error err;

		setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", gwt_script_server_url(server), 1);
		cr_expect_eq(find(NULL, &set, &err), GWT_EUPSTREAM, "row %zu", i);
		cr_expect(strncmp(err.msg, "container credentials", 21) == 0, "%s", err.msg);
		gwt_script_server_stop(server);
	}
}

Test(credentials, instance_metadata_gives_keys_by_its_second_version)
{
	static const struct gwt_script_step steps[] = {
		{ .answer = JSON("metadata-token"), .close = true },
		{ .answer = JSON("my-role"), .close = true },
		{ .answer = JSON(KEYS), .close = true },
	};
	static const char *const starts[] = {
		"PUT /latest/api/token HTTP/1.1\r\n",
		"GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n",
		"GET /latest/meta-data/iam/security-credentials/my-role HTTP/1.1\r\n"
	};
	static const char *const holds[] = { "\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
					     "\r\nx-aws-ec2-metadata-token: metadata-token\r\n",
					     "\r\nx-aws-ec2-metadata-token: metadata-token\r\n" };
	struct gwt_script_server *server = gwt_script_server_start(steps, 3, 0);
	struct gwt_credential_set set;
	struct gwt_error err;

	unsetenv("AWS_EC2_METADATA_DISABLED");
	setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", gwt_script_server_url(server), 1);
	cr_assert_eq(find(NULL, &set, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(set.keys.access_key_id, "AKC"));
	cr_expect_str_eq(set.source, "instance metadata, role 'my-role'");
	for (size_t i = 0; i < GWT_LEN(starts); i++) {
		struct gwt_span asked = gwt_script_server_request(server, i);

		cr_expect(gwt_span_starts(asked, gwt_span_of(starts[i])), "%zu: " GWT_SPAN_FMT, i,
			  GWT_SPAN_ARG(asked));
		cr_expect(gwt_span_find_span(asked, gwt_span_of(holds[i])) < asked.len, "%zu", i);
	}
	gwt_credentials_release(&set);
	gwt_script_server_stop(server);
}

Test(credentials, no_instance_metadata_means_no_keys)
{
	static const struct gwt_script_step steps[] = {
		{ .answer = JSON("metadata-token"), .close = true },
		{ .answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		  .close = true },
	};
	struct gwt_script_server *server = gwt_script_server_start(steps, 2, 0);
	struct gwt_credential_set set;
	struct gwt_error err;

	setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", gwt_script_server_url(server), 1);
	cr_expect_eq(find(NULL, &set, &err), GWT_EUSAGE);
	cr_expect_null(gwt_script_server_request(server, 0).ptr, "asked though it is disabled");
	setenv("AWS_EC2_METADATA_DISABLED", "false", 1);
	cr_expect_eq(find(NULL, &set, &err), GWT_EUSAGE);
	cr_expect(strstr(err.msg, "no AWS credentials"), "%s", err.msg);
	gwt_script_server_stop(server);
}

Test(credentials, regions_come_in_order_and_are_checked)
{
	static const struct {
		const char *given, *region, *default_region, *want;
	} rows[] = {
		{ "us-west-2", "a-b-1", "c-d-1", "us-west-2" },
		{ NULL, "a-b-1", "c-d-1", "a-b-1" },
		{ NULL, "", "c-d-1", "c-d-1" },
		{ NULL, "", "", "eu-west-1" },
		{ "us east", "", "", NULL },
		{ "evil.com/", "", "", NULL },
		{ "-a", "", "", NULL },
		{ "123", "", "", NULL },
		{ "", "", "", NULL },
	};
	struct gwt_aws_config *config;
	struct gwt_error err;

	write_file(".aws/config", "[default]\nregion = eu-west-1\n");
	cr_assert_eq(gwt_aws_config_load(NULL, &config, &err), GWT_OK);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const char *got = NULL;

		setenv("AWS_REGION", rows[i].region, 1);
		setenv("AWS_DEFAULT_REGION", rows[i].default_region, 1);
		cr_expect_eq(gwt_aws_config_region(config, rows[i].given, &got, &err),
			     rows[i].want ? GWT_OK : GWT_EUSAGE, "row %zu", i);
		cr_expect(!rows[i].want || strcmp(got, rows[i].want) == 0, "row %zu: %s", i, got);
	}
	gwt_aws_config_free(config);
}

static void expect_endpoint(const cJSON *test)
{
	const cJSON *params = cJSON_GetObjectItemCaseSensitive(test, "params");
	const cJSON *expect = cJSON_GetObjectItemCaseSensitive(test, "expect");
	const cJSON *endpoint = cJSON_GetObjectItemCaseSensitive(expect, "endpoint");
	const char *label = text_of(test, "documentation"), *want = text_of(expect, "error"), *url = NULL;
	struct gwt_error err = { .msg = "" };
	gwt_status got =
		gwt_endpoint_rules(&arena, text_of(params, "Region"),
				   cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(params, "UseFIPS")),
				   cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(params, "UseDualStack")),
				   text_of(params, "Endpoint"), &url, &err);

	cr_expect_eq(got, want ? GWT_EUSAGE : GWT_OK, "%s: %s", label, err.msg);
	cr_expect_str_eq(want ? err.msg : url, want ? want : text_of(endpoint, "url"), "%s", label);
}

Test(credentials, endpoints_are_those_of_awss_rules)
{
	struct gwt_span text;
	cJSON *root;
	const cJSON *cases, *test;

	if (!gwt_test_shared()) {
		gwt_test_skipped("AWS's endpoint tests");
		return;
	}
	text = gwt_test_read(&arena, gwt_test_shared(), "protocol/endpoints/endpoint-tests-1.json");
	root = cJSON_ParseWithLength(text.ptr, text.len);
	cases = cJSON_GetObjectItemCaseSensitive(root, "testCases");
	cJSON_ArrayForEach(test, cases) expect_endpoint(test);
	cr_expect_eq(cJSON_GetArraySize(cases), 43);
	fprintf(stderr, "endpoints: %d of AWS's cases\n", cJSON_GetArraySize(cases));
	cJSON_Delete(root);
}

static void expect_partition(const cJSON *partition)
{
	const cJSON *outputs = cJSON_GetObjectItemCaseSensitive(partition, "outputs"), *region;

	cJSON_ArrayForEach(region, cJSON_GetObjectItemCaseSensitive(partition, "regions"))
	{
		struct gwt_span got, want;
		const char *url;

		gwt_endpoint_rules(&arena, region->valuestring, false, false, NULL, &url, NULL);
		want = gwt_arena_printf(&arena, "%s.%s", region->valuestring, text_of(outputs, "dnsSuffix"));
		cr_expect(gwt_span_ends(gwt_span_of(url), want), "%s", url);
		gwt_endpoint_rules(&arena, region->valuestring, true, true, NULL, &url, NULL);
		got = gwt_span_of(url);
		want = gwt_arena_printf(&arena, "apigateway-fips.%s.%s", region->valuestring,
					text_of(outputs, "dualStackDnsSuffix"));
		cr_expect(gwt_span_ends(got, want), "%s", url);
	}
}

Test(credentials, every_region_is_in_its_partition)
{
	struct gwt_span text;
	const cJSON *partition;
	cJSON *root;
	int count = 0;

	if (!gwt_test_shared()) {
		gwt_test_skipped("AWS's partitions");
		return;
	}
	text = gwt_test_read(&arena, gwt_test_shared(), "aws/model.json");
	root = cJSON_ParseWithLength(text.ptr, text.len);
	cJSON_ArrayForEach(partition, cJSON_GetObjectItemCaseSensitive(root, "partitions"))
	{
		expect_partition(partition);
		count++;
	}
	cr_expect_geq(count, 8);
	cJSON_Delete(root);
}

Test(credentials, custom_endpoints_are_checked)
{
	static const struct {
		const char *given, *want;
		bool is_aws;
	} rows[] = {
		{ "http://127.0.0.1:4566/", "http://127.0.0.1:4566", false },
		{ "https://vpce-1.apigateway.eu-west-1.vpce.amazonaws.com",
		  "https://vpce-1.apigateway.eu-west-1.vpce.amazonaws.com", true },
		{ "https://x.api.aws", "https://x.api.aws", true },
		{ "https://notamazonaws.com", "https://notamazonaws.com", false },
		{ "localhost:4566", NULL, false },
		{ "http://h/?x", NULL, false },
	};
	struct gwt_aws_config *config;
	struct gwt_endpoint out;
	struct gwt_error err;

	cr_assert_eq(gwt_aws_config_load(NULL, &config, &err), GWT_OK);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_status got = gwt_endpoint_find(config, "us-east-1", rows[i].given, &arena, &out, &err);

		cr_expect_eq(got, rows[i].want ? GWT_OK : GWT_EUSAGE, "%s", rows[i].given);
		if (got != GWT_OK)
			continue;
		cr_expect_str_eq(out.url, rows[i].want);
		cr_expect_eq(out.is_aws, rows[i].is_aws, "%s", rows[i].given);
	}
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	cr_expect_eq(gwt_endpoint_find(config, "us-gov-west-1", NULL, &arena, &out, &err), GWT_OK);
	cr_expect_str_eq(out.url, "https://apigateway-fips.us-gov-west-1.amazonaws.com");
	cr_expect_eq(gwt_endpoint_find(config, "us-east-1", "http://h", &arena, &out, &err), GWT_EUSAGE);
	gwt_aws_config_free(config);
}
