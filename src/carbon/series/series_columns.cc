#include "carbon/series/series_columns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <vector>

#include "carbon/series/text_lines.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {
namespace {

constexpr const char* kRightHeader = "begin the file with the line 'timestamp_utc,zone,gco2_per_kwh'";
constexpr std::size_t kMostListed = 12;
constexpr std::string_view kValueColumn = "gco2_per_kwh";
// The first is ours; the others are what people and programs call the same.
constexpr std::array<std::string_view, 5> kTimeColumns{"timestamp_utc", "timestamp", "datetime",
                                                       "datetime_utc", "time"};
// Names of a value that say nothing of its unit.
constexpr std::array<std::string_view, 6> kValueNames{"value", "intensity",       "carbon_intensity",
                                                      "moer",  "carbonintensity", "co2"};

struct Packed {
  std::string_view magic;
  std::string_view what;
};
// RFC 8878 3.1.1; the formats of xz and bzip2; PKWARE's APPNOTE 4.3.7; SQLite's and Parquet's file formats;
// Unicode's byte order marks.
constexpr std::array<Packed, 8> kOtherFormats{{{"\x28\xB5\x2F\xFD", "packed with zstd"},
                                               {"\xFD"
                                                "7zXZ",
                                                "packed with xz"},
                                               {"BZh", "packed with bzip2"},
                                               {"PK\x03\x04", "a zip archive or a spreadsheet"},
                                               {"SQLite format 3", "a SQLite database"},
                                               {"PAR1", "a Parquet file"},
                                               {"\xFF\xFE", "text in UTF-16"},
                                               {"\xFE\xFF", "text in UTF-16"}}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

Error NoSeries(const std::string& file, const std::string& what, std::string hint) {
  return {ErrorCode::kInvalidArgument, file + what, std::move(hint)};
}

// What the first line is, where it is no header at all.
std::optional<Error> WhyNoHeader(std::string_view line, const CsvCells& cells, const std::string& file) {
  for (const Packed& other : kOtherFormats) {
    if (line.starts_with(other.magic)) {
      return NoSeries(file, " is " + std::string(other.what), "give CSV in UTF-8, plain or packed with gzip");
    }
  }
  const bool text =
      std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 && c != '\t'; });
  if (!text) return NoSeries(file, " is no text", "give CSV in UTF-8, plain or packed with gzip");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (UtcTime::Parse(cells[i]).ok() || UtcTime::Parse(std::string(cells[i]) + "Z").ok()) {
      return NoSeries(file, " has no header: its first line is a value already", kRightHeader);
    }
  }
  if (cells.size() == 1 && line.find_first_of(";\t") != std::string_view::npos) {
    return NoSeries(file, " parts its columns with something other than commas",
                    "write them with commas, and numbers with a point");
  }
  return std::nullopt;
}

