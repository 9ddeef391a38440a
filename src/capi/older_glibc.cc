// Keeps the shared library loadable by glibc 2.34: functions that got a new symbol version later are called
// by way of others. The linker is told to (--wrap, cmake/shared_library.cmake).
#include <cmath>

// glibc 2.35 gave hypot a new version (its NEWS: "hypot ... no longer sets errno by way of a wrapper"); the
// one for long double has kept its own, and is no less exact.
extern "C" double __wrap_hypot(double a,
                               double b);  // NOLINT(bugprone-reserved-identifier): the linker's name
extern "C" double __wrap_hypot(double a, double b) {
  return static_cast<double>(std::hypot(static_cast<long double>(a), static_cast<long double>(b)));
}
