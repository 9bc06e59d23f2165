"""A secret in every position of every file that may hold one, and of what the user gives beside: no output quotes it."""

import json
import re

import support
import test_import_export

# What no text of ours holds by itself, in the shape of a secret key and in that of a password.
SECRETS = ("wJalrXUtnFEMI/K7MDENG+PLANTEDkey4242", "Hunter2-PLANTED-9081726354")

CREDENTIALS = """[default]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = some/key
aws_session_token = tok
"""

CONFIG = """[default]
region = us-east-1
output = json
cli_timestamp_format = iso8601
cli_binary_format = base64
max_attempts = 1
retry_mode = standard
cli_pager =
ca_bundle = ca.pem
services = one
s3 =
  addressing_style = path
credential_process = helper --for me
[profile other]
role_arn = arn:aws:iam::123456789012:role/x
[services one]
api_gateway =
  endpoint_url = http://127.0.0.1:1
"""

PLAIN_CONFIG = """[default]
region = us-east-1
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = some/key
endpoint_url = http://127.0.0.1:1
"""

PAIRS = '{"AKIDONE": "first secret", "AKIDTWO": "second secret"}\n'

OPTIONS = """{"cassettes": "tapes", "level": "contract", "redact": ["one", "two"], "upstream": "http://127.0.0.1:1",
 "jobs": 2, "report": ["json:-"], "strict": true}
"""

FAULTS = """{"faults": [{"call": {"operation": "PutIntegration", "method": "PUT", "path": "/x"}, "times": 2, "skip": 1,
 "answer": {"status": 500, "headers": {"Retry-After": "1"}, "body": {"message": "no"}}, "delayMs": 1}]}
"""


def places(text):
    """Offsets between tokens and inside them: at each change of the kind of character."""
    kind = [("a" if c.isalnum() else c) for c in text]
    return [0] + [i for i in range(1, len(text)) if kind[i] != kind[i - 1]] + [len(text)]


def plantings(text):
    """Secret and text: put in at each place, put there for the token that begins, with the rest cut off, as a line."""
    at = places(text)
    for i, start in enumerate(at):
        end = at[i + 1] if i + 1 < len(at) else start
        for n, (before, after) in enumerate((("", text[start:]), ("", text[end:]), ("", ""), ("\n", " = x\n" + text[start:]))):
            secret = SECRETS[(i + n) % len(SECRETS)]
            yield secret, text[:start] + before + secret + after


