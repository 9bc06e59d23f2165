#!/bin/sh
# test.sh - everything that is checked before a change lands, from a fresh Debian 12 on:
#
#   packages that are missing are installed (as root or with sudo); then
#   build/        gcc, warnings are errors; every test
#   build-clang/  clang, warnings are errors; compiled only
#   build-asan/   gcc with ASan and UBSan; every test but those of suites `slow` and `once`, some on a sample
#   build-tsan/   gcc with ThreadSanitizer; suite `stress`, plain programs with threads
#
# Ends with what was skipped and why, and the line `N passed, N failed, N skipped`: programs run by meson,
# and parts of them that said SKIPPED. Exit code 1 when anything failed.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
. scripts/need.sh

jobs=$(nproc 2>/dev/null || echo 2)
logs=build/logs
started=$(date +%s)
notes=
failures=0

say() {
    printf '== %4ds  %s\n' $(($(date +%s) - started)) "$*"
}

# A line for the summary about a part that is left out.
skipped() {
    notes="$notes
SKIPPED: $*"
}

# run NAME COMMAND...: its output goes to a log, which is shown when the command fails.
run() {
    name=$1
    shift
    say "$name"
    if ! "$@" >"$logs/$name.log" 2>&1; then
        failures=$((failures + 1))
        echo "FAILED: $name: $*" >&2
        tail -n 60 "$logs/$name.log" >&2
        return 1
    fi
}

# compile DIR COMPILER OPTION...
compile() {
    dir=$1
    compiler=$2
    shift 2
    if [ -f "$dir/build.ninja" ]; then
        meson configure "$dir" -Dwerror=true "$@"
    else
        CC=$compiler meson setup "$dir" -Dwerror=true "$@"
    fi
    ninja -C "$dir" -j "$jobs"
}

# Criterion's tests do not run under it, so only the plain programs are built.
thread_sanitizer() {
    [ -f build-tsan/build.ninja ] || CC=gcc meson setup build-tsan -Dwerror=true -Db_sanitize=thread -Db_lundef=false
    ninja -C build-tsan -j "$jobs" tests/stress/stress_replay_threads gwtape
}

# check DIR SUITES OPTION...: run the tests of a build, of all suites or with the given option of `meson test`;
# counting is left to the summary, which is told how many tests there are.
check() {
    dir=$1
    suites=$2
    shift 2
    # shellcheck disable=SC2086
    meson test -C "$dir" --no-rebuild --list $suites 2>/dev/null | grep -c ' / ' >"$dir/meson-logs/expected"
    say "tests of $dir"
    # No rebuild: what compile() built is what is tested.
    # shellcheck disable=SC2086
    # Most of an end-to-end test is waiting for programs, so more of them run than there are processors.
    meson test -C "$dir" --no-rebuild --num-processes $((jobs * 2)) --print-errorlogs $suites "$@" || true
}

# The newest SDK on Node.js 20 and later, else the one for Debian 12's Node.js 18.
js_client() {
    needed=$(printf 'nodejs|node\nnpm|npm\nca-certificates|file:/etc/ssl/certs/ca-certificates.crt\n' | missing)
    # shellcheck disable=SC2086
    if [ -n "$needed" ] && ! install $needed; then
        skipped "client js-v3 (Node.js and npm could not be installed)"
        return
    fi
    home=clients/js-v3
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || home=clients/js-v3/node16
    pinned=$(node -p "'@aws-sdk/client-api-gateway ' +
        require('./$home/package.json').dependencies['@aws-sdk/client-api-gateway']")
    [ "$(node clients/js-v3/driver.cjs --version 2>/dev/null)" != "$pinned" ] || return 0
    say "npm ci in $home"
    if ! npm ci --ignore-scripts --fetch-retries 1 --prefix "$home" >"$logs/npm.log" 2>&1; then
        tail -n 5 "$logs/npm.log" >&2
        skipped "client js-v3 (npm ci failed: see $logs/npm.log)"
    fi
}

# Those that `gwtape verify` drives through every scenario. They are small; one that cannot be installed is named.
clients() {
    for client in curl aws4 aws4fetch aws-lite js-v2 claudia perl-signature4 perl-net-amazon-signature-v4 php-async-aws ruby-sigv4 \
        ruby-core; do
        sh clients/install.sh "$client" >>"$logs/clients.log" 2>&1 ||
            skipped "client $client (not installed: see $logs/clients.log)"
    done
}

# Tests of the pages drive the system's Chromium, which is big: GWTAPE_BROWSER=1 installs it. They say SKIPPED
# themselves where it or the package is missing.
browser() {
    [ -z "${GWTAPE_BROWSER:-}" ] || optional chromium chromium "the pages in a browser"
    command -v chromium >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || return 0
    home=tests/e2e/js
    pinned=$(node -p "require('./$home/package.json').dependencies['playwright-core']")
    there=$(node -p "require('./$home/node_modules/playwright-core/package.json').version" 2>/dev/null || true)
    [ "$there" != "$pinned" ] || return 0
    say "npm ci in $home"
    npm ci --ignore-scripts --fetch-retries 1 --prefix "$home" >"$logs/npm-browser.log" 2>&1 ||
        tail -n 5 "$logs/npm-browser.log" >&2
}

optional() {
    needed=$(printf '%s|%s\n' "$1" "$2" | missing)
    # shellcheck disable=SC2086
    [ -z "$needed" ] || install $needed || skipped "$3 ($1 could not be installed)"
}

mkdir -p "$logs"
for dir in build build-asan build-tsan; do rm -f "$dir/meson-logs/testlog.json" "$dir/meson-logs/expected"; done
need_build_packages 'libcriterion-dev|pc:criterion
'
optional clang clang "compiling with clang"
optional clang-format clang-format "the format of the C files"
optional awscli file:/usr/bin/aws "client awscli-debian"
optional python3-boto3 py:boto3 "client boto3-debian"
optional python3-vcr py:vcr "tapes of vcrpy"
optional python3-betamax py:betamax "tapes of betamax"
optional ruby-vcr file:/usr/share/doc/ruby-vcr "tapes of Ruby VCR"
optional ruby-webmock file:/usr/share/doc/ruby-webmock "tapes of Ruby VCR"
optional tmux tmux "prompts in a terminal"
optional python3-pytest py:pytest "the helper for pytest"
optional python3-yaml py:yaml "scenarios against their schema"
optional python3-jsonschema py:jsonschema "schemas in an independent validator"
js_client
clients
browser

run build compile build gcc || { echo "0 passed, $failures failed, 0 skipped"; exit 1; }
if command -v clang >/dev/null 2>&1; then
    run build-clang compile build-clang clang -Doptimization=0 -Ddebug=false || true
fi
run build-asan compile build-asan gcc -Db_sanitize=address,undefined -Db_lundef=false || true
run build-tsan thread_sanitizer || true

check build '' --timeout-multiplier 4
[ ! -f build-asan/gwtape ] || check build-asan '--no-suite slow --no-suite once' --timeout-multiplier 6
[ ! -f build-tsan/tests/stress/stress_replay_threads ] || check build-tsan '--suite stress'

say "done"
printf '%s\n' "$notes" | python3 scripts/test_summary.py "$failures" build build-asan build-tsan
