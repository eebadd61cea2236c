#!/usr/bin/env bash
# Bring the machine to what the application needs; a second run finds everything in place and costs nothing.
#
#   setup.sh system   system libraries only (used by the Dockerfile)
#   setup.sh run      system libraries, .venv, packages of requirements.lock
#   setup.sh dev      the same for tests: Chromium, poppler, packages of requirements-dev.lock
#
# As root on Debian the missing libraries are installed; elsewhere a sentence names them.
set -euo pipefail
cd "$(dirname "$0")/.."

kind="${1:?usage: setup.sh system|run|dev}"
python="${PYTHON:-python3}"
stamp=".venv/.installed"
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}" PIP_DISABLE_PIP_VERSION_CHECK=1

packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fontconfig fonts-dejavu-core)
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then packages+=(python3 python3-venv); fi
if [ "$kind" = dev ]; then packages+=(chromium poppler-utils); fi

fail() {
    echo "$1" >&2
    exit 1
}

missing_packages() {
    for package in "${packages[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

install_system_libraries() {
    if ! command -v dpkg-query >/dev/null; then
        [ -f "$stamp" ] || echo "Ce système n’est pas Debian. Il faut y installer l’équivalent de : ${packages[*]}." >&2
        return
    fi
    local missing
    missing="$(missing_packages | tr '\n' ' ')"
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "Il manque des bibliothèques du système. À lancer par une personne administratrice : apt-get install $missing" >&2
        return
    fi
    echo "Installation des bibliothèques du système : $missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    # shellcheck disable=SC2086  # one word per package
    apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
}

fingerprint() { sha256sum "$1" | cut -d ' ' -f 1; }

installed() { [ -x .venv/bin/python ] && grep -qsxF "$1 $(fingerprint "$1")" "$stamp"; }

install_packages() {
    local lock="requirements.lock"
    # A development environment stays one: `make run` after `make test` must not remove its packages.
    if [ "$kind" = dev ] || grep -qs '^requirements-dev.lock' "$stamp"; then lock="requirements-dev.lock"; fi
    if installed "$lock"; then return; fi

    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Il faut Python 3.11 ou plus récent."
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear .venv || fail "Python ne sait pas créer d’environnement : installer python3-venv."
    fi
    rm -f "$stamp"
    [ -x .venv/bin/uv ] || .venv/bin/python -m pip install -qq uv
    .venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
    .venv/bin/python -W ignore -c 'import weasyprint' >/dev/null 2>&1 ||
        fail "Les bibliothèques de mise en page manquent : installer ${packages[*]}, puis relancer."
    for name in requirements.lock "$lock"; do
        echo "$name $(fingerprint "$name")"
    done >"$stamp"
}

install_system_libraries
[ "$kind" = system ] || install_packages
if [ "$kind" = dev ] && ! command -v chromium >/dev/null; then
    fail "Chromium est introuvable : les tests de navigation ne peuvent pas tourner. Installer le paquet chromium."
fi
