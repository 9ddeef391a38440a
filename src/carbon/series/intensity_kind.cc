// The words for what an intensity counts, and which of them may meet.
//
// A kind has up to three parts: whose electricity (average of all plants, or marginal: the plants that answer
// a change), for averages where it is taken (production or consumption), and what is counted of a plant
// (direct: its chimney; life-cycle: also its making and its fuel's).
#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "jouleprint/intensity_series.h"

namespace jouleprint {
namespace {

constexpr std::string_view kUnspecified = "unspecified";
// Whole words that are no kind of a grid's.
constexpr std::array<std::string_view, 3> kOthers{kUnspecified, "given", "market"};
// In this order a kind names them; one of each line at most.
constexpr std::array<std::array<std::string_view, 2>, 3> kParts{
    {{"average", "marginal"}, {"production", "consumption"}, {"lifecycle", "direct"}}};

// "Average-Life-Cycle" as "average-lifecycle". Sources that say "marginal operating" mean the same as
// "marginal": the plants that run, not those that would be built.
std::string Plain(std::string_view name) {
  std::string plain(name);
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"life-cycle", "lifecycle"},
                                 {"marginal-operating", "marginal"}}) {
    if (const std::size_t at = plain.find(from); at != std::string::npos) plain.replace(at, from.size(), to);
  }
  return plain;
}

// The parts in their order; "" where a word is none, or two contradict each other.
std::string InOrder(const std::string& plain) {
  std::array<std::string_view, kParts.size()> found{};
  std::string_view rest = plain;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find('-'));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    bool known = false;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
      if (word != kParts[i][0] && word != kParts[i][1]) continue;
      known = found[i].empty();
      found[i] = word;
    }
    if (!known) return {};
  }
  std::string kind;
  for (const std::string_view part : found) {
    if (!part.empty()) kind += (kind.empty() ? "" : "-") + std::string(part);
  }
  return kind;
}

bool Has(std::string_view kind, std::string_view part) { return kind.find(part) != std::string_view::npos; }

// Whether one kind says `one` where the other says `other`.
bool Contradict(std::string_view a, std::string_view b, std::string_view one, std::string_view other) {
  return (Has(a, one) && Has(b, other)) || (Has(a, other) && Has(b, one));
}

// Nearly every series that does not say is an average, so that it may stand beside averages and nothing else.
bool IsMarginalBesideUnspecified(std::string_view a, std::string_view b) {
  return (a == kUnspecified && Has(b, "marginal")) || (b == kUnspecified && Has(a, "marginal"));
}

}  // namespace

Result<std::string> IntensityKind(std::string_view name) {
  if (name.empty()) return std::string(kUnspecified);
  const std::string plain = Plain(name);
  if (std::find(kOthers.begin(), kOthers.end(), plain) != kOthers.end()) return plain;
  const std::string kind = InOrder(plain);
  if (!kind.empty()) return kind;
  return Error{
      ErrorCode::kInvalidArgument, "'" + std::string(name) + "' is no kind of intensity",
      "say average or marginal, and after it where known production or consumption, lifecycle or direct: "
      "average-consumption-lifecycle"};
}

std::string WhyKindsDoNotMix(std::string_view a, std::string_view b) {
  if (Contradict(a, b, "average", "marginal")) {
    return "one intensity is the average of all plants and the other that of the marginal ones";
  }
  if (IsMarginalBesideUnspecified(a, b)) {
    return "one intensity is marginal and the other does not say what it is, which is mostly an average";
  }
  if (Contradict(a, b, "lifecycle", "direct")) {
    return "one intensity counts the plants' whole life cycle and the other their direct emissions only";
  }
  if (a != b && (a == "market" || b == "market")) {
    return "one intensity is that of contracts (market-based) and the other that of the grid";
  }
  return {};
}

}  // namespace jouleprint
