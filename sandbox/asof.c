#include "sandbox/asof.h"

#include <assert.h>

#include "lib/base/clock.h"

/* First recording of the newer answer; where there is none, the month in which the feature was launched. */
static const char *const since[GWT_CHANGES] = {
	[GWT_CHANGE_ARN_TEXT] = "2016-01-13",
	[GWT_CHANGE_PASSTHROUGH_DEFAULT] = "2016-06-02T19:23:00Z",
	[GWT_CHANGE_PROXY_TYPES] = "2016-12-02",
	[GWT_CHANGE_TIMEOUT] = "2017-11-01",
	[GWT_CHANGE_CONNECTION] = "2017-11-01",
	[GWT_CHANGE_ENDPOINT] = "2017-11-01",
	[GWT_CHANGE_APIGW_ID_HEADER] = "2018-11-05",
	[GWT_CHANGE_API_ID_TEXT] = "2019-10-18",
	[GWT_CHANGE_REQUEST_ID_V4] = "2019-10-18",
	[GWT_CHANGE_EXECUTE_API_ENDPOINT] = "2020-10-01",
	[GWT_CHANGE_INTEGRATION_TEXT] = "2023-05-31",
	[GWT_CHANGE_ROOT_RESOURCE_ID] = "2024-01-09",
	[GWT_CHANGE_IP_ADDRESS_TYPE] = "2025-05-06",
};

bool gwt_changed(enum gwt_change change, int64_t as_of)
{
	int64_t when = 0;
	bool dated = gwt_clock_parse(gwt_span_of(since[change]), &when);

	assert(dated);
	(void)dated;
	return as_of == 0 || as_of >= when;
}
