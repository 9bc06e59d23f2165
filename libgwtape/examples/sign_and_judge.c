/*
 * Sign a raw request, prove its signature, and judge it: sign_and_judge CASSETTE.json < REQUEST.http
 *
 * The cassette is read into memory here, as a program would that has it from somewhere else. Prints the signature's
 * verdict, the contract bytes and the judgement; the exit code is the judgement's.
 */
#include <gwtape.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 1 << 20 };

static size_t read_all(FILE *file, char *to)
{
	return file ? fread(to, 1, MOST, file) : 0;
}

static int fail(const struct gwtape_error *error)
{
	fprintf(stderr, "sign_and_judge: %s\n", error->message);
	return (int)error->status;
}

static int show(const struct gwtape_tape *tape, const char *request, size_t length)
{
	struct gwtape_result *proof, *judgement;
	struct gwtape_error error;
	char *contract;
	size_t contract_length;
	int code;

	if (gwtape_contract_bytes(request, length, &contract, &contract_length, &error) ||
	    gwtape_prove(request, length, NULL, -1, &proof, &error))
		return fail(&error);
	fputs(gwtape_result_text(proof), stdout);
	fwrite(contract, 1, contract_length, stdout);
	putchar('\n');
	gwtape_result_free(proof);
	gwtape_free(contract);
	if (gwtape_judge(tape, request, length, NULL, &judgement, &error))
		return fail(&error);
	printf("%s\n%s", gwtape_result_verdict(judgement), gwtape_result_text(judgement));
	code = (int)gwtape_result_status(judgement);
	gwtape_result_free(judgement);
	return code;
}

int main(int argc, char **argv)
{
	static char cassette[MOST], request[MOST];
	struct gwtape_credentials who = { gwtape_access_key_id(), gwtape_secret_access_key(), NULL,
					  "us-east-1", NULL };
	struct gwtape_tape *tape;
	struct gwtape_error error;
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	const char *texts[1] = { cassette };
	size_t lengths[1] = { read_all(file, cassette) }, length = read_all(stdin, request), signed_length;
	char *signed_request;
	int code;

	if (file)
		fclose(file);
	if (gwtape_tape_read(texts, lengths, 1, &tape, &error))
		return fail(&error);
	if (gwtape_sign(request, length, &who, 1795000000, &signed_request, &signed_length, &error)) {
		gwtape_tape_free(tape);
		return fail(&error);
	}
	code = show(tape, signed_request, signed_length);
	gwtape_free(signed_request);
	gwtape_tape_free(tape);
	return code;
}
