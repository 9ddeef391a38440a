#include "meters/wattmeter/watt_sum_source.h"

#include <algorithm>
#include <utility>

namespace jouleprint::meters {
namespace {

class SumSource final : public WattSource {
 public:
  explicit SumSource(std::vector<std::unique_ptr<WattSource>> parts) : parts_(std::move(parts)) {}

  Result<WattSample> Next(Seconds patience) override {
    WattSample sum{.power = Watts{0}, .total_energy = Joules{0}, .at = {}};
    for (const auto& part : parts_) {
      const Result<WattSample> sample = part->Next(patience / static_cast<double>(parts_.size()));
      if (!sample.ok()) return sample.error();
      // Where one is not known, so is the sum: NaN goes on.
      sum.power += sample->power;
      if (sample->total_energy && sum.total_energy) {
        *sum.total_energy += *sample->total_energy;
      } else {
        sum.total_energy.reset();
      }
    }
    return sum;
  }

  // Meters of one make err alike: the sum is no surer than the worst of them.
  DomainInfo Describe() const override {
    DomainInfo sum = parts_.front()->Describe();
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      const DomainInfo part = parts_[i]->Describe();
      sum.source += " and " + part.source;
      sum.joules_per_count = std::max(sum.joules_per_count, part.joules_per_count);
      sum.error.relative = std::max(sum.error.relative, part.error.relative);
      sum.error.update_period = std::max(sum.error.update_period, part.error.update_period);
    }
    return sum;
  }

  Seconds period() const override {
    Seconds longest{0};
    for (const auto& part : parts_) longest = std::max(longest, part->period());
    return longest;
  }

 private:
  std::vector<std::unique_ptr<WattSource>> parts_;
};

}  // namespace

std::unique_ptr<WattSource> SumOf(std::vector<std::unique_ptr<WattSource>> parts) {
  return std::make_unique<SumSource>(std::move(parts));
}

}  // namespace jouleprint::meters
