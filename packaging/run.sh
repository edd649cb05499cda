#!/usr/bin/env bash
# Does Skranke's job once: with a display it opens the desk, else it prints a report and a decision. Where this machine
# has no reader, a specimen passport lies on a virtual one, signed by an authority that only this run trusts.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'run: %s\n' "$*" >&2; }
# show prints a command for people to type themselves.
show() { printf '\n$ %s\n' "$*" >&2; }

language=en
[[ ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} != da* ]] || language=da
display=${DISPLAY:-}${WAYLAND_DISPLAY:-}

# lay_specimen TASK lays a specimen on a virtual reader and runs this script again beside it, for a task below. What ends
# this script ends that one. The exit status goes to $status.
lay_specimen() {
  hardware-tests/with-pcscd \
    --chip "build/vchip --profile danish-passport-2023 --write-mrz $folder/mrz --write-trust $folder" \
    -- packaging/run.sh "$1" "$folder" <&0 &
  local child=$!
  trap 'kill -TERM $child 2>/dev/null' TERM HUP
  trap : INT # the terminal has told the child too
  while :; do
    status=0
    wait $child || status=$?
    kill -0 $child 2>/dev/null || break
  done
  trap - INT TERM HUP
}

# beside_specimen waits until the specimen lies on the virtual reader, and sets what it is read with.
beside_specimen() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if build/skranke readers 2>/dev/null | grep -q 'a card on it'; then
      specimen=(--mrz "$1/mrz" --trust "$1/csca.der" --crl "$1/csca.crl")
      return
    fi
    sleep 0.1
  done
  say "the specimen did not reach the virtual reader: the reason stands above"
  exit 4
}

case ${1:-} in
  '')
    if build/skranke readers 2>/dev/null | grep -qv '^Virtual PCD '; then
      [ -z "$display" ] || { show build/skranke desk && exec build/skranke desk; }
      say "this machine has a reader; to check a document on it: build/skranke read --wait 30s --mrz -"
    fi
    mkdir -p build
    folder=$(mktemp -d build/specimen.XXXXXX)
    trap 'trap "" INT TERM HUP; rm -rf "$folder"' EXIT
    say "laying a specimen passport on a virtual reader"
    status=2
    [ -z "$display" ] || lay_specimen desk
    [ $status != 2 ] || lay_specimen report # there is no display, or none that can be used
    exit $status
    ;;
  desk)
    beside_specimen "$2"
    show build/skranke desk --lang "$language" "${specimen[@]}"
    exec build/skranke desk --lang "$language" "${specimen[@]}"
    ;;
  report)
    beside_specimen "$2"
    show build/skranke read "${specimen[@]}"
    build/skranke read "${specimen[@]}"
    show build/skranke read --json "${specimen[@]}" '>' "$2/report"
    build/skranke read --json "${specimen[@]}" 2>/dev/null >"$2/report"
    show build/skranke facts --channel counter --same-person yes --ordinary yes "$2/report" '|' build/skranke decide --lang "$language" -
    build/skranke facts --channel counter --same-person yes --ordinary yes "$2/report" >"$2/facts"
    status=0
    build/skranke decide --lang "$language" "$2/facts" || status=$?
    case $status in 0 | 1 | 3) ;; *) exit $status ;; esac # yes, no, and open are all decisions
    ;;
  *)
    say "unknown task: $1"
    exit 2
    ;;
esac
