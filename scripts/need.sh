# need.sh - sourced by the other scripts: install what is missing, and only that.
#
# A row of a table is `package|how to tell that it is there`; a program that came from elsewhere counts as
# well as Debian's. Nothing is asked of apt when nothing is missing.

is_there() {
    case $1 in
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    file:*) [ -e "${1#file:}" ] ;;
    py:*) /usr/bin/python3 -c "import ${1#py:}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# Packages of the table on stdin that are not there.
missing() {
    while IFS='|' read -r package check; do
        [ -z "$package" ] || is_there "$check" || printf '%s ' "$package"
    done
}

apt() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=240 "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=240 "$@"
    fi
}

# install PACKAGE...: fails, having said why, when that cannot be done.
install() {
    echo "installing: $*"
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "no apt-get here: install the equivalents of: $*" >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        echo "neither root nor sudo: ask an administrator for: apt-get install -y $*" >&2
        return 1
    fi
    if [ -z "${apt_updated:-}" ]; then
        apt update -qq >/dev/null || return 1
        apt_updated=1
    fi
    apt install -qq -y --no-install-recommends "$@" >/dev/null
}

build_packages='
gcc|gcc
libc6-dev|file:/usr/include/stdio.h
meson|meson
ninja-build|ninja
pkg-config|pkg-config
libssl-dev|pc:openssl
libuv1-dev|pc:libuv
libcurl4-openssl-dev|pc:libcurl
libgit2-dev|pc:libgit2
libcjson-dev|pc:libcjson
libfyaml-dev|pc:libfyaml
zlib1g-dev|pc:zlib
git|git
python3|python3
'

# What building needs; the script ends when it cannot be had.
need_build_packages() {
    needed=$(printf '%s' "$build_packages$1" | missing)
    # Words, one a package.
    # shellcheck disable=SC2086
    [ -z "$needed" ] || install $needed || exit 1
}
