#!/usr/bin/env bash
# Everything that can be checked without running the tests; stops at the first fault.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
export DATA_DIR="$scratch" DATABASE_URL="" BROKER_URL=""

step() { echo "--- $*" >&2 && "$@"; }

step ruff check .
step ruff format --check .
find templates -name '*.html' -print0 | step xargs -0 djade --check
step lint-imports --no-cache
DEBUG=1 step python manage.py makemigrations --check --dry-run
DEBUG=0 SECRET_KEY="$(head -c 48 /dev/urandom | base64)" ALLOWED_HOSTS=lint.example \
    step python -W error::DeprecationWarning manage.py check --deploy --fail-level WARNING
step check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
step compose-lint docker-compose.yml
step hadolint Dockerfile
