# What the build.sh of each package shares. Set by the caller: nothing. Sets: root, out, version, work.
# shellcheck shell=sh

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
out=${1:?usage: build.sh OUTDIR}
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)
work=$root/packaging/work
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$root/meson.build")
mkdir -p "$work"
# Every date in a package is the commit's: the same source gives the same bytes.
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 1577836800)}"
export SOURCE_DATE_EPOCH

say() {
    printf '== %s\n' "$*" >&2
}

# need PROGRAM PACKAGE: ends where the program is not there.
need() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "$(basename "$(dirname -- "$0")")/build.sh: needs '$1' (apt-get install $2)" >&2
    exit 5
}

# The static program, built once: npm, wheel and image carry it.
static_root() {
    tarball=$work/static/gwtape-$version-x86_64-linux.tar.gz
    if [ ! -f "$tarball" ]; then
        mkdir -p "$work/static"
        sh "$root/packaging/static/build.sh" "$work/static" >&2
    fi
    rm -rf "$work/root"
    mkdir -p "$work/root"
    tar -xzf "$tarball" -C "$work/root" --strip-components=1
    printf '%s\n' "$work/root"
}
