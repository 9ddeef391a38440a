// The one series that is meant among many, and series as CSV.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "carbon/places/near_miss.h"
#include "carbon/series/minutes.h"
#include "carbon/series/text_lines.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/zones.h"

namespace jouleprint {
namespace carbon {
namespace {

constexpr std::size_t kMostNamed = 8;

using Pointers = std::vector<const IntensitySeries*>;

// What the series are called by `name`, the first few, each once.
template <class Name>
std::string Listed(const Pointers& series, Name name) {
  std::vector<std::string> names;
  for (const IntensitySeries* one : series) {
    if (std::find(names.begin(), names.end(), name(*one)) == names.end()) names.push_back(name(*one));
  }
  std::string listed;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
    listed += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kMostNamed ? listed + " and " + std::to_string(names.size() - kMostNamed) + " more"
                                   : listed;
}

const std::string& ZoneOf(const IntensitySeries& series) { return series.zone(); }
const std::string& KindOf(const IntensitySeries& series) { return series.kind(); }

Pointers OfZone(const std::vector<IntensitySeries>& series, const std::string& zone) {
  Pointers found;
  const auto add = [&](const std::string& name) {
    for (const IntensitySeries& one : series) {
      if (name.empty() || one.zone() == name) found.push_back(&one);
    }
  };
  add(zone);
  if (found.empty()) {
    if (const Result<Zone> known = FindZone(zone); known.ok()) add(known->id);
  }
  return found;
}

Error NoZone(const std::vector<IntensitySeries>& series, const std::string& zone, const std::string& where) {
  NearMisses misses(zone);
  for (const IntensitySeries& one : series) misses.Consider(one.zone(), one.zone());
  const std::string question = misses.Question();
  return {ErrorCode::kNotFound, where + " has no zone " + Shown(zone),
          question.empty() ? "it has " + Listed(OfZone(series, ""), ZoneOf) : question};
}

// Quoted where it has to be (RFC 4180).
std::string CsvCell(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

// As few as read back the same.
std::string Digits(double value) {
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end};
}

}  // namespace
}  // namespace carbon

Result<const IntensitySeries*> ChooseSeries(const std::vector<IntensitySeries>& series,
                                            const std::string& zone, const std::string& kind,
                                            const std::string& where) {
  using carbon::Listed;
  if (series.empty())
    return Error{ErrorCode::kNotFound, where + " has no series", "give a file that has one"};
  carbon::Pointers found = carbon::OfZone(series, zone);
  if (found.empty()) return carbon::NoZone(series, zone, where);
  const bool one_zone = std::all_of(found.begin(), found.end(), [&](const IntensitySeries* one) {
    return one->zone() == found.front()->zone();
  });
  if (!one_zone) {
    return Error{ErrorCode::kInvalidArgument, where + " has several zones",
                 "choose one with --zone: " + Listed(found, carbon::ZoneOf)};
  }
  const carbon::Pointers all_kinds = found;
  if (!kind.empty()) std::erase_if(found, [&](const IntensitySeries* one) { return one->kind() != kind; });
  if (found.size() == 1) return found.front();
  const std::string& name = all_kinds.front()->zone();
  return Error{found.empty() ? ErrorCode::kNotFound : ErrorCode::kInvalidArgument,
               found.empty() ? where + " has no '" + kind + "' intensity of " + name
                             : where + " has several kinds of intensity of " + name,
               "choose one with --kind: " + Listed(all_kinds, carbon::KindOf)};
}

std::string SeriesCsv(const std::vector<IntensitySeries>& series) {
  std::string csv = "timestamp_utc,zone,gco2_per_kwh,kind\n";
  for (const IntensitySeries& one : series) {
    const std::string zone = "," + carbon::CsvCell(one.zone()) + ",";
    const auto step = static_cast<carbon::Minute>(std::lround(one.step().value() / 60));
    auto minute = static_cast<carbon::Minute>(one.start().unix_us / carbon::kMicrosPerMinute);
    for (const double value : one.values()) {
      csv.append(carbon::MinuteText(minute)).append(zone);
      if (!std::isnan(value)) csv += carbon::Digits(value);
      csv.append(",").append(one.kind()).append("\n");
      minute += step;
    }
  }
  return csv;
}

}  // namespace jouleprint
