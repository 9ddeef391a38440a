// Counts files opened, for tests of code that must open none (the sampling loop).
//
//   const std::uint64_t before = testing::OpensOfThisThread();
//   lane.Tick();
//   EXPECT_EQ(testing::OpensOfThisThread(), before);
#ifndef JOULEPRINT_TESTS_SUPPORT_OPENS_H_
#define JOULEPRINT_TESTS_SUPPORT_OPENS_H_

#include <cstdint>

namespace jouleprint::testing {

/// Calls of open, openat and fopen, by our code and by shared libraries, since the thread began. What the C
/// library opens for itself is not in it.
std::uint64_t OpensOfThisThread();

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_OPENS_H_
