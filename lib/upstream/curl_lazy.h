/*
 * curl_lazy.h - libcurl, loaded when it is needed.
 *
 * It brings some thirty libraries with it, and loading them takes longer than the rest of a start, while
 * most commands (replay, inspect, compare) never call it. So the program is compiled against libcurl's
 * header, with the type checks of that header, but not linked with it: curl_lazy.c defines the functions
 * under their names.
 */
#ifndef GWT_UPSTREAM_CURL_LAZY_H
#define GWT_UPSTREAM_CURL_LAZY_H

#include "lib/base/error.h"

/*
 * Must be called before the first call of libcurl; calling it again costs nothing. GWT_EUPSTREAM when the
 * library is missing or lacks a function. It stays loaded. Not for two threads at once.
 */
gwt_status gwt_curl_load(struct gwt_error *err);

#endif
