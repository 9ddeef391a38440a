#include "carbon/series/series_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "carbon/places/near_miss.h"
#include "carbon/series/intensity_unit.h"
#include "jouleprint/zones.h"

namespace jouleprint::carbon {
namespace {

// No grid stays below it in all of its hours, while any in t/MWh does.
constexpr double kImplausiblePeak_g_per_kwh = 1.5;
constexpr std::size_t kMostZonesNamed = 8;
constexpr const char* kUnits = "g/kWh, kg/MWh, lb/MWh, t/MWh";

// The first few, each once.
std::string ZonesOf(const std::deque<ZoneRows>& zones) {
  std::vector<std::string> names;
  for (const ZoneRows& rows : zones) {
    if (std::find(names.begin(), names.end(), rows.zone) == names.end()) names.push_back(rows.zone);
  }
  std::string listed;
  for (std::size_t i = 0; i < std::min(names.size(), kMostZonesNamed); ++i) {
    listed += (i == 0 ? "" : ", ") + Shown(names[i]);
  }
  const std::size_t more = names.size() - std::min(names.size(), kMostZonesNamed);
  return more == 0 ? listed : listed + " and " + std::to_string(more) + " more";
}

}  // namespace

Error SeriesReader::InRow(std::string_view column, const Error& error) const {
  return {error.code, Line() + ", " + std::string(column) + ": " + error.message, error.hint};
}

bool SeriesReader::IsWantedZone(std::string_view zone) const {
  return options_.zone.empty() || zone == options_.zone || zone == zone_id_;
}

bool SeriesReader::IsWanted(std::string_view zone, std::string_view kind) const {
  const bool wanted_kind = !columns_.kind || options_.kind.empty() || kind == options_.kind;
  return wanted_kind && IsWantedZone(zone);
}

// Rows of one kind often stand together.
Result<std::string_view> SeriesReader::KindOfRow() {
  const std::string_view cell = columns_.kind ? cells_[*columns_.kind] : std::string_view();
  if (cell.empty()) return std::string_view(default_kind_);
  if (cell != last_kind_cell_) {
    Result<std::string> known = IntensityKind(cell);
    if (!known.ok()) {
      return InRow("kind", {ErrorCode::kInvalidArgument, Shown(cell) + " is no kind of intensity",
                            known.error().hint});
    }
    last_kind_cell_ = cell;
    last_kind_ = *std::move(known);
  }
  return std::string_view(last_kind_);
}

Result<ZoneRows*> SeriesReader::ZoneOfRow() {
  const std::string_view zone = columns_.zone ? cells_[*columns_.zone] : std::string_view(options_.zone);
  const Result<std::string_view> known = KindOfRow();
  if (!known.ok()) return known.error();
  const std::string_view kind = *known;
  if (ZoneRows* found = rows_.Find(zone, kind)) return found;
  if (zone.empty()) {
    return InRow("zone", {ErrorCode::kInvalidArgument, "the row has none", "write which zone it is of"});
  }
  return rows_.Make(zone, kind, IsWanted(zone, kind));
}

// The rows of one time often stand together.
Result<Minute> SeriesReader::TimeOfRow() {
  const std::string_view cell = cells_[columns_.time];
  if (cell == last_time_ && !cell.empty()) return last_minute_;
  const Result<Minute> minute = ParseMinute(cell);
  if (!minute.ok()) return InRow("timestamp_utc", minute.error());
  last_time_ = cell;
  last_minute_ = *minute;
  return minute;
}

// NaN where the cell is empty.
Result<double> SeriesReader::ValueOfRow() {
  const std::string_view cell = cells_[columns_.value];
  if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  const auto refuse = [&](const std::string& what, std::string hint) {
    return InRow(columns_.value_name, {ErrorCode::kInvalidArgument, Shown(cell) + what, std::move(hint)});
  };
  if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value)) {
    return refuse(" is not a number", "write 321.5, and leave the cell empty where there is no value");
  }
  if (value < 0) return refuse(" is below 0", "leave the cell empty where there is no value");
  if (value == 0) return 0.0;  // -0 too
  const double g_per_kwh = value * columns_.in.g_per_kwh;
  if (g_per_kwh > kHighest_g_per_kwh) {
    return refuse(" " + std::string(columns_.in.name) + " is more than any grid emits",
                  std::string("correct it; if the column is in another unit say so with --unit: ") + kUnits);
  }
  return g_per_kwh;
}

// All rows of a file are read in one unit: that of --unit, else g/kWh.
Status SeriesReader::CheckUnitOfRow() {
  const std::string_view cell = cells_[*columns_.unit];
  if (cell == last_unit_) return {};
  const std::optional<IntensityUnit> unit = UnitSpokenOf(cell);
  const std::string said = Shown(cell);
  if (unit && unit->g_per_kwh != columns_.in.g_per_kwh) {
    const std::string name(unit->name);
    if (columns_.unit_was_given) {
      return InRow("unit", {ErrorCode::kInvalidArgument,
                            said + " is another unit than --unit " + std::string(columns_.in.name),
                            "give a file for each unit, or correct the cell"});
    }
    return InRow("unit",
                 {ErrorCode::kInvalidArgument, said + " is another unit than g/kWh",
                  "say --unit " + name + " where all rows are in it; else give a file for each unit"});
  }
  if (!unit && !columns_.unit_was_given && !UnitSpokenOf(columns_.value_name)) {
    return InRow("unit", {ErrorCode::kInvalidArgument, said + " is no unit of intensity",
                          std::string("say the unit of the file with --unit: ") + kUnits});
  }
  last_unit_ = cell;
  return {};
}

