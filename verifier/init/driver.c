/*
 * A driver for `gwtape verify`: reads a call a line on stdin, answers each with a line on stdout.
 *
 *     cc -o driver driver.c -lcurl -lcjson -lcrypto
 *     gwtape verify --client ./driver
 *
 * It signs by itself and sends with libcurl. Replace send_call() by your own client.
 */
#define _GNU_SOURCE
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct answer {
	char *bytes;
	size_t len;
	char code[128]; /* of the error; on_header() reads no more */
};

static char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text_of(const char *format, ...)
{
	char *out = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&out, format, args) < 0)
		abort();
	va_end(args);
	return out;
}

/* RFC 3986: only unreserved characters, and `keep`, stay. */
static char *encode(const char *text, const char *keep)
{
	char *out = malloc(3 * strlen(text) + 1), *at = out;

	for (; *text; text++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *text) ||
		    strchr(keep, *text))
			*at++ = *text;
		else
			at += sprintf(at, "%%%02X", (unsigned char)*text);
	*at = '\0';
	return out;
}

static const char *hex(const unsigned char *bytes, char out[65])
{
	for (int i = 0; i < 32; i++)
		sprintf(out + 2 * i, "%02x", bytes[i]);
	return out;
}

static const char *sha256(const char *text, char out[65])
{
	unsigned char sum[32];

	return hex(SHA256((const unsigned char *)text, strlen(text), sum), out);
}

static void mac(const void *key, size_t len, const char *text, unsigned char out[32])
{
	unsigned char sum[32];

	HMAC(EVP_sha256(), key, (int)len, (const unsigned char *)text, strlen(text), sum, NULL);
	memcpy(out, sum, 32);
}

/* Signature Version 4: the path is encoded once more, as for every service but S3. */
static char *sign(const char *method, const char *path, const char *host, const char *body, const char *now)
{
	char digest[65], body_hash[65], signature[65], day[9];
	char *type = body ? "content-type:application/json\n" : "";
	char *names = body ? "accept;content-type;host;x-amz-date" : "accept;host;x-amz-date";
	char *canonical =
		text_of("%s\n%s\n\naccept:application/json\n%shost:%s\nx-amz-date:%s\n\n%s\n%s", method,
			encode(path, "/"), type, host, now, names, sha256(body ? body : "", body_hash));
	char *secret = text_of("AWS4%s", getenv("AWS_SECRET_ACCESS_KEY"));
	const char *parts[] = { day, getenv("AWS_REGION"), "apigateway", "aws4_request" };
	unsigned char key[32];
	char *scope, *text;

	snprintf(day, sizeof(day), "%s", now);
	scope = text_of("%s/%s/apigateway/aws4_request", day, getenv("AWS_REGION"));
	text = text_of("AWS4-HMAC-SHA256\n%s\n%s\n%s", now, scope, sha256(canonical, digest));
	mac(secret, strlen(secret), parts[0], key);
	for (int i = 1; i < 4; i++)
		mac(key, 32, parts[i], key);
	mac(key, 32, text, key);
	return text_of("Authorization: AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
		       getenv("AWS_ACCESS_KEY_ID"), scope, names, hex(key, signature));
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct answer *answer = arg;

	answer->bytes = realloc(answer->bytes, answer->len + size * count + 1);
	memcpy(answer->bytes + answer->len, bytes, size * count);
	answer->len += size * count;
	answer->bytes[answer->len] = '\0';
	return size * count;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct answer *answer = arg;

	if (size * count > 17 && strncasecmp(bytes, "x-amzn-ErrorType:", 17) == 0)
		sscanf(bytes + 17, " %127[^:\r\n]", answer->code);
	return size * count;
}

/* The status; 0 when there was no answer. */
static long send_call(const char *method, const char *path, const char *body, struct answer *answer)
{
	const char *endpoint = getenv("GWTAPE_ENDPOINT"), *host = strstr(endpoint, "://") + 3;
	struct curl_slist *headers = NULL;
	CURL *curl = curl_easy_init();
	time_t clock = time(NULL);
	long status = 0;
	char now[17];

	strftime(now, sizeof(now), "%Y%m%dT%H%M%SZ", gmtime(&clock));
	headers = curl_slist_append(headers, "Accept: application/json");
	headers = curl_slist_append(headers, body ? "Content-Type: application/json" : "Content-Type:");
	headers = curl_slist_append(headers, text_of("X-Amz-Date: %s", now));
	headers = curl_slist_append(headers, sign(method, path, host, body, now));
	curl_easy_setopt(curl, CURLOPT_URL, text_of("%s%s", endpoint, path));
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	if (body)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
	if (curl_easy_perform(curl) == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return status;
}

static char *path_of(cJSON *input)
{
	static const char *const names[] = { "restApiId", "resourceId", "httpMethod" };
	char *labels[3];

	for (int i = 0; i < 3; i++) {
		cJSON *label = cJSON_DetachItemFromObjectCaseSensitive(input, names[i]);

		if (!cJSON_IsString(label))
			return NULL;
		labels[i] = encode(label->valuestring, "");
	}
	return text_of("/restapis/%s/resources/%s/methods/%s/integration", labels[0], labels[1], labels[2]);
}

static void rename_member(cJSON *input)
{
	cJSON *method = cJSON_GetObjectItemCaseSensitive(input, "integrationHttpMethod");

	if (method) {
		free(method->string);
		method->string = strdup("httpMethod");
	}
}

static void perform(const char *operation, cJSON *input, int nul, cJSON *out)
{
	int put = strcmp(operation, "PutIntegration") == 0;
	struct answer answer = { 0 };
	char *path = nul ? NULL : path_of(input);
	cJSON *error, *output;
	long status;

	cJSON_AddBoolToObject(out, "ok", 0);
	if (!put && strcmp(operation, "GetIntegration") != 0) {
		cJSON_AddBoolToObject(out, "unsupported", 1);
		return;
	}
	error = cJSON_AddObjectToObject(out, "error");
	cJSON_AddBoolToObject(error, "local", !path); /* an input that this client cannot express */
	if (!path)
		return;
	rename_member(input);
	status = send_call(put ? "PUT" : "GET", path, put ? cJSON_PrintUnformatted(input) : NULL, &answer);
	output = answer.bytes ? cJSON_Parse(answer.bytes) : NULL;
	if (status >= 200 && status < 300) {
		cJSON_DeleteItemFromObject(out, "error");
		cJSON_ReplaceItemInObject(out, "ok", cJSON_CreateTrue());
		if (output)
			cJSON_AddItemToObject(out, "output", output);
		return;
	}
	cJSON_AddStringToObject(error, "code", answer.code);
	cJSON_AddNumberToObject(error, "status", (double)status);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		int nul = strstr(line, "\\u0000") != NULL; /* cJSON would end the text there */
		cJSON *call = cJSON_Parse(line), *out = cJSON_CreateObject();

		if (!call)
			return 1;
		cJSON_AddStringToObject(out, "id", cJSON_GetObjectItem(call, "id")->valuestring);
		perform(cJSON_GetObjectItem(call, "operation")->valuestring,
			cJSON_GetObjectItem(call, "input"), nul, out);
		puts(cJSON_PrintUnformatted(out));
		fflush(stdout);
		cJSON_Delete(call);
		cJSON_Delete(out);
	}
	return 0;
}
