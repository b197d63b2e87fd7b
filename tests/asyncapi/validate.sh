#!/bin/bash
# Is schemas/published/asyncapi.json valid? Node and npm: the machine's if new enough, else those of the Python wheel.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$here/../.."
if ! { command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 18)'; } >/dev/null 2>&1; then
  PATH="$root/.venv/bin:$PATH"
fi
lock="$(cksum < "$here/package-lock.json")"
if [ "$(cat "$here/node_modules/.whole" 2>/dev/null || true)" != "$lock" ]; then
  npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --loglevel=error
  echo "$lock" > "$here/node_modules/.whole"
fi
node "$here/validate.mjs" "$root/schemas/published/asyncapi.json"
