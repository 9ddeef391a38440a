#include "forecast/epoch_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "carbon/series/text_lines.h"
#include "os/file.h"

namespace jouleprint::forecast {
namespace {

using carbon::Shown;

constexpr std::size_t kMostColumns = 256;
// Beyond any figure of a computer (3e7 years, 1e15 kWh): sums of them stay finite.
constexpr double kMost = 1e15;
constexpr const char* kRightHeader = "begin the file with 'epoch,duration_s,energy_kwh'";

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

// Whether it is an evaluation; nothing for a word that is neither.
std::optional<bool> IsEval(std::string_view kind) {
  constexpr std::array<std::string_view, 3> kTrain{"train", "training", ""};
  constexpr std::array<std::string_view, 6> kEval{"eval", "evaluation", "val", "valid", "validation", "test"};
  const std::string word = LowerCase(kind);
  if (std::find(kTrain.begin(), kTrain.end(), word) != kTrain.end()) return false;
  if (std::find(kEval.begin(), kEval.end(), word) != kEval.end()) return true;
  return std::nullopt;
}

class EpochReader {
 public:
  explicit EpochReader(carbon::TextLines* lines) : lines_(lines) {}

  Result<EpochTable> Read() {
    if (Status begun = ReadHeader(); !begun.ok()) return begun.error();
    Result<bool> more = lines_->Next(&line_);
    for (; more.ok() && *more; more = lines_->Next(&line_)) {
      if (Status read = ReadRow(); !read.ok()) return read.error();
    }
    if (!more.ok()) return more.error();
    if (TrainingUnits(table_.units) == 0)
      return Wrong(" has no finished training epoch", "give a line per finished epoch");
    SayWhatLacks();
    return std::move(table_);
  }

 private:
  Error Wrong(const std::string& what, std::string hint) const {
    return {ErrorCode::kInvalidArgument, lines_->name() + what, std::move(hint)};
  }
  Error WrongCell(std::string_view field, const std::string& what, std::string hint) const {
    return Wrong(fmt::format(" line {}, field '{}': {}", lines_->number(), field, what), std::move(hint));
  }

  Status ReadHeader() {
    const Result<bool> header = lines_->Next(&line_);
    if (!header.ok()) return header.error();
    if (!*header) return Wrong(" is empty", kRightHeader);
    if (!cells_.Split(line_, kMostColumns)) return Wrong(" line 1 has a quote without an end", kRightHeader);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const std::string name = LowerCase(cells_[i]);
      std::optional<std::size_t>* column = ColumnOf(name);
      if (column == nullptr) continue;
      if (*column) return Wrong(" line 1 names '" + name + "' twice", "keep one of the two columns");
      *column = i;
      count_ = i + 1;
    }
    all_ = cells_.size();
    if (!duration_) return Wrong(" line 1 has no column 'duration_s'", kRightHeader);
    return {};
  }

  std::optional<std::size_t>* ColumnOf(std::string_view name) {
    if (name == "epoch") return &epoch_;
    if (name == "duration_s") return &duration_;
    if (name == "energy_kwh") return &energy_;
    return name == "kind" ? &kind_ : nullptr;
  }

  Status ReadRow() {
    if (line_.find_first_not_of(" \t") == std::string_view::npos) return {};
    if (!cells_.Split(line_, kMostColumns) || cells_.size() < count_ || cells_.filled() > all_) {
      return Wrong(fmt::format(" line {} has other columns than the first line", lines_->number()),
                   "complete the line or leave it out, and write numbers with a decimal point");
    }
    UnitCost unit;
    if (kind_) {
      const std::optional<bool> eval = IsEval(cells_[*kind_]);
      if (!eval)
        return WrongCell("kind", Shown(cells_[*kind_]) + " is neither 'train' nor 'eval'",
                         "write one of them");
      unit.eval = *eval;
    }
    if (Status read = ReadEpoch(unit.eval); !read.ok()) return read;
    const Result<double> duration = Amount("duration_s", cells_[*duration_]);
    if (!duration.ok()) return duration.error();
    unit.duration_s = *duration;
    if (energy_ && !cells_[*energy_].empty()) {
      const Result<double> energy = Amount("energy_kwh", cells_[*energy_]);
      if (!energy.ok()) return energy.error();
      unit.energy_kwh = *energy;
    } else if (first_without_energy_ == 0) {
      first_without_energy_ = lines_->number();
    }
    table_.units.push_back(unit);
    return {};
  }

  Result<double> Amount(std::string_view field, std::string_view cell) const {
    double value = 0;
    if (!os::ParseDouble(cell, &value) || !std::isfinite(value))
      return WrongCell(field, Shown(cell) + " is not a number",
                       field == "energy_kwh" ? "give kWh, or leave the cell empty where it is not known"
                                             : "give the seconds that it took");
    if (value < 0) return WrongCell(field, Shown(cell) + " is below 0", "give what the epoch took");
    if (value > kMost) return WrongCell(field, Shown(cell) + " is too large to be true", "check its unit");
    return value;
  }

  // Epochs are counted by their rows; their numbers say whether the rows are in order.
  Status ReadEpoch(bool eval) {
    if (!epoch_) return {};
    const std::string_view cell = cells_[*epoch_];
    double number = 0;
    if (!os::ParseDouble(cell, &number) || !(std::abs(number) <= kMost))
      return WrongCell("epoch", Shown(cell) + " is not a number", "give the epoch's number");
    if (eval) return {};
    if (last_epoch_ && number <= *last_epoch_) {
      return WrongCell(
          "epoch", fmt::format("{} comes after {:.15g}", Shown(cell), *last_epoch_),
          "give each epoch once, in the order in which they ran, and evaluations the kind 'eval'");
    }
    last_epoch_ = number;
    return {};
  }

  void SayWhatLacks() {
    if (!energy_) {
      table_.why_no_energy = lines_->name() + " has no column 'energy_kwh'";
    } else if (first_without_energy_ != 0) {
      table_.why_no_energy =
          fmt::format("{} line {} has no 'energy_kwh'", lines_->name(), first_without_energy_);
    }
  }

  carbon::TextLines* lines_;
  std::string_view line_;
  carbon::CsvCells cells_;
  std::size_t count_ = 0;  // cells that a row must have
  std::size_t all_ = 0;    // that the header has
  std::optional<std::size_t> epoch_, duration_, energy_, kind_;
  std::optional<double> last_epoch_;
  std::uint32_t first_without_energy_ = 0;  // its line
  EpochTable table_;
};

}  // namespace

Result<EpochTable> ReadEpochFile(const std::string& path) {
  Result<carbon::TextLines> lines = carbon::LinesOfFile(path == "-" ? "/dev/stdin" : path);
  if (!lines.ok()) return lines.error();
  return EpochReader(&*lines).Read();
}

Result<EpochTable> ReadEpochText(std::string_view text, const std::string& name) {
  carbon::TextLines lines = carbon::LinesOfText(text, name);
  return EpochReader(&lines).Read();
}

std::vector<UnitCost> FirstUnits(const std::vector<UnitCost>& units, std::int64_t training_units) {
  std::int64_t seen = 0;
  const auto end = std::find_if(units.begin(), units.end(),
                                [&](const UnitCost& unit) { return !unit.eval && ++seen > training_units; });
  return {units.begin(), end};
}

std::int64_t TrainingUnits(const std::vector<UnitCost>& units) {
  return std::count_if(units.begin(), units.end(), [](const UnitCost& unit) { return !unit.eval; });
}

}  // namespace jouleprint::forecast
