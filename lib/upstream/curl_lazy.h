/*
 * curl_lazy.h - libcurl, loaded when it is needed.
 *
 * It brings some thirty libraries with it, and loading them takes longer than the rest of a start, while most
 * commands (replay, inspect, compare) never call it. So the program is compiled against libcurl's header, with that
 * header's checks of types, but not linked with it: curl_lazy.c has the functions by their names.
 */
#ifndef GWT_UPSTREAM_CURL_LAZY_H
#define GWT_UPSTREAM_CURL_LAZY_H

#include "lib/base/error.h"

/*
 * Before the first call of libcurl; again costs nothing. GWT_EUPSTREAM when the library is not there or lacks a
 * function. It stays loaded. Not for two threads at once.
 */
gwt_status gwt_curl_load(struct gwt_error *err);

#endif
