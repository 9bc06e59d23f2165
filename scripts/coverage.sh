#!/bin/sh
# coverage.sh [PERCENT]: line coverage of lib/ by the unit tests and the corpora of the fuzz targets, a line a folder.
#
# Exit code 1 below PERCENT (LEAST) or where a test failed.
# Builds in build-coverage, only what these tests need. Needs gcc with gcov, and Criterion. GWTAPE_COVERAGE_TESTS names
# other tests for `meson test`.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
LEAST=90
command -v gcov >/dev/null 2>&1 || { echo "coverage.sh: needs gcov (apt-get install gcc)" >&2; exit 5; }
compiler=gcc
command -v ccache >/dev/null 2>&1 && compiler='ccache gcc'
[ -f build-coverage/build.ninja ] || CC=$compiler meson setup build-coverage -Db_coverage=true -Doptimization=0 >/dev/null
find build-coverage -name '*.gcda' -delete
# shellcheck disable=SC2086
meson test -C build-coverage --timeout-multiplier 8 ${GWTAPE_COVERAGE_TESTS:---suite unit --no-suite stress} >build-coverage/test.log 2>&1 ||
    { grep -E ' (FAIL|TIMEOUT) ' build-coverage/test.log >&2 || tail -n 20 build-coverage/test.log >&2
      echo "coverage.sh: tests failed; what ran is counted" >&2; failed=1; }
python3 scripts/coverage_table.py build-coverage lib "${1:-$LEAST}"
exit "${failed:-0}"
