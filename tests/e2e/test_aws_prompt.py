"""The interactive prompt of `gwtape aws`, in a real terminal (tmux), against screens of the real CLI.

tests/data/cli/autoprompt holds what aws-cli 2.9.19 showed in tmux at 110x40, key by key.
"""

import json
import os
import shlex
import subprocess
import time
import unittest

import support

SCREENS = support.SOURCE / "tests" / "data" / "cli" / "autoprompt"
COLS, ROWS = 110, 40


def stored(name):
    text = (SCREENS / (name + ".txt")).read_text(encoding="utf-8")
    return [line.rstrip() for line in text.split("\n")][:ROWS]


class Terminal:
    """A shell in tmux, of its own server, where `aws` is ours."""

    def __init__(self, test):
        self.socket = str(test.scratch / "tmux")
        home = test.scratch / "home"
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC",
               "AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY,
               "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        rc = test.scratch / "rc"
        rc.write_text("PS1='bash-5.2# '\naws() { %s aws \"$@\"; }\nset +o history\nunset HISTFILE\n" % shlex.quote(str(support.BINARY)))
        self.home = home
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLS), "-y", str(ROWS), "-c", str(test.scratch),
                  "env", "-i", *["%s=%s" % item for item in env.items()], "TERM=screen",
                  "bash", "--noprofile", "--rcfile", str(rc), "-i", check=True)
        test.addCleanup(self.tmux, "kill-server")

    def tmux(self, *args, check=False):
        return subprocess.run(["tmux", "-S", self.socket, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=check, timeout=support.HANG_SECONDS)

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text, check=True)

    def key(self, *names):
        self.tmux("send-keys", *names, check=True)

    def screen(self):
        text = self.tmux("capture-pane", "-p", check=True).stdout.decode("utf-8")
        return [line.rstrip() for line in text.split("\n")][:ROWS]

    def wait(self, condition):
        """The first screen that fits; the test fails when none comes."""
        until = time.monotonic() + support.HANG_SECONDS
        while True:
            screen = self.screen()
            if condition(screen):
                return screen
            if time.monotonic() > until:
                raise AssertionError("the screen that was waited for never came:\n%s" % "\n".join(screen))
            time.sleep(0.02)

    def run(self, command):
        """Type a command at the shell, on an empty screen."""
        self.key("C-l")
        self.wait(lambda s: s[0] == "bash-5.2#" and not any(s[1:]))
        self.type(command)
        self.key("Enter")


