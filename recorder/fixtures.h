/*
 * fixtures.h - what must exist before the steps of a scenario: made by the recorder, removed by it.
 *
 * One REGIONAL REST API a run (its quota allows few), one resource a scenario under the root, methods,
 * method responses, a VPC link. Nothing here is stored. Deleting the REST API removes all that is in it.
 */
#ifndef GWT_RECORDER_FIXTURES_H
#define GWT_RECORDER_FIXTURES_H

#include "lib/scenario/scenario.h"
#include "recorder/call.h"

/* Made once for a run; ids live in `arena`. */
struct gwt_run_fixtures {
	struct gwt_arena arena;
	struct gwt_span rest_api_id, root_id, vpc_link_id;
};

/* One call that must get a 2xx (stand-ins differ in which); `body` and `answer` (its JSON) may be NULL. */
gwt_status gwt_fixture_call(struct gwt_caller *caller, const char *method, struct gwt_span target,
			    const struct gwt_json *body, struct gwt_arena *arena, struct gwt_json **answer,
			    struct gwt_error *err);

gwt_status gwt_fixtures_make_api(struct gwt_run_fixtures *run, struct gwt_caller *caller,
				 struct gwt_error *err);
/* Only for the sandbox: elsewhere it takes minutes and a load balancer, so `--set vpcLinkId` names a link. */
gwt_status gwt_fixtures_make_link(struct gwt_run_fixtures *run, struct gwt_caller *caller,
				  struct gwt_error *err);
/* The resource of a scenario with its methods; *resource_id lives in `arena`. */
gwt_status gwt_fixtures_make_resource(const struct gwt_run_fixtures *run, struct gwt_caller *caller,
				      const struct gwt_scenario *scenario, struct gwt_arena *arena,
				      struct gwt_span *resource_id, struct gwt_error *err);
gwt_status gwt_fixtures_remove_resource(const struct gwt_run_fixtures *run, struct gwt_caller *caller,
					struct gwt_span resource_id, struct gwt_error *err);
/* Remove everything, also after Ctrl-C; fixtures that were not made are skipped. Leaves `run` zeroed. */
gwt_status gwt_fixtures_remove(struct gwt_run_fixtures *run, struct gwt_caller *caller,
			       struct gwt_error *err);

/* The HTTP methods that the fixture `method` makes; at most `cap`. */
size_t gwt_fixture_methods(const struct gwt_scenario *scenario, struct gwt_span *out, size_t cap);

#endif
