#include <algorithm>
#include <cmath>
#include <set>

#include "carbon/pricing/by_time.h"
#include "record/merge_sums.h"

namespace jouleprint::record {
namespace {

constexpr const char* kSeveral = "several";

// Grams of one zone and source err together: so does the intensity that they were priced with.
std::string PriceOf(const RunRecord& run) { return run.zone + "\n" + run.intensity.source; }

template <class Figure>
std::optional<Estimate> SumOfCounted(const std::vector<Node>& nodes, Figure figure, bool by_grams) {
  Summer sum;
  bool known = true;
  EachCounted(nodes, [&](const Node&, const Member& member) {
    const std::optional<Estimate> part = figure(*member.run);
    known = known && part.has_value();
    if (part) sum.Add(PriceOf(*member.run), Scale(*part, by_grams ? member.grams : member.energy));
  });
  return known ? sum.sum() : std::nullopt;
}

double CountedKwh(const Member& member) { return member.run->energy_kwh.machine.value * member.energy; }

// Joined in the order of the nodes, each once.
std::string Joined(const std::vector<std::string>& texts) {
  std::string all;
  std::set<std::string> seen;
  for (const std::string& text : texts) {
    if (text.empty() || !seen.insert(text).second) continue;
    all += (all.empty() ? "" : "; ") + text;
  }
  return all;
}

void MergePue(const std::vector<Node>& nodes, RunRecord* all) {
  double weighted = 0;
  double weight = 0;
  bool same = true;
  std::optional<double> first;
  all->pue_given = true;
  EachCounted(nodes, [&](const Node&, const Member& member) {
    const RunRecord& run = *member.run;
    if (!first) first = run.pue;
    same = same && run.pue == *first;
    weighted += CountedKwh(member) * run.pue;
    weight += CountedKwh(member);
    all->pue_given = all->pue_given && run.pue_given;
  });
  all->pue = same || !(weight > 0) ? first.value_or(1) : weighted / weight;
  all->pue_source = CommonOf<std::string>(
      nodes, [](const RunRecord& run) { return run.pue_source; }, kSeveral);
}

void MergeZone(const std::vector<Node>& nodes, RunRecord* all) {
  std::set<std::string> zones;
  EachCounted(nodes, [&zones](const Node&, const Member& member) { zones.insert(member.run->zone); });
  all->zone = zones.size() == 1 ? *zones.begin() : kSeveral;
  if (zones.size() < 2) return;
  std::string names;
  for (const std::string& zone : zones) names += (names.empty() ? "" : ", ") + zone;
  all->warnings.push_back("the machines stand in different zones (" + names +
                          "): the intensity is the mean of theirs, weighted by energy");
}

void MergeMarket(const std::vector<Node>& nodes, RunRecord* all) {
  const std::optional<Estimate> grams = SumOfCounted(
      nodes, [](const RunRecord& run) { return run.emissions_gco2e.operational_market; }, false);
  std::vector<std::pair<double, IntensityUsed>> parts;
  bool known = true;
  EachCounted(nodes, [&](const Node&, const Member& member) {
    known = known && member.run->market_intensity;
    if (known) parts.emplace_back(CountedKwh(member) * member.run->pue, *member.run->market_intensity);
  });
  if (known && !parts.empty()) all->market_intensity = MeanIntensity(parts);
  all->emissions_gco2e.operational_market = grams;
}

void MergeWater(const std::vector<Node>& nodes, RunRecord* all) {
  std::vector<std::string> sources;
  double litres_per = 0;
  double kwh = 0;
  bool any = false;
  EachCounted(nodes, [&](const Node&, const Member& member) {
    if (!member.run->water) return;
    any = true;
    sources.push_back(member.run->water->source);
    litres_per += member.run->water->wue_l_per_kwh * CountedKwh(member);
    kwh += CountedKwh(member);
  });
  const std::optional<Estimate> litres = SumOfCounted(
      nodes, [](const RunRecord& run) { return run.water ? std::optional(run.water->litres) : std::nullopt; },
      false);
  if (litres) {
    const double wue = CommonOf<double>(
        nodes, [](const RunRecord& run) { return run.water->wue_l_per_kwh; }, kwh > 0 ? litres_per / kwh : 0);
    all->water = WaterUse{wue, Joined(sources), *litres};
  } else if (any) {
    all->warnings.push_back("there is no figure for water: not all of the merged runs have one");
  }
}

// Of one machine the same hardware goes on being used when the job is started again; of another it is more of
// it.
void AddEmbodied(const EmbodiedPart& part, bool same_machine, std::vector<EmbodiedPart>* parts) {
  for (EmbodiedPart& known : *parts) {
    if (known.item != part.item || known.making_kgco2e != part.making_kgco2e ||
        known.lifetime_h != part.lifetime_h || known.share != part.share || known.source != part.source) {
      continue;
    }
    if (!same_machine) known.count = Together(known.count, part.count);
    known.gco2e = SumCorrelated(known.gco2e, part.gco2e);
    return;
  }
  parts->push_back(part);
}

void MergeEmbodied(const std::vector<Node>& nodes, RunRecord* all) {
  std::optional<Estimate> sum;
  bool known = true;
  bool any = false;
  for (const Node& node : nodes) {
    std::vector<EmbodiedPart> of_node;
    for (const Member& member : node.members) {
      if (!member.Counts()) continue;
      const std::optional<Estimate>& grams = member.run->emissions_gco2e.embodied;
      known = known && grams;
      any = any || grams;
      // The same tables stand behind all of them.
      const double of_time = member.seconds() / (static_cast<double>(member.span.length_us()) * 1e-6);
      if (grams) sum = sum ? SumCorrelated(*sum, Scale(*grams, of_time)) : Scale(*grams, of_time);
      for (EmbodiedPart part : member.run->embodied_parts) {
        part.gco2e = Scale(part.gco2e, of_time);
        AddEmbodied(part, true, &of_node);
      }
    }
    for (const EmbodiedPart& part : of_node) AddEmbodied(part, false, &all->embodied_parts);
  }
  if (known) {
    all->emissions_gco2e.embodied = sum;
  } else if (any) {
    all->embodied_parts.clear();
    all->warnings.push_back(
        "the making of the hardware is left out: it is not known for all of the merged runs");
  }
}

// Of what counts for all ranks together: the run and its epochs. How many requests each rank did, or all of
// them, a record does not tell.
void MergeScore(const std::vector<Node>& nodes, RunRecord* all) {
  const std::string unit = CommonOf<std::string>(
      nodes, [](const RunRecord& run) { return run.sci ? run.sci->unit : std::string(); }, kSeveral);
  if (unit.empty()) return;
  double count = 1;
  if (unit == "epoch") {
    count = static_cast<double>(std::count_if(all->epochs.begin(), all->epochs.end(),
                                              [](const EpochRecord& e) { return e.kind == "train"; }));
  }
  const bool alone = nodes.size() == 1 && nodes.front().members.size() == 1;
  if (alone) count = nodes.front().members.front().run->sci->count;
  if ((alone || unit == "run" || unit == "epoch") && count > 0) {
    all->sci = SciScore{unit, count, Scale(all->emissions_gco2e.total, 1 / count)};
    return;
  }
  all->warnings.push_back(
      unit == kSeveral ? "there is no figure per unit: the merged runs do not count the same one"
                       : "there is no figure per " + unit + ": how many all ranks did together is not known");
}

}  // namespace

IntensityUsed MeanIntensity(const std::vector<std::pair<double, IntensityUsed>>& parts) {
  IntensityUsed mean = parts.front().second;
  std::vector<std::string> sources;
  double weights = 0;
  bool same = true;
  for (const auto& [weight, used] : parts) {
    same = same && used.value == mean.value;
    weights += weight;
    mean.kind = mean.kind == used.kind ? mean.kind : carbon::CommonKind(mean.kind, used.kind);
    sources.push_back(used.source);
  }
  mean.source = Joined(sources);
  if (same) return mean;
  // Where nothing was used each counts alike. The ends are averaged as the values are: that the sources err
  // together is the wider, safe, assumption.
  const bool even = !(weights > 0);
  if (even) weights = static_cast<double>(parts.size());
  Estimate sum{0, 0, 0, mean.value.basis};
  for (const auto& [weight, used] : parts) {
    sum = SumCorrelated(sum, Scale(used.value, (even ? 1 : weight) / weights));
  }
  mean.value = sum;
  return mean;
}

void MergeCarbon(const std::vector<Node>& nodes, RunRecord* all) {
  MergePue(nodes, all);
  MergeZone(nodes, all);
  std::vector<std::pair<double, IntensityUsed>> intensities;
  EachCounted(nodes, [&](const Node&, const Member& member) {
    intensities.emplace_back(CountedKwh(member) * member.run->pue, member.run->intensity);
  });
  all->intensity = MeanIntensity(intensities);
  Emissions& emissions = all->emissions_gco2e;
  emissions.operational =
      SumOfCounted(
          nodes, [](const RunRecord& run) { return std::optional(run.emissions_gco2e.operational); }, true)
          .value_or(Estimate{});
  MergeMarket(nodes, all);
  MergeWater(nodes, all);
  MergeEmbodied(nodes, all);
  emissions.total =
      emissions.embodied ? SumIndependent(emissions.operational, *emissions.embodied) : emissions.operational;
  all->by_time = MergeByTime(nodes, *all);
  bool any = false;
  EachCounted(nodes, [&any](const Node&, const Member& member) { any = any || member.run->by_time; });
  if (any && !all->by_time) {
    all->warnings.push_back("there is no account by the clock: not all of the merged runs have one");
  }
  MergeScore(nodes, all);
}

}  // namespace jouleprint::record
