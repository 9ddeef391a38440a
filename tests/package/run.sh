#!/usr/bin/env bash
# shellcheck disable=SC2317  # the checks are called by name, through check()
# Installs a build below a folder of its own, then builds and runs programs against what was installed:
# one through find_package, one through pkg-config. Ends with "N passed, N failed, N skipped".
#
#   tests/package/run.sh [BUILD_DIR]      (build/dev)
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

readonly BUILD=${1:-build/dev}
readonly CONSUMER=tests/package/consumer
readonly EXPECTED=$'0.500 kWh in France\nno such zone'
passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/moved

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  exit $((failed > 0))
}

check() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "passed: $what"
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
  fi
}

# The tree is moved after it was installed: nothing in it may know where it was.
install_and_move() {
  cmake --install "$BUILD" --prefix "$work/first" >"$work/log" 2>&1 && mv "$work/first" "$prefix" && return
  cat "$work/log"
  return 1
}

knows_no_build_folder() {
  ! grep -rlF -e "$PWD" -e "$work" --include='*.cmake' --include='*.pc' --include='*.h' "$prefix"
}

says_what_is_expected() {
  local said
  said=$("$1") || return 1
  [[ $said == "$EXPECTED" ]] && return
  printf 'it said: %s\n' "$said"
  return 1
}

through_cmake() {
  cmake -S "$CONSUMER" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >/dev/null &&
    cmake --build "$work/cmake" && says_what_is_expected "$work/cmake/consumer"
}

through_pkg_config() {
  local flags
  export PKG_CONFIG_PATH
  PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name jouleprint.pc)")
  read -ra flags <<<"$(pkg-config --static --cflags --libs jouleprint)"
  g++ -std=c++20 "$CONSUMER/main.cc" "${flags[@]}" -o "$work/consumer" && says_what_is_expected "$work/consumer"
}

command_runs() {
  local said
  said=$("$prefix/bin/jouleprint" --version) || return 1
  [[ $said == *"$(<VERSION)"* ]]
}

# jouleprint's pages, each in the section that its name says, made and not empty.
pages_are_installed() {
  local source page
  for source in docs/man/*.scd; do
    page=$(basename "$source" .scd)
    grep -q "^\.TH" "$prefix/share/man/man${page##*.}/$page" || return 1
  done
}

if [[ ! -e $BUILD/cmake_install.cmake ]]; then
  echo "there is no build in $BUILD to install; run: cmake --preset dev && cmake --build --preset dev"
  failed=1
  finish
fi
check "installs below any prefix" install_and_move
((failed)) && finish
check "no file knows the folder it was built in" knows_no_build_folder
check "find_package finds it and what it needs" through_cmake
check "pkg-config finds it and what it needs" through_pkg_config
check "the installed command says its version" command_runs
check "the shared library shows its C interface alone, needs the C and C++ runtimes alone, and runs on older systems" \
  tests/package/check_shared_library.sh "$BUILD/lib/libjouleprint-c.so"
if compgen -G 'docs/man/*.scd' >/dev/null; then
  check "the man pages are installed" pages_are_installed
else
  skipped=$((skipped + 1))
fi
finish
