// Stands in front of the C library's allocator, or asks the sanitizer's where that is already in front.
#include "support/allocations.h"

#include <cstddef>

#if defined(__has_feature)  // clang's way to say it
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define JOULEPRINT_SANITIZER_ALLOCATES
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define JOULEPRINT_SANITIZER_ALLOCATES
#endif
#ifdef JOULEPRINT_SANITIZER_ALLOCATES
// Of sanitizer/allocator_interface.h, which gcc does not always bring along.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                         void (*on_free)(const volatile void*));
#endif

namespace {

thread_local std::uint64_t allocations = 0;

}  // namespace

#ifdef JOULEPRINT_SANITIZER_ALLOCATES

namespace jouleprint::testing {

std::uint64_t AllocationsOfThisThread() {
  static const int installed = __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});
  static_cast<void>(installed);
  return allocations;
}

}  // namespace jouleprint::testing

#else

extern "C" {

// The names by which glibc keeps its own allocator for those who replace malloc.
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* old, std::size_t bytes);

__attribute__((visibility("default"))) void* malloc(std::size_t bytes) {
  ++allocations;
  return __libc_malloc(bytes);
}

__attribute__((visibility("default"))) void* calloc(std::size_t count, std::size_t bytes) {
  ++allocations;
  return __libc_calloc(count, bytes);
}

__attribute__((visibility("default"))) void* realloc(void* old, std::size_t bytes) {
  ++allocations;
  return __libc_realloc(old, bytes);
}

}  // extern "C"

namespace jouleprint::testing {

std::uint64_t AllocationsOfThisThread() { return allocations; }

}  // namespace jouleprint::testing

#endif
