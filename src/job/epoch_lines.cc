#include "job/epoch_lines.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

namespace jouleprint::job {
namespace {

// Progress bars and announcements, and what is printed when an epoch is through. In small letters.
constexpr std::array<std::string_view, 7> kBeginning{"it/s", "s/it", "%|", "?it", " eta", "start", "begin"};
constexpr std::array<std::string_view, 13> kEnding{"loss",     "acc",   "error",  "perplexity", "ppl",
                                                   "bleu",     "score", "auc",    "took",       "finished",
                                                   "complete", "done",  "elapsed"};

template <std::size_t N>
bool HoldsOne(const std::string& line, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return line.find(word) != std::string::npos; });
}

// The middle one of the times between lines that tell of training; nothing where there is one line or none.
std::optional<double> UsualStep(std::span<const Mark> marks) {
  std::vector<double> steps;
  const Mark* last = nullptr;
  for (const Mark& mark : marks) {
    if (mark.eval) continue;
    if (last != nullptr) steps.push_back(mark.t_s - last->t_s);
    last = &mark;
  }
  if (steps.empty()) return std::nullopt;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

enum class Lines { kBegin, kEnd, kNotKnown };

Lines LinesOf(std::span<const Mark> marks, EpochMark mark) {
  if (mark != EpochMark::kAuto) return mark == EpochMark::kStart ? Lines::kBegin : Lines::kEnd;
  const auto first = std::find_if(marks.begin(), marks.end(), [](const Mark& m) { return !m.eval; });
  if (first == marks.end()) return Lines::kNotKnown;
  if (first->hint == LineHint::kBegins) return Lines::kBegin;
  const std::optional<double> step = UsualStep(marks);
  const bool head_is_short = step && first->t_s < *step / 2;
  // An evaluation makes steps longer than the epoch that stands before the first line; nothing else does.
  const bool evaluates = std::any_of(marks.begin(), marks.end(), [](const Mark& m) { return m.eval; });
  if (first->hint == LineHint::kEnds && (evaluates || !head_is_short)) return Lines::kEnd;
  if (!step) return Lines::kNotKnown;
  return head_is_short ? Lines::kBegin : Lines::kEnd;
}

}  // namespace

LineHint HintOf(std::string_view line) {
  std::string small;
  for (const char c : line) small += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  // A bar shows the loss of the epoch before, too.
  if (HoldsOne(small, kBeginning)) return LineHint::kBegins;
  return HoldsOne(small, kEnding) ? LineHint::kEnds : LineHint::kNone;
}

EpochRecord Between(const Mark& from, const Mark& to, const Mark& named) {
  return {named.epoch, named.eval ? "eval" : "train", from.t_s, to.t_s,
          std::max(0.0, to.energy_kwh - from.energy_kwh)};
}

FinishedUnits UnitsFinished(std::span<const Mark> marks, EpochMark mark) {
  FinishedUnits units;
  const Lines lines = LinesOf(marks, mark);
  if (marks.empty() || lines == Lines::kNotKnown) return units;
  Mark from{};
  if (lines == Lines::kBegin) {
    from = marks.front();
    marks = marks.subspan(1);
    units.before_s = from.t_s;
    units.before_kwh = from.energy_kwh;
  }
  for (const Mark& to : marks) {
    units.epochs.push_back(Between(from, to, lines == Lines::kBegin ? from : to));
    from = to;
  }
  return units;
}

}  // namespace jouleprint::job
