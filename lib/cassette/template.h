/*
 * template.h - requests and responses with holes for variables.
 *
 * A slot is a string of a message with at least one variable, cut into pieces: literal text and variables in
 * turn. With values it makes the message again (only the bytes of that string change); from a client's
 * request it reads the values out.
 */
#ifndef GWT_CASSETTE_TEMPLATE_H
#define GWT_CASSETTE_TEMPLATE_H

#include "lib/cassette/cassette.h"

#define GWT_LITERAL SIZE_MAX

struct gwt_piece {
	size_t variable; /* index into cassette->variables, or GWT_LITERAL */
	struct gwt_span literal;
};

struct gwt_slot {
	struct gwt_position at; /* part, segment or pointer; its range is not used */
	bool number;            /* BODY: the value is a number token, written without quotes */
	size_t offset, end;     /* BODY: place of the value in the recorded body */
	struct gwt_piece *pieces;
	size_t piece_count;
};

struct gwt_template {
	struct gwt_slot *slots; /* order: path by segment, query, body by offset, header */
	size_t len;
};

/* Make the slots of one side of an interaction; they are in `arena`, or views of the cassette. */
void gwt_template_make(struct gwt_arena *arena, const struct gwt_cassette *cassette, size_t interaction,
		       bool in_response, struct gwt_template *out);

/* A whole template as text: cassettes can share templates that have equal texts. */
void gwt_template_text(struct gwt_buf *out, const struct gwt_template *template);
/* A deep copy. */
void gwt_template_copy(struct gwt_arena *arena, const struct gwt_template *from, struct gwt_template *out);

/* Values of the variables, by index; an absent one means the sample. */
struct gwt_values {
	struct gwt_span *items;
	size_t len;
};

/* The text of a slot with the values inserted. */
struct gwt_span gwt_slot_fill(const struct gwt_slot *slot, const struct gwt_cassette *cassette,
			      const struct gwt_values *values, struct gwt_arena *arena);
/*
 * Read the variables of a slot from `text` into `found` (one for each variable of the cassette; others are
 * not changed). False when the literals do not fit, or when a variable occurs twice with different values.
 */
bool gwt_slot_read(const struct gwt_slot *slot, struct gwt_span text, struct gwt_span *found);

/* The path alone; `path` is the recorded one. */
struct gwt_span gwt_template_path(const struct gwt_template *template, const struct gwt_cassette *cassette,
				  struct gwt_span path, const struct gwt_values *values,
				  struct gwt_arena *arena);
/* The recorded request with the values inserted. It views the cassette where nothing changed. */
void gwt_template_request(const struct gwt_template *template, const struct gwt_cassette *cassette,
			  const struct gwt_interaction *interaction, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out);
void gwt_template_response(const struct gwt_template *template, const struct gwt_cassette *cassette,
			   const struct gwt_interaction *interaction, const struct gwt_values *values,
			   struct gwt_arena *arena, struct gwt_response *out);

#endif
