// Any bytes as a series file: read or refused with a remedy; and what was read is sound (known steps, nothing
// below 0) and comes back the same from its own CSV.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "jouleprint/intensity_series.h"

namespace {

using namespace jouleprint;

void Check(const IntensitySeries& series) {
  const double minutes = series.step().value() / 60;
  if (!(minutes >= 1 && minutes <= 60) || std::fmod(60, minutes) != 0) std::abort();
  for (const double value : series.values()) {
    if (!std::isnan(value) && !(value >= 0 && value <= 5000)) std::abort();
  }
  const IntensitySeries::Mean mean = series.MeanOver(series.start(), series.end());
  if (!(mean.covered > 0 && mean.covered <= 1 && mean.intensity.value() >= 0)) std::abort();
}

void CheckSame(const IntensitySeries& a, const IntensitySeries& b) {
  if (a.zone() != b.zone() || a.start() != b.start() || a.step() != b.step()) std::abort();
  if (a.values().size() != b.values().size() || a.missing() != b.missing()) std::abort();
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    if (!std::isnan(a.values()[i]) && a.values()[i] != b.values()[i]) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const SeriesFileOptions& options :
       {SeriesFileOptions{}, SeriesFileOptions{.zone = "FR", .kind = "marginal", .unit = "lb/MWh"}}) {
    const Result<SeriesFile> file = ReadSeriesText(text, "fuzzed", options);
    if (!file.ok()) {
      if (file.error().message.empty() || file.error().hint.empty()) std::abort();
      continue;
    }
    if (file->series.empty()) std::abort();
    for (const IntensitySeries& series : file->series) Check(series);
    const Result<SeriesFile> again = ReadSeriesText(SeriesCsv(file->series), "again", {.unit = "g/kWh"});
    if (!again.ok() || again->series.size() != file->series.size()) std::abort();
    for (std::size_t i = 0; i < file->series.size(); ++i) CheckSame(file->series[i], again->series[i]);
  }
  return 0;
}
