/* Which values a variable takes: what is bound, what its type takes, what an answer gave. */
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/match/edges.h"
#include "lib/match/internal.h"
#include "lib/scenario/variable.h"
#include "lib/sigv4/authorization.h"

struct gwt_span gwt_search_region(struct gwt_search *search)
{
	struct gwt_authorization said;

	if (!search->scope_read) {
		search->scope_read = true;
		if (gwt_authorization_read(search->inquiry->request, search->inquiry->arena, &said, NULL) ==
			    GWT_OK &&
		    said.present)
			search->region = said.scope.region;
	}
	return search->region;
}

/* A value in a path must name something: a dot segment would be removed from the path. */
static bool may_bind(const struct gwt_session *session, struct gwt_span type, struct gwt_span value)
{
	return gwt_variable_takes(type, value) && gwt_json_is_utf8(value) && !gwt_span_is(value, ".") &&
	       !gwt_span_is(value, "..") &&
	       (!session->options.issued_ids || !gwt_variable_type_is_id(type) ||
		gwt_map_get(&session->issued, value) != NULL);
}

/* Whether the value is a region for which the client's call is not signed. */
static bool is_out_of_scope(struct gwt_search *search, struct gwt_span type, struct gwt_span value)
{
	return gwt_span_is(type, "region") && gwt_search_region(search).ptr &&
	       !gwt_span_eq(gwt_search_region(search), value);
}

/* Whether the value belongs to another variable of the scenario: two recorded ids must remain two. */
static bool is_anothers(const struct gwt_edges *edges, const struct gwt_playthrough *playthrough,
			const struct gwt_entry *entry, size_t variable, struct gwt_span value)
{
	for (size_t i = 0; i < entry->cassette->variable_count; i++) {
		const struct gwt_cassette_variable *other = &entry->cassette->variables[i];

		if (i == variable || !gwt_variable_type_is_id(other->type))
			continue;
		if (playthrough && playthrough->values[i].ptr
			    ? gwt_span_eq(playthrough->values[i], value)
			    : gwt_bit(edges->given, i) && gwt_span_eq(other->sample, value))
			return true;
	}
	return false;
}

/* Whether a variable without a value may take this one; `playthrough` NULL: the scenario begins with it. */
static enum gwt_misfit misfit_of_new(struct gwt_search *search, const struct gwt_playthrough *playthrough,
				     const struct gwt_entry *entry, size_t variable, struct gwt_span value)
{
	const struct gwt_edges *edges = gwt_session_edges(search->session, entry->cassette_index);
	const struct gwt_cassette_variable *of = &entry->cassette->variables[variable];

	if (is_out_of_scope(search, of->type, value))
		return GWT_FITS_NO_SCOPE;
	if (gwt_span_eq(value, of->sample))
		return GWT_FITS;
	if (gwt_bit(edges->given, variable) ||
	    (gwt_variable_type_is_id(of->type) && is_anothers(edges, playthrough, entry, variable, value)))
		return GWT_FITS_NOT;
	if (may_bind(search->session, of->type, value))
		return GWT_FITS;
	return gwt_variable_takes(of->type, value) ? GWT_FITS_NOT : GWT_FITS_NO_TYPE;
}

static enum gwt_misfit misfit_of(struct gwt_search *search, const struct gwt_playthrough *playthrough,
				 const struct gwt_entry *entry, size_t variable, struct gwt_span value)
{
	const struct gwt_cassette_variable *of = &entry->cassette->variables[variable];

	if (is_out_of_scope(search, of->type, value))
		return GWT_FITS_NO_SCOPE;
	if (playthrough && playthrough->values[variable].ptr)
		return gwt_span_eq(value, playthrough->values[variable]) ? GWT_FITS : GWT_FITS_NOT;
	if (playthrough && playthrough->started)
		return misfit_of_new(search, playthrough, entry, variable, value);
	if (gwt_span_eq(value, of->sample))
		return GWT_FITS;
	return gwt_variable_takes(of->type, value) ? GWT_FITS_NOT : GWT_FITS_NO_TYPE;
}

enum gwt_misfit gwt_search_misfit(struct gwt_search *search, const struct gwt_playthrough *playthrough,
				  const struct gwt_entry *entry, const struct gwt_values *values,
				  size_t *variable)
{
	for (size_t i = 0; i < values->len; i++) {
		enum gwt_misfit misfit = values->items[i].ptr
						 ? misfit_of(search, playthrough, entry, i, values->items[i])
						 : GWT_FITS;

		if (misfit == GWT_FITS)
			continue;
		*variable = i;
		return misfit;
	}
	return GWT_FITS;
}

bool gwt_search_can_begin(struct gwt_search *search, const struct gwt_entry *entry,
			  const struct gwt_values *values)
{
	for (size_t i = 0; i < values->len; i++)
		if (values->items[i].ptr &&
		    misfit_of_new(search, NULL, entry, i, values->items[i]) != GWT_FITS)
			return false;
	return true;
}
