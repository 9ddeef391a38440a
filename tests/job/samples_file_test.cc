// Power over time as a file that other programs read.
#include "job/samples_file.h"

#include <gtest/gtest.h>

namespace jouleprint::job {
namespace {

TEST(SamplesFileTest, ARowForEachBinAndAColumnForEachDomain) {
  const PowerSeries series{UtcTime{1'700'000'000'000'000},
                           0.1,
                           {"package-0", "gpu-0"},
                           {{{5, 60}, {6, 70}, {0, 0}}, {{30, 310}, {0.5F, 5}, {0, 0}}}};
  EXPECT_EQ(SamplesCsv(series),
            "timestamp_utc,duration_s,power_w,package-0_w,gpu-0_w\n"
            "2023-11-14T22:13:20Z,0.1,350.0000,50.0000,300.0000\n"
            "2023-11-14T22:13:20.100000Z,0.1,65.0000,60.0000,5.0000\n"
            "2023-11-14T22:13:20.200000Z,0.1,0.0000,0.0000,0.0000\n");
}

TEST(SamplesFileTest, NothingMeasuredIsAHeaderAlone) {
  EXPECT_EQ(SamplesCsv({}), "timestamp_utc,duration_s,power_w\n");
}

}  // namespace
}  // namespace jouleprint::job
