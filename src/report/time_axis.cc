#include "report/time_axis.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace jouleprint::report {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;
using std::chrono::sys_days;
using std::chrono::sys_time;
using std::chrono::year_month_day;

// "03 Jan" and two blanks.
constexpr int kLabelRoom = 8;
constexpr std::int64_t kMinutesPerDay = 24 * 60;
constexpr std::array<std::int64_t, 15> kDistances_minutes{5,
                                                          10,
                                                          15,
                                                          30,
                                                          60,
                                                          120,
                                                          180,
                                                          360,
                                                          720,
                                                          kMinutesPerDay,
                                                          2 * kMinutesPerDay,
                                                          3 * kMinutesPerDay,
                                                          7 * kMinutesPerDay,
                                                          14 * kMinutesPerDay,
                                                          28 * kMinutesPerDay};
// Beyond so many days marks stand at months.
constexpr double kLongestInDays = 150;
constexpr std::array<int, 5> kDistances_months{1, 2, 3, 6, 12};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

year_month_day DateOf(UtcTime time) {
  return year_month_day{floor<days>(sys_time<microseconds>{microseconds{time.unix_us}})};
}

UtcTime TimeOf(year_month_day date) { return {microseconds{sys_days{date}.time_since_epoch()}.count()}; }

std::string_view MonthName(year_month_day date) { return kMonths[static_cast<unsigned>(date.month()) - 1]; }

class Axis {
 public:
  Axis(UtcTime from, UtcTime to, int columns) : from_(from), to_(to), columns_(columns) {}

  std::vector<TimeMark> Marks() {
    if (!(from_ < to_) || columns_ <= 0) return {};
    const double room = static_cast<double>(columns_) / kLabelRoom;
    const double minutes = (to_ - from_).value() / 60;
    if (minutes > kLongestInDays * static_cast<double>(kMinutesPerDay)) return ByMonth(minutes, room);
    for (const std::int64_t distance : kDistances_minutes) {
      if (minutes / static_cast<double>(distance) <= room) return ByMinutes(distance);
    }
    return ByMinutes(kDistances_minutes.back());
  }

 private:
  void Add(UtcTime time, std::string label) {
    const double column = std::floor((time - from_) / (to_ - from_) * columns_);
    marks_.push_back({static_cast<int>(column), std::move(label)});
  }

  std::vector<TimeMark> ByMinutes(std::int64_t distance) {
    // Days are counted from the first midnight, so that its mark is always there.
    const UtcTime midnight = TimeOf(DateOf(from_));
    for (std::int64_t minute = 0;; minute += distance) {
      const UtcTime time = midnight + Seconds{60.0 * static_cast<double>(minute)};
      if (time >= to_) return std::move(marks_);
      if (time < from_) continue;
      const std::int64_t in_day = minute % kMinutesPerDay;
      const year_month_day date = DateOf(time);
      Add(time, in_day == 0 ? fmt::format("{:02} {}", static_cast<unsigned>(date.day()), MonthName(date))
                            : fmt::format("{:02}:{:02}", in_day / 60, in_day % 60));
    }
  }

  std::vector<TimeMark> ByMonth(double minutes, double room) {
    using std::chrono::months;
    constexpr double kMinutesPerMonth = 30.44 * static_cast<double>(kMinutesPerDay);
    int distance = kDistances_months.back();
    for (auto candidate = kDistances_months.rbegin(); candidate != kDistances_months.rend(); ++candidate) {
      if (minutes / kMinutesPerMonth / *candidate <= room) distance = *candidate;
    }
    const year_month_day first = DateOf(from_);
    for (year_month_day date{first.year(), std::chrono::January, std::chrono::day{1}};;
         date += months{distance}) {
      const UtcTime time = TimeOf(date);
      if (time >= to_) return std::move(marks_);
      const bool january = date.month() == std::chrono::January;
      if (time >= from_) {
        Add(time, january ? std::to_string(static_cast<int>(date.year())) : std::string(MonthName(date)));
      }
    }
  }

  UtcTime from_;
  UtcTime to_;
  int columns_;
  std::vector<TimeMark> marks_;
};

}  // namespace

std::vector<TimeMark> TimeMarks(UtcTime from, UtcTime to, int columns) {
  return Axis(from, to, columns).Marks();
}

}  // namespace jouleprint::report
