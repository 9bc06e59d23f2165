#!/bin/sh
# A static gwtape for x86-64 Linux: musl, with libcurl and all else linked in, as a tarball that may be unpacked
# anywhere.
#
#   packaging/static/build.sh OUTDIR        makes OUTDIR/gwtape-VERSION-x86_64-linux.tar.gz
#
# Debian has no libraries for musl, so they are built here, from Debian's sources, without the parts that are not needed.
# They stay in packaging/work, so that a second run builds gwtape alone.
set -eu
. "$(dirname -- "$0")/../common.sh"
for row in musl-gcc:musl-tools dpkg-source:dpkg-dev apt-get:apt make:make meson:meson ninja:ninja-build pkg-config:pkg-config \
    perl:perl; do
    need "${row%%:*}" "${row#*:}"
done
[ "$(uname -m)" = x86_64 ] || { echo "static/build.sh: builds on x86-64 only" >&2; exit 5; }

deps=$work/musl
prefix=$deps/prefix
jobs=$(nproc 2>/dev/null || echo 2)
mkdir -p "$deps/lists/partial" "$deps/cache/archives/partial" "$prefix/include" "$prefix/lib/pkgconfig" "$deps/log"

# musl-gcc looks for no headers of the kernel.
for folder in linux asm-generic; do ln -sfn "/usr/include/$folder" "$prefix/include/$folder"; done
ln -sfn "/usr/include/$(uname -m)-linux-gnu/asm" "$prefix/include/asm"
# -O1: what counts of these libraries (hashes, curves) is in assembler, and the time goes into compiling them.
paths="-ffile-prefix-map=$root=."
export CC="musl-gcc" \
    CFLAGS="-O1 -pipe -fPIC $paths -I$prefix/include -ffunction-sections -fdata-sections -fstack-protector-strong"

# apt LIST WORD...
apt() {
    list=$1
    shift
    apt-get -qq -o "Dir::Etc::sourcelist=$deps/$list.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$deps/lists" \
        -o "Dir::Cache=$deps/cache" -o Acquire::Languages=none -o APT::Update::Error-Mode=any -o APT::Sandbox::User=root "$@"
}

# source_of NAME: the .dsc whose parts all exist.
source_of() {
    for file in "$deps/$1"_*.dsc; do
        if [ -f "$file" ] && (cd "$deps" && sed -n '/^Files:/,/^[^ ]/s/^ [0-9a-f]* [0-9]* //p' "$file" | xargs ls) >/dev/null 2>&1; then
            echo "$file"
        fi
    done | tail -n 1
}

