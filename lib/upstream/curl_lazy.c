#include "lib/upstream/curl_lazy.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "lib/base/span.h"

#undef curl_easy_setopt /* curl.h defines macros that check types and then call the function */
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define EACH_FUNCTION(each)                                                                                  \
	each(curl_global_init) each(curl_global_cleanup) each(curl_easy_init) each(curl_easy_reset)          \
		each(curl_easy_cleanup) each(curl_easy_setopt) each(curl_easy_getinfo)                       \
			each(curl_easy_strerror) each(curl_multi_init) each(curl_multi_setopt)               \
				each(curl_multi_cleanup) each(curl_multi_add_handle)                         \
					each(curl_multi_remove_handle) each(curl_multi_perform)              \
						each(curl_multi_poll) each(curl_multi_info_read)             \
							each(curl_slist_append) each(curl_slist_free_all)

#define POINTER(name) __typeof__(&(name)) name;
static struct {
	EACH_FUNCTION(POINTER)
} found;

#define PLACE(name) { #name, offsetof(__typeof__(found), name) },
static const struct place {
	const char *name;
	size_t offset; /* offset in `found` */
} places[] = { EACH_FUNCTION(PLACE) };

gwt_status gwt_curl_load(struct gwt_error *err)
{
	static void *library;

	if (library)
		return GWT_OK;
	library = dlopen(GWT_LIBCURL, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return gwt_fail(err, GWT_EUPSTREAM, "calls to a server need libcurl: %s", dlerror());
	for (size_t i = 0; i < GWT_LEN(places); i++) {
		void *symbol = dlsym(library, places[i].name);

		memcpy((char *)&found + places[i].offset, &symbol, sizeof(symbol));
		if (symbol)
			continue;
		dlclose(library);
		library = NULL;
		return gwt_fail(err, GWT_EUPSTREAM, "%s has no %s; it is too old", GWT_LIBCURL,
				places[i].name);
	}
	return GWT_OK;
}

CURLcode curl_global_init(long flags)
{
	return found.curl_global_init(flags);
}

void curl_global_cleanup(void)
{
	found.curl_global_cleanup();
}

CURL *curl_easy_init(void)
{
	return found.curl_easy_init();
}

void curl_easy_reset(CURL *easy)
{
	found.curl_easy_reset(easy);
}

void curl_easy_cleanup(CURL *easy)
{
	found.curl_easy_cleanup(easy);
}

/* The number of an option tells the type of its value (curl.h, CURLOPTTYPE_*). */
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	int type = (int)option / CURLOPTTYPE_OBJECTPOINT * CURLOPTTYPE_OBJECTPOINT;
	CURLcode code;
	va_list args;

	va_start(args, option);
	if (type == CURLOPTTYPE_LONG)
		code = found.curl_easy_setopt(easy, option, va_arg(args, long));
	else if (type == CURLOPTTYPE_FUNCTIONPOINT)
		code = found.curl_easy_setopt(easy, option, va_arg(args, void (*)(void)));
	else if (type == CURLOPTTYPE_OFF_T)
		code = found.curl_easy_setopt(easy, option, va_arg(args, curl_off_t));
	else
		code = found.curl_easy_setopt(easy, option, va_arg(args, void *));
	va_end(args);
	return code;
}

/* The argument is always a pointer to the place of the result. */
CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	CURLcode code;
	va_list args;

	va_start(args, info);
	code = found.curl_easy_getinfo(easy, info, va_arg(args, void *));
	va_end(args);
	return code;
}

const char *curl_easy_strerror(CURLcode code)
{
	return found.curl_easy_strerror(code);
}

CURLM *curl_multi_init(void)
{
	return found.curl_multi_init();
}

/* Only for options that are a long. */
CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
	CURLMcode code;
	va_list args;

	va_start(args, option);
	code = found.curl_multi_setopt(multi, option, va_arg(args, long));
	va_end(args);
	return code;
}

CURLMcode curl_multi_cleanup(CURLM *multi)
{
	return found.curl_multi_cleanup(multi);
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy)
{
	return found.curl_multi_add_handle(multi, easy);
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
	return found.curl_multi_remove_handle(multi, easy);
}

CURLMcode curl_multi_perform(CURLM *multi, int *running)
{
	return found.curl_multi_perform(multi, running);
}

CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd extra[], unsigned count, int timeout_ms,
			  int *ready)
{
	return found.curl_multi_poll(multi, extra, count, timeout_ms, ready);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
	return found.curl_multi_info_read(multi, left);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
	return found.curl_slist_append(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
	found.curl_slist_free_all(list);
}
