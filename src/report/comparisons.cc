// Everyday equivalents of an emission, from data/equivalences.csv (compiled in; each row names its source).
//
// Rows stand from the most familiar to the least. Two of different kinds are taken: first those whose
// count is easy to picture, then those that are still readable.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "report/humanize.h"
#include "report/report.h"

extern "C" const char jouleprint_data_equivalences_begin[], jouleprint_data_equivalences_end[];

namespace jouleprint::report {
namespace {

constexpr std::size_t kWanted = 2;

struct Equivalence {
  std::string_view kind;
  double grams_per_unit = 0;
  std::string_view phrase;
};

// The table has no quoted fields (a test holds it to that), so a comma always separates.
std::string_view TakeField(std::string_view* line) {
  const std::size_t end = std::min(line->find(','), line->size());
  const std::string_view field = line->substr(0, end);
  line->remove_prefix(std::min(end + 1, line->size()));
  return field;
}

std::vector<Equivalence> ReadTable() {
  std::string_view text(
      jouleprint_data_equivalences_begin,
      static_cast<std::size_t>(jouleprint_data_equivalences_end - jouleprint_data_equivalences_begin));
  std::vector<Equivalence> rows;
  text.remove_prefix(std::min(text.find('\n') + 1, text.size()));  // the heading
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    TakeField(&line);  // id
    Equivalence row;
    row.kind = TakeField(&line);
    row.grams_per_unit = std::strtod(std::string(TakeField(&line)).c_str(), nullptr);
    row.phrase = TakeField(&line);
    rows.push_back(row);
  }
  return rows;
}

// "charging a phone {n} {time|times}" with a count; the first form goes with exactly one.
std::string Fill(std::string_view phrase, const std::string& count, bool singular) {
  std::string text;
  while (!phrase.empty()) {
    const std::size_t open = std::min(phrase.find('{'), phrase.size());
    text += phrase.substr(0, open);
    phrase.remove_prefix(open);
    const std::size_t close = phrase.find('}');
    if (phrase.empty() || close == std::string_view::npos) break;
    const std::string_view slot = phrase.substr(1, close - 1);
    const std::size_t bar = slot.find('|');
    if (slot == "n")
      text += count;
    else
      text += singular ? slot.substr(0, bar) : slot.substr(bar + 1);
    phrase.remove_prefix(close + 1);
  }
  return text;
}

// Two digits: an everyday factor is known no better. "1.0" reads as "1".
std::string CountText(double count) {
  const std::string text = Significant(count, 2);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

struct Range {
  double low;
  double high;
};

void Choose(const std::vector<Equivalence>& rows, double grams, Range range, std::vector<std::string>* chosen,
            std::vector<std::string_view>* kinds) {
  for (const Equivalence& row : rows) {
    if (chosen->size() >= kWanted) return;
    const double count = grams / row.grams_per_unit;
    if (count < range.low || count > range.high) continue;
    if (std::find(kinds->begin(), kinds->end(), row.kind) != kinds->end()) continue;
    kinds->push_back(row.kind);
    const std::string text = CountText(count);
    chosen->push_back(Fill(row.phrase, text, text == "1"));
  }
}

}  // namespace

std::vector<std::string> Comparisons(double grams) {
  static const std::vector<Equivalence> rows = ReadTable();
  std::vector<std::string> chosen;
  std::vector<std::string_view> kinds;
  if (!std::isfinite(grams) || grams <= 0 || rows.empty()) return chosen;
  Choose(rows, grams, {0.995, 500}, &chosen, &kinds);
  Choose(rows, grams, {0.1, 1000}, &chosen, &kinds);
  if (!chosen.empty()) return chosen;
  const auto smaller = [](const Equivalence& a, const Equivalence& b) {
    return a.grams_per_unit < b.grams_per_unit;
  };
  const Equivalence least = *std::min_element(rows.begin(), rows.end(), smaller);
  if (grams < least.grams_per_unit)
    chosen.push_back("less than a tenth of " + Fill(least.phrase, "one", true));
  return chosen;
}

}  // namespace jouleprint::report
