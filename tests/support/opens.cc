// Stands in front of the C library's functions that open files, and goes to the kernel itself.
#include "support/opens.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>

namespace {

thread_local std::uint64_t opens = 0;

int OpenAt(int folder, const char* path, int flags, mode_t mode) {
  ++opens;
  return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}

// The mode is there only where a file may be made.
mode_t ModeOf(int flags, std::va_list rest) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE
             ? static_cast<mode_t>(va_arg(rest, unsigned))
             : 0;
}

using Fopen = FILE* (*)(const char*, const char*);

FILE* OpenStream(const char* name, const char* path, const char* mode) {
  ++opens;
  const auto real = reinterpret_cast<Fopen>(::dlsym(RTLD_NEXT, name));
  return real(path, mode);
}

}  // namespace

extern "C" {

#define JOULEPRINT_SHOWN __attribute__((visibility("default")))

JOULEPRINT_SHOWN int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = ModeOf(flags, rest);
  va_end(rest);
  return OpenAt(AT_FDCWD, path, flags, mode);
}

JOULEPRINT_SHOWN int open64(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = ModeOf(flags, rest);
  va_end(rest);
  return OpenAt(AT_FDCWD, path, flags, mode);
}

JOULEPRINT_SHOWN int openat(int folder, const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = ModeOf(flags, rest);
  va_end(rest);
  return OpenAt(folder, path, flags, mode);
}

JOULEPRINT_SHOWN int openat64(int folder, const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = ModeOf(flags, rest);
  va_end(rest);
  return OpenAt(folder, path, flags, mode);
}

JOULEPRINT_SHOWN FILE* fopen(const char* path, const char* mode) { return OpenStream("fopen", path, mode); }
JOULEPRINT_SHOWN FILE* fopen64(const char* path, const char* mode) {
  return OpenStream("fopen64", path, mode);
}

}  // extern "C"

namespace jouleprint::testing {

std::uint64_t OpensOfThisThread() { return opens; }

}  // namespace jouleprint::testing
