// Files of epochs as people have them: what is read, and the sentence for what cannot be.
#include "forecast/epoch_table.h"

#include <gmock/gmock.h>

#include <string>

namespace jouleprint::forecast {
namespace {

using ::testing::HasSubstr;

EpochTable Read(const std::string& text) {
  Result<EpochTable> table = ReadEpochText(text, "e.csv");
  EXPECT_TRUE(table.ok()) << table.error().ToString();
  return table.ok() ? *table : EpochTable{};
}

std::string Refusal(const std::string& text) {
  const Result<EpochTable> table = ReadEpochText(text, "e.csv");
  EXPECT_FALSE(table.ok());
  if (table.ok()) return "";
  EXPECT_NE(table.error().hint, "");
  EXPECT_EQ(table.error().code, ErrorCode::kInvalidArgument);
  return table.error().message;
}

TEST(EpochTable, ColumnsStandInAnyOrderAmongOthers) {
  const EpochTable table = Read(
      "kind,energy_kwh,loss,epoch,duration_s\r\n"
      "train,0.02,0.7,1,31.5\r\n"
      "eval,0.001,0.6,1,2\r\n"
      "\r\n"
      "Training,2.1e-2,0.5,2,28\r\n");
  ASSERT_EQ(table.units.size(), 3u);
  EXPECT_EQ(table.units[0].duration_s, 31.5);
  EXPECT_EQ(table.units[0].energy_kwh, 0.02);
  EXPECT_TRUE(table.units[1].eval);
  EXPECT_EQ(table.units[2].energy_kwh, 0.021);
  EXPECT_FALSE(table.units[2].eval);
  EXPECT_EQ(table.why_no_energy, "");
}

TEST(EpochTable, EnergyThatIsNotThereIsAbsentAndSaysWhere) {
  EXPECT_EQ(Read("epoch,duration_s\n1,30\n").why_no_energy, "e.csv has no column 'energy_kwh'");
  const EpochTable holes = Read("epoch,duration_s,energy_kwh\n1,30,0.1\n2,30,\n3,30,0.1\n");
  EXPECT_EQ(holes.why_no_energy, "e.csv line 3 has no 'energy_kwh'");
  EXPECT_FALSE(holes.units[1].energy_kwh);
  EXPECT_EQ(holes.units[2].energy_kwh, 0.1);
}

TEST(EpochTable, NamesLineAndFieldOfABadCell) {
  const std::string header = "epoch,duration_s,energy_kwh,kind\n";
  EXPECT_EQ(Refusal(header + "1,30,0.1,train\n2,abc,0.1,train\n"),
            "e.csv line 3, field 'duration_s': 'abc' is not a number");
  EXPECT_EQ(Refusal(header + "1,,0.1,train\n"), "e.csv line 2, field 'duration_s': '' is not a number");
  EXPECT_EQ(Refusal(header + "1,nan,0.1,train\n"), "e.csv line 2, field 'duration_s': 'nan' is not a number");
  EXPECT_EQ(Refusal(header + "1,30,-0.1,train\n"), "e.csv line 2, field 'energy_kwh': '-0.1' is below 0");
  EXPECT_EQ(Refusal(header + "1,1e300,0.1,train\n"),
            "e.csv line 2, field 'duration_s': '1e300' is too large to be true");
  EXPECT_EQ(Refusal(header + "1,30,0.1,nap\n"),
            "e.csv line 2, field 'kind': 'nap' is neither 'train' nor 'eval'");
  EXPECT_EQ(Refusal(header + "one,30,0.1,train\n"), "e.csv line 2, field 'epoch': 'one' is not a number");
  EXPECT_EQ(Refusal(header + "2,30,0.1,train\n2,30,0.1,train\n"),
            "e.csv line 3, field 'epoch': '2' comes after 2");
}

TEST(EpochTable, NamesWhatTheFileLacks) {
  EXPECT_EQ(Refusal(""), "e.csv is empty");
  EXPECT_EQ(Refusal("epoch,seconds\n1,30\n"), "e.csv line 1 has no column 'duration_s'");
  EXPECT_EQ(Refusal("duration_s,duration_s\n1,30\n"), "e.csv line 1 names 'duration_s' twice");
  EXPECT_EQ(Refusal("epoch,duration_s\n"), "e.csv has no finished training epoch");
  EXPECT_EQ(Refusal("epoch,duration_s,kind\n1,30,eval\n"), "e.csv has no finished training epoch");
  EXPECT_EQ(Refusal("epoch,duration_s\n1\n"), "e.csv line 2 has other columns than the first line");
  EXPECT_EQ(Refusal("epoch,duration_s\n1,30,5\n"), "e.csv line 2 has other columns than the first line");
}

TEST(EpochTable, AFileThatIsNotThereIsNamed) {
  const Result<EpochTable> table = ReadEpochFile("/nowhere/e.csv");
  ASSERT_FALSE(table.ok());
  EXPECT_THAT(table.error().message, HasSubstr("/nowhere/e.csv"));
}

TEST(EpochTable, TheFirstEpochsTakeTheirEvaluationsWithThem) {
  const EpochTable table =
      Read("duration_s,kind\n1,eval\n30,train\n5,eval\n31,train\n6,eval\n7,eval\n32,train\n8,eval\n");
  EXPECT_EQ(TrainingUnits(table.units), 3);
  EXPECT_EQ(FirstUnits(table.units, 1).size(), 3u);
  EXPECT_EQ(FirstUnits(table.units, 2).size(), 6u);
  EXPECT_EQ(FirstUnits(table.units, 9).size(), 8u);
}

}  // namespace
}  // namespace jouleprint::forecast
