#!/bin/sh
# quickstart.sh - from a fresh checkout on Debian 12 to a caught mistake:
#
#   installs what is missing (as root or with sudo), builds, records scenarios from the built-in sandbox into a
#   scratch folder, replays them for a client that is right, then for one with a mistake.
#
# Exit code 0 only when the first was let through and the second was caught. Leaves build/ and nothing else.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
. scripts/need.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

title() {
    printf '\n%s\n' "$*"
}

fail() {
    printf '\n%s\n' "quickstart: $*" >&2
    exit 1
}

# Run a command, shown as one would type it; its output is indented, its exit code left in $code.
show() {
    printf '\n  $ %s\n' "$*"
    code=0
    (cd "$scratch" && PATH="$bin:$PATH" && "$@") >"$scratch/.output" 2>&1 || code=$?
    sed 's/^/    /' "$scratch/.output"
    [ "$code" -eq 0 ] || echo "    [exit code $code]"
}

build() {
    [ -f build/build.ninja ] || CC=gcc meson setup build || return 1
    ninja -C build gwtape
}

need_build_packages 'libcriterion-dev|pc:criterion
python3-boto3|py:boto3
'
title "1. Build"
started=$(date +%s)
build >"$scratch/.build" 2>&1 || { tail -n 40 "$scratch/.build"; fail "gwtape does not build"; }
echo "    $(build/gwtape --version), built in $(($(date +%s) - started)) s"

bin=$PWD/build
cp -r scenarios docs/examples/client.py "$scratch"

title "2. Record: signed calls to the sandbox built into gwtape, a stand-in for AWS; nothing leaves this machine"
show gwtape record types --upstream sandbox --cassettes cassettes
[ "$code" -eq 0 ] || fail "recording ended with exit code $code"
show git -C cassettes log --oneline --stat

title "3. Replay for a client that is right: boto3, with ids of its own"
show gwtape replay --cassettes cassettes -- /usr/bin/python3 client.py
[ "$code" -eq 0 ] || fail "a right client was refused, exit code $code"

title "4. Replay for the same client with a mistake: a time-out in seconds where milliseconds are meant"
show gwtape replay --cassettes cassettes -- /usr/bin/python3 client.py --seconds
[ "$code" -eq 1 ] || fail "the mistake was not caught: exit code $code, not 1"
grep -q '/timeoutInMillis' "$scratch/.output" || fail "the wrong member was not named"

title "The mistake was caught: exit code 1, and the client's own error says where."
echo "Next: README.md, docs/architecture.md, and build/gwtape help"
