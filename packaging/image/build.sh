#!/bin/sh
# An OCI image layout with the static program and nothing else but certificates.
#
#   packaging/image/build.sh OUTDIR        makes the layout OUTDIR/gwtape, with the tags VERSION and latest
#
# skopeo copy oci:OUTDIR/gwtape:latest docker-daemon:gwtape:latest hands it to Docker.
set -eu
. "$(dirname -- "$0")/../common.sh"
need umoci umoci

program=$(static_root)
stage=$work/image
rm -rf "$stage" "$out/gwtape"
mkdir -p "$stage/bin" "$stage/share" "$stage/etc/ssl/certs" "$stage/tmp" "$stage/work"
cp "$program/bin/gwtape" "$stage/bin/"
cp -R "$program/share/gwtape" "$stage/share/"
chmod 1777 "$stage/tmp" "$stage/work"
[ ! -f /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$stage/etc/ssl/certs/"

umoci init --layout "$out/gwtape"
umoci new --image "$out/gwtape:$version"
for folder in bin share etc tmp work; do
    umoci insert --rootless --image "$out/gwtape:$version" "$stage/$folder" "/$folder"
done
umoci config --image "$out/gwtape:$version" --config.entrypoint /bin/gwtape --config.workingdir /work \
    --config.env PATH=/bin --config.user 65534:65534 --author gwtape --os linux --architecture amd64 \
    --config.label "org.opencontainers.image.version=$version" --config.label org.opencontainers.image.licenses=Apache-2.0
umoci tag --image "$out/gwtape:$version" latest
umoci gc --layout "$out/gwtape"
du -sh "$out/gwtape"
