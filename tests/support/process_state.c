/*
 * process_state.c - LD_PRELOAD: who changes what belongs to the whole process while other threads run?
 *
 * Each such change is a line of the file PROCESS_STATE: umask, working directory, environment, signal
 * dispositions, signal mask by sigprocmask(2), locale, limits, user. Before the first thread starts they
 * are free, and setting a disposition to what it is already changes nothing.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The number of threads of this process now. */
static int threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	int count = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		count += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return count;
}

static void note(const char *what)
{
	const char *path = getenv("PROCESS_STATE");
	char line[128];
	int fd, len;

	if (!path || threads() < 2)
		return;
	len = snprintf(line, sizeof(line), "%s\n", what);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, line, (size_t)len) != len)
		abort();
	close(fd);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define CALL(result, name, declared, given)                                                                  \
	result name declared                                                                                 \
	{                                                                                                    \
		note(#name);                                                                                 \
		return REAL(name) given;                                                                     \
	}

CALL(mode_t, umask, (mode_t mask), (mask))
CALL(int, chdir, (const char *path), (path))
CALL(int, fchdir, (int fd), (fd))
CALL(int, setenv, (const char *name, const char *value, int replace), (name, value, replace))
CALL(int, unsetenv, (const char *name), (name))
CALL(int, putenv, (char *text), (text))
CALL(int, sigprocmask, (int how, const sigset_t *set, sigset_t *before), (how, set, before))
CALL(int, setrlimit, (__rlimit_resource_t what, const struct rlimit *limit), (what, limit))
CALL(int, setrlimit64, (__rlimit_resource_t what, const struct rlimit64 *limit), (what, limit))
CALL(int, seteuid, (uid_t user), (user))
CALL(int, setegid, (gid_t group), (group))

char *setlocale(int category, const char *locale)
{
	if (locale)
		note("setlocale");
	return REAL(setlocale)(category, locale);
}

static void note_signal(int number, void (*handler)(int))
{
	struct sigaction now;
	char text[64];

	if (REAL(sigaction)(number, NULL, &now) == 0 && now.sa_handler == handler)
		return;
	snprintf(text, sizeof(text), "action of signal %d", number);
	note(text);
}

sighandler_t signal(int number, sighandler_t handler)
{
	note_signal(number, handler);
	return REAL(signal)(number, handler);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
	if (action)
		note_signal(number, action->sa_handler);
	return REAL(sigaction)(number, action, before);
}
