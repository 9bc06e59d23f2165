/*
 * ca.c - one folder, three files: `ca-key.pem` (key and certificate in one, so that
 * they cannot be from two different moments), `ca.pem` (the certificate alone, for
 * clients; made from the first), and `ca.lock`.
 */
#include "lib/net/ca.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/net/x509.h"

enum { DAY = 24 * 3600, CA_DAYS = 3650, SPARE_DAYS = 400, MAX_PEM = 64 * 1024 };

struct gwt_ca {
	char *path; /* path of ca.pem */
	X509 *cert;
	EVP_PKEY *key;
};

X509 *gwt_ca_cert(const struct gwt_ca *ca)
{
	return ca->cert;
}

EVP_PKEY *gwt_ca_key(const struct gwt_ca *ca)
{
	return ca->key;
}

const char *gwt_ca_path(const struct gwt_ca *ca)
{
	return ca->path;
}

void gwt_ca_free(struct gwt_ca *ca)
{
	if (!ca)
		return;
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	free(ca->path);
	free(ca);
}

static gwt_status fail_errno(const char *what, const char *path, struct gwt_error *err)
{
	return gwt_fail(err, GWT_EIO, "cannot %s '%s': %s", what, path, strerror(errno));
}

/* A key is secret only in a folder that no other user can change. */
static gwt_status make_private(const char *dir, struct gwt_error *err)
{
	gwt_status status = gwt_file_mkdirs_for(dir, err);
	struct stat st;

	if (status != GWT_OK)
		return status;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return fail_errno("make the folder", dir, err);
	if (lstat(dir, &st) != 0)
		return fail_errno("read", dir, err);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return gwt_fail(err, GWT_EIO, "'%s' is not a folder of this user", dir);
	if ((st.st_mode & 077) && chmod(dir, 0700) != 0)
		return fail_errno("close to others", dir, err);
	return GWT_OK;
}

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* No other process reads or writes the files until *fd is closed. */
static gwt_status lock(const char *path, int *fd, struct gwt_error *err)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return fail_errno("open", path, err);
	while (flock(*fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return fail_errno("lock", path, err);
	return GWT_OK;
}

/*
 * Whether certificate and key belong together and are an authority that is valid long enough to sign leaves.
 */
static bool is_usable(const struct gwt_ca *ca, int64_t now)
{
	time_t first = (time_t)now, last = (time_t)(now + (int64_t)SPARE_DAYS * DAY);

	return ca->cert && ca->key && X509_check_private_key(ca->cert, ca->key) == 1 &&
	       X509_check_ca(ca->cert) == 1 && X509_cmp_time(X509_get0_notBefore(ca->cert), &first) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(ca->cert), &last) > 0;
}

static void forget(struct gwt_ca *ca)
{
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	ca->cert = NULL;
	ca->key = NULL;
	ERR_clear_error();
}

/* False when there is none or it is not usable. */
static bool read_ca(struct gwt_ca *ca, const char *path, int64_t now)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span pem;
	BIO *bio;

	if (gwt_file_exists(path) && gwt_file_read(&arena, path, MAX_PEM, &pem, NULL) == GWT_OK) {
		bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
		ca->cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		BIO_free(bio);
		bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
		ca->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	gwt_arena_wipe(&arena);
	if (is_usable(ca, now))
		return true;
	forget(ca);
	return false;
}

static struct gwt_span bytes_of(BIO *bio)
{
	char *bytes = NULL;
	long len = BIO_get_mem_data(bio, &bytes);

	return (struct gwt_span){ bytes, len > 0 ? (size_t)len : 0 };
}

static gwt_status write_ca(const struct gwt_ca *ca, const char *path, struct gwt_error *err)
{
	BIO *bio = BIO_new(BIO_s_secmem()); /* wiped when it is freed */
	gwt_status status;

	if (bio && PEM_write_bio_PrivateKey(bio, ca->key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    PEM_write_bio_X509(bio, ca->cert) == 1)
		status = gwt_file_write_private(path, bytes_of(bio), err);
	else
		status = gwt_fail(err, GWT_EIO, "cannot write a certificate authority");
	BIO_free(bio);
	return status;
}

static gwt_status make_ca(struct gwt_ca *ca, const char *path, int64_t now, struct gwt_error *err)
{
	ca->key = gwt_x509_new_key();
	if (ca->key)
		ca->cert = gwt_x509_new_ca(ca->key, now - DAY, now + (int64_t)CA_DAYS * DAY);
	if (!ca->cert)
		return gwt_fail(err, GWT_EIO, "OpenSSL cannot make a certificate authority");
	return write_ca(ca, path, err);
}

/* Make `ca.pem` agree with `ca-key.pem`, also after it was changed or deleted. */
static gwt_status publish(const struct gwt_ca *ca, struct gwt_error *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	gwt_status status = GWT_OK;
	bool changed;

	if (bio && PEM_write_bio_X509(bio, ca->cert) == 1)
		status = gwt_file_update(ca->path, bytes_of(bio), &changed, err);
	else
		status = gwt_fail(err, GWT_EIO, "cannot write the certificate '%s'", ca->path);
	BIO_free(bio);
	return status;
}

static gwt_status open_in(struct gwt_ca *ca, const char *dir, int64_t now, struct gwt_error *err)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	const char *path = gwt_file_join(&arena, dir, "ca-key.pem");
	gwt_auto(close_fd) int fd = -1;
	gwt_status status = make_private(dir, err);

	ca->path = gwt_xstrdup(gwt_file_join(&arena, dir, "ca.pem"));
	if (status == GWT_OK)
		status = lock(gwt_file_join(&arena, dir, "ca.lock"), &fd, err);
	if (status == GWT_OK && !read_ca(ca, path, now))
		status = make_ca(ca, path, now, err);
	return status == GWT_OK ? publish(ca, err) : status;
}

gwt_status gwt_ca_open(const char *dir, int64_t now, struct gwt_ca **out, struct gwt_error *err)
{
	struct gwt_ca *ca = gwt_xcalloc(1, sizeof(*ca));
	gwt_status status = open_in(ca, dir, now, err);

	if (status == GWT_OK)
		*out = ca;
	else
		gwt_ca_free(ca);
	return status;
}
