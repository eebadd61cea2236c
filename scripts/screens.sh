#!/usr/bin/env bash
# Take a picture of every page, at 1440 and 390 pixels, of the demonstration: screens.sh [FOLDER]
# They are taken by the tests that walk the pages, so that a picture shows a page that passes.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$(realpath -m "${1:-var/screens}")"
mkdir -p "$folder"
SCREENSHOTS="$folder" .venv/bin/pytest -q tests/browser/test_pages.py
echo "$folder"
