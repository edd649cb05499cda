#!/usr/bin/env bash
# Does Skranke's job once: with a display it opens the desk, else it prints a report and a decision. Where this machine
# has no reader, a specimen passport lies on a virtual one, signed by an authority that only this run trusts.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'run: %s\n' "$*" >&2; }
# shown prints a command before it runs it.
shown() { printf '\n$ %s\n' "$*" >&2; "$@"; }

language=en
[[ ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} != da* ]] || language=da

# desk opens the window. It fails only where the display cannot be used; the terminal serves then.
desk() {
  [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
  local status=0
  shown build/skranke desk --lang "$language" "$@" || status=$?
  [ $status = 2 ] && return 1 || exit $status
}

if [ "${1:-}" != --with-specimen ]; then
  if build/skranke readers 2>/dev/null | grep -qv '^Virtual PCD '; then
    say "this machine has a reader"
    desk || true
    say "to check a document on it without a window: build/skranke read --wait 30s --mrz -"
  fi
  folder=$(mktemp -d build/specimen.XXXXXX)
  trap 'rm -rf "$folder"' EXIT
  say "laying a specimen passport on a virtual reader"
  hardware-tests/with-pcscd \
    --chip "build/vchip --profile danish-passport-2023 --write-mrz $folder/mrz --write-trust $folder" \
    -- "$0" --with-specimen "$folder"
  exit
fi

folder=$2 tries=0
until build/skranke readers 2>/dev/null | grep -q 'a card on it'; do
  ((++tries < 300)) || { say "the specimen did not reach the virtual reader: the reason stands above"; exit 4; }
  sleep 0.1
done
trust=(--trust "$folder/csca.der" --crl "$folder/csca.crl")
desk --mrz "$folder/mrz" "${trust[@]}" || true

shown build/skranke read --mrz "$folder/mrz" "${trust[@]}"
# The same once more, for programs: a report, the facts in it, the decision.
build/skranke read --json --mrz "$folder/mrz" "${trust[@]}" 2>/dev/null >"$folder/report"
shown build/skranke facts --channel counter --same-person yes "$folder/report" >"$folder/facts"
status=0
shown build/skranke decide --lang "$language" "$folder/facts" || status=$?
case $status in
  0 | 1 | 3) ;; # yes, no, and open are all decisions
  *) exit $status ;;
esac