class SecretPlaces(support.TestCase):
    CALL = ("aws", "apigateway", "get-integration", "--rest-api-id", "a", "--resource-id", "b", "--http-method", "GET",
            "--cli-connect-timeout", "1")

    def setUp(self):
        super().setUp()
        self.runs, self.leaks = 0, {}
        self.aws = self.scratch / "home" / ".aws"
        self.aws.mkdir(parents=True, exist_ok=True)
        self.cassettes = self.scratch / "cassettes"
        self.env.update(AWS_EC2_METADATA_DISABLED="true", AWS_MAX_ATTEMPTS="1")
        for name in [n for n in self.env if n.startswith("AWS_ACCESS") or n.startswith("AWS_SECRET")]:
            del self.env[name]

    def check(self, secret, what, *args, env=None):
        done = self.gwtape(*args, env=env, cwd=self.scratch)
        self.runs += 1
        for line in (done.stdout + done.stderr).splitlines():
            if secret[:16] in line or secret[-16:] in line:
                self.leaks.setdefault((args[0], line.replace(secret, "SECRET")), what)

    def tearDown(self):
        super().tearDown()
        print("%d runs" % self.runs)
        self.assertGreaterEqual(self.runs, 40 if support.is_whole() else 10)
        self.assertEqual(list(self.leaks.items())[:20], [], "%d kinds of line quote a secret" % len(self.leaks))

    def remote(self, secret, what):
        self.check(secret, what, "record", "types/mock", "--upstream", "http://127.0.0.1:1", "--scenarios",
                   support.SOURCE / "scenarios", "--cassettes", self.scratch / "made", "--no-commit")
        self.check(secret, what, *self.CALL)
        self.check(secret, what, *self.CALL, "--endpoint-url", "http://127.0.0.1:1", "--debug")

    def test_credentials_file(self):
        for secret, text in support.sample(plantings(CREDENTIALS), 5):
            (self.aws / "credentials").write_text(text)
            self.remote(secret, text)

    def test_config_file(self):
        for config in (CONFIG, PLAIN_CONFIG):
            for secret, text in support.sample(list(plantings(config))[::5], 7):  # all four shapes, at every place in turn
                if re.search(r"://[^\s?#@]*" + re.escape(secret) + r"(?!@)", text):
                    continue  # the host or the path of an endpoint, which is shown
                (self.aws / "config").write_text(text)
                self.remote(secret, text)

    def test_pairs_for_replay_and_sandbox(self):
        self.record(self.cassettes, "--no-commit", "types/mock")
        path = self.scratch / "pairs.json"
        for secret, text in support.sample(plantings(PAIRS), 3):
            path.write_text(text)
            self.check(secret, text, "replay", "--cassettes", self.cassettes, "--credentials", path, "--", "true")

    def test_gwtape_json(self):
        for secret, text in support.sample(list(plantings(OPTIONS))[::5], 3):
            (self.scratch / "gwtape.json").write_text(text)
            self.check(secret, text, "ls", "--cassettes", "none")
            if secret not in json.dumps(self.shown(text)):
                self.check(secret, text, "config")
                self.check(secret, text, "config", "--json")

    @staticmethod
    def shown(text):
        """What `config` is there to show: every value but those of `redact`, of a URL its host and path."""
        try:
            values = {k: v for k, v in json.loads(text).items() if k != "redact"}
        except ValueError:
            return {}
        values["upstream"] = re.sub(r"://[^/?#]*@|[?#].*", "", str(values.get("upstream")))
        return values

    def test_faults(self):
        self.record(self.cassettes, "--no-commit", "types/mock")
        path = self.scratch / "faults.json"
        for secret, text in list(plantings(FAULTS))[::3]:
            path.write_text(text)
            self.check(secret, text, "replay", "--cassettes", self.cassettes, "--fault", path, "--", "true")

    PROCESS = '''{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "some key", "SessionToken": "tok",
 "Expiration": "2030-01-01T00:00:00Z"}'''

    def test_what_a_credential_process_says(self):
        answer = self.scratch / "answer"
        (self.aws / "config").write_text("[default]\nregion = us-east-1\ncredential_process = /bin/cat %s\n" % answer)
        for secret, text in support.sample(list(plantings(self.PROCESS))[::7], 5):
            answer.write_text(text)
            self.remote(secret, text)

    def test_cassettes_and_their_dates(self):
        """Malformed by hand: with the place of what is wrong, and without its text."""
        self.record(self.cassettes, "--no-commit", "types/mock")
        for name, step in (("mock", 149), ("VALIDATED", 9)):
            path = self.cassettes / "types" / (name + ".json")
            whole = path.read_text()
            for secret, text in support.sample(list(plantings(whole))[::step], 3):
                path.write_text(text)
                for words in (("lint", self.cassettes), ("replay", "--cassettes", self.cassettes, "--", "true"),
                              ("ls", "--cassettes", self.cassettes), ("drift", self.cassettes, self.cassettes)):
                    self.check(secret, text, *words)
            path.write_text(whole)

    def test_recordings_of_other_tools(self):
        path = self.scratch / "recording"
        for form, whole in (("har", json.dumps(test_import_export.har(), indent=1)), ("vcr", test_import_export.VCRPY)):
            for secret, text in support.sample(list(plantings(whole))[::29], 3):
                if re.search(r"name\S*: \S*" + re.escape(secret), text):
                    continue  # the name of a header is the place where something was found
                path.write_text(text)
                self.check(secret, text, "import", form, path, "--force", "--cassettes", "none", "--scenarios", "none")

    def test_bundles_of_certificates(self):
        path = self.scratch / "ca.pem"
        for i in range(40 if support.is_whole() else 10):
            secret = SECRETS[i % len(SECRETS)]
            path.write_text(("", "\0", "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\n")[i % 4] + secret + "\n" * i)
            env = {**self.KEYS, "AWS_CA_BUNDLE": path}
            self.check(secret, "bundle", *self.recorder("--upstream", "https://127.0.0.1:1"), env=env)
            self.check(secret, "bundle", *self.CALL, "--endpoint-url", "https://127.0.0.1:1", env=env)

    URLS = ("http://me:%s@127.0.0.1:1", "http://127.0.0.1:1/?token=%s", "http://127.0.0.1:1/#%s", "htp://me:%s@h",
            "http://%s@127.0.0.1:x", "http://127.0.0.1:1 %s", "//me:%s@h/", "%s", "http://[%s]", "socks9://me:%s@h:1")
    KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}

    def each_url(self):
        for i, url in enumerate(self.URLS):
            secret = SECRETS[i % len(SECRETS)]
            yield secret, url % secret

    def recorder(self, *args):
        return ("record", "types/mock", "--scenarios", support.SOURCE / "scenarios", "--cassettes", self.scratch / "made",
                "--no-commit", *args)

    def test_urls(self):
        for secret, url in self.each_url():
            self.check(secret, url, *self.recorder("--upstream", url), env=self.KEYS)
            self.check(secret, url, *self.CALL, "--endpoint-url", url, env=self.KEYS)
            for name in ("AWS_ENDPOINT_URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
                env = {**(self.KEYS if name == "AWS_ENDPOINT_URL" else {"AWS_REGION": "us-east-1"}), name: url}
                self.check(secret, url, *self.recorder("--upstream", "aws"), env=env)
                self.check(secret, url, *self.CALL, env=env)

    def test_proxies(self):
        for secret, url in self.each_url():
            for name, host in (("HTTPS_PROXY", "https://gwtape.invalid"), ("http_proxy", "http://gwtape.invalid")):
                env = {**self.KEYS, name: url}
                self.check(secret, url, *self.recorder("--upstream", host), env=env)
                self.check(secret, url, *self.CALL, "--endpoint-url", host, env=env)

    def test_variables_and_options(self):
        sandbox = self.recorder("--upstream", "sandbox")
        for i, name in enumerate(("AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
                                  "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")):
            secret = SECRETS[i % len(SECRETS)]
            for value in (secret, secret + "\r\nx: y", "\u00e9" + secret):
                env = {**self.KEYS, name: value}
                self.check(secret, name, *self.recorder("--upstream", "http://127.0.0.1:1"), env=env)
                self.check(secret, name, *self.CALL, "--endpoint-url", "http://127.0.0.1:1", env=env)
        for secret in SECRETS:
            for text in (secret, "=" + secret, secret + "=", "vpcLinkId=" + secret + "\n", "a b=" + secret):
                self.check(secret, text, *sandbox, "--set", text)
            self.check(secret, "redact", *sandbox, "--redact", secret)
            self.check(secret, "redact", "config", env={"GWTAPE_REDACT": secret})


if __name__ == "__main__":
    support.main()
