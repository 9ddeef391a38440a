#include "report/bars.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/text_width.h"

namespace jouleprint::report {
namespace {

TEST(Bar, FillsInEighths) {
  EXPECT_EQ(Bar(1, 4, true), "████");
  EXPECT_EQ(Bar(0.5, 4, true), "██  ");
  EXPECT_EQ(Bar(1.0 / 32, 4, true), "▏   ");
  EXPECT_EQ(Bar(9.0 / 32, 4, true), "█▏  ");
}

TEST(Bar, WhatIsNotZeroShowsAndZeroDoesNot) {
  EXPECT_EQ(Bar(1e-9, 4, true), "▏   ");
  EXPECT_EQ(Bar(1e-9, 4, false), ".   ");
  EXPECT_EQ(Bar(0, 4, true), "    ");
}

TEST(Bar, IsAsWideAsAskedWhateverTheFraction) {
  for (const double fraction : {-1.0, 0.0, 0.3, 0.999, 1.0, 7.0, std::nan("")}) {
    for (const int width : {0, 1, 7, 36}) {
      EXPECT_EQ(DisplayWidth(Bar(fraction, width, true)), width);
      EXPECT_EQ(DisplayWidth(Bar(fraction, width, false)), width);
    }
  }
}

TEST(Sparkline, RisesWithTheValue) {
  EXPECT_EQ(Sparkline({0, 1, 4, 8}, 8, true), " ▁▄█");
  EXPECT_EQ(Sparkline({0, 1, 4, 8}, 8, false), " .=@");
  EXPECT_EQ(Sparkline({0, 0}, 0, true), "  ");
}

}  // namespace
}  // namespace jouleprint::report
