// Quantities: what multiplies to what, and that nothing else does.
#include "jouleprint/units.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace jouleprint {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Multipliable = requires(A a, B b) {
  a* b;
};

static_assert(Addable<Joules, Joules> && !Addable<Joules, Watts> && !Addable<Joules, double>);
static_assert(Multipliable<Watts, Seconds> && !Multipliable<Watts, Watts> && !Multipliable<Joules, Seconds>);
static_assert(!std::is_convertible_v<double, Joules> && !std::is_convertible_v<Joules, double>);

TEST(UnitsTest, PowerTimesTimeIsEnergy) {
  EXPECT_EQ(Watts{50} * Seconds{4}, Joules{200});
  EXPECT_EQ(Joules{200} / Seconds{4}, Watts{50});
  EXPECT_EQ(Joules{200} / Watts{50}, Seconds{4});
  EXPECT_DOUBLE_EQ(Joules{200} / Joules{50}, 4);
}

TEST(UnitsTest, AKilowattHourIsThreePointSixMegajoules) {
  EXPECT_DOUBLE_EQ(ToKilowattHours(Joules{3.6e6}), 1);
  EXPECT_EQ(FromKilowattHours(0.5), Joules{1.8e6});
  EXPECT_EQ(GramsPerKwh{400} * Joules{7.2e6}, Grams{800});
}

}  // namespace
}  // namespace jouleprint
