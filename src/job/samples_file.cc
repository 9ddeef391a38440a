#include "job/samples_file.h"

#include <fmt/format.h>

#include <iterator>

namespace jouleprint::job {

std::string SamplesCsv(const PowerSeries& series) {
  std::string csv = "timestamp_utc,duration_s,power_w";
  for (const std::string& domain : series.domains) csv += "," + domain + "_w";
  csv += "\n";
  const std::size_t rows = series.bins.empty() ? 0 : series.bins.front().size();
  for (std::size_t i = 0; i < rows; ++i) {
    double total = 0;
    for (const auto& domain : series.bins) total += static_cast<double>(domain[i].energy_j);
    const UtcTime time = series.start + Seconds{static_cast<double>(i) * series.bin_s};
    fmt::format_to(std::back_inserter(csv), "{},{},{:.4f}", time.ToString(), series.bin_s,
                   total / series.bin_s);
    for (const auto& domain : series.bins) {
      fmt::format_to(std::back_inserter(csv), ",{:.4f}",
                     static_cast<double>(domain[i].energy_j) / series.bin_s);
    }
    csv += "\n";
  }
  return csv;
}

}  // namespace jouleprint::job
