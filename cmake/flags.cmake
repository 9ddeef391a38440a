# Warnings and sanitizers, for our own code only: an interface target that is never installed.
add_library(jouleprint_flags INTERFACE)
target_compile_options(jouleprint_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  # g++ 12 takes some string concatenations for overlapping copies at -O3 (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${JOULEPRINT_WERROR}>:-Werror>)
if(JOULEPRINT_SANITIZE)
  target_compile_options(jouleprint_flags INTERFACE -fsanitize=${JOULEPRINT_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(jouleprint_flags INTERFACE -fsanitize=${JOULEPRINT_SANITIZE})
endif()
