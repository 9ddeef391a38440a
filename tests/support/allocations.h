// Counts allocations, for tests of code that must not allocate (the sampling loop).
//
//   const std::uint64_t before = testing::AllocationsOfThisThread();
//   meter->Read(clock, readings);
//   EXPECT_EQ(testing::AllocationsOfThisThread(), before);
#ifndef JOULEPRINT_TESTS_SUPPORT_ALLOCATIONS_H_
#define JOULEPRINT_TESTS_SUPPORT_ALLOCATIONS_H_

#include <cstdint>

namespace jouleprint::testing {

/// Calls of malloc, calloc, realloc and so of operator new, in shared libraries too, since the thread
/// began (under a sanitizer: since the first call of this function).
std::uint64_t AllocationsOfThisThread();

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_ALLOCATIONS_H_
