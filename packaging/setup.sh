#!/usr/bin/env bash
# Installs the Debian packages that a task of the Makefile needs, and says what it does. What is there already is left
# alone: without anything missing nothing is asked of the network.
#
#   packaging/setup.sh TASK...      TASK: build, bench, test, package
#
# build    compile the program: a C compiler, PC/SC, and the headers of the window toolkit
# bench    run it without hardware: a PC/SC service with a virtual reader in a network namespace, and specimen documents
# test     drive the real window on a display in memory, and compare with OpenSSL and OpenPACE
# package  build and check the Debian package
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

packages() {
  case $1 in
    build) echo ca-certificates gcc libc6-dev pkg-config libpcsclite-dev libgl-dev libegl-dev libx11-dev libxcursor-dev \
      libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev libwayland-dev libxkbcommon-dev ;;
    bench) echo pcscd vsmartcard-vpcd iproute2 util-linux libgl1-mesa-dri libopenjp2-tools ;;
    test) echo xvfb xdotool imagemagick openssl libeac-dev libssl-dev postgresql ;;
    package) echo lintian ;;
    *) fail "no such task: $1" ;;
  esac
}

# lacking prints those of the packages that dpkg does not know as installed.
lacking() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

install() {
  local root=() log
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "packages can only be installed by root, and there is no sudo: run this as root once"
    root=(sudo)
  fi
  # The virtual reader's driver comes without the file that would have this machine's own PC/SC service load it: it
  # listens on every network interface. The bench names it to a service of its own, in a network namespace.
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q=2
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o DPkg::Options::=--path-exclude=/etc/reader.conf.d/vpcd)
  # The tests start a PostgreSQL server of their own: the package shall neither make nor start one for this machine.
  local cluster=/etc/postgresql-common/createcluster.conf
  if [[ " $* " == *" postgresql "* ]] && [ ! -e "$cluster" ]; then
    "${root[@]}" mkdir -p "${cluster%/*}"
    echo 'create_main_cluster = false' | "${root[@]}" tee "$cluster" >/dev/null
  fi
  log=$(mktemp)
  say "apt-get update, and install: $*"
  if ! { "${apt[@]}" update && "${apt[@]}" install --yes --no-install-recommends "$@"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "apt-get failed: its output stands above"
  fi
  rm -f "$log"
  say "installed"
}

[ $# -gt 0 ] || fail "which task? see the head of $0"
wanted=()
for task in "$@"; do
  list=$(packages "$task")
  read -ra more <<<"$list"
  wanted+=("${more[@]}")
done

command -v "${GO:=go}" >/dev/null || fail "there is no Go on the path: README.md says how to get a current one"
[[ $("$GO" env GOVERSION) =~ ^go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 21 ] ||
  fail "$("$GO" version) is too old even to fetch the right one by itself: README.md says how to get a current Go"

if ! command -v dpkg-query >/dev/null; then
  say "this is no Debian: what corresponds to these packages must be there already: ${wanted[*]}"
  exit 0
fi
mapfile -t missing < <(lacking "${wanted[@]}")
[ ${#missing[@]} = 0 ] || install "${missing[@]}"
