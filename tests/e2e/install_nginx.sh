#!/usr/bin/env bash
# Finds an nginx for the tests behind a proxy, or unpacks Debian's. Usage: install_nginx.sh FOLDER
#
# Unpacked, not installed: that needs no root, and installed it would start a web server on this computer.
set -euo pipefail
folder=$1

find_nginx() { PATH="$PATH:/usr/sbin:$folder/usr/sbin" command -v nginx; }

refresh_lists() {
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
}

unpack_debian_package() {
    local download
    download=$(mktemp -d)
    # Its user may not write here, so apt warns and fetches as whoever this is.
    (cd "$download" && { apt-get download -q nginx || { refresh_lists && apt-get download -q nginx; }; })
    dpkg -x "$download"/nginx_*.deb "$folder"
    rm -r "$download"
}

if ! find_nginx >/dev/null && command -v apt-get >/dev/null; then
    echo "No nginx here yet: unpacking one for the tests behind a proxy."
    unpack_debian_package || true
fi

if ! nginx=$(find_nginx) || ! "$nginx" -v; then
    echo "The tests behind a proxy need nginx, and none could be found or fetched here." >&2
    echo "Install it by hand and run \`make test\` again." >&2
    exit 1
fi