class Header {
 public:
  Header(const CsvCells& cells, const std::string& file, const SeriesFileOptions& options)
      : file_(file), options_(options) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      shown_.emplace_back(cells[i]);
      names_.push_back(Lower(cells[i]));
    }
  }

  Result<SeriesColumns> Columns() {
    columns_.all = names_.size();
    if (const std::optional<std::size_t> again = FindRepeated()) {
      return NoSeries(file_, " has the column " + Shown(shown_[*again]) + " more than once",
                      "keep one of them, or name the others differently");
    }
    const std::optional<std::size_t> time = FirstOf(kTimeColumns);
    if (!time) return Missing("timestamp_utc");
    columns_.time = *time;
    columns_.zone = Find("zone");
    if (!columns_.zone && options_.zone.empty()) {
      Error missing = Missing("zone");
      missing.hint = "add it, or say what the zone of all rows is: --zone NAME";
      return missing;
    }
    columns_.kind = Find("kind");
    if (Status found = FindValue(); !found.ok()) return found.error();
    columns_.value_name = shown_[columns_.value];
    for (const auto column : {std::optional(columns_.time), std::optional(columns_.value), columns_.zone,
                              columns_.kind, columns_.unit}) {
      if (column) columns_.count = std::max(columns_.count, *column + 1);
    }
    return columns_;
  }

 private:
  std::optional<std::size_t> Find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
  }

  // Columns without a name are no columns of ours.
  std::optional<std::size_t> FindRepeated() const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (!names_[i].empty() && Find(names_[i]) != i) return i;
    }
    return std::nullopt;
  }

  template <std::size_t kCount>
  std::optional<std::size_t> FirstOf(const std::array<std::string_view, kCount>& names) const {
    for (const std::string_view name : names) {
      if (const std::optional<std::size_t> found = Find(name)) return found;
    }
    return std::nullopt;
  }

  Error Missing(const std::string& column) const {
    std::string listed;
    for (std::size_t i = 0; i < std::min(shown_.size(), kMostListed); ++i) {
      listed += (i == 0 ? "" : ", ") + Shown(shown_[i]);
    }
    if (shown_.size() > kMostListed) listed += ", ...";
    return NoSeries(file_, " has no column '" + column + "'; its first line holds " + listed, kRightHeader);
  }

  // Ours; else the only one whose name tells a unit; else one whose name is that of an intensity.
  Status FindValue() {
    if (!options_.unit.empty()) {
      const Result<IntensityUnit> unit = ParseIntensityUnit(options_.unit);
      if (!unit.ok()) return unit.error();
      columns_.in = *unit;
      columns_.unit_was_given = true;
    }
    if (const auto unit = Find("unit"); unit || Find("units")) {
      columns_.unit = unit ? unit : Find("units");
    }
    if (const std::optional<std::size_t> ours = Find(kValueColumn)) {
      columns_.value = *ours;
      return {};
    }
    std::vector<std::size_t> telling;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (UnitSpokenOf(names_[i])) telling.push_back(i);
    }
    if (telling.size() > 1) {
      return NoSeries(file_,
                      " has several columns of intensities, " + Shown(shown_[telling[0]]) + " and " +
                          Shown(shown_[telling[1]]),
                      "name the one that is meant gco2_per_kwh");
    }
    if (telling.size() == 1) return TakeTelling(telling[0]);
    const std::optional<std::size_t> bare = FirstOf(kValueNames);
    if (!bare) return Missing(std::string(kValueColumn));
    columns_.value = *bare;
    if (columns_.unit_was_given || columns_.unit) return {};
    return NoSeries(file_, " does not say the unit of its column " + Shown(shown_[*bare]),
                    "say it with --unit: g/kWh, kg/MWh, lb/MWh, t/MWh");
  }

  Status TakeTelling(std::size_t column) {
    columns_.value = column;
    const IntensityUnit unit = *UnitSpokenOf(names_[column]);
    if (columns_.unit_was_given || unit.g_per_kwh == 1) return {};
    return AskForUnit(
        "the column " + Shown(shown_[column]) + " of " + file_ + " speaks of " + std::string(unit.name),
        unit.name);
  }

  const std::string& file_;
  const SeriesFileOptions& options_;
  std::vector<std::string> shown_;
  std::vector<std::string> names_;  // lower case
  SeriesColumns columns_;
};

}  // namespace

Result<SeriesColumns> ReadHeader(std::string_view line, const std::string& file,
                                 const SeriesFileOptions& options) {
  CsvCells cells;
  const bool whole = cells.Split(line, std::numeric_limits<std::size_t>::max());
  if (const std::optional<Error> why = WhyNoHeader(line, cells, file)) return *why;
  if (!whole) return NoSeries(file, " line 1 has a quote without an end", kRightHeader);
  return Header(cells, file, options).Columns();
}

Error AskForUnit(const std::string& what, std::string_view unit) {
  return {ErrorCode::kInvalidArgument, what,
          "if they are, say --unit " + std::string(unit) + " and they are converted; else say --unit g/kWh"};
}

}  // namespace jouleprint::carbon
