# Warnings and sanitizers, for our own code only: an interface target that is never installed.
add_library(jouleprint_flags INTERFACE)
target_compile_options(jouleprint_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<BOOL:${JOULEPRINT_WERROR}>:-Werror>)
if(JOULEPRINT_SANITIZE)
  target_compile_options(jouleprint_flags INTERFACE -fsanitize=${JOULEPRINT_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(jouleprint_flags INTERFACE -fsanitize=${JOULEPRINT_SANITIZE})
endif()
