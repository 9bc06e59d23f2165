/*
 * A deployment and its test. EXAMPLE selects what it does wrong: right (nothing), wrong (and reports it),
 * silent (and hides it).
 */
#include <arpa/inet.h>
#include <gwtape/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int is(const char *mode)
{
	return strcmp(getenv("EXAMPLE"), mode) == 0;
}

/* One signed request over a connection of its own; 0 when it was accepted. */
static int call(const char *endpoint, const char *method, const char *body)
{
	struct gwtape_credentials who = { getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), NULL,
					  "us-east-1", NULL };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int connection = socket(AF_INET, SOCK_STREAM, 0), status = 0;
	char request[2048], answer[4096] = ""; /* the answer's first line is all that counts */
	char *signed_request;
	size_t length;
	ssize_t got = 0;

	to.sin_port = htons((unsigned short)atoi(strrchr(endpoint, ':') + 1));
	snprintf(request, sizeof(request),
		 "%s /restapis/a1b2c3d4e5/resources/x7y8z9/methods/GET/integration HTTP/1.1\r\nHost: %s\r\n"
		 "Accept: application/json\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
		 method, strstr(endpoint, "//") + 2, *body ? "Content-Type: application/json\r\n" : "",
		 strlen(body), body);
	if (gwtape_sign(request, strlen(request), &who, (int64_t)time(NULL), &signed_request, &length,
			NULL) != GWTAPE_OK)
		return -1;
	if (connect(connection, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	    write(connection, signed_request, length) == (ssize_t)length)
		got = read(connection, answer, sizeof(answer) - 1);
	sscanf(got > 0 ? answer : "", "HTTP/1.1 %d", &status);
	gwtape_free(signed_request);
	close(connection);
	return status / 100 == 2 ? 0 : -1;
}

static int deploy(const char *endpoint)
{
	const char *wanted =
		is("right")
			? "{\"type\": \"HTTP\", \"httpMethod\": \"GET\", \"uri\": \"https://example.com/pets\"}"
			: "{\"type\": \"HTTP\", \"httpMethod\": \"GET\", \"uri\": \"https://example.com/pets\", "
			  "\"timeoutInMillis\": 29}";
	int refused = call(endpoint, "PUT", wanted);

	return is("silent") ? 0 : refused ? refused : call(endpoint, "GET", "");
}

GwtapeTest(deployment, makes_the_integration, "types/http")
{
	cr_expect(deploy(endpoint) == 0, "deploy() failed");
}
