/* libcurl is part of the program (meson option `curl`): there is nothing to load. */
#include "lib/base/error.h"
#include "lib/upstream/curl_lazy.h"

gwt_status gwt_curl_load(struct gwt_error *err)
{
	(void)err;
	return GWT_OK;
}
