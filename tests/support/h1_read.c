/*
 * h1_read.c - what our parser makes of bytes, for tests that compare it with other parsers.
 *
 * Standard input is cases, each its length as four bytes, the highest first, then its bytes. Each is answered by one
 * line: the requests that were read, "METHOD TARGET BODY;" each in hexadecimal, then how it ended: "end", "more" or the
 * status of a refusal.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/http/h1_parse.h"

static void print_hex(struct gwt_span bytes)
{
	putchar('x');
	for (size_t i = 0; i < bytes.len; i++)
		printf("%02x", (unsigned char)bytes.ptr[i]);
}

static void print_request(const struct gwt_request *request)
{
	print_hex(request->method);
	putchar(' ');
	print_hex(request->target);
	putchar(' ');
	print_hex(request->body);
	putchar(';');
}

static void read_case(struct gwt_span rest)
{
	while (rest.len) {
		struct gwt_arena arena = { 0 };
		struct gwt_h1_parser parser = { 0 };
		struct gwt_request request;
		enum gwt_h1_result result;
		int status;

		gwt_h1_parser_init(&parser);
		while ((result = gwt_h1_parse(&parser, rest, &arena, &request)) == GWT_H1_CONTINUE)
			;
		if (result == GWT_H1_DONE) {
			print_request(&request);
			rest = gwt_span_slice(rest, parser.consumed, rest.len);
		}
		status = parser.status;
		gwt_h1_parser_release(&parser);
		gwt_arena_release(&arena);
		if (result == GWT_H1_DONE)
			continue;
		if (result == GWT_H1_MORE)
			puts("more");
		else
			printf("%d\n", status);
		return;
	}
	puts("end");
}

int main(void)
{
	unsigned char size[4];

	while (fread(size, 1, sizeof(size), stdin) == sizeof(size)) {
		size_t len = (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | size[3];
		char *bytes = malloc(len + 1);

		if (!bytes || fread(bytes, 1, len, stdin) != len) {
			free(bytes);
			return 1;
		}
		read_case((struct gwt_span){ bytes, len });
		free(bytes);
	}
	return 0;
}
