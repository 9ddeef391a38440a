#include "record/run_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace jouleprint::record {
namespace {

TEST(RunId, Has26CharactersOfCrockfordsAlphabet) {
  EXPECT_EQ(MakeRunId({1'700'000'000'000'000}).size(), 26);
  EXPECT_EQ(MakeRunId({1'700'000'000'000'000}).find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
            std::string::npos);
}

TEST(RunId, BeginsWithTheTime) {
  // The example of the ULID specification: 1469918176385 ms.
  EXPECT_EQ(MakeRunId({1'469'918'176'385'000}).substr(0, 10), "01ARYZ6S41");
}

TEST(RunId, SortsByStart) {
  std::int64_t start_us = 1'700'000'000'000'000;
  std::string previous = MakeRunId({start_us});
  for (int i = 0; i < 1000; ++i) {
    start_us += 1000 + 7919 * i;
    const std::string id = MakeRunId({start_us});
    EXPECT_LT(previous, id);
    previous = id;
  }
}

TEST(RunId, DiffersWithinAMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(MakeRunId({1'700'000'000'000'000}));
  EXPECT_EQ(ids.size(), 10'000);
}

TEST(RunId, TimesOutOfRangeStillMakeAnId) {
  EXPECT_EQ(MakeRunId({-5'000'000}).substr(0, 10), "0000000000");
  EXPECT_EQ(MakeRunId({std::numeric_limits<std::int64_t>::max()}).size(), 26);
}

}  // namespace
}  // namespace jouleprint::record
