#!/usr/bin/env bash
# What libjouleprint-c.so shows and needs: its C ABI and nothing else; the C and C++ runtimes and nothing else;
# a glibc that is not too new. Ends with "N passed, N failed, N skipped".
#
#   tests/package/check_shared_library.sh [LIBRARY]      (build/dev/lib/libjouleprint-c.so)
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

readonly LIBRARY=${1:-build/dev/lib/libjouleprint-c.so}
readonly NEWEST_GLIBC=2.34
passed=0 failed=0

check() {
  local what=$1 wrong=$2
  if [[ -z $wrong ]]; then
    passed=$((passed + 1))
    echo "passed: $what"
  else
    failed=$((failed + 1))
    printf 'FAILED: %s:\n%s\n' "$what" "$wrong"
  fi
}

if [[ ! -e $LIBRARY ]]; then
  echo "$LIBRARY is missing: build it first"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

exported() { nm -D --defined-only "$LIBRARY" | awk '{print $3}' | sed 's/@.*//' | sort -u; }
declared() { grep -oE '\bjp_[a-z_]+\(' include/jouleprint/capi.h | tr -d '(' | sort -u; }
needed() { objdump -p "$LIBRARY" | awk '$1 == "NEEDED" {print $2}'; }
glibc_versions() { objdump -T "$LIBRARY" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' | sort -Vu; }

check "only the C ABI is exported" "$(exported | grep -v '^jp_')"
check "all of the header is exported, and no more" "$(diff <(declared) <(exported))"
check "only the C and C++ runtimes are needed" \
  "$(needed | grep -vE '^(libc|libm|libstdc\+\+|libgcc_s|ld-linux[-a-z0-9_]*)\.so\.[0-9]+$')"
newest=$(printf '%s\n' "$(glibc_versions | tail -1)" "$NEWEST_GLIBC" | sort -V | tail -1)
check "glibc $NEWEST_GLIBC is new enough" "$([[ $newest == "$NEWEST_GLIBC" ]] || glibc_versions)"

echo "$passed passed, $failed failed, 0 skipped"
exit $((failed > 0))
