/*
 * banned.h - functions that this code does not use, since their bounds or their errors cannot be checked.
 *
 * meson.build includes it before each file. A use is a warning with the text below, and warnings are errors in
 * CI. A new one is a row here. alloca() is left to -Walloca.
 */
#ifndef GWT_BASE_BANNED_H
#define GWT_BASE_BANNED_H

#include <stddef.h>

#define GWT_BANNED(instead) __attribute__((deprecated("banned: use " instead)))

#define GWT_NO_BOUND "struct gwt_buf, gwt_arena_printf() or snprintf(): it does not know the buffer's size"
#define GWT_NO_ERROR "gwt_span_to_u64(): it cannot say that the text is not a number"

char *strcpy(char *, const char *) GWT_BANNED(GWT_NO_BOUND);
char *strcat(char *, const char *) GWT_BANNED(GWT_NO_BOUND);
char *stpcpy(char *, const char *) GWT_BANNED(GWT_NO_BOUND);
int sprintf(char *, const char *, ...) GWT_BANNED(GWT_NO_BOUND);
int vsprintf(char *, const char *, __builtin_va_list) GWT_BANNED(GWT_NO_BOUND);
char *gets(char *) GWT_BANNED(GWT_NO_BOUND);
char *strtok(char *, const char *)
	GWT_BANNED("gwt_span_cut(): it writes into its input and keeps a static state");
int atoi(const char *) GWT_BANNED(GWT_NO_ERROR);
long atol(const char *) GWT_BANNED(GWT_NO_ERROR);
long long atoll(const char *) GWT_BANNED(GWT_NO_ERROR);
long strtol(const char *, char **, int) GWT_BANNED(GWT_NO_ERROR);
double atof(const char *) GWT_BANNED(GWT_NO_ERROR);

#endif
