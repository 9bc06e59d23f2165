"""libgwtape as it is installed: its symbols, its page, its examples compiled by the commands of docs/library.md."""

import re
import subprocess

import installed
import sigv4
import support

HEADER = support.SOURCE / "libgwtape" / "gwtape.h"
CLIENT = support.SOURCE / "docs" / "examples" / "signed_client.py"
PUT = ("PUT /restapis/a1b2c3d4e5/resources/x7y8z9/methods/GET/integration HTTP/1.1\r\nHost: localhost\r\n"
       "Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
RIGHT = '{"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/pets"}'
WRONG = '{"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/pets", "timeoutInMillis": 29}'


def declared():
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.S)
    return set(re.findall(r"\b(gwtape_\w+)\(", text))


class Library(support.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = installed.install(cls)

    def setUp(self):
        super().setUp()
        self.env = installed.environment(self.prefix, self.env)

    def pkg_config(self, *args):
        done = support.run(["pkg-config", "--define-variable=prefix=%s" % self.prefix, *args, "libgwtape"], self.env)
        self.assertExit(done, 0)
        return done.stdout.split()

    def compiled(self, source, *, static=False):
        flags = installed.compiler_flags()
        if static:
            libraries = self.pkg_config("--static", "--libs")
            libraries = ["-l:libgwtape.a" if word == "-lgwtape" else word for word in libraries]
        else:
            libraries = self.pkg_config("--libs")
        program = self.scratch / (source.stem + ("-static" if static else ""))
        done = support.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", *flags, source, "-o",
                            program, *self.pkg_config("--cflags"), *libraries], self.env)
        self.assertExit(done, 0)
        return program

    def example(self, name):
        return self.prefix / "share" / "gwtape" / "examples" / name

    def test_symbols_are_those_of_the_header(self):
        library = installed.library_folder(self.prefix) / "libgwtape.so"
        listed = subprocess.run(["nm", "-D", "--defined-only", str(library)], capture_output=True, text=True, check=True)
        symbols = {m for m in re.findall(r" [A-Z] (\w+)@", listed.stdout) if m != "GWTAPE_0"}
        self.assertEqual(symbols, declared())
        mapped = (support.SOURCE / "libgwtape" / "gwtape.map").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"^\t(gwtape_\w+);", mapped, re.M)), declared())

    def test_the_page_has_every_function(self):
        page = (self.prefix / "share" / "man" / "man3" / "libgwtape.3").read_text(encoding="utf-8")
        for name in sorted(declared()):
            self.assertRegex(page, r"\n[^\n]*\b%s\(" % name)

    def test_header_is_c99_and_cpp(self):
        for language in ("c", "c++"):
            if language == "c++" and not support.shutil.which("c++"):
                print("SKIPPED: the header in C++ (c++ is not installed)")
                continue
            done = support.run(["cc", "-x", language, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", HEADER], self.env)
            self.assertExit(done, 0)

    def test_replay_right_wrong_silent_and_without_a_call(self):
        for static in (False, True):
            program = self.compiled(self.example("replay_a_client.c"), static=static)
            cassettes = self.prefix / "share" / "gwtape" / "cassettes"
            rows = [("", 0, r"ok: 2 matched\n\Z"), (" --seconds", 1, r"EXTRA_FIELD /timeoutInMillis: expected nothing"),
                    (" --seconds --swallow", 1, r"EXTRA_FIELD /timeoutInMillis")]
            for words, code, said in rows:
                # One group: several shipped scenarios begin alike.
                done = support.run([program, cassettes, "python3 %s%s" % (CLIENT, words), "types"], self.env)
                self.assertExit(done, code)
                self.assertRegex(done.stdout, said)
            done = support.run([program, cassettes, "true", "types"], self.env)
            self.assertExit(done, 5)
            self.assertIn("nothing was compared", done.stdout)
        self.assertExit(support.run([program, self.scratch / "none", "true"], self.env), 3)

    def test_sign_prove_and_judge(self):
        program = self.compiled(self.example("sign_and_judge.c"))
        cassette = support.SOURCE / "cassettes" / "types" / "http.json"
        right = support.run([program, cassette], self.env, stdin=PUT % (len(RIGHT), RIGHT))
        self.assertExit(right, 0)
        self.assertIn("signature: valid\nPUT\n/restapis/a1b2c3d4e5/", right.stdout)
        self.assertRegex(right.stdout, r"(?m)^(MATCH|KEY_ORDER|WHITESPACE_ONLY)\nok: the contract held$")
        wrong = support.run([program, cassette], self.env, stdin=PUT % (len(WRONG), WRONG))
        self.assertExit(wrong, 1)
        self.assertIn("EXTRA_FIELD /timeoutInMillis: expected nothing, got 29", wrong.stdout)
        cut = support.run([program, cassette], self.env, stdin=PUT % (len(WRONG) + 1, WRONG))
        self.assertExit(cut, 3)
        self.assertIn("cut short", cut.stderr)
        damaged = self.scratch / "damaged.json"
        damaged.write_text(cassette.read_text().replace("29000", "29001"))
        self.assertExit(support.run([program, damaged], self.env, stdin=PUT % (len(RIGHT), RIGHT)), 3)

    def test_signature_is_what_an_independent_signer_makes(self):
        source = self.scratch / "sign.c"
        source.write_text(r'''
#include <gwtape.h>
#include <stdio.h>
#include <string.h>
int main(void)
{
	const char *get = "GET /restapis/a%20b?position=x HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\n\r\n";
	struct gwtape_credentials who = { "AKID", "secret", "token", "eu-west-1", NULL };
	struct gwtape_error error;
	char *out;
	size_t length;
	if (gwtape_sign(get, strlen(get), &who, 1795000000, &out, &length, &error))
		return puts(error.message);
	fwrite(out, 1, length, stdout);
	gwtape_free(out);
	return gwtape_sign("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: x\r\n\r\n", 47, &who, 0, &out, &length, &error) != 3;
}
''')
        done = support.run([self.compiled(source)], self.env)
        self.assertExit(done, 0)
        stamp = re.search(r"X-Amz-Date: (\S+)", done.stdout).group(1)
        headers = {"Host": "h", "Accept": "application/json", "X-Amz-Date": stamp, "X-Amz-Security-Token": "token"}
        expected = sigv4.authorization("GET", "/restapis/a%20b?position=x", headers, b"", "AKID", "secret", "eu-west-1",
                                       stamp)
        self.assertIn("Authorization: %s\r\n" % expected, done.stdout.replace("\n", "\r\n").replace("\r\r", "\r"))

    def test_sessions_options_and_no_trace_in_the_process(self):
        source = self.scratch / "sessions.c"
        source.write_text(r'''
#include <gwtape.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define CHECK(is) do { if (!(is)) { fprintf(stderr, "line %d: %s\n", __LINE__, #is); return 1; } } while (0)

static struct sigaction at_first[32];

static void remember(void)
{
	for (int i = 1; i < 32; i++)
		sigaction(i, NULL, &at_first[i]);
}

static int unchanged(void)
{
	struct sigaction now;
	for (int i = 1; i < 32; i++)
		if (sigaction(i, NULL, &now) == 0 && now.sa_handler != at_first[i].sa_handler)
			return 0;
	return 1;
}

int main(int argc, char **argv)
{
	struct gwtape_replay_options options = { .session_by = "path" }, odd = { .level = "exact" };
	const char *names[] = { "types/http" }, *none[] = { "types/nothing" };
	struct gwtape_tape *tape;
	struct gwtape_replayer *replayer, *second;
	struct gwtape_result *result;
	struct gwtape_error error;
	struct rlimit before, after;
	char command[1024], cwd[1024], cwd_after[1024];

	(void)argc;
	remember();
	getrlimit(RLIMIT_NOFILE, &before);
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL);
	CHECK(gwtape_tape_open(argv[1], NULL, 0, &tape, &error) == GWTAPE_OK);
	CHECK(gwtape_replayer_start(tape, &odd, &replayer, &error) == GWTAPE_USAGE);
	CHECK(gwtape_replayer_start(tape, &options, &replayer, &error) == GWTAPE_OK);
	CHECK(gwtape_replayer_start(tape, NULL, &second, NULL) == GWTAPE_OK);
	CHECK(gwtape_session_open(replayer, "a/b c", names, 1, &error) == GWTAPE_OK);
	CHECK(gwtape_session_open(replayer, "other", none, 1, &error) == GWTAPE_USAGE);
	CHECK(gwtape_session_verify(replayer, "unknown", &result, &error) == GWTAPE_USAGE);
	CHECK(gwtape_session_verify(replayer, "a/b c", &result, &error) == GWTAPE_OK);
	CHECK(gwtape_result_status(result) == GWTAPE_UNCHECKED);
	gwtape_result_free(result);
	setenv("AWS_ACCESS_KEY_ID", gwtape_access_key_id(), 1);
	setenv("AWS_SECRET_ACCESS_KEY", gwtape_secret_access_key(), 1);
	snprintf(command, sizeof(command), "GWTAPE_ENDPOINT=%s/session/a%%2Fb%%20c python3 %s",
		 gwtape_replayer_endpoint(replayer), argv[2]);
	CHECK(system(command) == 0);
	CHECK(gwtape_session_verify(replayer, "a/b c", &result, &error) == GWTAPE_OK);
	CHECK(gwtape_result_status(result) == GWTAPE_OK);
	gwtape_result_free(result);
	CHECK(gwtape_session_reset(replayer, "a/b c", &error) == GWTAPE_OK);
	CHECK(gwtape_session_verify(replayer, "a/b c", &result, &error) == GWTAPE_OK);
	CHECK(gwtape_result_status(result) == GWTAPE_UNCHECKED);
	gwtape_result_free(result);
	gwtape_replayer_stop(second, &result);
	CHECK(gwtape_result_status(result) == GWTAPE_UNCHECKED);
	gwtape_result_free(result);
	getrlimit(RLIMIT_NOFILE, &after);
	CHECK(before.rlim_cur == after.rlim_cur);
	CHECK(unchanged());
	gwtape_replayer_stop(replayer, NULL);
	gwtape_tape_free(tape);
	CHECK(getcwd(cwd_after, sizeof(cwd_after)) != NULL);
	return 0;
}
''')
        done = support.run([self.compiled(source), self.prefix / "share" / "gwtape" / "cassettes", CLIENT], self.env)
        self.assertExit(done, 0)
        self.assertEqual(done.stdout + done.stderr, "signed_client.py: made an integration of type HTTP\n")


if __name__ == "__main__":
    support.main()
