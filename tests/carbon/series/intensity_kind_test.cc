// The words for what an intensity counts, and which may stand beside which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jouleprint/intensity_series.h"

namespace jouleprint {
namespace {

using ::testing::HasSubstr;

TEST(IntensityKind, KnowsItsWordsAndSaysThemForOthers) {
  EXPECT_EQ(*IntensityKind("average-consumption-lifecycle"), "average-consumption-lifecycle");
  EXPECT_EQ(*IntensityKind("marginal"), "marginal");
  EXPECT_EQ(*IntensityKind(""), "unspecified");
  const Error error = IntensityKind("average marginal").error();
  EXPECT_THAT(error.message, HasSubstr("'average marginal'"));
  EXPECT_THAT(error.hint, HasSubstr("average or marginal"));
}

TEST(IntensityKind, AverageAndMarginalDirectAndLifecycleDoNotMix) {
  EXPECT_THAT(WhyKindsDoNotMix("average-lifecycle", "marginal-lifecycle"), HasSubstr("marginal"));
  EXPECT_THAT(WhyKindsDoNotMix("average-direct", "average-production-lifecycle"), HasSubstr("life cycle"));
  EXPECT_THAT(WhyKindsDoNotMix("market", "average"), HasSubstr("contracts"));
  EXPECT_EQ(WhyKindsDoNotMix("average", "average-production-lifecycle"), "");
  EXPECT_EQ(WhyKindsDoNotMix("unspecified", "average-lifecycle"), "") << "most that do not say are averages";
  EXPECT_THAT(WhyKindsDoNotMix("unspecified", "marginal"), HasSubstr("does not say"));
  EXPECT_THAT(WhyKindsDoNotMix("marginal-direct", "unspecified"), HasSubstr("does not say"));
}

}  // namespace
}  // namespace jouleprint
