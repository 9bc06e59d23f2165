#!/bin/sh
# install.sh [NAME[@VERSION]...] - install clients: all of them without a name.
#
# Debian's are installed by apt (as root or with sudo), those of npm into their folder; with a VERSION into
# NAME/versions/VERSION, so that several stay side by side. What cannot be installed is named, the others are installed
# all the same, and the exit code is 1. Nothing is installed twice.
set -u
CDPATH='' cd -- "$(dirname -- "$0")"

apt() {
    root=
    [ "$(id -u)" = 0 ] || root=sudo
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y --no-install-recommends "$@" >&2 && return
    DEBIAN_FRONTEND=noninteractive $root apt-get update >&2 && $root apt-get install -y --no-install-recommends "$@" >&2
}

# Debian's packages of a client; nothing for one of npm, and for one that is installed by other means.
packages() {
    case $1 in
    boto3-debian) echo python3-boto3 python3-awscrt ;;
    boto3-debian-nocrt) echo python3-boto3 ;;
    awscli-debian) echo awscli ;;
    go-v1-debian) echo golang-go golang-github-aws-aws-sdk-go-dev ;;
    go-v2-debian) echo golang-go golang-github-aws-aws-sdk-go-v2-dev golang-github-aws-smithy-go-dev ;;
    ruby-core) echo ruby ruby-aws-sdk-core ruby-aws-sigv4 ruby-rexml python3-botocore ;;
    ruby-sigv4) echo ruby ruby-aws-sigv4 ;;
    php-async-aws) echo php-cli php-async-aws-core php-symfony-http-client ;;
    perl-signature4) echo libaws-signature4-perl libwww-perl ;;
    perl-net-amazon-signature-v4) echo libnet-amazon-signature-v4-perl libwww-perl ;;
    curl) echo curl ;;
    esac
}

# The package of npm.
npm_package() {
    case $1 in
    js-v3) echo @aws-sdk/client-api-gateway ;;
    js-v2) echo aws-sdk ;;
    aws4 | aws4fetch | claudia) echo "$1" ;;
    aws-lite) echo @aws-lite/client ;;
    esac
}

# Without the lock file where there is none; the newest SDK on Node.js 20 and later, an older one before.
npm_pinned() {
    home=$1
    if [ -d "$1/node16" ] && [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then home=$1/node16; fi
    if [ -f "$home/package-lock.json" ]; then
        npm ci --ignore-scripts --no-audit --no-fund --prefix "$home" >&2
    else
        npm install --ignore-scripts --no-audit --no-fund --no-package-lock --prefix "$home" >&2
    fi
}

npm_version() {
    made=$1/versions/.$2.$$
    mkdir -p "$made" && printf '{"private": true}\n' >"$made/package.json" &&
        npm install --ignore-scripts --no-audit --no-fund --no-package-lock --prefix "$made" "$(npm_package "$1")@$2" >&2 &&
        mv "$made" "$1/versions/$2" && return
    rm -rf "$made"
    return 1
}

is_there() {
    (cd "$1" && GWTAPE_CLIENT_VERSION=$2 && export GWTAPE_CLIENT_VERSION && case $1 in
        js-* | aws4* | aws-lite | claudia) command -v node >/dev/null && node driver.cjs --version ;;
        go-*) command -v go >/dev/null && sh start.sh --version ;;
        boto3-current) python3 -c 'import boto3; assert not boto3.__file__.startswith("/usr/lib/python3/")' ;;
        boto3-*) /usr/bin/python3 -c 'import boto3' ;;
        awscli-debian) /usr/bin/python3 -c 'import awscli' ;;
        awscli-v1) python3 -c 'import awscli; assert awscli.__version__.startswith("1.")' ;;
        ruby-core) ruby driver.rb --version ;;
        ruby-sigv4) ruby -raws-sigv4 -e 0 ;;
        php-async-aws) sh version.sh ;;
        perl-signature4) /usr/bin/perl -MAWS::Signature4 -MLWP::UserAgent -e 0 ;;
        perl-net-*) /usr/bin/perl -MNet::Amazon::Signature::V4 -MLWP::UserAgent -e 0 ;;
        curl) test -x /usr/bin/curl ;;
        gwtape-aws) sh gwtape.sh --version ;;
        libcurl) sh start.sh --version ;;
        terraform) python3 driver.py --version ;;
        esac) >/dev/null 2>&1
}

install_one() {
    name=${1%%@*}
    version=
    [ "$name" = "$1" ] || version=${1#*@}
    if [ ! -f "$name/client.json" ]; then
        echo "there is no client '$name'" >&2
        return 1
    fi
    is_there "$name" "$version" && return
    needed=$(packages "$name")
    if [ -n "$version" ] && [ -z "$(npm_package "$name")" ]; then
        echo "$name has one version only, that of the system" >&2
        return 1
    fi
    if [ -n "$(npm_package "$name")" ] && ! command -v npm >/dev/null 2>&1; then apt nodejs npm || return 1; fi
    if [ -n "$version" ]; then
        npm_version "$name" "$version"
    elif [ -n "$(npm_package "$name")" ]; then
        npm_pinned "$name"
    elif [ -n "$needed" ]; then
        # shellcheck disable=SC2086
        apt $needed
    fi
    is_there "$name" "$version"
}

[ $# -gt 0 ] || for folder in */client.json; do set -- "$@" "${folder%/client.json}"; done
failed=0
for word in "$@"; do
    if install_one "$word"; then
        echo "$word: installed"
    else
        echo "$word: not installed" >&2
        failed=1
    fi
done
exit $failed
