#!/usr/bin/env bash
# Install the Debian packages that a target needs, and only those that are missing.
#   tools/setup_system.sh demo    what the demonstration needs
#   tools/setup_system.sh test    what the whole test suite needs as well
# As root on Debian it installs them; for anybody else it prints the exact line and stops.
set -euo pipefail

want_for() {
    case "$1" in
        demo) printf '%s\n' fonts-noto-core gettext ;;
        test) printf '%s\n' fonts-noto-core gettext postgresql-15 chromium poppler-utils ;;
        *) echo "usage: $0 demo|test" >&2; exit 2 ;;
    esac
}

# A package is present when what it brings is present, however it came here.
present() {
    case "$1" in
        fonts-noto-core) [ -e /usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf ] \
            || { command -v fc-list >/dev/null && [ -n "$(fc-list 'Noto Naskh Arabic')" ]; } ;;
        gettext) command -v msgfmt >/dev/null ;;
        postgresql-15) [ -x /usr/lib/postgresql/15/bin/initdb ] ;;
        chromium) command -v chromium >/dev/null ;;
        poppler-utils) command -v pdftotext >/dev/null ;;
        nodejs) command -v node >/dev/null ;;
        npm) command -v npm >/dev/null ;;
        python3-venv) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
    esac
}

wanted="$(want_for "${1:-}")"
missing=()
for package in python3-venv nodejs npm $wanted; do
    present "$package" || missing+=("$package")
done

if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi
line="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "These packages are missing: ${missing[*]}" >&2
    echo "As root, run:" >&2
    echo "    $line" >&2
    exit 1
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install --yes -qq --no-install-recommends "${missing[@]}" >/dev/null
