#!/usr/bin/env bash
# Makes this machine able to run (run), to test without services (test-fast) or to test everything (test).
# Does nothing, quickly, when all is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
purpose=${1:-run}

say() { printf '安督：%s\n' "$*" >&2; }
fail() { printf '安督：%s\n' "$@" >&2; exit 1; }

known_libraries=$(/sbin/ldconfig -p 2>/dev/null || ldconfig -p)
library() { [[ $known_libraries == *"$1"* ]]; }

# Prints the Debian packages that this purpose needs and this machine lacks.
missing_packages() {
  library libpango-1.0.so.0 || echo libpango-1.0-0
  library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
  library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
  if [ "$purpose" = test ]; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
    command -v chromium >/dev/null || echo chromium
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

install() {
  if ! may_install; then
    fail "缺少系统软件包：$* 。当前用户无权安装，请管理员执行：apt-get install $*" \
      "System packages are missing and this user may not install them. Ask an administrator to run: apt-get install $*"
  fi
  say "安装系统软件包 installing system packages: $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2 ||
    fail "系统软件包安装失败：$*" "These system packages could not be installed: $*"
}

# Prints a Python of at least 3.11 that can make virtual environments.
find_python() {
  local candidate
  for candidate in python3.11 python3 python3.12 python3.13 /usr/bin/python3; do
    if "$candidate" -c 'import sys, venv, ensurepip, sqlite3; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

packages=$(missing_packages | tr '\n' ' ')
# shellcheck disable=SC2086
[ -z "${packages// /}" ] || install $packages

# The same Chromium without a window draws the pages in two thirds of the time; where there is none, Chromium does.
if [ "$purpose" = test ] && ! command -v chromium-headless-shell >/dev/null && may_install; then
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell \
    </dev/null >&2 || say "没有 chromium-headless-shell，使用 chromium  using chromium instead"
fi

requirements=requirements-dev.txt
[ "$purpose" = run ] && requirements=requirements.txt
wanted=$(cat requirements.txt requirements-dev.txt | sha256sum | cut -d' ' -f1)
# What serves the tests serves `run` too.
for stamp in ".venv/stamp-$requirements" .venv/stamp-requirements-dev.txt; do
  if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then exit 0; fi
done

if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python) || { install python3 python3-venv; python=$(find_python); } ||
    fail "需要 Python 3.11 或更高版本（含 venv）" "Python 3.11 or newer with venv is needed"
  say "建立虚拟环境 creating .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
fi
say "安装 Python 软件包 installing $requirements"
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install -qq -r "$requirements" </dev/null >&2 ||
  fail "Python 软件包安装失败，请检查网络后重试" "The Python packages could not be installed; check the network and try again"
echo "$wanted" >".venv/stamp-$requirements"
