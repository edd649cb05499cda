#!/usr/bin/env bash
# Fails if a package imports what the house's walls keep from it. Its tests are held to the same walls, but for the
# virtual chip, which they may drive.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
module=$("$go" list -m)

# what is imported · the folders that may import it, as a regular expression · the wall
walls="
github.com/ebfe/scard         ^reader$                                      only reader/ speaks PC/SC
fyne.io/fyne                  ^(kiosk/(desk|selfservice)|cmd|assets)(/|$)   only the two faces, and cmd/, draw windows
github.com/gmrtd/gmrtd        ^(mrtd|hardware-tests)(/|$)                   gmrtd stays behind mrtd/, and judges the bench
$module/kiosk                 ^(kiosk|cmd|hardware-tests)(/|$)              mrtd/ and reader/ know nothing above them
$module/cmd                   ^(cmd|hardware-tests)(/|$)                    mrtd/, reader/ and kiosk/ know nothing above them
$module/reader                ^(reader|kiosk|cmd|hardware-tests)(/|$)       mrtd/ knows no reader
$module/mrtd/access          ^mrtd(/|$)                                       the protocols stay behind mrtd/inspect, and the virtual chip shares none of them
$module/mrtd/chipproof       ^mrtd(/|$)                                       the protocols stay behind mrtd/inspect, and the virtual chip shares none of them
$module/mrtd/apdu            ^mrtd(/|$)                                       the protocols stay behind mrtd/inspect, and the virtual chip shares none of them
"
product="$module/hardware-tests ^hardware-tests(/|$)                        the product knows nothing of its bench"

# imports FIELD... prints each package and what those fields of go list say that it imports.
imports() {
  local field template=
  for field in "$@"; do template+="{{range .$field}}{{\$.ImportPath}} {{.}}"$'\n'"{{end}}"; done
  "$go" list -f "$template" ./... | sed '/^$/d' | sort -u
}

broken=0
# hold WALLS IMPORTS
hold() {
  local imported allowed wall from to folder
  while read -r imported allowed wall; do
    [ -n "$imported" ] || continue
    while read -r from to; do
      folder=${from#"$module"/}
      if [[ "$to/" == "$imported"/* && ! $folder =~ $allowed ]]; then
        printf '%s imports %s: %s\n' "$folder" "$to" "$wall" >&2
        broken=1
      fi
    done <<<"$2"
  done <<<"$1"
}
all=$(imports Imports TestImports XTestImports)
hold "$walls" "$all"
shipped=$(imports Imports)
hold "$product" "$shipped"
exit $broken
