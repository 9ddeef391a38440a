// What a store keeps of intensity series, and how it comes back.
#include "jouleprint/series_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

#include "record/sample_record.h"
#include "record/series_month.h"
#include "record/store_fixture.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNan;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr Seconds kHour{3600};

UtcTime At(const std::string& time) { return *UtcTime::Parse(time); }

IntensitySeries Hours(const std::string& start, std::vector<double> values, const std::string& zone = "FR",
                      const std::string& kind = "average") {
  return {{zone, kind, "grid.csv"}, At(start), kHour, std::move(values)};
}

class SeriesStoreTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    store_ = OpenSeries();
    ASSERT_NE(store_, nullptr);
  }

  std::unique_ptr<SeriesStore> OpenSeries() const {
    Result<std::unique_ptr<SeriesStore>> store = OpenSeriesStore(Path());
    EXPECT_TRUE(store.ok()) << store.error().ToString();
    return store.ok() ? *std::move(store) : nullptr;
  }
  void Put(const std::vector<IntensitySeries>& series) {
    const Status put = store_->Put(series);
    ASSERT_TRUE(put.ok()) << put.error().ToString();
  }
  IntensitySeries Get(const SeriesWanted& wanted = {}) {
    Result<IntensitySeries> got = store_->Get(wanted);
    EXPECT_TRUE(got.ok()) << got.error().ToString();
    return got.ok() ? *std::move(got) : Hours("2022-01-01T00:00Z", {});
  }
  std::string GetError(const SeriesWanted& wanted) {
    const Result<IntensitySeries> got = store_->Get(wanted);
    return got.ok() ? "it was found" : got.error().ToString();
  }

  std::unique_ptr<SeriesStore> store_;
};

TEST_F(SeriesStoreTest, GivesBackWhatItWasGiven) {
  const IntensitySeries series = Hours("2022-01-01T00:00Z", {0.1 + 0.2, kGap, 1e-300, 4999.999});
  Put({series});
  const IntensitySeries back = OpenSeries()->Get({.zone = "FR"}).value_or(Hours("2022-01-01T00:00Z", {}));
  EXPECT_THAT(back.values(), ElementsAre(0.1 + 0.2, IsNan(), 1e-300, 4999.999));
  EXPECT_EQ(back.start(), series.start());
  EXPECT_EQ(back.step(), kHour);
  EXPECT_EQ(back.kind(), "average");
  EXPECT_EQ(back.source(), "grid.csv");
}

TEST_F(SeriesStoreTest, MonthsAndYearsJoinWithoutASeam) {
  std::vector<double> values;
  for (int i = 0; i < 24 * 100; ++i) values.push_back(i);
  Put({Hours("2019-12-15T05:00Z", values)});
  EXPECT_THAT(Get().values(), ::testing::ElementsAreArray(values));
  const IntensitySeries part = Get({.from = At("2020-02-28T23:30Z"), .to = At("2020-03-01T01:00Z")});
  EXPECT_EQ(part.start(), At("2020-02-28T23:00Z"));
  EXPECT_EQ(part.values().size(), 26u) << "over the leap day";
  EXPECT_EQ(part.values().front(), 24 * 75 + 18);
}

TEST_F(SeriesStoreTest, StepsThatBeginOddlyAreKeptToo) {
  std::vector<double> values(2000, 7);
  values[1000] = 8;
  Put({Hours("2022-01-20T00:30Z", values)});
  EXPECT_THAT(Get().values(), ::testing::ElementsAreArray(values));
  Put({Hours("2022-02-10T00:30Z", {9})});
  EXPECT_EQ(Get().values().size(), 2000u);
  EXPECT_EQ(Get({.from = At("2022-02-01T00:00Z"), .to = At("2022-02-01T00:10Z")}).start(),
            At("2022-01-31T23:30Z"));
}

TEST_F(SeriesStoreTest, WhatComesLaterOverridesAndFillsGaps) {
  Put({Hours("2022-01-31T22:00Z", {1, kGap, 3, 4})});
  Put({Hours("2022-01-31T23:00Z", {20, kGap, 40, 50})});
  EXPECT_THAT(Get().values(), ElementsAre(1, 20, 3, 40, 50));
  Put({Hours("2022-03-01T00:00Z", {9})});
  const IntensitySeries grown = Get();
  EXPECT_EQ(grown.end(), At("2022-03-01T01:00Z"));
  EXPECT_FALSE(grown.At(At("2022-02-15T00:00Z"))) << "a month that is not there is a gap";
  Put({Hours("2021-12-01T00:00Z", {5})});
  EXPECT_EQ(Get().start(), At("2021-12-01T00:00Z"));
}

