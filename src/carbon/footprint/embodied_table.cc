#include "carbon/footprint/embodied_table.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <vector>

#include "carbon/csv_table.h"

// data/hardware/embodied.csv, as src/CMakeLists.txt embeds it.
extern "C" const char jouleprint_data_embodied_begin[], jouleprint_data_embodied_end[];

namespace jouleprint::carbon {
namespace {

enum Column { kKind, kMatch, kItem, kValue, kLow, kHigh, kSource };

CsvTable Table() { return {jouleprint_data_embodied_begin, jouleprint_data_embodied_end}; }

double NumberIn(std::string_view cell) {
  double number = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return number;
}

Making ReadRow(const CsvTable& row) {
  return {std::string(row.Cell(kItem)),
          {NumberIn(row.Cell(kValue)), NumberIn(row.Cell(kLow)), NumberIn(row.Cell(kHigh)), Basis::kAssumed},
          std::string(row.Cell(kSource))};
}

// "NVIDIA A100-SXM4-80GB": nvidia, a100, sxm4, 80gb. ASCII; the C library would ask the locale.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  bool within = false;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool of_a_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (of_a_word && !within) words.emplace_back();
    if (of_a_word) words.back() += c;
    within = of_a_word;
  }
  return words;
}

// How many words `match` has; 0 when one of them is not among `words`.
int WordsInCommon(std::string_view match, const std::vector<std::string>& words) {
  int count = 0;
  while (!match.empty()) {
    if (std::find(words.begin(), words.end(), TakeUntil(&match, ' ')) == words.end()) return 0;
    ++count;
  }
  return count;
}

}  // namespace

Making MakingOf(std::string_view kind) {
  for (CsvTable row = Table(); row.Next();) {
    if (row.Cell(kKind) == kind && row.Cell(kMatch).empty()) return ReadRow(row);
  }
  assert(false && "every kind has a row");
  return {};
}

std::optional<Making> MakingOfGpu(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  std::optional<CsvTable> best;
  int most = 0;
  for (CsvTable row = Table(); row.Next();) {
    const int common = WordsInCommon(row.Cell(kMatch), words);
    if (common <= most) continue;
    most = common;
    best = row;
  }
  if (!best) return std::nullopt;
  return ReadRow(*best);
}

}  // namespace jouleprint::carbon
