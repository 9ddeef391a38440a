#include "report/live_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "hostile_text.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

LiveSnapshot Training() {
  LiveSnapshot snapshot;
  snapshot.elapsed_s = 12.4;
  snapshot.domains = {{"package-0", 44}, {"package-1", 40}, {"dram-0", 7.2}, {"gpu-0", 310}};
  snapshot.energy_kwh = Estimate::Exact(0.00138, Basis::kCounter);
  snapshot.emissions_gco2e = Estimate::Exact(6.1, Basis::kAssumed);
  snapshot.epoch = 3;
  snapshot.epochs_expected = 10;
  return snapshot;
}

std::string At(int width) {
  Style style;
  style.width = width;
  return LiveLine(Training(), style);
}

TEST(LiveLine, NamesEveryDomainWhereThereIsRoom) {
  EXPECT_EQ(At(120),
            "12.4 s  package-0 44 W  package-1 40 W  dram-0 7 W  gpu-0 310 W | 1.38 Wh  6.10 g | epoch 3/10");
}

TEST(LiveLine, MergesThenSumsThenDrops) {
  EXPECT_EQ(At(80), "12.4 s  cpu 84 W  memory 7 W  gpu 310 W | 1.38 Wh  6.10 g | epoch 3/10");
  EXPECT_EQ(At(60), "12.4 s  401 W | 1.38 Wh  6.10 g | epoch 3/10");
  EXPECT_EQ(At(30), "12.4 s | 1.38 Wh | epoch 3/10");
  EXPECT_EQ(At(10), "1.38 Wh");
  EXPECT_EQ(At(0), "");
}

TEST(LiveLine, WithoutAnEpochSaysNone) {
  LiveSnapshot snapshot = Training();
  snapshot.epoch.reset();
  EXPECT_EQ(LiveLine(snapshot, {}).find("epoch"), std::string::npos);
}

TEST(LiveLine, FitsAnyWidthWhateverItIsGiven) {
  std::mt19937 random(3);
  const double odd[] = {0,   -1,    1e-12,        84.2,
                        1e9, 1e300, std::nan(""), std::numeric_limits<double>::infinity()};
  for (int i = 0; i < 5000; ++i) {
    LiveSnapshot snapshot;
    snapshot.elapsed_s = odd[random() % 8];
    for (auto n = random() % 12; n > 0; --n)
      snapshot.domains.push_back({HostileText(&random), odd[random() % 8]});
    snapshot.energy_kwh.value = odd[random() % 8];
    snapshot.emissions_gco2e.value = odd[random() % 8];
    if (random() % 2) snapshot.epoch = static_cast<std::int64_t>(random());
    Style style;
    style.width = static_cast<int>(random() % 130) - 5;
    style.unicode = random() % 2 == 0;
    const std::string line = LiveLine(snapshot, style);
    ASSERT_LE(DisplayWidth(line), std::max(0, style.width)) << line;
    ASSERT_TRUE(IsTerminalSafe(line));
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace jouleprint::report