class Prompt(support.TestCase):
    def setUp(self):
        super().setUp()
        support.need("tmux")
        support.need("bash")
        self.terminal = Terminal(self)
        self.terminal.wait(lambda s: s[0] == "bash-5.2#")

    def expect(self, name):
        want = stored(name)
        got = self.terminal.wait(lambda s: s == want)
        self.assertEqual("\n".join(want), "\n".join(got), name)

    def test_editing_a_command(self):
        t = self.terminal
        t.run("aws apigateway put-integration --endpoint-url http://127.0.0.1: --cli-auto-prompt")
        self.expect("01-start")
        t.type("ur")
        self.expect("03-ur")
        t.key("Down")
        self.expect("04-down")
        t.key("Enter")
        self.expect("05-enter-choice")
        t.type(" x --tls-config ")
        self.expect("06-tls")
        t.key("Down")
        self.expect("07-tls-down")
        t.key("Enter")
        self.expect("08-tls-enter")
        t.type(" --type ")
        self.expect("09-type")
        t.key("Down", "Enter")
        self.expect("10-type-enter")
        t.key("F3")
        self.expect("11-docs")
        t.key("F3", "F5")
        self.expect("12-output")
        t.key("F5", "F1")
        self.expect("13-help")
        t.key("F1", "Enter")
        self.expect("14-execute-missing")

    def test_columns_and_the_docs_panel(self):
        t = self.terminal
        t.run("aws apigateway put-integration --endpoint-url http://127.0.0.1: --cli-auto-prompt")
        self.expect("01-start")
        t.key("F4")
        self.expect("30-columns")
        t.key("Down", "Right")
        self.expect("31-columns-right")
        t.key("F4", "F3")
        self.expect("32-docs")
        t.key("F2")
        self.expect("33-docs-focus")
        t.key("q")
        self.expect("34-docs-left")

    def test_dashes_list_the_options_and_backspace_takes_them_back(self):
        t = self.terminal
        t.run("clear; aws apigateway put-integration --uri u --cli-auto-prompt")
        t.wait(lambda s: any("F2" in line for line in s))
        t.type("--")
        got = t.wait(lambda s: s[0].endswith("--uri u --") and any("--rest-api-id (required)" in x for x in s))
        self.assertTrue(any("--rest-api-id (required)" in x for x in got), "\n".join(got))
        self.assertFalse(any(x.strip().startswith("--uri ") for x in got[1:]), "\n".join(got))
        t.key("BSpace", "BSpace")
        got = t.wait(lambda s: s[0].endswith("--uri u") and not any("(required)" in x for x in s))
        self.assertFalse(any("(required)" in x for x in got), "\n".join(got))

    def test_leaving_with_ctrl_c(self):
        t = self.terminal
        t.run("clear; aws apigateway put-integration --endpoint-url http://127.0.0.1:1 --uri 'a b' --cli-auto-prompt")
        t.wait(lambda s: any("F2" in line for line in s))
        t.key("C-c")
        self.expect("20-ctrlc")
        t.type("echo rc=$?")
        t.key("Enter")
        self.expect("20-ctrlc-rc")

    def test_choosing_a_service_and_leaving_with_ctrl_d(self):
        t = self.terminal
        t.run("clear; aws --cli-auto-prompt")
        self.expect("21-bare")
        t.type("apigateway")
        self.expect("22-service")
        t.key("C-d")
        self.expect("23-ctrld")
        t.type("echo rc=$?")
        t.key("Enter")
        self.expect("23-ctrld-rc")
        self.assertFalse((t.home / ".aws/cli/cache/prompt_history.json").exists())

    def test_on_partial_prompts_where_something_is_missing(self):
        self.terminal.run("clear; AWS_CLI_AUTO_PROMPT=on-partial aws apigateway put-integration --resource-id r")
        self.expect("24-partial")

    def test_a_line_that_runs_is_remembered(self):
        t = self.terminal
        t.run("clear; aws apigateway put-integration --generate-cli-skeleton yaml-input --cli-auto-prompt")
        t.wait(lambda s: any("F2" in line for line in s))
        line = "apigateway put-integration --generate-cli-skeleton yaml-input"
        t.key("Enter", "Enter")  # the choice, then the command
        got = t.wait(lambda s: any(x.startswith("restApiId:") for x in s))
        self.assertTrue(any(x.startswith("restApiId: ''  # [REQUIRED]") for x in got), "\n".join(got))
        saved = json.loads((t.home / ".aws/cli/cache/prompt_history.json").read_text())
        self.assertEqual(saved["version"], 1)
        self.assertEqual([c.strip() for c in saved["commands"]], [line])
        t.run("clear; aws --cli-auto-prompt")
        t.wait(lambda s: any("F2" in x for x in s))
        t.key("C-r")
        got = t.wait(lambda s: any("bck-i-search" in x for x in s))
        self.assertTrue(any("yaml-input" in x for x in got[1:]), "\n".join(got))

    def test_completing_file_names_and_profiles(self):
        t = self.terminal
        (self.scratch / "templates").mkdir()
        (self.scratch / "templates" / "request.vtl").write_text("x")
        (t.home / ".aws").mkdir()
        (t.home / ".aws" / "config").write_text("[default]\nregion = a\n[profile staging]\nregion = b\n")
        t.run("clear; aws apigateway put-integration --cli-auto-prompt")
        t.wait(lambda s: any("F2" in x for x in s))
        t.type(" --request-templates file://temp")
        got = t.wait(lambda s: any("templates/" in x for x in s[1:]))
        self.assertTrue(any(x.strip() == "templates/" for x in got), "\n".join(got))
        t.key("Down", "Enter")
        got = t.wait(lambda s: any("request.vtl" in x for x in s[1:]))
        self.assertTrue(any(x.strip() == "request.vtl" for x in got), "\n".join(got))
        t.key("Down", "Enter")
        t.type(" --profile st")
        got = t.wait(lambda s: any(x.strip() == "staging" for x in s))
        self.assertTrue(any(x.strip() == "staging" for x in got), "\n".join(got))
        self.assertTrue(got[0].endswith("file://templates/request.vtl --profile st"), got[0])

    def test_members_of_the_answer_for_query(self):
        t = self.terminal
        t.run("clear; aws apigateway put-integration --cli-auto-prompt")
        t.wait(lambda s: any("F2" in x for x in s))
        t.type(" --query tlsConfig.")
        got = t.wait(lambda s: any(x.strip() == "insecureSkipVerification" for x in s))
        self.assertTrue(any(x.strip() == "insecureSkipVerification" for x in got), "\n".join(got))


if __name__ == "__main__":
    support.main()
