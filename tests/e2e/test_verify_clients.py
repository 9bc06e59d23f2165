"""Real clients through every scenario (clients/README.md): nothing is unexplained, and what is known of each comes out
by itself. A client that is not installed is SKIPPED; clients/install.sh installs them."""

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
}
# For a call: the drivers of curl and of gwtape start a program each time, and CI's machines are busy.
TIMEOUT = "60"


def is_installed(name):
    folder = support.SOURCE / "clients" / name
    try:
        command = support.read_json(folder / "client.json")["version"]
        return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
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


class Clients(support.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.installed = [name for name in KNOWN if is_installed(name)]
        if not cls.installed:
            support.skip("no client is installed: sh clients/install.sh")

    def setUp(self):
        super().setUp()
        (self.scratch / "clients").symlink_to(support.SOURCE / "clients")

    def test_every_client_is_explained(self):
        report = self.scratch / "m.json"
        clients = [word for name in self.installed for word in ("--client", name)]
        run = self.gwtape("verify", *clients, "--scenarios", support.SCENARIOS, "--cassettes", support.SOURCE / "cassettes",
                          "--timeout", TIMEOUT, "--report", "json:%s" % report, timeout=1500)
        self.assertExit(run, 0)
        made = support.read_json(report)
        for name in self.installed:
            with self.subTest(client=name):
                rows = [r for r in made["requests"] if r["client"] == name]
                self.assertEqual(kinds(rows), KNOWN[name])
                self.assertGreater(sum(r["ok"] for r in rows), 400)
                self.assertTrue(all(r["ok"] or "waiver" in r or r["verdict"] in ("LOCAL_REFUSAL", "UNSUPPORTED") for r in rows))
        self.assertEqual(made["summary"]["broken"], 0)
        self.assertEqual(len(made["pairs"]), len(self.installed) * (len(self.installed) - 1) // 2)
        for pair in made["pairs"]:
            self.assertGreater(pair["compared"], 0, pair)

    def test_clients_that_are_not_installed_are_named(self):
        missing = [name for name in KNOWN if name not in self.installed]
        if missing:
            support.skip("not installed: %s" % ", ".join(missing))


if __name__ == "__main__":
    support.main()
