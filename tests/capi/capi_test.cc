// What the C ABI answers and refuses, through the shared library.
#include "jouleprint/capi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "support/powercap_tree.h"
#include "support/temporary_folder.h"

namespace jouleprint {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// What comes out of a `char**`, given back.
template <class Call>
std::string Answer(const Call& call) {
  char* text = nullptr;
  EXPECT_EQ(call(&text), JP_OK) << jp_last_error();
  const std::string answer = text == nullptr ? "" : text;
  jp_free(text);
  return answer;
}

std::string Refusal(const json& options) {
  jp_tracker* tracker = nullptr;
  EXPECT_EQ(jp_tracker_start(options.dump().c_str(), &tracker), JP_INVALID) << options;
  EXPECT_EQ(tracker, nullptr);
  return jp_last_error();
}

class CapiTest : public ::testing::Test {
 protected:
  CapiTest() {
    tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = 1'000'000});
    tree_.Write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Fake CPU\n\n");
    tree_.Write("proc/stat", "cpu  1000 0 0 9000 0 0 0 0 0 0\n");
    options_ = {{"sysroot", tree_.sysroot().root()},
                {"nvml_library", "libnone.so.1"},
                {"interval_s", 30},
                {"zone", "FR"},
                {"name", "c"},
                {"store", store_}};
  }

  jp_tracker* Start() {
    jp_tracker* tracker = nullptr;
    EXPECT_EQ(jp_tracker_start(options_.dump().c_str(), &tracker), JP_OK) << jp_last_error();
    return tracker;
  }

  testing::PowercapTree tree_;
  testing::TemporaryFolder folder_;
  const std::string store_ = folder_ / "runs.db";
  json options_;
};

