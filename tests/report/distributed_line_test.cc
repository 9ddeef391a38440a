// What a report says of a run that is one of many, or made of many.
#include "report/distributed_line.h"

#include <gtest/gtest.h>

namespace jouleprint::report {
namespace {

TEST(DistributedLine, ARunOnItsOwnHasNone) { EXPECT_EQ(DistributedLine({}, true), ""); }

TEST(DistributedLine, NamesTheRankAndWhoMeasuresItsMachine) {
  RunRecord run;
  run.group = "slurm-12.0";
  EXPECT_EQ(DistributedLine(run, true), "part of slurm-12.0");
  run.rank = RankRecord{3, 8, 0, 4, "Slurm", true};
  EXPECT_EQ(DistributedLine(run, true), "rank 3 of 8 (Slurm), in slurm-12.0");
  run.rank->measures_node = false;
  EXPECT_EQ(DistributedLine(run, true),
            "rank 3 of 8 (Slurm), in slurm-12.0; in a merge its machine counts by local rank 0");
}

TEST(DistributedLine, NamesTheMachinesOfAMergedRun) {
  RunRecord run;
  run.merged_from = {{"a", "node-1", 0, true}};
  EXPECT_EQ(DistributedLine(run, true), "1 run merged, 1 machine: node-1");
  for (int i = 1; i < 12; ++i)
    run.merged_from.push_back({"r", "node-" + std::to_string(i / 2 + 1), i, i % 2 == 0});
  EXPECT_EQ(DistributedLine(run, true),
            "12 runs merged, 6 machines: node-1, node-2, node-3, node-4 and 2 more");
}

}  // namespace
}  // namespace jouleprint::report
