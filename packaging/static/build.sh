#!/bin/sh
# A static gwtape for x86-64 Linux: musl, with libcurl and all else linked in, as a tarball that may be unpacked
# anywhere.
#
#   packaging/static/build.sh OUTDIR        makes OUTDIR/gwtape-VERSION-x86_64-linux.tar.gz
#
# Debian has no libraries for musl, so that they are built here, from Debian's own sources. What is not needed of them
# is left out. They stay in packaging/work, so that a second run builds gwtape alone.
set -eu
. "$(dirname -- "$0")/../common.sh"
for row in musl-gcc:musl-tools dpkg-source:dpkg-dev cmake:cmake meson:meson ninja:ninja-build pkg-config:pkg-config perl:perl; do
    need "${row%%:*}" "${row#*:}"
done

deps=$work/musl
prefix=$deps/prefix
jobs=$(nproc 2>/dev/null || echo 2)
mkdir -p "$deps/lists/partial" "$deps/cache/archives/partial" "$prefix/include" "$prefix/lib/pkgconfig" "$deps/log"

# musl-gcc looks for no headers of the kernel.
for folder in linux asm-generic; do ln -sfn "/usr/include/$folder" "$prefix/include/$folder"; done
ln -sfn "/usr/include/$(uname -m)-linux-gnu/asm" "$prefix/include/asm"
export CC="musl-gcc" CFLAGS="-O2 -fPIC -I$prefix/include -ffunction-sections -fdata-sections -fstack-protector-strong"

# apt LIST WORD...
apt() {
    list=$1
    shift
    apt-get -qq -o "Dir::Etc::sourcelist=$deps/$list.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$deps/lists" -o "Dir::Cache=$deps/cache" -o APT::Sandbox::User=root "$@"
}

# The newest source of a package; where the mirror of security updates lacks it, that of the release.
fetch() {
    (cd "$deps" && { apt all --download-only source "$1" || apt release --download-only source "$1"; }) \
        >"$deps/log/fetch-$1.log" 2>&1 || { cat "$deps/log/fetch-$1.log" >&2; exit 4; }
    dsc=
    for file in "$deps/$1"_*.dsc; do
        # Only one of which all parts are there.
        if (cd "$deps" && sed -n '/^Files:/,/^[^ ]/s/^ [0-9a-f]* [0-9]* //p' "$file" | xargs ls) >/dev/null 2>&1; then
            dsc=$file
        fi
    done
    [ -n "$dsc" ] || { echo "no whole source of $1" >&2; exit 4; }
    rm -rf "$deps/src/$1"
    mkdir -p "$deps/src"
    dpkg-source --no-check -x "$dsc" "$deps/src/$1" >"$deps/log/unpack-$1.log" 2>&1
}

