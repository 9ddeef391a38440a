#include "carbon/series/series_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "carbon/series/series_step.h"
#include "carbon/series/text_lines.h"

namespace jouleprint::carbon {
namespace {

// A series with fewer values than one step in twenty (and more steps than these, half a year of five
// minutes) has a wrong time in it; without a bound, one line could ask for gigabytes.
constexpr std::size_t kGapsPerValue = 20;
constexpr std::size_t kStepsAlwaysTaken = 50'000;
constexpr std::size_t kMostNamed = 5;

// What was mended, over all zones of a file.
struct Mended {
  std::size_t unsorted_zones = 0;
  std::size_t repeated_rows = 0;
  std::size_t gap_steps = 0;
  std::vector<std::string> gaps;   // "FR 12", by zone
  std::vector<std::string> mixed;  // zones whose rows are not always equally far apart
};

Error TwoValues(const SeriesRow& a, const SeriesRow& b, const std::string& zone, const std::string& file) {
  const auto [first, second] = std::minmax(a.line, b.line);
  return {ErrorCode::kInvalidArgument,
          file + " lines " + std::to_string(first) + " and " + std::to_string(second) + ": " + Shown(zone) +
              " has two values at " + MinuteText(a.minute),
          "keep one of them; where clocks go back, write the hour that comes twice in UTC"};
}

Status SortAndUnite(ZoneRows* zone, const std::string& file, Mended* mended) {
  if (zone->sorted) return {};
  std::vector<SeriesRow>& rows = zone->rows;
  const auto earlier = [](const SeriesRow& a, const SeriesRow& b) { return a.minute < b.minute; };
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) {
    ++mended->unsorted_zones;
    std::stable_sort(rows.begin(), rows.end(), earlier);
  }
  std::size_t kept = 0;  // the last row that stays
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].minute != rows[kept].minute) {
      rows[++kept] = rows[i];
    } else if (std::isnan(rows[kept].g_per_kwh)) {
      rows[kept] = rows[i];
    } else if (!std::isnan(rows[i].g_per_kwh) && rows[i].g_per_kwh != rows[kept].g_per_kwh) {
      return TwoValues(rows[kept], rows[i], zone->zone, file);
    }
  }
  mended->repeated_rows += rows.size() - (kept + 1);
  rows.resize(kept + 1);
  return {};
}

Error Lonely(const ZoneRows& zone, const std::string& file) {
  const auto far = std::adjacent_find(zone.rows.begin(), zone.rows.end(), [&](const auto& a, const auto& b) {
    return static_cast<std::size_t>(b.minute - a.minute) > kStepsAlwaysTaken / kGapsPerValue;
  });
  const SeriesRow& before = far == zone.rows.end() ? zone.rows.front() : *far;
  const SeriesRow& after = far == zone.rows.end() ? zone.rows.back() : *(far + 1);
  return {ErrorCode::kInvalidArgument,
          file + " line " + std::to_string(after.line) + ": nearly all of " + Shown(zone.zone) +
              " is missing; between " + MinuteText(before.minute) + " and " + MinuteText(after.minute) +
              " stands nothing",
          "check these two times, or give the parts as files of their own"};
}

std::string Named(const std::vector<std::string>& names) {
  std::string named;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
    named += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kMostNamed ? named + ", ..." : named;
}

Result<IntensitySeries> SeriesOf(ZoneRows* zone, const std::string& file, const std::string& source,
                                 Mended* mended) {
  if (Status united = SortAndUnite(zone, file, mended); !united.ok()) return united.error();
  const Result<SeriesStep> step = FindStep(zone->rows, zone->zone, file);
  if (!step.ok()) return step.error();
  const Minute first = zone->rows.front().minute;
  const auto index = [&](Minute minute) {
    return static_cast<std::size_t>((minute - first) / step->minutes);
  };
  const std::size_t steps = index(zone->rows.back().minute) + 1;
  if (steps > kStepsAlwaysTaken + kGapsPerValue * zone->rows.size()) return Lonely(*zone, file);
  std::vector<double> values(steps, std::numeric_limits<double>::quiet_NaN());
  for (const SeriesRow& row : zone->rows) values[index(row.minute)] = row.g_per_kwh;
  if (step->longest != step->minutes) mended->mixed.push_back(zone->zone);
  zone->rows = {};
  IntensitySeries series({zone->zone, zone->kind, source}, TimeOf(first), Seconds{60.0 * step->minutes},
                         std::move(values));
  if (series.missing() > 0) {
    mended->gap_steps += series.missing();
    mended->gaps.push_back(zone->zone + " " + std::to_string(series.missing()));
  }
  return series;
}

std::vector<std::string> NotesOn(const Mended& mended, const std::string& file) {
  std::vector<std::string> notes;
  if (mended.unsorted_zones > 0)
    notes.push_back(file + ": the rows were not in order of time and are sorted");
  if (mended.repeated_rows > 0) {
    notes.push_back(file + ": " + std::to_string(mended.repeated_rows) +
                    (mended.repeated_rows == 1 ? " row is" : " rows are") +
                    " there more than once with the same value and counted once");
  }
  if (!mended.mixed.empty()) {
    notes.push_back(
        file + ": " + Named(mended.mixed) +
        " goes from one step to another; the shorter is taken, and a value covers no more than it");
  }
  if (mended.gap_steps > 0) {
    notes.push_back(file + ": " + std::to_string(mended.gap_steps) +
                    (mended.gap_steps == 1 ? " step has no value and stays a gap ("
                                           : " steps have no value and stay gaps (") +
                    Named(mended.gaps) + ")");
  }
  return notes;
}

}  // namespace

ZoneRows* SeriesRows::Find(std::string_view zone, std::string_view kind) {
  if (last_ != nullptr) {
    if (last_->Is(zone, kind)) return last_;
    if (ZoneRows* guess = last_->followed_by; guess != nullptr && guess->Is(zone, kind)) return last_ = guess;
  }
  name_.assign(zone).push_back('\n');
  name_ += kind;
  const auto found = by_name_.find(name_);
  if (found == by_name_.end()) return nullptr;
  if (last_ != nullptr) last_->followed_by = found->second;
  return last_ = found->second;
}

ZoneRows* SeriesRows::Make(std::string_view zone, std::string_view kind, bool wanted) {
  ZoneRows& made = zones_.emplace_back();
  made.zone = zone;
  made.kind = kind;
  made.wanted = wanted;
  by_name_[std::string(zone) + "\n" + std::string(kind)] = &made;
  return &made;
}

Result<SeriesFile> SeriesRows::TakeSeries(const std::string& file, const std::string& source) {
  SeriesFile read;
  Mended mended;
  for (ZoneRows& zone : zones_) {
    if (!zone.wanted || zone.rows.empty()) continue;
    Result<IntensitySeries> series = SeriesOf(&zone, file, source, &mended);
    if (!series.ok()) return series.error();
    if (series->missing() < series->values().size()) read.series.push_back(*std::move(series));
  }
  std::sort(read.series.begin(), read.series.end(), [](const IntensitySeries& a, const IntensitySeries& b) {
    return std::pair(a.zone(), a.kind()) < std::pair(b.zone(), b.kind());
  });
  read.notes = NotesOn(mended, file);
  return read;
}

}  // namespace jouleprint::carbon
