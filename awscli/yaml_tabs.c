/*
 * yaml_tabs.c - the places of tabs in a YAML text.
 *
 * ruamel.yaml refuses a tab wherever a token may begin; libfyaml does not. A tab may stand in quotes, in a
 * block after its indentation, and in a comment.
 */
#include "awscli/yaml.h"

#include "lib/base/span.h"

bool gwt_aws_yaml_tabs_fit(struct gwt_span text, const bool *inside)
{
	bool comment = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i], before = i ? text.ptr[i - 1] : '\n';

		if (inside[i])
			continue;
		if (c == '\n' || c == '\r')
			comment = false;
		else if (c == '#' && (before == ' ' || before == '\n' || before == '\r'))
			comment = true;
		else if (c == '\t' && !comment)
			return false;
	}
	return true;
}

static size_t blanks_at(struct gwt_span line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == ' ')
		n++;
	return n;
}

/* Columns before a block's content: as many as its first line with something in it has. */
static size_t indent_of(struct gwt_span block)
{
	while (block.len) {
		struct gwt_span line = gwt_span_cut(&block, '\n');
		size_t blanks = blanks_at(line);

		if (blanks < line.len && line.ptr[blanks] != '\r' && line.ptr[blanks] != '\t')
			return blanks;
	}
	return 0;
}

bool gwt_aws_yaml_block_tabs_fit(struct gwt_span block)
{
	size_t indent = indent_of(block);

	while (block.len) {
		struct gwt_span line = gwt_span_cut(&block, '\n');
		size_t blanks = blanks_at(line);

		if (blanks < indent && blanks < line.len && line.ptr[blanks] == '\t')
			return false;
	}
	return true;
}
