"""Runs the steps of packaging/action/action.yml as a runner would, but for `uses`: a cache that is always missed.

Reads the few forms of YAML that the file has, with PyYAML; skips where that is not installed.
"""

import os
import re
import subprocess

import support


def load():
    try:
        import yaml
    except ImportError:
        support.skip("PyYAML is not installed (python3-yaml)")
    return yaml.safe_load((support.SOURCE / "packaging" / "action" / "action.yml").read_text(encoding="utf-8"))


def play(inputs, workspace, env):
    """{step id: Run} up to the first that fails, and the texts of the runner's files."""
    action = load()
    values = {name: row.get("default", "") for name, row in action["inputs"].items()}
    unknown = set(inputs) - set(values)
    missing = [name for name, row in action["inputs"].items() if row.get("required") and name not in inputs]
    assert not unknown and not missing, (unknown, missing)
    values.update(inputs)
    temp = workspace / ".runner"
    temp.mkdir(exist_ok=True)
    files = {name: temp / name for name in ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("")
    runs = {}
    for step in action["runs"]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"actions/cache@v\d+", step["uses"]), step
            continue
        assert step["shell"] == "bash", step
        extra = {name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: values[m.group(1)], text)
                 for name, text in step.get("env", {}).items()}
        paths = files["GITHUB_PATH"].read_text().split()
        done = subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]], cwd=workspace,
                              env={**env, **extra, "RUNNER_TEMP": str(temp), **{n: str(p) for n, p in files.items()},
                                   "PATH": os.pathsep.join([*paths, env["PATH"]])}, capture_output=True, text=True)
        runs[step["id"]] = support.Run([step["id"]], done.returncode, done.stdout, done.stderr)
        if done.returncode:
            break
    return runs, {name: path.read_text() for name, path in files.items()}
