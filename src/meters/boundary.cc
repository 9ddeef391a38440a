#include "meters/boundary.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace jouleprint::meters {
namespace {

class Chooser {
 public:
  Chooser(const std::vector<const DomainInfo*>& domains, Boundary boundary)
      : domains_(domains), boundary_(boundary), verdicts_(domains.size()) {}

  std::vector<Verdict> Choose() {
    DropTwins();
    ChooseTotal();
    DropContainers();
    DropContents();
    return std::move(verdicts_);
  }

 private:
  bool Stands(std::size_t i) const { return verdicts_[i].fate == Fate::kCounted; }
  const Scope& ScopeOf(std::size_t i) const { return domains_[i]->scope; }
  void Drop(std::size_t i, std::string reason) { verdicts_[i] = {Fate::kDropped, std::move(reason)}; }

  void DropTwins() {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      for (std::size_t j = i + 1; j < domains_.size() && Stands(i); ++j) {
        if (!Stands(j) || ScopeOf(i) != ScopeOf(j)) continue;
        const bool second_is_better = domains_[j]->basis < domains_[i]->basis;
        const std::size_t kept = second_is_better ? j : i;
        const std::size_t dropped = second_is_better ? i : j;
        Drop(dropped, "it measures " + domains_[kept]->name + " a second time (" + domains_[kept]->source +
                          " is counted)");
      }
    }
  }

  // Something measures processors, whatever its level.
  bool ProcessorIsMeasured() const {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      const Level level = ScopeOf(i).level;
      if (Stands(i) && level >= Level::kPlatform && level <= Level::kCores) return true;
    }
    return false;
  }

  std::optional<std::size_t> FirstOf(Level level) const {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      if (Stands(i) && ScopeOf(i).level == level) return i;
    }
    return std::nullopt;
  }

  void ChooseTotal() {
    std::optional<std::size_t> total = FirstOf(Level::kWall);
    const bool node_wanted = boundary_ == Boundary::kPlatform || !ProcessorIsMeasured();
    if (!total && node_wanted) total = FirstOf(Level::kNode);
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      if (!Stands(i) || ScopeOf(i).level > Level::kNode) continue;
      if (total == i) {
        verdicts_[i].fate = Fate::kTotal;
      } else if (total && ScopeOf(*total).level == ScopeOf(i).level) {
        Drop(i, "one total is enough, and " + domains_[*total]->name + " (" + domains_[*total]->source +
                    ") is it");
      } else if (total) {
        Drop(i, "it is a part of " + domains_[*total]->name + ", whose rest is shown as other");
      } else {
        Drop(i, "it contains what is counted; --boundary platform takes it as the total");
      }
    }
  }

  std::optional<std::size_t> CountedInside(std::size_t outer, Level level) const {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      if (Stands(i) && ScopeOf(i).level == level && Contains(ScopeOf(outer), ScopeOf(i))) return i;
    }
    return std::nullopt;
  }

  // The parts that together say as much as the container does; nothing when one is missing.
  std::optional<std::size_t> SayAsMuch(std::size_t outer) const {
    switch (ScopeOf(outer).level) {
      case Level::kPlatform:
        return boundary_ == Boundary::kPlatform ? std::nullopt : CountedInside(outer, Level::kPackage);
      case Level::kModule: {
        const auto package = CountedInside(outer, Level::kPackage);
        return CountedInside(outer, Level::kGpu) ? package : std::nullopt;
      }
      case Level::kPackage:
        return CountedInside(outer, Level::kPackage);  // its dies
      case Level::kMemory:
        return CountedInside(outer, Level::kMemory);  // each socket's
      default:
        return std::nullopt;
    }
  }

  void DropContainers() {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      if (!Stands(i)) continue;
      const std::optional<std::size_t> part = SayAsMuch(i);
      if (!part) continue;
      const bool platform = ScopeOf(i).level == Level::kPlatform;
      Drop(i, "it contains " + InWords(ScopeOf(*part)) + ", which is counted" +
                  (platform ? "; --boundary platform counts it instead" : ""));
    }
  }

  void DropContents() {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      if (!Stands(i)) continue;
      for (std::size_t outer = 0; outer < domains_.size(); ++outer) {
        if (!Stands(outer) || !Contains(ScopeOf(outer), ScopeOf(i))) continue;
        Drop(i, "it is a part of " + InWords(ScopeOf(outer)) + " and is counted there");
        break;
      }
    }
  }

  const std::vector<const DomainInfo*>& domains_;
  const Boundary boundary_;
  std::vector<Verdict> verdicts_;
};

}  // namespace

std::vector<Verdict> ChooseBoundary(const std::vector<const DomainInfo*>& domains, Boundary boundary) {
  return Chooser(domains, boundary).Choose();
}

}  // namespace jouleprint::meters