# build NAME: once; its log is shown when it fails.
build() {
    [ ! -f "$deps/$1.done" ] || return 0
    say "musl: $1"
    # In the background, since `set -e` does not count in a condition.
    (set -e; fetch "$1"; cd "$deps/src/$1"; "build_$(echo "$1" | tr - _)") >"$deps/log/$1.log" 2>&1 &
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
    sh ./configure --static --prefix="$prefix"
    make -j "$jobs" libz.a
    cp libz.a "$prefix/lib"
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

build_openssl() {
    ./Configure linux-x86_64 --prefix="$prefix" --libdir=lib --openssldir=/etc/ssl no-shared no-tests no-dso no-engine \
        no-async no-legacy no-module no-ssl3 no-dtls no-srp no-psk no-ct no-cmp no-cms no-ts no-rfc3779 no-scrypt no-sctp \
        no-srtp no-comp no-idea no-seed no-rc2 no-rc4 no-rc5 no-bf no-cast no-md4 no-mdc2 no-whirlpool no-camellia no-aria \
        no-sm2 no-sm3 no-sm4 no-siphash no-gost no-des no-rmd160 no-blake2 no-ui-console no-afalgeng no-ktls \
        -I"$prefix/include" -O2 -ffunction-sections -fdata-sections
    make -j "$jobs" build_generated
    make -j "$jobs" libcrypto.a libssl.a libssl.pc libcrypto.pc openssl.pc
    cp libcrypto.a libssl.a "$prefix/lib"
    cp -r include/openssl "$prefix/include"
    pc libcrypto 3.0.0 "-lcrypto -lpthread"
    pc libssl 3.0.0 -lssl libcrypto
    pc openssl 3.0.0 "" "libssl libcrypto"
}

build_curl() {
    [ -x configure ] || autoreconf -fi
    # HTTP alone: nothing else of libcurl is called.
    PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig" CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib -static" \
        LIBS="-lssl -lcrypto -lpthread" ./configure --host=x86_64-linux-musl --prefix="$prefix" --disable-shared \
        --enable-static --with-openssl="$prefix" --with-zlib="$prefix" --without-brotli --without-zstd --without-libpsl \
        --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 --disable-ldap --disable-ldaps \
        --disable-rtsp --disable-dict --disable-telnet --disable-tftp --disable-pop3 --disable-imap --disable-smb \
        --disable-smtp --disable-gopher --disable-mqtt --disable-ftp --disable-file --disable-manual --disable-ntlm \
        --disable-unix-sockets --disable-alt-svc --disable-dependency-tracking \
        --with-ca-path=/etc/ssl/certs --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt
    make -j "$jobs" -C lib libcurl.la
    cp lib/.libs/libcurl.a "$prefix/lib"
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

build_libgit2() {
    # Debian's source has no bundled zlib, http-parser and pcre; nothing is fetched with it, so it needs no TLS.
    cmake -S . -B build-musl -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=musl-gcc -DCMAKE_C_FLAGS="$CFLAGS" \
        -DCMAKE_FIND_ROOT_PATH="$prefix" -DCMAKE_PREFIX_PATH="$prefix" -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTS=OFF \
        -DBUILD_CLI=OFF -DUSE_SSH=OFF -DUSE_HTTPS=OFF -DUSE_GSSAPI=OFF -DUSE_NTLMCLIENT=OFF -DREGEX_BACKEND=regcomp \
        -DUSE_BUNDLED_ZLIB=OFF -DUSE_HTTP_PARSER=system -DUSE_SHA1=CollisionDetection -DUSE_SHA256=Builtin \
        -DZLIB_INCLUDE_DIR="$prefix/include" -DZLIB_LIBRARY="$prefix/lib/libz.a" \
        -DHTTP_PARSER_INCLUDE_DIR="$prefix/include" -DHTTP_PARSER_LIBRARY="$prefix/lib/libhttp_parser.a"
    ninja -C build-musl libgit2package
    cp "$(find build-musl -name libgit2.a | head -n 1)" "$prefix/lib/libgit2.a"
    cp -r include/git2 include/git2.h "$prefix/include"
    pc libgit2 1.5.1 "-lgit2 -lhttp_parser" zlib
}

components="zlib cjson http-parser libuv1 libfyaml libgit2 openssl curl"
missing=
for name in $components; do [ -f "$deps/$name.done" ] || missing=1; done
if [ -n "$missing" ]; then
    mirror=${GWTAPE_DEBIAN_MIRROR:-http://deb.debian.org}
    printf 'deb-src %s/debian bookworm main\n' "$mirror" >"$deps/release.list"
    { cat "$deps/release.list"; printf 'deb-src %s/debian-security bookworm-security main\n' "$mirror"; } >"$deps/all.list"
    say "lists of Debian's sources"
    apt all update
    for name in $components; do build "$name"; done
fi

say "gwtape $version"
cat >"$deps/native.ini" <<INI
[binaries]
c = 'musl-gcc'
pkgconfig = 'pkg-config'
[built-in options]
c_args = ['-I$prefix/include', '-ffunction-sections', '-fdata-sections', '-fstack-protector-strong']
c_link_args = ['-static', '-Wl,-z,relro,-z,now,-z,noexecstack', '-Wl,--gc-sections', '-L$prefix/lib']
INI
unset CC CFLAGS
export PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig"
[ -f "$deps/gwtape/build.ninja" ] || meson setup "$deps/gwtape" "$root" --native-file "$deps/native.ini" --prefix / \
    --buildtype release -Db_ndebug=false -Dtests=false -Dlibrary=false -Dcurl=linked -Dprefer_static=true >"$deps/log/setup.log" ||
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
