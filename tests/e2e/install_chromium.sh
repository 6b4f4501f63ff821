#!/usr/bin/env bash
# Finds or installs the Chromium that the browser tests drive, and shows that it starts. Usage: install_chromium.sh PYTHON
set -euo pipefail
python=$1

find_browser() {
    local name
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    # Playwright's own download, where there is one.
    "$python" -c '
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
print(path)
sys.exit(not os.path.exists(path))'
}

install_debian_package() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || return
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q && "${as_root[@]}" apt-get install -qy --no-install-recommends chromium-headless-shell
}

# Debian alone: Ubuntu's package of this name is a snap, which does not start in a container.
is_debian() { [ -r /etc/os-release ] && (. /etc/os-release && [ "$ID" = debian ]) && command -v apt-get >/dev/null; }

if ! find_browser >/dev/null; then
    echo "No Chromium here yet: installing one for the browser tests."
    { is_debian && install_debian_package; } || "$python" -m playwright install --with-deps chromium || true
fi

if ! browser=$(find_browser) || ! "$browser" --version; then
    echo "The browser tests need Chromium, and none could be found or installed here." >&2
    echo "Install chromium-headless-shell, chromium or google-chrome by hand and run \`make test\` again." >&2
    exit 1
fi
