/*
 * gwtape/criterion.h - a Criterion test that is held to a recorded scenario.
 *
 *     #include <gwtape/criterion.h>
 *
 *     GwtapeTest(shop, deploys, "shop/deploy")
 *     {
 *         cr_assert(deploy(endpoint) == 0);
 *     }
 *
 * `endpoint` is a fake API Gateway that answers that scenario (or group) and nothing else, with the dummy
 * credentials in the environment. When the body is done the contract is asserted: every call as recorded,
 * none left out. The first breach is the test's message, also where the code under test hides it. Cassettes
 * are those of the folder GWTAPE_CASSETTES, else `cassettes`.
 *
 * Build with: $(pkg-config --cflags --libs libgwtape criterion)
 */
#ifndef GWTAPE_CRITERION_H
#define GWTAPE_CRITERION_H

#include <criterion/criterion.h>
#include <gwtape.h>
#include <stdlib.h>

/* Clients read one of these. A test is a process of its own, so nothing needs to be put back. */
static inline void gwtape_criterion_environment(const char *endpoint)
{
	static const char *const endpoints[] = { "GWTAPE_ENDPOINT", "AWS_ENDPOINT_URL",
						 "AWS_ENDPOINT_URL_API_GATEWAY" };

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		setenv(endpoints[i], endpoint, 1);
	setenv("AWS_ACCESS_KEY_ID", gwtape_access_key_id(), 1);
	setenv("AWS_SECRET_ACCESS_KEY", gwtape_secret_access_key(), 1);
	setenv("AWS_REGION", "us-east-1", 1);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	unsetenv("AWS_SESSION_TOKEN");
	unsetenv("AWS_PROFILE");
}

/* In the test itself: a failure in .fini would not count. */
static inline void gwtape_criterion_run(const char *scenario, void (*body)(const char *endpoint))
{
	const char *folder = getenv("GWTAPE_CASSETTES");
	struct gwtape_error error = { GWTAPE_OK, "" };
	struct gwtape_replayer *replayer = NULL;
	struct gwtape_tape *tape = NULL;
	struct gwtape_result *result = NULL;
	enum gwtape_status status =
		gwtape_tape_open(folder ? folder : "cassettes", &scenario, 1, &tape, &error);

	if (status == GWTAPE_OK)
		status = gwtape_replayer_start(tape, NULL, &replayer, &error);
	cr_assert(status == GWTAPE_OK, "gwtape: %s", error.message);
	gwtape_criterion_environment(gwtape_replayer_endpoint(replayer));
	body(gwtape_replayer_endpoint(replayer));
	gwtape_replayer_stop(replayer, &result);
	cr_expect(gwtape_result_status(result) == GWTAPE_OK, "%s", gwtape_result_text(result));
	gwtape_result_free(result);
	gwtape_tape_free(tape);
}

/* The body is a function with one parameter, `endpoint`. Options of Test() may follow the scenario. */
#define GwtapeTest(Suite, Name, Scenario, ...)                                                               \
	static void gwtape_body_##Suite##_##Name(const char *endpoint);                                      \
	Test(Suite, Name, ##__VA_ARGS__)                                                                     \
	{                                                                                                    \
		gwtape_criterion_run(Scenario, gwtape_body_##Suite##_##Name);                                \
	}                                                                                                    \
	static void gwtape_body_##Suite##_##Name(const char *endpoint)

#endif
