#!/bin/sh
# Fetch Prometheus and promtool from Debian's (or Ubuntu's) archive into .pln/install/prometheus: no root, no daemon,
# nothing outside the checkout. Does nothing where the machine has them. Fails with one line where it cannot.
set -eu
cd "$(dirname "$0")/../.."
into=.pln/install/prometheus

if command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1; then exit 0; fi
if [ -x $into/usr/bin/prometheus ] && [ -x $into/usr/bin/promtool ]; then exit 0; fi
cannot() { echo "Prometheus is not on this machine and cannot be fetched: $1. Its checks and tests are left out." >&2; exit 1; }
command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || cannot "this is no Debian or Ubuntu"

part=$(mktemp -d)
trap 'rm -rf "$part"' EXIT
fetch() { (cd "$part" && apt-get -qq -o APT::Sandbox::User=root download prometheus >fetched 2>&1); }
fetch || { [ "$(id -u)" = 0 ] && apt-get -qq update >/dev/null 2>&1 && fetch; } || cannot "the archive does not answer"
dpkg-deb -x "$part"/prometheus_*.deb "$part/unpacked" || cannot "the package cannot be unpacked"
mkdir -p "$(dirname $into)"
rm -rf $into
mv "$part/unpacked" $into
echo "Fetched $($into/usr/bin/prometheus --version 2>&1 | head -n 1)"
