// The flags of `whatwhere` and what they mean.
#include <algorithm>
#include <string>

#include "cli/command_line.h"
#include "cli/option_times.h"
#include "cli/option_values.h"

namespace jouleprint::cli {
namespace {

constexpr Seconds kShortestEvery{60};
constexpr Seconds kLongestEvery{31 * 86'400.0};

Status SetTop(const std::string& text, std::size_t* top) {
  if (text.empty()) return {};
  std::int64_t count = 0;
  if (!os::ParseI64(text, &count) || count < 0) return Bad("--top", text, "give how many zones; 0 for all");
  *top = static_cast<std::size_t>(count);
  return {};
}

std::vector<std::string> Parts(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

void AddWhatwhere(CommandLine* line) {
  CLI::App* sub = line->Add(&line->app(), "whatwhere", Command::kWhatwhere,
                            "what a run would have emitted in every zone, at every hour of a series",
                            "jouleprint whatwhere last --series zones-2025.csv.gz");
  sub->add_option("RUN", line->arguments().runs, "its id, the start of the id, its name, or last")
      ->required()
      ->expected(1);
  SeriesArguments& series = line->arguments().series;
  sub->add_option(
         "--series", series.files,
         "CSV timestamp_utc,zone,gco2_per_kwh, plain or gzip (default: what is kept); may be repeated")
      ->type_name("FILE")
      ->option_text("FILE...")
      ->expected(1, -1);
  line->Text(sub, "--zone", &line->texts().whatwhere.zones, "ZONE,...", "only these zones");
  // Once it is stored, an empty text is no flag at all.
  sub->get_option("--zone")->check([](const std::string& text) {
    return Parts(text).empty() ? "'" + text + "' names no zone, write --zone FR or --zone FR,NO" : "";
  });
  line->Text(
      sub, "--kind", &series.kind, "KIND",
      "only this kind of intensity; where a file names none, what it is (average-lifecycle, marginal, ...)");
  line->Text(sub, "--unit", &series.unit, "UNIT", "of a file's values: g/kWh, kg/MWh, lb/MWh, t/MWh");
  line->Text(sub, "--every", &line->texts().whatwhere.every, "TIME", "between two starts (default 1h)");
  line->Text(sub, "--top", &line->texts().whatwhere.top, "N",
             "show the N cleanest zones (default 20; 0: all)");
  line->Json(sub);
  line->StoreSetting(sub);
}

Status SetWhatwhere(const WhatwhereTexts& texts, WhatwhereArguments* whatwhere) {
  whatwhere->zones = Parts(texts.zones);
  const Status set = SetLength("--every", texts.every, kShortestEvery, kLongestEvery,
                               "give minutes, hours or days, 1m to 31d: 1h", &whatwhere->every);
  if (!set.ok()) return set;
  return SetTop(texts.top, &whatwhere->top);
}

}  // namespace jouleprint::cli
