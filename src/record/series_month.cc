#include "record/series_month.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>

#include "carbon/series/intensity_unit.h"

namespace jouleprint::record {
namespace {

constexpr std::int64_t kMonthsPerYear = 12;
constexpr std::size_t kBytesPerStep = 8;

}  // namespace

std::int64_t MonthOf(UtcTime time) {
  using namespace std::chrono;
  const year_month_day date{floor<days>(sys_time<microseconds>{microseconds{time.unix_us}})};
  return static_cast<int>(date.year()) * kMonthsPerYear + static_cast<unsigned>(date.month()) - 1;
}

UtcTime MonthStart(std::int64_t month) {
  using namespace std::chrono;
  const std::int64_t in_year = (month % kMonthsPerYear + kMonthsPerYear) % kMonthsPerYear;
  const year_month_day first{year{static_cast<int>((month - in_year) / kMonthsPerYear)},
                             std::chrono::month{static_cast<unsigned>(in_year) + 1}, day{1}};
  return {microseconds{sys_days{first}.time_since_epoch()}.count()};
}

std::vector<IntensitySeries> ByMonth(const IntensitySeries& series) {
  std::vector<IntensitySeries> months;
  const std::span<const double> values = series.values();
  for (std::size_t begin = 0; begin < values.size();) {
    const UtcTime start = series.start() + series.step() * static_cast<double>(begin);
    const double steps = std::ceil((MonthStart(MonthOf(start) + 1) - start) / series.step());
    const std::size_t end = std::min(values.size(), begin + static_cast<std::size_t>(steps));
    const std::span<const double> part = values.subspan(begin, end - begin);
    if (!std::all_of(part.begin(), part.end(), [](double value) { return std::isnan(value); })) {
      months.emplace_back(SeriesOrigin{series.zone(), series.kind(), series.source()}, start, series.step(),
                          std::vector<double>(part.begin(), part.end()));
    }
    begin = end;
  }
  return months;
}

std::string EncodeSteps(const IntensitySeries& series) {
  std::string blob;
  blob.reserve(series.values().size() * kBytesPerStep);
  for (const double value : series.values()) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < kBytesPerStep; ++i) blob += static_cast<char>(bits >> (8 * i) & 0xFF);
  }
  return blob;
}

Result<std::vector<double>> DecodeSteps(std::string_view blob) {
  const Error damaged{ErrorCode::kCorrupt, "a month of an intensity series is damaged",
                      "remove the series with 'jouleprint grid series rm' and import it again"};
  if (blob.size() % kBytesPerStep != 0) return damaged;
  std::vector<double> values;
  values.reserve(blob.size() / kBytesPerStep);
  for (std::size_t at = 0; at < blob.size(); at += kBytesPerStep) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < kBytesPerStep; ++i) {
      bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(blob[at + i])) << (8 * i);
    }
    const auto value = std::bit_cast<double>(bits);
    if (value < 0 || value > carbon::kHighest_g_per_kwh) return damaged;
    values.push_back(std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value);
  }
  return values;
}

}  // namespace jouleprint::record
