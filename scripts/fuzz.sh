#!/bin/sh
# fuzz.sh [SECONDS [TARGET...]]: run each fuzz target (tests/fuzz), or those named, for so many seconds of one core (60).
#
# Needs clang. Prints executions and coverage of each. What it finds is in build-fuzz/found, smallest first; add it to
# tests/fuzz/corpus/TARGET with the mend, so that `meson test` replays it. Exit code 1 when something was found.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
seconds=${1:-60}
[ $# -eq 0 ] || shift
command -v clang >/dev/null 2>&1 || { echo "fuzz.sh: needs clang (apt-get install clang)" >&2; exit 5; }
[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true -Dtests=true -Dlibrary=false -Db_lundef=false \
    -Db_sanitize=address,undefined >/dev/null
targets=${*:-$(for file in tests/fuzz/fuzz_*.c; do basename "$file" .c | sed 's/^fuzz_//'; done)}
found=build-fuzz/found
mkdir -p "$found"
code=0
for target in $targets; do
    ninja -C build-fuzz "tests/fuzz/fuzz_$target" >"build-fuzz/$target.build" || { tail -n 20 "build-fuzz/$target.build" >&2; exit 1; }
    mkdir -p "build-fuzz/corpus/$target"
    # New inputs go to the first folder; the seeds are only read.
    if ! "build-fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$found/$target-" "build-fuzz/corpus/$target" "tests/fuzz/corpus/$target" >"build-fuzz/$target.log" 2>&1; then
        code=1
        grep -E 'ERROR|SUMMARY|Test unit written' "build-fuzz/$target.log" | head -n 5
    fi
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "build-fuzz/$target.log")
    edges=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "build-fuzz/$target.log" | tail -n 1)
    printf '%-12s %10s executions %7s edges %4s s\n' "$target" "${executions:-?}" "${edges:-?}" "$seconds"
done
exit "$code"
