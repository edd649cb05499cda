#!/usr/bin/env bash
# Proves that a fresh clone works on a machine that has nothing but make and Go: builds an otherwise empty Debian 12 in a
# folder, clones the committed state of this repository into it, and runs make there with an empty environment. Fails too
# if a process is left running afterwards. Must be run by root; debootstrap must be installed.
#
#   packaging/bare-machine.sh [FOLDER [MAKE-ARGUMENT...]]      default: /tmp/bare-machine run test
#
# The machine's certificate authorities, module proxy settings and test data (../shared, read-only) are shared
# with it. A folder from an earlier run is used again as it is: remove it for an empty machine.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
machine=$(realpath -m "${1:-/tmp/bare-machine}")
[ $# -gt 1 ] && shift || set -- run test

if [ ! -e "$machine/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=make bookworm "$machine"
  # A company's or a test bench's own authorities: one file each, taken up when ca-certificates is installed.
  mkdir -p "$machine/usr/local/share/ca-certificates"
  awk -v to="$machine/usr/local/share/ca-certificates/host-" '/BEGIN CERT/ { n++ } n { print > (to n ".crt") }' \
    /etc/ssl/certs/ca-certificates.crt
fi
rm -rf "$machine/usr/local/go" "$machine/root/skranke"
cp -a "$(go env GOROOT)" "$machine/usr/local/go"
cp -L /etc/resolv.conf "$machine/etc/resolv.conf"
git clone --quiet --no-hardlinks "$repository" "$machine/root/skranke"
mkdir -p "$machine/root/shared"

environment=(HOME=/root PATH=/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin GOPROXY="$(go env GOPROXY)"
  GOSUMDB="$(go env GOSUMDB)" GOTOOLCHAIN="$(go env GOTOOLCHAIN)")
for name in http_proxy https_proxy no_proxy CI; do [ -z "${!name:-}" ] || environment+=("$name=${!name}"); done

exec unshare --mount --pid --fork --kill-child bash -euo pipefail -s -- \
  "$machine" "$repository/../shared" "${#environment[@]}" "${environment[@]}" "$@" <<'INSIDE'
machine=$1 data=$2 environment=("${@:4:$3}")
shift $((3 + $3))
mount --rbind "$machine" "$machine" # a machine's root is a mount point
mount -t proc proc "$machine/proc"
mount --rbind /sys "$machine/sys"
mount --rbind /dev "$machine/dev"
mount -t tmpfs tmpfs "$machine/tmp"
mount -t tmpfs tmpfs "$machine/run"
if [ -e "$data" ]; then mount --bind -o ro "$data" "$machine/root/shared"; fi
for target in "$@"; do
  echo "=== bare machine: make $target"
  start=$SECONDS
  chroot "$machine" env -i "${environment[@]}" make -C /root/skranke "$target" </dev/null
  echo "=== bare machine: make $target took $((SECONDS - start)) s"
done
sleep 1
left=
for process in "$machine"/proc/[0-9]*; do
  [ "$(readlink "$process/root" || true)" != "$machine" ] || left+=$(tr '\0' ' ' <"$process/cmdline")$'\n'
done
if [ -n "$left" ]; then
  printf '=== bare machine: left running:\n%s' "$left"
  exit 1
fi
echo "=== bare machine: nothing left running"
INSIDE
