"""`gwtape inspect` and `gwtape compare` on requests that real clients sent."""

import base64
import itertools
import json
import sys

import support

sys.path.insert(0, str(support.SOURCE / "tests" / "support"))
import contract_bytes  # noqa: E402

CAPTURES = support.SOURCE / "tests" / "data" / "captures"


def capture(name):
    return str(CAPTURES / (name + ".http"))


class Inspect(support.TestCase):
    def inspect(self, *args, code=0, **more):
        done = self.gwtape("inspect", "--json", *args, **more)
        self.assertExit(done, code)
        return json.loads(done.stdout)

    def test_json_has_the_members_of_the_design_and_the_bytes_of_the_second_implementation(self):
        found = self.inspect(capture("curl/all_options"))
        raw = (CAPTURES / "curl" / "all_options.http").read_bytes()
        self.assertEqual(list(found), ["operation", "labels", "signature", "contractBytes", "bodyError", "digest"])
        self.assertEqual(found["operation"], "PutIntegration")
        self.assertEqual(found["labels"], {"restApiId": "a1b2c3d4e5", "resourceId": "r0s0rc", "httpMethod": "POST"})
        self.assertEqual(found["signature"]["verdict"], "valid")
        self.assertIsNone(found["signature"]["reason"])
        self.assertIsNone(found["bodyError"])
        request = contract_bytes.Request(raw)
        self.assertEqual(found["contractBytes"]["text"].encode(), contract_bytes.contract(request))
        for level in ("wire", "signed", "contract"):
            digest = contract_bytes.hashlib.sha256(getattr(contract_bytes, level)(request)).hexdigest()
            self.assertEqual(found["digest"][level], digest)

    def test_signature_verdicts(self):
        for name, verdict, reason, code in (
                ("boto3-1.43/path_dot", "valid-normalized-path", None, 0),
                ("js-v2/path_dot", "valid-raw-path", None, 0),
                ("curl/path_reserved", "invalid", "single-encoded-path", 1),
                ("php-async-aws/path_dot", "invalid", "mismatch", 1)):
            found = self.inspect(capture(name), code=code)["signature"]
            self.assertEqual((found["verdict"], found["reason"]), (verdict, reason), name)
            self.assertTrue(found["expectedCanonicalRequest"].startswith("PUT\n/restapis/"), name)
            self.assertTrue(found["expectedStringToSign"].startswith("AWS4-HMAC-SHA256\n"), name)

    def test_the_first_line_that_differs_is_named_with_both_texts(self):
        done = self.gwtape("inspect", capture("curl/path_reserved"))
        self.assertExit(done, 1)
        self.assertIn("line 2 of the canonical request (path) was signed as '/restapis/a%2Fb%20c%2B%25/", done.stdout)
        self.assertIn("should be '/restapis/a%252Fb%2520c%252B%2525/", done.stdout)

    def test_clock_and_secret_are_checked_when_given(self):
        name = capture("curl/all_options")  # 2026-11-22T12:44:00Z
        self.inspect("--at", "2026-11-22T12:58:59Z", name)
        late = self.inspect("--at", "2026-11-23", name, code=1)
        self.assertEqual(late["signature"]["reason"], "clock-skew")
        other = self.inspect("--secret-key", "other", name, code=1)
        self.assertEqual(other["signature"]["verdict"], "invalid")
        done = self.gwtape("inspect", "--at", "yesterday", name)
        self.assertExit(done, 2)

    def test_a_body_that_is_no_json_is_named(self):
        found = self.inspect(capture("js-v2/text_lone_surrogate"))
        self.assertEqual(found["bodyError"], "lone-surrogate")

    def test_stdin_and_bytes_that_are_no_text(self):
        raw = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n\xff\x00"
        found = self.inspect("-", code=1, stdin=raw)
        self.assertIsNone(found["operation"])
        self.assertEqual(found["labels"], {})
        self.assertEqual(found["signature"]["verdict"], "absent")
        self.assertEqual(list(found["contractBytes"]), ["base64"])
        done = self.gwtape("inspect", "-", stdin=raw)
        self.assertExit(done, 1)
        self.assertIn("  | \\xff\\x00\n", done.stdout)

    def test_a_pipe_is_a_file(self):
        raw = (CAPTURES / "curl" / "all_options.http").read_bytes()
        self.inspect("/dev/stdin", stdin=raw)
        self.assertExit(self.gwtape("compare", "/dev/stdin", capture("curl/all_options"), stdin=raw), 0)

    def test_a_header_that_is_no_utf8_leaves_the_output_json(self):
        raw = (CAPTURES / "curl" / "all_options.http").read_bytes()
        raw = raw.replace(b"\r\n", b"\r\nA-Test: \xe9\r\n", 1).replace(b"SignedHeaders=", b"SignedHeaders=a-test;")
        signature = self.inspect("-", stdin=raw, code=1)["signature"]
        self.assertIn(b"a-test:\xe9\n", base64.b64decode(signature["expectedCanonicalRequest"]["base64"]))

    def test_what_is_no_request_is_exit_3(self):
        whole = (CAPTURES / "curl" / "all_options.http").read_bytes()
        for label, raw in (("empty", b""), ("cut head", whole[:100]), ("cut body", whole[:-1]),
                           ("more", whole + b"x"), ("no HTTP", b"hello\r\n\r\n"),
                           ("bare LF", whole.replace(b"\r\n", b"\n")),
                           ("two lengths", whole.replace(b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\n"))):
            done = self.gwtape("inspect", "--json", "-", stdin=raw)
            with self.subTest(label):
                self.assertExit(done, 3)
                self.assertEqual(done.stdout, "")
                self.assertIn("stdin", done.stderr)
        self.assertExit(self.gwtape("inspect", "nowhere.http"), 3)
        self.assertExit(self.gwtape("inspect"), 2)


class Compare(support.TestCase):
    def compare(self, a, b, *args, code):
        done = self.gwtape("compare", "--json", *args, capture(a), capture(b))
        self.assertExit(done, code)
        return json.loads(done.stdout)

    def test_levels_decide_the_exit_code(self):
        name = "boto3-1.43/all_options"
        for other, level, verdict in (
                (name, "wire", "MATCH"),
                ("aws-cli-v2-debian/all_options", "signed", "MATCH"),
                ("js-v2/all_options", "contract", "WHITESPACE_ONLY"),
                ("php-async-aws/all_options", "contract", "ESCAPING"),
                ("boto3-1.43/opt_timeout_50", None, "MISSING_FIELD")):
            held = True
            for wanted in ("wire", "signed", "contract", "effect")[::-1]:
                held = held and level is not None
                found = self.compare(name, other, "--level", wanted, code=0 if held else 1)
                self.assertEqual((found["level"], found["verdict"]), (level, verdict), other)
                held = held and wanted != level
        self.compare(name, "js-v2/all_options", code=0)

    def test_differences_carry_pointer_values_and_offset(self):
        found = self.compare("curl/opt_timeout_50", "curl/opt_timeout_29000", code=1)
        raw = (CAPTURES / "curl" / "opt_timeout_29000.http").read_bytes().split(b"\r\n\r\n", 1)[1]
        self.assertEqual(found["differences"], [{
            "at": "/timeoutInMillis", "verdict": "WRONG_VALUE", "expected": 50, "got": 29000,
            "offset": raw.index(b"29000")}])

    def test_effect_is_named_and_not_the_default(self):
        found = self.compare("curl/opt_timeout_29000", "curl/type_http", "--level", "effect", code=1)
        self.assertIsNone(found["level"])
        plain = self.write("plain.http", self.put(b'{"type":"MOCK"}'))
        terraform = self.write("terraform.http", self.put(
            b'{"connectionType":"INTERNET","timeoutInMillis":29000,"type":"MOCK"}'))
        done = self.gwtape("compare", "--json", "--level", "effect", plain, terraform)
        self.assertExit(done, 0)
        found = json.loads(done.stdout)
        self.assertEqual((found["level"], found["verdict"]), ("effect", "EXTRA_FIELD"))
        self.assertEqual([d["effect"] for d in found["differences"]], ["same", "same"])
        self.assertExit(self.gwtape("compare", plain, terraform), 1)

    def test_text_is_one_line_a_difference(self):
        done = self.gwtape("compare", capture("curl/opt_timeout_50"), capture("curl/opt_timeout_29000"))
        self.assertExit(done, 1)
        first, last = done.stdout.splitlines()
        self.assertRegex(first, r"\AWRONG_VALUE /timeoutInMillis: expected 50, got 29000 \(byte \d+ of the body\)\Z")
        self.assertEqual(last, "WRONG_VALUE: no level holds")

    def test_regions_are_compared_unless_told_not_to(self):
        name, other = "curl/region_eu_west_1", "curl/region_us_gov_west_1"
        self.assertEqual(self.compare(name, other, code=1)["verdict"], "WRONG_SCOPE")
        self.assertEqual(self.compare(name, other, "--any-region", code=0)["verdict"], "MATCH")

    def test_the_line_that_breaks_a_strict_level_is_that_of_the_second_implementation(self):
        clients = sorted(p.name for p in CAPTURES.iterdir() if (p / "all_options.http").is_file())
        requests = {c: contract_bytes.Request((CAPTURES / c / "all_options.http").read_bytes()) for c in clients}
        named = 0
        for a, b in itertools.permutations(clients, 2):
            done = self.gwtape("compare", "--json", "--level", "wire", capture(a + "/all_options"), capture(b + "/all_options"))
            found = json.loads(done.stdout)
            if found["level"] not in ("contract", "signed"):
                continue
            level = "signed" if found["level"] == "contract" else "wire"
            lines = [getattr(contract_bytes, level)(requests[c]).split(b"\n") for c in (a, b)]
            first = next(i for i in range(len(lines[0])) if lines[0][i] != lines[1][i])
            heads = [i for d in found["differences"] if (i := d.get("line"))]
            if not heads:  # the body says it all
                self.assertTrue(found["differences"], (a, b))
                continue
            difference = found["differences"][-1]
            self.assertEqual((heads, difference["level"]), ([first + 1], level), (a, b))
            for side, text in zip(("expected", "got"), lines):
                if side in difference:
                    self.assertEqual(difference[side], text[first].rstrip(b"\r").decode(), (a, b))
            named += 1
        self.assertGreater(named, 100)

    def test_bad_command_lines(self):
        self.assertExit(self.gwtape("compare", capture("curl/type_http")), 2)
        self.assertExit(self.gwtape("compare", "--level", "exact", "a", "b"), 2)
        self.assertExit(self.gwtape("compare", "-", "-"), 2)
        self.assertExit(self.gwtape("compare", capture("curl/type_http"), "nowhere.http"), 3)

    @staticmethod
    def put(body):
        return (b"PUT /restapis/a1/resources/r0/methods/GET/integration HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)) + body

    def write(self, name, raw):
        path = self.scratch / name
        path.write_bytes(raw)
        return str(path)


if __name__ == "__main__":
    support.main()