# fetch NAME...: the newest source of each: from the security updates, else from the release.
fetch() {
    mirror=${GWTAPE_DEBIAN_MIRROR:-http://deb.debian.org}
    printf 'deb-src %s/debian bookworm main\n' "$mirror" >"$deps/release.list"
    { cat "$deps/release.list"; printf 'deb-src %s/debian-security bookworm-security main\n' "$mirror"; } >"$deps/all.list"
    apt all update || {
        echo "static/build.sh: cannot read Debian's lists of sources from $mirror; GWTAPE_DEBIAN_MIRROR names another mirror" >&2
        exit 4
    }
    (cd "$deps" && apt all --download-only source "$@") >"$deps/log/fetch.log" 2>&1 || :
    for name; do
        [ -n "$(source_of "$name")" ] || (cd "$deps" && apt release --download-only source "$name") >>"$deps/log/fetch.log" 2>&1 || :
        [ -n "$(source_of "$name")" ] || { cat "$deps/log/fetch.log" >&2; echo "static/build.sh: no source of $name" >&2; exit 4; }
    done
}

# build NAME: once; its log is shown when it fails.
build() {
    [ ! -f "$deps/$1.done" ] || return 0
    say "musl: $1"
    # In the background, since `set -e` does not count in a condition.
    (
        set -e
        rm -rf "$deps/src/$1"
        mkdir -p "$deps/src"
        dpkg-source --no-check -x "$(source_of "$1")" "$deps/src/$1"
        cd "$deps/src/$1"
        "build_$(echo "$1" | tr - _)"
    ) >"$deps/log/$1.log" 2>&1 &
    wait $! || { tail -n 40 "$deps/log/$1.log" >&2; exit 1; }
    : >"$deps/$1.done"
}

# pc NAME VERSION LIBS [REQUIRES]
pc() {
    printf 'Name: %s\nDescription: %s\nVersion: %s\nLibs: -L%s %s\nRequires: %s\nCflags: -I%s\n' "$1" "$1" "$2" \
        "$prefix/lib" "$3" "${4:-}" "$prefix/include" >"$prefix/lib/pkgconfig/$1.pc"
}

# archive NAME FILE...: compile them and put them into lib/libNAME.a; flags in $flags.
archive() {
    name=$1
    shift
    # shellcheck disable=SC2086
    printf '%s\n' "$@" | xargs -P "$jobs" -I{} sh -c \
        'o=$(echo "$1" | tr / _).o; exec $CC $CFLAGS '"$flags"' -c "$1" -o "$o"' sh {}
    ar rcs "$prefix/lib/lib$name.a" $(printf '%s.o\n' "$@" | sed 's|/|_|g')
}

build_zlib() {
    flags="-DHAVE_UNISTD_H -D_LARGEFILE64_SOURCE=1"
    archive z adler32.c compress.c crc32.c deflate.c inffast.c inflate.c inftrees.c trees.c uncompr.c zutil.c
    cp zlib.h zconf.h "$prefix/include"
    pc zlib 1.2.13 -lz
}

build_cjson() {
    flags=
    archive cjson cJSON.c
    mkdir -p "$prefix/include/cjson"
    cp cJSON.h "$prefix/include/cjson"
    pc libcjson 1.7.15 -lcjson
}

build_libuv1() {
    flags="-Iinclude -Isrc -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_LARGEFILE_SOURCE"
    unix=
    for name in async core dl epoll fs getaddrinfo getnameinfo linux-core linux-inotify linux-syscalls loop loop-watcher pipe \
        poll process procfs-exepath proctitle random-devurandom random-getrandom random-sysctl-linux signal stream tcp thread \
        tty udp; do
        [ ! -f "src/unix/$name.c" ] || unix="$unix src/unix/$name.c"
    done
    # shellcheck disable=SC2046,SC2086
    archive uv $(ls src/*.c) $unix
    cp -r include/uv.h include/uv "$prefix/include"
    pc libuv 1.44.2 "-luv -lpthread"
}

build_libfyaml() {
    printf '#define VERSION "0.7.12"\n' >config.h
    flags="-I. -Iinclude -Isrc/lib -Isrc/xxhash -Isrc/valgrind -DHAVE_CONFIG_H -D_GNU_SOURCE -w"
    # shellcheck disable=SC2046
    archive fyaml $(ls src/lib/*.c) src/xxhash/xxhash.c
    cp include/libfyaml.h "$prefix/include"
    pc libfyaml 0.7.12 "-lfyaml -lm -lpthread"
}

# Configured for a TLS client and server of today, and no more; the headers come first, since libcurl waits for them.
build_openssl() {
    ./Configure linux-x86_64 --prefix=/usr --libdir=lib --openssldir=/etc/ssl no-shared no-tests no-dso no-engine \
        no-async no-legacy no-module no-ssl3 no-dtls no-srp no-psk no-ct no-cmp no-cms no-ts no-rfc3779 no-scrypt no-sctp \
        no-srtp no-comp no-idea no-seed no-rc2 no-rc4 no-rc5 no-bf no-cast no-md4 no-mdc2 no-whirlpool no-camellia no-aria \
        no-sm2 no-sm3 no-sm4 no-siphash no-gost no-des no-rmd160 no-blake2 no-ui-console no-afalgeng no-ktls no-ec2m no-ocb \
        no-siv no-dsa no-tls1 no-tls1_1 no-ssl-trace no-cmac no-nextprotoneg no-ocsp no-dh
    make -j "$jobs" build_generated
    # Without the folder and the hour of the build.
    printf '#define PLATFORM "platform: linux-x86_64"\n#define DATE "built on: %s"\n' "$(date -u -d "@$SOURCE_DATE_EPOCH")" \
        >crypto/buildinf.h
    echo 'static const char compiler_flags[] = "compiler: musl-gcc";' >>crypto/buildinf.h
    cp -r include/openssl "$prefix/include"
    : >"$deps/openssl.headers"
    make -j "$jobs" libcrypto.a libssl.a
    cp libcrypto.a libssl.a "$prefix/lib"
    pc libcrypto 3.0.0 "-lcrypto -lpthread"
    pc libssl 3.0.0 -lssl libcrypto
    pc openssl 3.0.0 "" "libssl libcrypto"
}

# HTTP only: gwtape calls nothing else of libcurl.
build_curl() {
    cp "$root/packaging/static/curl_config.in" lib/curl_config.h
    flags="-Iinclude -Ilib -DHAVE_CONFIG_H -DBUILDING_LIBCURL -DCURL_STATICLIB -w"
    files=
    for name in asyn-thread base64 bufref cf-http cf-socket cfilters conncache connect content_encoding cookie curl_addrinfo \
        curl_get_line curl_log curl_memrchr curl_threads doh dynbuf easy escape fopen formdata getenv getinfo hash headers hmac \
        hostasyn hostip hostip4 hostip6 hsts http http_aws_sigv4 http_chunks http_digest http_proxy idn if2ip inet_ntop \
        inet_pton llist md5 mime mprintf multi netrc nonblock noproxy parsedate progress rand rename select sendf setopt sha256 \
        share slist socketpair socks speedcheck splay strcase strdup strerror strtoofft strtok timeval transfer url urlapi \
        version warnless vauth/digest vauth/vauth vquic/vquic vtls/hostcheck vtls/keylog vtls/openssl vtls/vtls vtls/x509asn1; do
        files="$files lib/$name.c"
    done
    # shellcheck disable=SC2086
    archive curl $files
    mkdir -p "$prefix/include/curl"
    cp include/curl/*.h "$prefix/include/curl"
    pc libcurl 7.88.1 -lcurl "libssl libcrypto zlib"
    sed -i 's/^Cflags:.*/& -DCURL_STATICLIB/' "$prefix/lib/pkgconfig/libcurl.pc"
}

build_http_parser() {
    flags=
    archive http_parser http_parser.c
    cp http_parser.h "$prefix/include"
}

# Nothing is fetched with it, so it needs no TLS.
build_libgit2() {
    mkdir -p src/util/git2/sys
    cp "$root/packaging/static/git2_features.in" src/util/git2/sys/features.h
    flags="-Isrc/libgit2 -Isrc/util -Iinclude -D_GNU_SOURCE -DNDEBUG -DSHA1DC_NO_STANDARD_INCLUDES=1 -w"
    flags="$flags -DSHA1DC_CUSTOM_INCLUDE_SHA1_C=\\\"git2_util.h\\\" -DSHA1DC_CUSTOM_INCLUDE_UBC_CHECK_C=\\\"git2_util.h\\\""
    # shellcheck disable=SC2046
    archive git2 $(ls src/libgit2/*.c src/libgit2/streams/*.c src/libgit2/transports/*.c src/libgit2/xdiff/*.c src/util/*.c \
        src/util/unix/*.c) src/util/allocators/failalloc.c src/util/allocators/stdalloc.c src/util/hash/builtin.c \
        src/util/hash/collisiondetect.c src/util/hash/rfc6234/sha224-256.c src/util/hash/sha1dc/sha1.c src/util/hash/sha1dc/ubc_check.c
    cp -r include/git2 include/git2.h "$prefix/include"
    pc libgit2 1.5.1 "-lgit2 -lhttp_parser" zlib
}

components="openssl zlib cjson http-parser libuv1 libfyaml libgit2 curl"
missing=
for name in $components; do [ -f "$deps/$name.done" ] || missing="$missing $name"; done
if [ -n "$missing" ]; then
    say "sources from Debian:$missing"
    # shellcheck disable=SC2086
    fetch $missing
    # OpenSSL takes as long as all others together: it is built in parallel to them, so that no core is idle.
    build openssl &
    openssl=$!
    (
        for name in zlib cjson http-parser libuv1 libfyaml libgit2; do build "$name"; done
        until [ -f "$deps/openssl.headers" ] || ! kill -0 "$openssl" 2>/dev/null; do sleep 1; done
        [ -f "$deps/openssl.headers" ] || exit 1
        build curl
    ) &
    others=$!
    failed=
    # Wait for both: nothing may run on after the script.
    wait "$openssl" || failed=1
    wait "$others" || failed=1
    [ -z "$failed" ] || exit 1
fi

say "gwtape $version"
cat >"$deps/native.ini" <<INI
[binaries]
c = 'musl-gcc'
pkgconfig = 'pkg-config'
[built-in options]
c_args = ['-pipe', '$paths', '-I$prefix/include', '-ffunction-sections', '-fdata-sections', '-fstack-protector-strong']
c_link_args = ['-static', '-Wl,-z,relro,-z,now,-z,noexecstack', '-Wl,--gc-sections', '-L$prefix/lib']
INI
unset CC CFLAGS
export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig"
[ -f "$deps/gwtape/build.ninja" ] || meson setup "$deps/gwtape" "$root" --native-file "$deps/native.ini" --prefix / \
    --buildtype release -Doptimization=2 -Db_ndebug=false -Dtests=false -Dlibrary=false -Dcurl=linked -Dprefer_static=true >"$deps/log/setup.log" ||
    { tail -n 20 "$deps/log/setup.log" >&2; exit 1; }
ninja -C "$deps/gwtape" >"$deps/log/gwtape.log" || { tail -n 20 "$deps/log/gwtape.log" >&2; exit 1; }

name=gwtape-$version-x86_64-linux
rm -rf "$deps/dest"
DESTDIR=$deps/dest/$name meson install -C "$deps/gwtape" --no-rebuild --quiet
strip "$deps/dest/$name/bin/gwtape"
tar -C "$deps/dest" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
# For the packages that carry the program.
mkdir -p "$work/static"
[ "$out" = "$work/static" ] || cp "$out/$name.tar.gz" "$work/static/"
ls -l "$out/$name.tar.gz"
