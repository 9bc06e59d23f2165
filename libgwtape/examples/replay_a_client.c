/*
 * Hold a client to recorded cassettes: replay_a_client CASSETTES COMMAND [SCENARIO...]
 *
 * Runs COMMAND with the endpoint and the dummy credentials in its environment, then says how it did: exit code 0, 1 for
 * a broken contract, 5 where nothing was called.
 */
#include <gwtape.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const struct gwtape_error *error)
{
	fprintf(stderr, "replay_a_client: %s\n", error->message);
	return (int)error->status;
}

static int run(const char *command, const struct gwtape_replayer *replayer)
{
	setenv("GWTAPE_ENDPOINT", gwtape_replayer_endpoint(replayer), 1);
	setenv("AWS_ACCESS_KEY_ID", gwtape_access_key_id(), 1);
	setenv("AWS_SECRET_ACCESS_KEY", gwtape_secret_access_key(), 1);
	return system(command);
}

int main(int argc, char **argv)
{
	struct gwtape_replay_options options = { 0 };
	struct gwtape_tape *tape;
	struct gwtape_replayer *replayer;
	struct gwtape_result *result;
	struct gwtape_error error;
	int code;

	if (argc < 3)
		return GWTAPE_USAGE;
	if (gwtape_tape_open(argv[1], (const char *const *)argv + 3, (size_t)argc - 3, &tape, &error))
		return fail(&error);
	options.allow_unused = 1; /* a group has more scenarios than one client calls */
	if (gwtape_replayer_start(tape, &options, &replayer, &error)) {
		gwtape_tape_free(tape);
		return fail(&error);
	}
	run(argv[2], replayer);
	gwtape_replayer_stop(replayer, &result);
	fputs(gwtape_result_text(result), stdout);
	code = (int)gwtape_result_status(result);
	gwtape_result_free(result);
	gwtape_tape_free(tape);
	return code;
}