TEST_F(SeriesStoreTest, OtherStepsAreRefusedAndNothingIsWritten) {
  Put({Hours("2022-01-01T00:00Z", {1, 2})});
  const IntensitySeries quarters({"FR", "average", "q.csv"}, At("2022-01-01T00:00Z"), Seconds{900}, {1, 2});
  const Status put = store_->Put({Hours("2022-01-01T00:00Z", {7}, "DE"), quarters});
  ASSERT_FALSE(put.ok());
  EXPECT_THAT(put.error().ToString(), AllOf(HasSubstr("'FR'"), HasSubstr("60 minutes in the store"),
                                            HasSubstr("15 minutes in q.csv"), HasSubstr("grid series rm")));
  EXPECT_EQ(store_->List()->size(), 1u) << "DE came with it and goes with it";
  EXPECT_THAT(Get().values(), ElementsAre(1, 2));
  EXPECT_FALSE(store_->Put({Hours("2022-01-01T00:30Z", {1})}).ok());
}

TEST_F(SeriesStoreTest, ListsWhatIsThere) {
  EXPECT_THAT(*store_->List(), IsEmpty());
  Put({Hours("2022-01-31T22:00Z", {100, kGap, 300}), Hours("2022-01-01T00:00Z", {5}, "DE", "marginal")});
  const std::vector<KeptSeries> list = *store_->List();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].zone, "DE");
  EXPECT_EQ(list[0].kind, "marginal");
  EXPECT_EQ(list[1].from, At("2022-01-31T22:00Z"));
  EXPECT_EQ(list[1].to, At("2022-02-01T01:00Z"));
  EXPECT_EQ(list[1].missing, 1u);
  EXPECT_EQ(list[1].mean->value(), 200);
}

TEST_F(SeriesStoreTest, AsksWhereTheZoneOrTheKindIsNotClear) {
  EXPECT_THAT(GetError({}), HasSubstr("no intensity series is kept"));
  Put({Hours("2022-01-01T00:00Z", {1}), Hours("2022-01-01T00:00Z", {2}, "FR", "marginal"),
       Hours("2022-01-01T00:00Z", {3}, "US-CAL-CISO")});
  EXPECT_THAT(GetError({}), HasSubstr("--zone: FR, US-CAL-CISO"));
  EXPECT_THAT(GetError({.zone = "FR"}), HasSubstr("--kind: average, marginal"));
  EXPECT_THAT(GetError({.zone = "US-CAL-CIS0"}), HasSubstr("did you mean US-CAL-CISO?"));
  EXPECT_THAT(Get({.zone = "FR", .kind = "marginal"}).values(), ElementsAre(2));
  EXPECT_THAT(Get({.zone = "France", .kind = "average"}).values(), ElementsAre(1));
}

TEST_F(SeriesStoreTest, RemovesAZoneOrOneOfItsKinds) {
  Put({Hours("2022-01-01T00:00Z", {1}), Hours("2022-01-01T00:00Z", {2}, "FR", "marginal"),
       Hours("2022-01-01T00:00Z", {3}, "DE")});
  EXPECT_EQ(*store_->Remove("FR", "marginal"), 1u);
  EXPECT_THAT(Get({.zone = "FR"}).values(), ElementsAre(1));
  EXPECT_EQ(*store_->Remove("FR", ""), 1u);
  EXPECT_EQ(store_->List()->size(), 1u);
  EXPECT_EQ(store_->Remove("FR", "").error().code, ErrorCode::kNotFound);
  Put({Hours("2023-01-01T00:00Z", {9})});
  EXPECT_EQ(Get({.zone = "FR"}).values().size(), 1u) << "nothing of the old series comes back";
}

TEST_F(SeriesStoreTest, LivesInTheFileOfTheRunsAndLeavesThemAlone) {
  std::unique_ptr<Store> runs = Open();
  ASSERT_TRUE(runs->Save(testing::MinimalRecord("A")).ok());
  Put({Hours("2022-01-01T00:00Z", {1})});
  EXPECT_TRUE(Open()->Find("A").ok());
  EXPECT_THAT(Get().values(), ElementsAre(1));
}

