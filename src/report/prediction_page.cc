#include "report/prediction_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "report/humanize.h"
#include "report/page.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Estimate& estimate) {
  return {{"value", estimate.value},
          {"low", estimate.low},
          {"high", estimate.high},
          {"basis", BasisName(estimate.basis)}};
}

Json ToJson(const std::optional<Estimate>& estimate) { return estimate ? ToJson(*estimate) : Json(); }

Json ToJson(const IntensityUsed& intensity) {
  return {{"value", ToJson(intensity.value)}, {"kind", intensity.kind}, {"source", intensity.source}};
}

std::string HumanDuration(const Estimate& seconds) {
  const std::string value = report::HumanDuration(seconds.value);
  const std::string low = report::HumanDuration(seconds.low);
  const std::string high = report::HumanDuration(seconds.high);
  return low == high ? value : value + " (" + low + " to " + high + ")";
}

// What is done, what is to come, and from `low` to `high` where it may end: "####====--".
std::string Picture(const PredictedTotal& total, const Style& style, int width) {
  const Estimate& time = total.duration_s;
  if (!(time.high > 0)) return "";
  const auto columns = [&](double seconds) {
    return static_cast<int>(std::lround(std::clamp(seconds / time.high, 0.0, 1.0) * width));
  };
  const int done = columns(total.used_s);
  const int low = std::max(done, columns(time.low));
  const auto repeated = [](const char* mark, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += mark;
    return text;
  };
  return repeated(style.unicode ? "█" : "#", done) + repeated(style.unicode ? "▒" : "=", low - done) +
         repeated(style.unicode ? "░" : "-", width - low);
}

void AddPicture(const PredictedTotal& total, Page* page) {
  const std::string picture = Picture(total, page->style(), page->text_width());
  if (picture.empty()) return;
  page->Field("", picture);
  const bool unicode = page->style().unicode;
  page->More(Paint(page->style(), Ink::kDim,
                   fmt::format("{} done  {} to come  {} where it may end", unicode ? "█" : "#",
                               unicode ? "▒" : "=", unicode ? "░" : "-")));
}

}  // namespace

std::string PredictionPage(const Prediction& prediction, const Style& style) {
  const PredictedTotal& total = prediction.total;
  Page page(style);
  page.Title(Sanitize(prediction.name, style.unicode),
             fmt::format("after {} of {} epochs", total.epochs_seen, total.epochs_total), "");
  AddPicture(total, &page);
  page.Field("time",
             HumanDuration(total.duration_s) + ", " + report::HumanDuration(total.used_s) + " of it done");
  if (total.energy_kwh) {
    page.Field("energy",
               HumanEnergy(*total.energy_kwh) + ", " + HumanEnergy(*total.used_kwh) + " of it used");
  } else {
    page.Field("energy", "not known: " + Sanitize(prediction.why_no_energy, style.unicode));
  }
  if (prediction.grams) {
    page.Field("carbon", HumanEmissions(prediction.grams->total_gco2e) + " CO2e, " +
                             HumanEmissions(prediction.grams->used_gco2e.value) + " of it emitted");
    const IntensityUsed& mean = prediction.grams->rest_mean;
    page.Field("grid", fmt::format("{}, {}; PUE {:.3g}", HumanIntensity(mean.value),
                                   Sanitize(mean.source, style.unicode), prediction.pue));
  }
  for (std::size_t i = 0; i < total.found.size(); ++i)
    page.Field(i == 0 ? "found" : "", Sanitize(total.found[i], style.unicode));
  return page.Take();
}

std::string PredictionJson(const Prediction& prediction) {
  const PredictedTotal& total = prediction.total;
  const std::optional<forecast::PricedTotal>& grams = prediction.grams;
  Json missing = Json::object();
  if (!total.energy_kwh) {
    missing["energy_kwh"] = prediction.why_no_energy;
    missing["emissions_gco2e"] = "the energy is not known";
  }
  Json document{{"predicted",
                 {{"duration_s", ToJson(total.duration_s)},
                  {"energy_kwh", ToJson(total.energy_kwh)},
                  {"emissions_gco2e", grams ? ToJson(grams->total_gco2e) : Json()}}},
                {"used",
                 {{"duration_s", total.used_s},
                  {"energy_kwh", total.used_kwh ? Json(*total.used_kwh) : Json()},
                  {"emissions_gco2e", grams ? ToJson(grams->used_gco2e) : Json()}}},
                {"epochs_seen", total.epochs_seen},
                {"epochs_total", total.epochs_total},
                {"zone", prediction.zone},
                {"pue", prediction.pue},
                {"intensity_g_per_kwh", grams ? ToJson(grams->rest_mean) : Json()},
                {"found", total.found},
                {"missing", std::move(missing)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace jouleprint::report