TEST_F(CapiTest, ARunIsTrackedKeptFoundListedAndShown) {
  jp_tracker* const tracker = Start();
  std::int64_t task = -1;
  EXPECT_EQ(jp_tracker_begin_task(tracker, "all", -1, &task), JP_OK);
  ::usleep(50'000);  // no domain draws more than some kilowatts
  tree_.SetEnergy("intel-rapl:0", 37'000'000);
  EXPECT_EQ(jp_tracker_end_task(tracker, task, nullptr), JP_OK);
  const json run = json::parse(Answer([&](char** out) { return jp_tracker_stop(tracker, out); }));
  EXPECT_NEAR(run["tasks"][0]["energy_kwh"]["value"].get<double>() * 3.6e6, 36, 1e-6);
  EXPECT_GT(run["energy_kwh"]["machine"]["value"].get<double>(), 0);
  const json kept = json::parse(Answer([&](char** out) { return jp_tracker_kept(tracker, out); }));
  EXPECT_EQ(kept["path"], store_);
  jp_tracker_free(tracker);
  const std::string found = Answer([&](char** out) { return jp_store_find(store_.c_str(), "c", out); });
  EXPECT_EQ(json::parse(found)["run_id"], run["run_id"]);
  const json list =
      json::parse(Answer([&](char** out) { return jp_store_list(store_.c_str(), nullptr, 0, out); }));
  EXPECT_EQ(list["runs"].size(), 1U);
  EXPECT_THAT(Answer([&](char** out) { return jp_render(found.c_str(), "text", out); }), HasSubstr("FR"));
  EXPECT_EQ(jp_store_find(store_.c_str(), "nobody", nullptr), JP_INVALID);
}

TEST_F(CapiTest, AnOptionThatMakesNoSenseIsRefusedByItsName) {
  EXPECT_THAT(Refusal({{"pue", 0.5}}), HasSubstr("option pue is 0.5"));
  EXPECT_THAT(Refusal({{"pue", "1.1"}}), HasSubstr("option pue"));
  EXPECT_THAT(Refusal({{"interval_s", 1e9}}), HasSubstr("interval_s"));
  EXPECT_THAT(Refusal({{"epochs", 1.5}}), HasSubstr("epochs"));
  EXPECT_THAT(Refusal({{"tags", {{"a", 1}}}}), HasSubstr("tags.a"));
  EXPECT_THAT(Refusal({{"command", "python"}}), HasSubstr("command"));
  EXPECT_THAT(Refusal({{"baseline", "lots"}}), HasSubstr("baseline"));
  EXPECT_THAT(Refusal({{"embodied", {2, 1}}}), HasSubstr("embodied"));
  EXPECT_THAT(Refusal({{"gains", {{"gpu-0", 0}}}}), HasSubstr("gains.gpu-0"));
  EXPECT_THAT(Refusal({{"budgets", {"12 parsecs"}}}), HasSubstr("12 parsecs"));
  EXPECT_THAT(Refusal({{"rank", {{"rank", 4}, {"world_size", 2}}}}), HasSubstr("rank"));
  EXPECT_THAT(Refusal({{"boundary", "some"}}), HasSubstr("choose one of all, counted, platform"));
  EXPECT_THAT(Refusal({{"zone", "FR"}, {"region", "gcp:europe-west4"}}), HasSubstr("zone and region"));
  EXPECT_THAT(Refusal({{"zone", "Atlantis"}}), HasSubstr("Atlantis"));
  EXPECT_THAT(Refusal({{"sysroot", "/nowhere"}}), HasSubstr("sysroot"));
  EXPECT_THAT(Refusal({{"keep", 1}}), HasSubstr("keep"));
  EXPECT_THAT(Refusal({{"colour", 1}}), HasSubstr("no option 'colour'"));
  EXPECT_THAT(Refusal(json::array()), HasSubstr("no JSON object"));
}

TEST_F(CapiTest, AnOptionThatIsNullIsLeftOut) {
  options_["pue"] = nullptr;
  jp_tracker* const tracker = Start();
  EXPECT_EQ(jp_tracker_stop(tracker, nullptr), JP_OK);
  jp_tracker_free(tracker);
}

TEST_F(CapiTest, AMachineWithNoMeterIsNotPossible) {
  const testing::TemporaryFolder empty;
  options_["sysroot"] = empty.path();
  jp_tracker* tracker = nullptr;
  EXPECT_EQ(jp_tracker_start(options_.dump().c_str(), &tracker), JP_NOT_HERE);
}

TEST_F(CapiTest, AnErrorIsTheThreadsOwn) {
  EXPECT_EQ(jp_zone("Atlantis", nullptr), JP_INVALID);
  std::string elsewhere = "unset";
  std::thread([&] { elsewhere = jp_last_error(); }).join();
  EXPECT_EQ(elsewhere, "");
  EXPECT_STRNE(jp_last_error(), "");
}

TEST_F(CapiTest, AForkedChildsCallsSayThatItIsOne) {
  jp_tracker* const tracker = Start();
  const pid_t child = ::fork();
  if (child == 0) {
    const bool forked = jp_tracker_end_epoch(tracker, 0, 0, nullptr) == JP_FORKED &&
                        jp_tracker_stop(tracker, nullptr) == JP_FORKED;
    jp_tracker_free(tracker);
    ::_exit(forked ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(jp_tracker_stop(tracker, nullptr), JP_OK);
  jp_tracker_free(tracker);
}

TEST_F(CapiTest, SettingsAreOptionsAndVariablesWinOverTheFile) {
  const std::string file = folder_ / "jouleprint.toml";
  std::ofstream(file)
      << "zone = \"DE\"\npue = 1.2\ninterval = 500\ngain = [\"gpu-0=1.04\"]\nbudget = \"500g\"\n";
  ::setenv("JOULEPRINT_PUE", "1.5", 1);
  const json settings = json::parse(Answer([&](char** out) { return jp_settings(file.c_str(), out); }));
  ::setenv("JOULEPRINT_PUE", "0.1", 1);
  EXPECT_EQ(jp_settings(file.c_str(), nullptr), JP_INVALID);
  char* none = nullptr;
  EXPECT_EQ(jp_settings(file.c_str(), &none), JP_INVALID);
  EXPECT_THAT(jp_last_error(), HasSubstr("JOULEPRINT_PUE"));
  ::unsetenv("JOULEPRINT_PUE");
  EXPECT_EQ(settings["zone"], "DE");
  EXPECT_EQ(settings["pue"], 1.5);
  EXPECT_EQ(settings["interval_s"], 0.5);
  EXPECT_EQ(settings["gains"]["gpu-0"], 1.04);
  EXPECT_EQ(settings["budgets"][0]["limit"], "500g");
}

TEST_F(CapiTest, FinishedUnitsSayWhatAllWillTake) {
  const json total = json::parse(Answer([](char** out) {
    return jp_predict(
        R"([{"duration_s": 10, "energy_kwh": 1}, {"duration_s": 10, "energy_kwh": 1, "kind": "train"}])", 10,
        out);
  }));
  EXPECT_EQ(total["epochs_seen"], 2);
  EXPECT_NEAR(total["energy_kwh"]["value"].get<double>(), 10, 0.5);
  char* none = nullptr;
  EXPECT_EQ(jp_predict(R"([{"duration_s": -1}])", 10, &none), JP_INVALID);
  EXPECT_THAT(jp_last_error(), HasSubstr("units[0].duration_s"));
  EXPECT_EQ(jp_predict("{}", 10, &none), JP_INVALID);
}

TEST_F(CapiTest, AZoneIsFoundByAnyUsualName) {
  const json zone = json::parse(Answer([](char** out) { return jp_zone("Germany", out); }));
  EXPECT_EQ(zone["zone"], "DE");
  EXPECT_EQ(zone["iso3"], "DEU");
  EXPECT_GT(zone["intensity_g_per_kwh"]["value"].get<double>(), 0);
}

TEST_F(CapiTest, RecordsAreMergedAndWhatIsNoneIsRefused) {
  jp_tracker* const tracker = Start();
  const std::string run = Answer([&](char** out) { return jp_tracker_stop(tracker, out); });
  jp_tracker_free(tracker);
  const json merged =
      json::parse(Answer([&](char** out) { return jp_merge(("[" + run + "]").c_str(), out); }));
  EXPECT_EQ(merged["zone"], "FR");
  char* none = nullptr;
  EXPECT_EQ(jp_merge("[{}]", &none), JP_INVALID);
  EXPECT_THAT(jp_last_error(), HasSubstr("records[0]"));
}

}  // namespace
}  // namespace jouleprint