TEST_F(SeriesStoreTest, AFileOfBeforeGetsTheTables) {
  store_.reset();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(Path().c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "DROP TABLE intensity_months; DROP TABLE intensity", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  store_ = OpenSeries();
  Put({Hours("2022-01-01T00:00Z", {1})});
  EXPECT_THAT(Get().values(), ElementsAre(1));
}

TEST_F(SeriesStoreTest, DamagedMonthsAreSaidAndNotGuessed) {
  Put({Hours("2022-01-01T00:00Z", {1, 2, 3})});
  const auto damage = [&](const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(Path().c_str(), &db), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
  };
  damage("UPDATE intensity_months SET g_per_kwh = x'0102030405'");
  EXPECT_THAT(GetError({.zone = "FR"}), HasSubstr("damaged"));
  damage("UPDATE intensity_months SET g_per_kwh = zeroblob(8), first_us = 17");
  EXPECT_THAT(GetError({.zone = "FR"}), HasSubstr("damaged"));
  // 5001 and infinity, as little-endian doubles.
  for (const char* value : {"000000000089B340", "000000000000F07F"}) {
    damage(
        ("UPDATE intensity_months SET first_us = 1640995200000000, g_per_kwh = x'" + std::string(value) + "'")
            .c_str());
    EXPECT_THAT(GetError({.zone = "FR"}), AllOf(HasSubstr("damaged"), HasSubstr("import"))) << value;
  }
  for (const char* step : {"0", "420000000", "1"}) {
    damage(("UPDATE intensity SET step_us = " + std::string(step)).c_str());
    EXPECT_THAT(GetError({.zone = "FR"}), HasSubstr("damaged")) << step;
    EXPECT_EQ(store_->List().error().code, ErrorCode::kCorrupt) << step;
    EXPECT_EQ(store_->Put({Hours("2022-01-01T00:00Z", {1})}).error().code, ErrorCode::kCorrupt) << step;
  }
  damage("UPDATE intensity SET step_us = 3600000000");
  EXPECT_TRUE(store_->List().ok());
  for (const char* wrong : {"known = 4", "known = -1", "sum = 9e9", "steps = 1000000000000"}) {
    damage(("UPDATE intensity_months SET " + std::string(wrong)).c_str());
    EXPECT_EQ(store_->List().error().code, ErrorCode::kCorrupt) << wrong;
    damage("UPDATE intensity_months SET known = 3, sum = 6, steps = 3");
  }
}

TEST_F(SeriesStoreTest, AKilledImportLeavesAllOrNothing) {
  Put({Hours("2022-01-01T00:00Z", std::vector<double>(100, 1))});
  store_.reset();
  for (int round = 0; round < 8; ++round) {
    const pid_t child = testing::StartChild([&] {
      Result<std::unique_ptr<SeriesStore>> store = OpenSeriesStore(Path());
      for (double value = 2;; ++value) {
        std::vector<IntensitySeries> all;
        for (const char* zone : {"FR", "DE", "PL"}) {
          all.push_back(Hours("2022-01-01T00:00Z", std::vector<double>(5000, value), zone));
        }
        if (!(*store)->Put(all).ok()) return 1;
      }
    });
    usleep(static_cast<useconds_t>(7'000 * (round + 1)));
    kill(child, SIGKILL);
    testing::WaitFor(child);
    store_ = OpenSeries();
    std::map<std::string, double> first;
    const Result<std::vector<KeptSeries>> list = store_->List();
    for (const KeptSeries& kept : *list) {
      const IntensitySeries series = Get({.zone = kept.zone});
      first[kept.zone] = series.values().front();
      if (kept.to - kept.from <= kHour * 100) continue;
      EXPECT_EQ(series.values().front(), series.values().back()) << kept.zone << ", round " << round;
    }
    if (first.size() == 3) {
      EXPECT_EQ(first["FR"], first["DE"]);
      EXPECT_EQ(first["FR"], first["PL"]);
    } else {
      EXPECT_EQ(first.size(), 1u);
    }
  }
}

RC_GTEST_PROP(SeriesMonthProperty, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const Result<std::vector<double>> values = record::DecodeSteps(bytes);
  if (!values.ok()) return;
  for (const double value : *values) RC_ASSERT(std::isnan(value) || value >= 0);
}

TEST(SeriesMonth, KnowsWhenMonthsBegin) {
  for (const auto& [time, start] :
       std::map<std::string, std::string>{{"1969-12-31T23:59Z", "1969-12-01T00:00:00Z"},
                                          {"1970-01-01T00:00Z", "1970-01-01T00:00:00Z"},
                                          {"2020-02-29T12:00Z", "2020-02-01T00:00:00Z"},
                                          {"2021-12-31T23:59Z", "2021-12-01T00:00:00Z"}}) {
    EXPECT_EQ(record::MonthStart(record::MonthOf(At(time))).ToString(), start);
  }
}

}  // namespace
}  // namespace jouleprint