Status SeriesReader::ReadRow() {
  if (line_.find_first_not_of(" \t") == std::string_view::npos) return {};
  if (!cells_.Split(line_, std::numeric_limits<std::size_t>::max())) {
    return Error{ErrorCode::kInvalidArgument, Line() + " has a quote without an end, or text behind one",
                 "write the cell without quotes"};
  }
  if (cells_.size() < columns_.count) {
    return Error{ErrorCode::kInvalidArgument,
                 Line() + " has " + std::to_string(cells_.size()) + " of the " +
                     std::to_string(columns_.count) + " columns that are needed",
                 "complete the line or leave it out"};
  }
  if (cells_.filled() > columns_.all) {
    return Error{ErrorCode::kInvalidArgument,
                 Line() + " has " + std::to_string(cells_.filled()) + " columns, the header " +
                     std::to_string(columns_.all),
                 "write numbers with a decimal point, 50.5, and quotes around text that has a comma"};
  }
  const Result<ZoneRows*> zone = ZoneOfRow();
  if (!zone.ok()) return zone.error();
  if (!(*zone)->wanted) return {};
  const Result<Minute> minute = TimeOfRow();
  if (!minute.ok()) return minute.error();
  if (columns_.unit) {
    if (Status checked = CheckUnitOfRow(); !checked.ok()) return checked;
  }
  const Result<double> value = ValueOfRow();
  if (!value.ok()) return value.error();
  if (*value > peak_) peak_ = *value;
  SeriesRows::Add(*zone, {*minute, lines_->number(), *value});
  return {};
}

// Values in lb/MWh or t/MWh under a heading that says g/kWh: asked about, for nothing else shows it.
Status SeriesReader::CheckUnitOf(const SeriesFile& file) const {
  if (columns_.unit_was_given) return {};
  if (peak_ > 0 && peak_ < kImplausiblePeak_g_per_kwh) {
    return AskForUnit("all values in " + lines_->name() + " are below 1.5 g/kWh, as if they were in t/MWh",
                      "t/MWh");
  }
  for (const IntensitySeries& series : file.series) {
    const double mean = series.MeanOver(series.start(), series.end()).intensity.value();
    if (mean <= kImplausibleMean_g_per_kwh) continue;
    return AskForUnit("the values of " + Shown(series.zone()) + " in " + lines_->name() + " have a mean of " +
                          std::to_string(std::lround(mean)) + " g/kWh, as if they were in lb/MWh",
                      "lb/MWh");
  }
  return {};
}

Error SeriesReader::NothingWanted() const {
  NearMisses misses(options_.zone);
  bool has_zone = options_.zone.empty();
  for (const ZoneRows& rows : rows_.zones()) {
    misses.Consider(rows.zone, rows.zone);
    has_zone = has_zone || IsWantedZone(rows.zone);
  }
  if (has_zone) {
    const std::string kind = options_.kind.empty() ? "" : " of kind " + Shown(options_.kind);
    return {ErrorCode::kNotFound,
            lines_->name() + " has no value" + kind +
                (options_.zone.empty() ? "" : " for " + Shown(options_.zone)),
            "see what it has: 'jouleprint grid series --series " + lines_->name() + "'"};
  }
  const std::string question = misses.Question();
  return {ErrorCode::kNotFound, lines_->name() + " has no zone " + Shown(options_.zone),
          question.empty() ? "it has " + ZonesOf(rows_.zones()) : question};
}

Status SeriesReader::Begin() {
  const Result<std::string> kind = IntensityKind(options_.kind);
  if (!kind.ok()) return kind.error();
  default_kind_ = *kind;
  if (!options_.zone.empty()) {
    if (const Result<Zone> zone = FindZone(options_.zone); zone.ok()) zone_id_ = zone->id;
  }
  const Result<bool> header = lines_->Next(&line_);
  if (!header.ok()) return header.error();
  if (!*header) {
    return Error{ErrorCode::kInvalidArgument, lines_->name() + " is empty",
                 "give a CSV file that begins with 'timestamp_utc,zone,gco2_per_kwh'"};
  }
  Result<SeriesColumns> columns = ReadHeader(line_, lines_->name(), options_);
  if (!columns.ok()) return columns.error();
  columns_ = *std::move(columns);
  return {};
}

Result<SeriesFile> SeriesReader::Read() {
  if (Status begun = Begin(); !begun.ok()) return begun.error();
  Result<bool> more = lines_->Next(&line_);
  for (; more.ok() && *more; more = lines_->Next(&line_)) {
    if (Status read = ReadRow(); !read.ok()) return read.error();
  }
  if (!more.ok()) return more.error();
  // Without its folder: a record shows it, and a folder may tell a person's name.
  const std::string& name = lines_->name();
  const std::string source = options_.source.empty() ? name.substr(name.rfind('/') + 1) : options_.source;
  Result<SeriesFile> file = rows_.TakeSeries(lines_->name(), source);
  if (!file.ok()) return file;
  if (rows_.zones().empty() || (file->series.empty() && options_.zone.empty() && options_.kind.empty())) {
    return Error{ErrorCode::kInvalidArgument, lines_->name() + " has a header and no value",
                 "give a file with a line per step: 2022-01-01T00:00Z,FR,56.2"};
  }
  if (Status plausible = CheckUnitOf(*file); !plausible.ok()) return plausible.error();
  return file;
}

}  // namespace jouleprint::carbon
