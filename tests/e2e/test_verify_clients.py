"""Real clients through every scenario (clients/README.md): nothing is unexplained, and what is known of each comes out
by itself. A client that is not installed is SKIPPED; clients/install.sh installs them.

One run drives them all; each client is a test of its own, which looks at its rows. Under a sanitizer a few clients make
the calls of a few groups: what they bring into gwtape is there, and a whole run would take minutes."""

import os
import subprocess

import support

NULLS = {("NULL_VS_ABSENT", place) for place in ("/requestTemplates", "/timeoutInMillis", "/uri")}
# What each is known for: verdict and where, of every call that is not as recorded. Empty: every request is right.
KNOWN = {
    "boto3-debian": set(),
    "boto3-debian-nocrt": set(),
    "js-v3": NULLS | {("MISSING_FIELD", "/notAnOption")},
    "js-v2": NULLS | {("WRONG_TYPE", "/timeoutInMillis"), ("WRONG_TYPE", "/requestTemplates")},
    "aws4": set(),
    "aws4fetch": {("WRONG_PATH", "path")},
    "aws-lite": {("WRONG_PATH", "path")},
    "go-v1-debian": {("WRONG_PATH", "path")},
    "go-v2-debian": {("MISSING_FIELD", "/tlsConfig/insecureSkipVerification")},
    "curl": {("BAD_SIGNATURE", "single-encoded-path")},
    "perl-signature4": {("BAD_SIGNATURE", "single-encoded-path")},
    "perl-net-amazon-signature-v4": set(),
    "php-async-aws": {("BAD_SIGNATURE", "mismatch")},
    "ruby-core": NULLS | {("WRONG_TYPE", "/timeoutInMillis"), ("MISSING_FIELD", "/tlsConfig/insecureSkipVerification")},
    "ruby-sigv4": set(),
    "gwtape-aws": set(),
    "libcurl": set(),
    "claudia": set(),
}
# Each kind of driver that there is: a library's, a signer's, a program for each call, a wrong signature, a finding.
SANITIZED = ["boto3-debian", "js-v3", "aws4fetch", "curl", "libcurl", "go-v2-debian"]
GROUPS = ["types", "names"]
# How many calls must be right, where it is not most of them.
FEW = {"claudia": 2}
# For a call: the drivers of curl and of gwtape start a program each time, and CI's machines are busy.
TIMEOUT = "60"


def is_sanitized():
    return os.environ.get("GWTAPE_SANITIZE", "none") != "none"


def is_installed(name):
    folder = support.SOURCE / "clients" / name
    try:
        command = support.read_json(folder / "client.json")["version"]
        return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def kinds(rows):
    """(verdict, place) of rows that are not right."""
    found = set()
    for row in rows:
        if row["ok"] or row["verdict"] in ("LOCAL_REFUSAL", "UNSUPPORTED"):
            continue
        places = {d["at"] for d in row["differences"]} or {row["signature"]["reason"]}
        found |= {(row["verdict"], place) for place in places}
    return found


def check(name):
    def test(self):
        self.check_client(name)
    return test


class Clients(support.TestCase):
    report = None  # of the one run

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.installed = [name for name in (SANITIZED if is_sanitized() else KNOWN) if is_installed(name)]
        if not cls.installed:
            support.skip("no client is installed: sh clients/install.sh")

    def drive(self):
        (self.scratch / "clients").symlink_to(support.SOURCE / "clients")
        words = [word for name in self.installed for word in ("--client", name)]
        words += [word for name in GROUPS if is_sanitized() for word in ("--scenario", name)]
        done = self.gwtape("verify", *words, "--scenarios", support.SCENARIOS, "--cassettes", support.SOURCE / "cassettes",
                           "--timeout", TIMEOUT, "--report", "json:m.json", timeout=support.HANG_SECONDS)
        return done, support.read_json(self.scratch / "m.json")

    def made(self):
        if not Clients.report:
            Clients.report = self.drive()
        return Clients.report

    def check_client(self, name):
        if name not in self.installed:
            support.skip("client %s: %s" % (name, "not driven under a sanitizer" if is_sanitized() and name not in SANITIZED else
                                            "not installed (sh clients/install.sh %s)" % name))
        rows = [r for r in self.made()[1]["requests"] if r["client"] == name]
        found = kinds(rows)
        self.assertTrue(found <= KNOWN[name], "unexplained: %s" % sorted(found - KNOWN[name]))
        if not is_sanitized():
            self.assertEqual(found, KNOWN[name], "what it is known for did not come out")
        self.assertGreaterEqual(sum(r["ok"] for r in rows), 10 if is_sanitized() else FEW.get(name, 400))
        self.assertEqual([r for r in rows if not (r["ok"] or "waiver" in r or r["verdict"] in ("LOCAL_REFUSAL", "UNSUPPORTED"))], [])

    def test_the_whole_run_holds(self):
        done, made = self.made()
        self.assertExit(done, 0)
        self.assertEqual(made["summary"]["broken"], 0)
        self.assertEqual(len(made["pairs"]), len(self.installed) * (len(self.installed) - 1) // 2)
        for pair in made["pairs"]:
            self.assertGreater(pair["compared"], 0, pair)


for each in KNOWN:
    setattr(Clients, "test_client_" + each.replace("-", "_"), check(each))


if __name__ == "__main__":
    support.main()
