// The algebra of figures that say how sure they are.
#include "jouleprint/estimate.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <initializer_list>

#include "support/any.h"

namespace jouleprint {
namespace {

using testing::AnyBetween;

Estimate AnyEstimate() {
  const double value = AnyBetween(0, 1'000'000) / 100.0;
  const double down = AnyBetween(0, 101) / 100.0;
  const double up = AnyBetween(0, 300) / 100.0;
  return {value, value * (1 - down), value * (1 + up), static_cast<Basis>(AnyBetween(0, 6))};
}

bool Ordered(const Estimate& e) { return e.low <= e.value && e.value <= e.high; }

TEST(EstimateTest, EveryBasisHasANameThatLeadsBackToIt) {
  for (const Basis basis : {Basis::kMetered, Basis::kCounter, Basis::kSampled, Basis::kCalibrated,
                            Basis::kModelled, Basis::kAssumed}) {
    EXPECT_EQ(BasisFromName(BasisName(basis)), basis);
  }
  EXPECT_EQ(BasisName(Basis::kCounter), "counter");
  EXPECT_EQ(BasisFromName("guessed"), std::nullopt);
  EXPECT_EQ(BasisFromName(""), std::nullopt);
}

TEST(EstimateTest, ASumStandsOnItsWeakestGround) {
  const Estimate counter = Estimate::Exact(1, Basis::kCounter);
  const Estimate assumed = Estimate::Exact(2, Basis::kAssumed);
  EXPECT_EQ(SumIndependent(counter, assumed).basis, Basis::kAssumed);
  EXPECT_EQ(SumCorrelated(assumed, counter).basis, Basis::kAssumed);
  EXPECT_EQ(Product(counter, assumed).basis, Basis::kAssumed);
}

TEST(EstimateTest, IndependentErrorsAddInQuadratureEachSideApart) {
  const Estimate sum = SumIndependent({10, 7, 14, Basis::kCounter}, {20, 16, 23, Basis::kCounter});
  EXPECT_DOUBLE_EQ(sum.value, 30);
  EXPECT_DOUBLE_EQ(sum.low, 25);
  EXPECT_DOUBLE_EQ(sum.high, 35);
}

TEST(EstimateTest, ErrorsOfOneKindAddUp) {
  const Estimate sum = SumCorrelated({10, 7, 14, Basis::kCounter}, {20, 16, 23, Basis::kCounter});
  EXPECT_EQ(sum, (Estimate{30, 23, 37, Basis::kCounter}));
}

TEST(EstimateTest, RelativeWidensANegativeFigureToo) {
  EXPECT_EQ(Estimate::Relative(-10, 0.1, Basis::kSampled), (Estimate{-10, -11, -9, Basis::kSampled}));
}

TEST(EstimateTest, ScalingByANegativeFactorSwapsTheEnds) {
  EXPECT_EQ(Scale({10, 8, 13, Basis::kCounter}, -2), (Estimate{-20, -26, -16, Basis::kCounter}));
}

TEST(ProductTest, NarrowIntervalsCombineLikeRelativeErrors) {
  const Estimate product =
      Product(Estimate::Relative(2, 0.03, Basis::kCounter), Estimate::Relative(5, 0.04, Basis::kCounter));
  EXPECT_DOUBLE_EQ(product.value, 10);
  EXPECT_NEAR(product.high, 10.5, 0.01);
  EXPECT_NEAR(product.low, 9.5, 0.02);
}

TEST(ProductTest, WideIntervalsCombineAsFactors) {
  const Estimate product = Product({100, 25, 400, Basis::kModelled}, {10, 10 / 8.0, 80, Basis::kModelled});
  const double factor = std::exp(std::hypot(std::log(4), std::log(8)));
  EXPECT_NEAR(product.low, 1000 / factor, 1e-9);
  EXPECT_NEAR(product.high, 1000 * factor, 1e-6);
}

TEST(ProductTest, ExactTimesAnythingKeepsItsInterval) {
  const Estimate e{10, 4, 30, Basis::kModelled};
  const Estimate product = Product(e, Estimate::Exact(3, Basis::kMetered));
  EXPECT_NEAR(product.low, 12, 1e-9);
  EXPECT_NEAR(product.high, 90, 1e-9);
}

TEST(ProductTest, ALowEndOfZeroStaysZero) {
  const Estimate product = Product({10, 0, 20, Basis::kModelled}, {5, 4, 6, Basis::kModelled});
  EXPECT_EQ(product.low, 0);
  EXPECT_DOUBLE_EQ(product.value, 50);
  EXPECT_TRUE(std::isfinite(product.high));
}

TEST(ProductTest, NothingTimesSomethingIsNothing) {
  const Estimate product = Product(Estimate::Exact(0, Basis::kCounter), {400, 300, 500, Basis::kModelled});
  EXPECT_EQ(product.value, 0);
  EXPECT_EQ(product.low, 0);
  EXPECT_EQ(product.high, 0);
  const Estimate maybe = Product({0, 0, 2, Basis::kCounter}, {400, 300, 500, Basis::kModelled});
  EXPECT_EQ(maybe.value, 0);
  EXPECT_DOUBLE_EQ(maybe.high, 1000);
}

RC_GTEST_PROP(EstimateProperty, EveryOperationKeepsTheOrderAndTheSigns, ()) {
  const Estimate a = AnyEstimate();
  const Estimate b = AnyEstimate();
  for (const Estimate& e : {SumIndependent(a, b), SumCorrelated(a, b), Scale(a, 0.37), Product(a, b)}) {
    RC_ASSERT(Ordered(e));
    RC_ASSERT(std::isfinite(e.high));
    RC_ASSERT(e.low >= -1e-9);
  }
  RC_ASSERT(Ordered(Scale(a, -1)));
}

RC_GTEST_PROP(EstimateProperty, IndependentErrorsNeverAddToMoreThanErrorsOfOneKind, ()) {
  const Estimate a = AnyEstimate();
  const Estimate b = AnyEstimate();
  const Estimate apart = SumIndependent(a, b);
  const Estimate together = SumCorrelated(a, b);
  RC_ASSERT(apart.low >= together.low - 1e-9);
  RC_ASSERT(apart.high <= together.high + 1e-9);
  RC_ASSERT(std::abs(apart.value - together.value) <= 1e-9);
}

RC_GTEST_PROP(EstimateProperty, TheOrderOfFactorsDoesNotMatter, ()) {
  const Estimate a = AnyEstimate();
  const Estimate b = AnyEstimate();
  RC_ASSERT(Product(a, b) == Product(b, a));
  RC_ASSERT(SumIndependent(a, b) == SumIndependent(b, a));
}

}  // namespace
}  // namespace jouleprint
