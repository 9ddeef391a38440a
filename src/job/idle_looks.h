// What each domain of an idle machine drew, from one look to the next.
#ifndef JOULEPRINT_JOB_IDLE_LOOKS_H_
#define JOULEPRINT_JOB_IDLE_LOOKS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "energy/account.h"
#include "sampling/ledger.h"

namespace jouleprint::job {

class IdleLooks {
 public:
  using Totals = std::vector<std::vector<sampling::DomainTotals>>;  // by lane and domain

  explicit IdleLooks(Totals first) : last_(std::move(first)) {
    for (const auto& lane : last_) sums_.emplace_back(lane.size());
  }

  void Add(Totals now) {
    for (std::size_t lane = 0; lane < now.size(); ++lane) {
      for (std::size_t i = 0; i < now[lane].size(); ++i) {
        const sampling::DomainTotals& from = last_[lane][i];
        const sampling::DomainTotals& to = now[lane][i];
        // A meter that has not answered since says nothing, not zero.
        if (from.primed && to.upto > from.upto)
          sums_[lane][i].Add((to.energy - from.energy) / (to.upto - from.upto));
      }
    }
    last_ = std::move(now);
  }

  /// Nothing where no look saw the domain.
  std::optional<energy::IdlePower> MeanOf(std::size_t lane, std::size_t i) const {
    return sums_[lane][i].Mean();
  }

 private:
  class Sum {
   public:
    void Add(Watts power) {
      ++count_;
      sum_ += power.value();
      squares_ += power.value() * power.value();
    }
    std::optional<energy::IdlePower> Mean() const {
      // 5 % and 95 % of a normal distribution lie 1.645 standard deviations out.
      constexpr double kNormal90 = 1.645;
      if (count_ == 0) return std::nullopt;
      const double n = static_cast<double>(count_);
      const double mean = sum_ / n;
      const double variance = std::max(0.0, squares_ / n - mean * mean);
      return energy::IdlePower{Watts{mean}, Watts{kNormal90 * std::sqrt(variance / n)}};
    }

   private:
    std::size_t count_ = 0;
    double sum_ = 0;
    double squares_ = 0;
  };

  Totals last_;
  std::vector<std::vector<Sum>> sums_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_IDLE_LOOKS_H_
