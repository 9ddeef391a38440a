// Energy by time is written as lists of numbers, one per figure, not as an object per bin: a run of weeks
// has thousands of bins, and a checkpoint must stay cheap.
#include "record/carbon_json.h"

#include "record/estimate_fields.h"
#include "record/json_fields.h"

namespace jouleprint::record {
namespace {

void WriteIntensity(JsonWriter* json, std::string_view key, const std::optional<IntensityUsed>& intensity) {
  OptionalObject(json, key, intensity, [json](const IntensityUsed& used) {
    EstimateFields(json, used.value);
    Text(json, "kind", used.kind);
    Text(json, "source", used.source);
  });
}

IntensityUsed ReadIntensity(const FieldReader& from) {
  return {ReadEstimate(from), from.Text("kind"), from.Text("source")};
}

void NumberArray(JsonWriter* json, std::string_view key, const std::vector<double>& numbers) {
  json->Key(key);
  json->BeginArray();
  for (const double number : numbers) json->Number(number);
  json->EndArray();
}

void WriteParts(JsonWriter* json, const ByTime& by_time) {
  json->Key("part");
  json->BeginArray();
  for (const std::int64_t part : by_time.part) json->Integer(part);
  json->EndArray();
  ObjectArray(json, "parts", by_time.parts, [json](const IntensityPart& part) {
    Text(json, "source", part.source);
    Text(json, "kind", part.kind);
    Text(json, "basis", BasisName(part.basis));
    Text(json, "from", part.from.ToString());
    Text(json, "to", part.to.ToString());
    Number(json, "energy_fraction", part.energy_fraction);
    json->Key("estimated");
    json->Bool(part.estimated);
    Text(json, "retrieved", part.retrieved);
  });
}

void ByTimeFields(JsonWriter* json, const ByTime& by_time) {
  Text(json, "start", by_time.start.ToString());
  Number(json, "bin_s", by_time.bin_s);
  NumberArray(json, "energy_kwh", by_time.energy_kwh);
  NumberArray(json, "intensity_g_per_kwh", by_time.intensity_g_per_kwh);
  NumberArray(json, "emissions_gco2e", by_time.gco2e);
  WriteParts(json, by_time);
  ObjectArray(json, "single_averages", by_time.single_averages, [json](const SingleAverage& one) {
    Text(json, "what", one.what);
    WriteIntensity(json, "intensity_g_per_kwh", one.intensity);
    Number(json, "operational_gco2e", one.operational_gco2e);
    Number(json, "error_percent", one.error_percent);
  });
}

std::vector<double> ReadNumbers(const FieldReader& from, std::string_view name) {
  std::vector<double> numbers;
  from.Each(name, [&numbers](const FieldReader& one) { numbers.push_back(one.AsNumber()); });
  return numbers;
}

IntensityPart ReadPart(const FieldReader& from) {
  IntensityPart part;
  part.source = from.Text("source");
  part.kind = from.Text("kind");
  part.basis = from.Word<Basis>("basis", BasisFromName);
  part.from = from.Time("from");
  part.to = from.Time("to");
  part.energy_fraction = from.Number("energy_fraction");
  part.estimated = from.Flag("estimated");
  part.retrieved = from.Text("retrieved");
  return part;
}

ByTime ReadByTime(const FieldReader& from) {
  ByTime by_time;
  by_time.start = from.Time("start");
  by_time.bin_s = from.Number("bin_s");
  by_time.energy_kwh = ReadNumbers(from, "energy_kwh");
  by_time.intensity_g_per_kwh = ReadNumbers(from, "intensity_g_per_kwh");
  by_time.gco2e = ReadNumbers(from, "emissions_gco2e");
  from.Each("parts", [&](const FieldReader& part) { by_time.parts.push_back(ReadPart(part)); });
  const auto parts = static_cast<std::int64_t>(by_time.parts.size());
  from.Each("part", [&](const FieldReader& index) {
    by_time.part.push_back(index.AsInteger());
    if (by_time.part.back() < 0 || by_time.part.back() >= parts) index.Fail("is no index of parts");
  });
  from.Each("single_averages", [&](const FieldReader& one) {
    by_time.single_averages.push_back({one.Text("what"), ReadIntensity(one.Member("intensity_g_per_kwh")),
                                       one.Number("operational_gco2e"), one.Number("error_percent")});
  });
  const std::size_t bins = by_time.energy_kwh.size();
  if (by_time.intensity_g_per_kwh.size() != bins || by_time.gco2e.size() != bins ||
      by_time.part.size() != bins) {
    from.Fail("has lists of different lengths");
  }
  return by_time;
}

void WriteEmbodied(JsonWriter* json, const std::vector<EmbodiedPart>& parts) {
  ObjectArray(json, "embodied_parts", parts, [json](const EmbodiedPart& part) {
    Text(json, "item", part.item);
    Integer(json, "count", part.count);
    WriteEstimate(json, "making_kgco2e", part.making_kgco2e);
    WriteEstimate(json, "lifetime_h", part.lifetime_h);
    Number(json, "share", part.share);
    WriteEstimate(json, "gco2e", part.gco2e);
    Text(json, "source", part.source);
  });
}

EmbodiedPart ReadEmbodied(const FieldReader& from) {
  EmbodiedPart part;
  part.item = from.Text("item");
  part.count = from.SmallInteger("count");
  part.making_kgco2e = ReadEstimate(from.Member("making_kgco2e"));
  part.lifetime_h = ReadEstimate(from.Member("lifetime_h"));
  part.share = from.Number("share");
  part.gco2e = ReadEstimate(from.Member("gco2e"));
  part.source = from.Text("source");
  return part;
}

void WaterFields(JsonWriter* json, const WaterUse& water) {
  Number(json, "wue_l_per_kwh", water.wue_l_per_kwh);
  Text(json, "source", water.source);
  WriteEstimate(json, "litres", water.litres);
}

void SciFields(JsonWriter* json, const SciScore& sci) {
  Text(json, "unit", sci.unit);
  Number(json, "count", sci.count);
  WriteEstimate(json, "g_per_unit", sci.g_per_unit);
}

void WriteEmissions(JsonWriter* json, const Emissions& emissions) {
  json->Key("emissions_gco2e");
  json->BeginObject();
  WriteEstimate(json, "operational", emissions.operational);
  WriteEstimate(json, "embodied", emissions.embodied);
  WriteEstimate(json, "total", emissions.total);
  WriteEstimate(json, "operational_market", emissions.operational_market);
  json->EndObject();
}

// Fields that came with the footprint as a whole; records of earlier versions lack them.
void ReadWhole(const FieldReader& from, RunRecord* run) {
  run->pue_source = ReadLaterText(from, "pue_source");
  if (!from.Lacks("market_intensity_g_per_kwh")) {
    run->market_intensity = ReadIntensity(from.Member("market_intensity_g_per_kwh"));
  }
  if (!from.Lacks("by_time")) run->by_time = ReadByTime(from.Member("by_time"));
  if (!from.Lacks("water")) {
    const FieldReader water = from.Member("water");
    run->water =
        WaterUse{water.Number("wue_l_per_kwh"), water.Text("source"), ReadEstimate(water.Member("litres"))};
  }
  if (!from.Lacks("embodied_parts")) {
    from.Each("embodied_parts",
              [run](const FieldReader& part) { run->embodied_parts.push_back(ReadEmbodied(part)); });
  }
  if (!from.Lacks("sci")) {
    const FieldReader sci = from.Member("sci");
    run->sci = SciScore{sci.Text("unit"), sci.Number("count"), ReadEstimate(sci.Member("g_per_unit"))};
  }
}

}  // namespace

void WriteCarbon(JsonWriter* json, const RunRecord& run) {
  Number(json, "pue", run.pue);
  json->Key("pue_given");
  json->Bool(run.pue_given);
  Text(json, "pue_source", run.pue_source);
  Text(json, "zone", run.zone);
  WriteIntensity(json, "intensity_g_per_kwh", run.intensity);
  WriteIntensity(json, "market_intensity_g_per_kwh", run.market_intensity);
  WriteEmissions(json, run.emissions_gco2e);
  OptionalObject(json, "by_time", run.by_time, [json](const ByTime& it) { ByTimeFields(json, it); });
  OptionalObject(json, "water", run.water, [json](const WaterUse& it) { WaterFields(json, it); });
  WriteEmbodied(json, run.embodied_parts);
  OptionalObject(json, "sci", run.sci, [json](const SciScore& it) { SciFields(json, it); });
}

void ReadCarbon(const FieldReader& from, RunRecord* run) {
  run->pue = from.Number("pue");
  run->pue_given = from.Flag("pue_given");
  run->zone = from.Text("zone");
  run->intensity = ReadIntensity(from.Member("intensity_g_per_kwh"));
  const FieldReader emissions = from.Member("emissions_gco2e");
  run->emissions_gco2e.operational = ReadEstimate(emissions.Member("operational"));
  run->emissions_gco2e.embodied = ReadOptionalEstimate(emissions, "embodied");
  run->emissions_gco2e.total = ReadEstimate(emissions.Member("total"));
  run->emissions_gco2e.operational_market = ReadLaterEstimate(emissions, "operational_market");
  ReadWhole(from, run);
}

}  // namespace jouleprint::record
