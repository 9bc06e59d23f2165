#include "verifier/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/report/web/web.h"

extern const struct gwt_web_file gwt_init_drivers[];

static const struct {
	const char *language, *file, *command;
} languages[] = {
	{ "js", "driver.js", "gwtape verify --client 'node driver.js'" },
	{ "python", "driver.py", "gwtape verify --client 'python3 driver.py'" },
	{ "go", "driver.go", "go build driver.go && gwtape verify --client ./driver" },
	{ "ruby", "driver.rb", "gwtape verify --client 'ruby driver.rb'" },
	{ "php", "driver.php", "gwtape verify --client 'php driver.php'" },
	{ "c", "driver.c",
	  "cc -o driver driver.c -lcurl -lcjson -lcrypto && gwtape verify --client ./driver" },
};

static struct gwt_span bytes_of(const char *file)
{
	const struct gwt_web_file *at = gwt_init_drivers;

	while (strcmp(at->name, file) != 0)
		at++;
	return at->bytes;
}

static gwt_status write_new(const char *path, struct gwt_span bytes, struct gwt_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	ssize_t written;

	if (fd < 0 && errno == EEXIST)
		return gwt_fail(err, GWT_EUSAGE, "'%s' exists already and is not replaced", path);
	if (fd < 0)
		return gwt_fail(err, GWT_EIO, "cannot write '%s': %s", path, strerror(errno));
	written = write(fd, bytes.ptr, bytes.len);
	if (close(fd) != 0 || written != (ssize_t)bytes.len) {
		unlink(path);
		return gwt_fail(err, GWT_EIO, "cannot write '%s'", path);
	}
	return GWT_OK;
}

gwt_status gwt_init_driver(struct gwt_arena *arena, const char *folder, const char *language,
			   const char **path, const char **command, struct gwt_error *err)
{
	for (size_t i = 0; i < GWT_LEN(languages); i++) {
		if (strcmp(language, languages[i].language) != 0)
			continue;
		*path = gwt_file_join(arena, folder, languages[i].file);
		*command = languages[i].command;
		return write_new(*path, bytes_of(languages[i].file), err);
	}
	return gwt_fail(err, GWT_EUSAGE, "option '--init' is one of js|python|go|ruby|php|c, not '%s'",
			language);
}
