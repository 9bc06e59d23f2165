"""A browser for tests: Debian's Chromium through playwright-core, or a reason to skip.

    browser = Browser.start()          # skips where Chromium, Node.js or the npm package is missing
    browser.open("file:///…", scheme="dark")
    browser.click("text=FAIL")
    browser.read(".got pre")

`npm ci --ignore-scripts --prefix tests/e2e/js` puts the package there; scripts/test.sh does so where there is a
Chromium. GWTAPE_CHROMIUM names another one.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import support

BRIDGE = support.SOURCE / "tests" / "e2e" / "js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def chromium():
    named = os.environ.get("GWTAPE_CHROMIUM")
    found = [shutil.which(name) for name in ([named] if named else PROGRAMS)]
    return next((path for path in found if path), None)


class Browser:
    def __init__(self, node, program, home):
        env = support.clean_env(home)
        self.process = subprocess.Popen([node, str(BRIDGE / "browser.cjs"), program], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    @classmethod
    def start(cls, case):
        """For one test class: call from setUpClass."""
        program = chromium() or support.skip("chromium is not installed")
        node = support.need("node", "Node.js is not installed")
        if not (BRIDGE / "node_modules" / "playwright-core").is_dir():
            support.skip("playwright-core is not installed: npm ci --ignore-scripts --prefix tests/e2e/js")
        home = tempfile.TemporaryDirectory(prefix="gwtape-e2e-browser-")
        case.addClassCleanup(home.cleanup)
        browser = cls(node, program, Path(home.name))
        case.addClassCleanup(browser.stop)
        return browser

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(support.HANG_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def open(self, url, **how):
        """how: scheme="dark", script=False, width=, height=."""
        self._ask("open", url=url, **how)

    def click(self, at):
        self._ask("click", at=at)

    def press(self, *keys):
        for key in keys:
            self._ask("press", key=key)

    def type(self, text):
        self._ask("type", text=text)

    def read(self, at):
        """Text of the first such element, once it is seen."""
        return self._ask("read", at=at)

    def wait(self, at, text=""):
        """Until such an element with this text is seen."""
        self._ask("wait", at=at, text=text)

    def gone(self, at):
        self._ask("gone", at=at)

    def count(self, at):
        """How many are seen."""
        return self._ask("count", at=at)

    def run(self, code):
        return self._ask("run", code=code)

    def style(self, at, name):
        return self._ask("style", at=at, name=name)

    def colours(self, at):
        """(text, background) as CSS has them."""
        return self._ask("colours", at=at)

    def media(self, media):
        self._ask("media", media=media)

    def cut(self, url):
        """Requests to this pattern fail from now on, until mend()."""
        self._ask("cut", url=url)

    def mend(self, url):
        self._ask("mend", url=url)

    def shot(self, path, whole=False):
        self._ask("shot", path=str(path), whole=whole)

    def seen(self):
        """{"requests": URLs of all that the page asked for, "messages": what it wrote to its console, "dialogs"}."""
        return self._ask("seen")

    def _ask(self, what, **command):
        command["do"] = what
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the browser ended"}
        if "error" in answer:
            raise AssertionError("%s: %s" % (command, answer["error"]))
        return answer["value"]
