#!/bin/sh
# A Debian package, of this release: the program with Debian's own libraries, its data, manual pages, completions, and
# libgwtape with its header.
#
#   packaging/deb/build.sh OUTDIR        makes OUTDIR/gwtape_VERSION_ARCHITECTURE.deb
set -eu
. "$(dirname -- "$0")/../common.sh"
need dpkg-shlibdeps dpkg-dev
need dpkg-buildflags dpkg-dev
need meson meson
need ninja ninja-build

build=$work/deb-build
stage=$work/deb
architecture=$(dpkg --print-architecture)
say "gwtape $version for Debian"
# Debian's own flags: fortified, with a protected stack, read-only relocations, bound at the start.
CFLAGS=$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get CFLAGS | sed 's/-O2//; s/-g //; s/-ffile-prefix-map=[^ ]*//')
CPPFLAGS=$(dpkg-buildflags --get CPPFLAGS)
LDFLAGS=$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get LDFLAGS)
CFLAGS="$CFLAGS -pipe -ffile-prefix-map=$root=."
export CFLAGS CPPFLAGS LDFLAGS
[ -f "$build/build.ninja" ] || meson setup "$build" "$root" --prefix /usr --libdir "lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)" \
    --buildtype release -Doptimization=2 -Db_ndebug=false -Dtests=false >"$work/deb-setup.log" || { tail -n 20 "$work/deb-setup.log" >&2; exit 1; }
ninja -C "$build" >"$work/deb-build.log" || { tail -n 20 "$work/deb-build.log" >&2; exit 1; }
rm -rf "$stage"
DESTDIR=$stage meson install -C "$build" --no-rebuild --quiet
library=$(find "$stage" -name 'libgwtape.so.*.*' | head -n 1)
strip "$stage/usr/bin/gwtape"
strip --strip-unneeded "$library"
find "$stage/usr/share/man" -type f -exec gzip -9n {} +
install -D -m 644 "$root/LICENSE" "$stage/usr/share/doc/gwtape/copyright"
rm -f "$stage/usr/share/doc/gwtape/LICENSE"
gzip -9nc "$root/CHANGELOG.md" >"$stage/usr/share/doc/gwtape/changelog.gz"

# dpkg-shlibdeps reads debian/control of the folder it runs in.
mkdir -p "$work/deb-control/debian"
printf 'Source: gwtape\n\nPackage: gwtape\nArchitecture: any\n' >"$work/deb-control/debian/control"
needs=$(cd "$work/deb-control" && dpkg-shlibdeps -O --ignore-missing-info "$stage/usr/bin/gwtape" "$library" 2>/dev/null |
    sed -n 's/^shlibs:Depends=//p')
mkdir -p "$stage/DEBIAN"
cat >"$stage/DEBIAN/control" <<CONTROL
Package: gwtape
Version: $version
Architecture: $architecture
Maintainer: gwtape <gwtape@localhost>
Installed-Size: $(du -sk "$stage/usr" | cut -f1)
Depends: $needs, libcurl4
Recommends: ca-certificates
Suggests: git, python3-pytest
Section: devel
Priority: optional
Description: record and replay contract tests for Amazon API Gateway integrations
 Records what the service answers to PutIntegration and GetIntegration, and holds
 clients to it, offline: requests are compared byte for byte and their signatures
 proved.
CONTROL
printf '#!/bin/sh\nset -e\n[ "$1" != configure ] || ldconfig\n' >"$stage/DEBIAN/postinst"
chmod 755 "$stage/DEBIAN/postinst"
dpkg-deb --root-owner-group --build "$stage" "$out/gwtape_${version}_$architecture.deb" >/dev/null
ls -l "$out"
