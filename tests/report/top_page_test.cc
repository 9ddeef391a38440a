// The page of `top`: it fits the screen, adds up, and takes no orders from a process's name.
#include "report/top_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PowerSnapshot Snapshot() {
  PowerSnapshot snapshot;
  snapshot.time = UtcTime::Parse("2026-11-22T17:05:32Z").value_or({});
  snapshot.duration = Seconds{2};
  snapshot.domains = {{"package-0", Component::kCpu, Basis::kCounter, 120},
                      {"gpu-0", Component::kGpu, Basis::kCounter, 260}};
  snapshot.power_w = 380;
  snapshot.load = 0.38;
  snapshot.consumers = {{4711, "python3", 300, 250, 3.5, 1}, {12, "sshd", 1.5, 0, 0.02, 1}};
  snapshot.unattributed_w = 78.5;
  return snapshot;
}

std::vector<std::string> LinesOf(const std::string& page) {
  std::vector<std::string> lines;
  std::istringstream text(page);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(TopPageTest, SaysWhoDrawsHowMuch) {
  const std::string page = TopPage(Snapshot(), {}, {.width = 80});
  for (const char* word : {"17:05:32", "380 W", "38 %", "package-0", "120 W", "gpu-0", "260 W", "counter",
                           "4711", "python3", "300 W", "250 W", "3.50", "79 W are nobody's"}) {
    EXPECT_THAT(page, HasSubstr(word));
  }
}

TEST(TopPageTest, FitsEveryScreen) {
  PowerSnapshot snapshot = Snapshot();
  for (int i = 0; i < 50; ++i)
    snapshot.consumers.push_back({100 + i, "a process with a long name", 1, 0, 0.1, 1});
  TopView view;
  view.history_w.assign(500, 380);
  view.keys = true;
  for (const bool unicode : {false, true}) {
    for (const int width : {40, 60, 80, 200}) {
      for (const std::size_t rows : {3, 10, 24, 60}) {
        view.rows = rows;
        const auto lines = LinesOf(TopPage(snapshot, view, {.unicode = unicode, .width = width}));
        EXPECT_LE(lines.size(), rows);
        for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), width) << line;
      }
    }
  }
}

TEST(TopPageTest, AContainersLineHasItsNameAndCount) {
  PowerSnapshot snapshot = Snapshot();
  snapshot.consumers = {{0, "docker 3f2a91c0b7de", 300, 0, 3.5, 17}};
  TopView view;
  view.by = ConsumerKind::kContainer;
  const std::string page = TopPage(snapshot, view, {.width = 80});
  EXPECT_THAT(page, HasSubstr("docker 3f2a91c0b7de"));
  EXPECT_THAT(page, HasSubstr("17"));
  EXPECT_THAT(page, Not(HasSubstr("pid")));
}

TEST(TopPageTest, ANameCannotSteerTheTerminal) {
  PowerSnapshot snapshot = Snapshot();
  snapshot.consumers[0].name = "\x1b[2Jevil\nname";
  const std::string page = TopPage(snapshot, {}, {.width = 80});
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, HasSubstr("evil"));
  snapshot.domains[0].name = "\xff\x1b[2J";
  EXPECT_TRUE(nlohmann::json::accept(TopJson(snapshot)));
  EXPECT_THAT(TopJson(snapshot), Not(HasSubstr("001b")));
}

TEST(TopPageTest, JsonHoldsTheSnapshot) {
  const auto document = nlohmann::json::parse(TopJson(Snapshot()));
  EXPECT_EQ(document.at("time"), "2026-11-22T17:05:32Z");
  EXPECT_EQ(document.at("domains").size(), 2u);
  EXPECT_EQ(document.at("domains")[1].at("component"), "gpu");
  EXPECT_EQ(document.at("consumers")[0].at("pid"), 4711);
  EXPECT_EQ(document.at("consumers")[0].at("gpu_power_w"), 250);
  EXPECT_EQ(document.at("unattributed_w"), 78.5);
}

}  // namespace
}  // namespace jouleprint::report
