#!/bin/sh
# Writes the hash-locked lists anew. torch is left out: which of its builds is right (CPU, CUDA,
# ROCm) is the machine's affair; pyproject.toml holds its range and `make setup` installs it first.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/pip-compile --quiet --no-header --no-strip-extras --generate-hashes --allow-unsafe \
        --unsafe-package torch --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --annotation-style line "$@"
}
compile --output-file requirements/base.txt pyproject.toml
.venv/bin/python -c "
import tomllib
with open('pyproject.toml', 'rb') as file:
    print('\n'.join(tomllib.load(file)['dependency-groups']['dev']))
" | compile --constraint requirements/base.txt --output-file requirements/dev.txt -
