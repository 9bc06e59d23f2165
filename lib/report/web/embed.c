/*
 * embed.c - run while building: OUTPUT becomes C source that holds the files named after it.
 *
 *     embed OUTPUT NAME FILE...
 *
 * NAME is the name of the array, whose items are struct gwt_web_file (web.h).
 *
 * So the pages' style, scripts and skeletons are files that an editor knows, and the program needs none of
 * them when it runs.
 */
#include <stdio.h>
#include <string.h>

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Write `static const unsigned char fileN[] = { … };` with a NUL at the end, since an array must not
 * be empty.
 */
static int write_bytes(FILE *out, const char *path, int number)
{
	FILE *in = fopen(path, "rb");
	int c, column = 0;

	if (!in) {
		fprintf(stderr, "embed: cannot open '%s'\n", path);
		return -1;
	}
	fprintf(out, "static const unsigned char file%d[] = {", number);
	while ((c = fgetc(in)) != EOF)
		fprintf(out, "%s%d,", column++ % 24 ? "" : "\n", c);
	fputs("0};\n", out);
	fclose(in);
	return 0;
}

int main(int argc, char **argv)
{
	FILE *out = argc > 3 ? fopen(argv[1], "wb") : NULL;

	if (!out) {
		fputs("usage: embed OUTPUT NAME FILE...\n", stderr);
		return 2;
	}
	fputs("#include \"lib/report/web/web.h\"\n", out);
	for (int i = 3; i < argc; i++)
		if (write_bytes(out, argv[i], i) != 0)
			return 1;
	fprintf(out, "extern const struct gwt_web_file %s[];\nconst struct gwt_web_file %s[] = {\n", argv[2],
		argv[2]);
	for (int i = 3; i < argc; i++)
		fprintf(out, "{ \"%s\", { (const char *)file%d, sizeof(file%d) - 1 } },\n", name_of(argv[i]),
			i, i);
	fputs("{ NULL, { NULL, 0 } },\n};\n", out);
	return fclose(out) == 0 ? 0 : 1;
}
