#include "carbon/places/near_miss.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace jouleprint::carbon {
namespace {

// The bare letters of U+00C0..U+00FF and of U+0100..U+017F, in the order of Unicode.
constexpr std::string_view kLatin1Letters =
    "aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty";
constexpr std::string_view kLatinExtendedLetters =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
    "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kLatin1Letters.size() == 64 && kLatinExtendedLetters.size() == 128);

// Longer names than any place has are not worth a guess; the bound keeps the distance on the stack.
constexpr std::size_t kLongestName = 80;
constexpr std::size_t kMostSuggestions = 3;

// A two-byte UTF-8 letter as its bare letter; 0 when it is none of the Latin ones.
char BareLetter(unsigned char lead, unsigned char trail) {
  const std::size_t low = trail & 0x3Fu;
  if (lead == 0xC3) return kLatin1Letters[low];
  if (lead == 0xC4) return kLatinExtendedLetters[low];
  if (lead == 0xC5) return kLatinExtendedLetters[64 + low];
  return 0;
}

// Takes the next folded character off `rest`; 0 at the end.
char TakeFolded(std::string_view* rest) {
  while (!rest->empty()) {
    const char c = rest->front();
    if (rest->size() > 1) {
      const char bare = BareLetter(static_cast<unsigned char>(c), static_cast<unsigned char>((*rest)[1]));
      if (bare != 0) {
        rest->remove_prefix(2);
        return bare;
      }
    }
    rest->remove_prefix(1);
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '_' || c == '-') return '-';
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) return c;
  }
  return 0;
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, one each.
int EditDistance(std::string_view a, std::string_view b) {
  using Row = std::array<int, kLongestName + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// Half a name that was cut off or has too much behind it ("Switz", "us-central1-a").
bool IsCutOrContinued(std::string_view query, std::string_view name) {
  constexpr std::size_t kTellingPrefix = 4;
  return (query.size() >= kTellingPrefix && name.starts_with(query)) ||
         (name.size() >= kTellingPrefix && query.starts_with(name));
}

// One slip in a short name, one more for every four letters of a longer one.
int SlipsAllowed(std::string_view query) { return std::max(1, static_cast<int>(query.size()) / 4); }

}  // namespace

std::string Folded(std::string_view name) {
  std::string folded;
  while (const char c = TakeFolded(&name)) folded += c;
  return folded;
}

bool SameName(std::string_view name, std::string_view folded) {
  for (const char wanted : folded) {
    if (TakeFolded(&name) != wanted) return false;
  }
  return TakeFolded(&name) == 0;
}

NearMisses::NearMisses(std::string_view query) : query_(Folded(query)) {}

void NearMisses::Consider(std::string_view name, std::string_view label) {
  const std::string folded = Folded(name);
  if (folded.empty() || query_.empty() || std::max(folded.size(), query_.size()) > kLongestName) return;
  const bool cut = folded != query_ && IsCutOrContinued(query_, folded);
  const int distance = cut ? 1 : EditDistance(query_, folded);
  if (distance <= SlipsAllowed(query_)) candidates_.push_back({distance, std::string(label)});
}

std::vector<std::string> NearMisses::Best() const {
  std::vector<Candidate> sorted = candidates_;
  std::ranges::stable_sort(sorted, {}, &Candidate::distance);
  std::vector<std::string> best;
  for (const Candidate& candidate : sorted) {
    // A name that fits to the letter leaves no doubt which one was meant.
    const bool outdone = candidate.distance > 0 && sorted.front().distance == 0;
    if (outdone || best.size() == kMostSuggestions) break;
    if (std::ranges::find(best, candidate.label) == best.end()) best.push_back(candidate.label);
  }
  return best;
}

std::string NearMisses::Question() const {
  const std::vector<std::string> best = Best();
  std::string question;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const std::string_view joint = i == 0 ? "did you mean " : i + 1 == best.size() ? " or " : ", ";
    question.append(joint).append(best[i]);
  }
  return question.empty() ? question : question + "?";
}

}  // namespace jouleprint::carbon
