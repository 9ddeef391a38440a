// Parts of a Measurement's run: what was used between two moments at which all meters were read.
#include <algorithm>

#include "job/measurement.h"

namespace jouleprint::job {

Measurement::Mark Measurement::MarkNow() {
  const os::BootTime asked = clock_.Boot();
  ReadNow();
  Mark mark{clock_.Boot(), AllTotals()};
  for (auto& lane : mark.totals) {
    for (sampling::DomainTotals& totals : lane) {
      // A reading from after the asking says it exactly. Without one, the last known power goes on.
      if (totals.primed && totals.upto < asked) totals.energy += totals.power * (mark.at - totals.upto);
    }
  }
  return mark;
}

energy::DomainUse Measurement::UseBetween(const Member& member, const Mark& from, const Mark& to) const {
  const sampling::DomainTotals& before = from.totals[member.lane][member.index];
  const sampling::DomainTotals& after = to.totals[member.lane][member.index];
  const sampling::Lane& lane = *lanes_[member.lane];
  energy::DomainUse use;
  use.info = InfoOf(member);
  use.meter = lane.meter().name();
  use.energy = std::max(Joules{0}, after.energy - before.energy);
  use.filled = std::max(Joules{0}, after.filled - before.filled);
  use.max_power = after.power;
  use.read_every = lane.period();
  return use;
}

energy::Question Measurement::Between(const Mark& from, const Mark& to) const {
  energy::Question question;
  question.duration = to.at - from.at;
  const Totals totals = AllTotals();
  for (const Member* member : Standing(totals)) question.uses.push_back(UseBetween(*member, from, to));
  if (const Member* total = StandingTotal(totals)) question.total = UseBetween(*total, from, to);
  return question;
}

}  // namespace jouleprint::job
