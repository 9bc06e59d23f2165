"""helpers/: each example right, wrong and silent, with the installed gwtape on PATH."""

import subprocess
import sys

import installed
import support

HELPERS = support.SOURCE / "helpers"
BREACH = "EXTRA_FIELD /timeoutInMillis: expected nothing, got 29"
LONGEST = 150  # lines of a helper


class Helpers(support.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = installed.install(cls)

    def example(self, name, mode, **env):
        program = HELPERS / name / "example.sh"
        env = {**installed.environment(self.prefix, self.env), **env}
        return support.run(["sh", program, mode], env, self.scratch, timeout=support.HANG_SECONDS)

    def hold(self, name, **env):
        right = self.example(name, "right", **env)
        self.assertExit(right, 0)
        for mode in ("wrong", "silent"):
            done = self.example(name, mode, **env)
            self.assertNotEqual(done.code, 0, done)
            self.assertIn(BREACH, done.stdout + done.stderr, done)

    def test_helpers_are_short(self):
        for path in ("criterion/gwtape/criterion.h", "pytest/pytest_gwtape.py", "vitest/gwtape.mjs", "go/gwtape.go"):
            lines = (HELPERS / path).read_text(encoding="utf-8").count("\n")
            self.assertLessEqual(lines, LONGEST, path)

    def test_criterion(self):
        done = subprocess.run(["pkg-config", "--exists", "criterion"], capture_output=True)
        if done.returncode:
            support.skip("Criterion is not installed")
        self.hold("criterion", CFLAGS=" ".join(installed.compiler_flags()))

    def test_pytest(self):
        for python in (support.DEBIAN_PYTHON, sys.executable):
            if not subprocess.run([python, "-c", "import pytest"], capture_output=True).returncode:
                return self.hold("pytest", PYTHON=python)
        support.skip("pytest is not installed (python3-pytest)")

    def test_go(self):
        support.need("go")
        self.hold("go", GOCACHE=str(installed.build_folder() / "go-cache"))

    def test_vitest(self):
        support.need("node")
        if not (HELPERS / "vitest" / "node_modules" / "vitest").exists():
            support.skip("vitest is not installed (npm ci in helpers/vitest)")
        self.hold("vitest")


if __name__ == "__main__":
    support.main()
