#!/usr/bin/env bash
# Builds the Debian package into build/, and has lintian check it. The maintainer named in it is whoever builds it:
# DEBFULLNAME and DEBEMAIL, as for every Debian tool.
#
#   packaging/deb.sh VERSION GO-LDFLAGS
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go} stage=build/deb
export DEBFULLNAME=${DEBFULLNAME:-Skranke} DEBEMAIL=${DEBEMAIL:-skranke@localhost}
date=$(git log -1 --format=%cI 2>/dev/null) || date=$(date -Is)
# What is no release sorts before the next one, and among its like by time.
[[ $1 =~ ^v[0-9]+(\.[0-9]+)*$ ]] && VERSION=${1#v} || VERSION=0~$(date -u -d "$date" +%Y%m%d%H%M%S)
ARCH=$(dpkg --print-architecture)
export VERSION ARCH

rm -rf "$stage"
mkdir -p "$stage"
# A position-independent program whose tables are read-only once it has started.
CGO_CFLAGS='-O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2' "$go" build -trimpath -buildmode=pie \
  -ldflags "$2 -extldflags '-Wl,-z,relro,-z,now'" -o "$stage/skranke" ./cmd/skranke
# The manual names every command that there is.
"$stage/skranke" --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p' | while read -r command; do
  grep -q "^.It Cm $command$" packaging/debian/skranke.1 || { echo "the manual lacks skranke $command" >&2; exit 1; }
done

# Every module in the program comes with its own notice.
{
  printf 'Skranke is licensed under the EUPL, version 1.2:\n\n'
  cat LICENSE
  "$go" list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/skranke |
    sort -u | sed '/^$/d' | while read -r path version folder; do
    printf '\n\n---- %s %s, which is part of the program:\n\n' "$path" "$version"
    find "$folder" -maxdepth 1 -iregex '.*/\(licen[cs]e\|copying\|notice\|patents\)[^/]*' -type f -exec cat {} +
  done
  printf '\n\n---- IBM Plex, the typeface in the program:\n\n'
  cat assets/fonts/OFL.txt
} >"$stage/copyright"
printf 'skranke (%s) unstable; urgency=medium\n\n  * Built from %s.\n\n -- %s <%s>  %s\n' \
  "$VERSION" "$1" "$DEBFULLNAME" "$DEBEMAIL" "$(date -R -d "$date")" | gzip -9n >"$stage/changelog.gz"
gzip -9nc packaging/debian/skranke.1 >"$stage/skranke.1.gz"

SOURCE_DATE_EPOCH=$(date -d "$date" +%s) "$go" run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4 package \
  --packager deb --config packaging/debian/nfpm.yaml --target build/
lintian --fail-on error,warning "build/skranke_${VERSION}_$ARCH.deb"
