// One row of emissions.csv by the names of its columns, and the record of it.
#ifndef JOULEPRINT_RECORD_IMPORT_CODECARBON_ROW_H_
#define JOULEPRINT_RECORD_IMPORT_CODECARBON_ROW_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

class CodeCarbonRow {
 public:
  /// `where`: "emissions.csv line 3".
  CodeCarbonRow(std::string where, std::map<std::string, std::string, std::less<>> cells)
      : where_(std::move(where)), cells_(std::move(cells)) {}

  /// "" where the file has no such column.
  const std::string& Text(std::string_view column) const;
  /// Not negative and finite; absent where the cell is empty or the column is missing.
  Result<std::optional<double>> Number(std::string_view column) const;
  Result<double> NeededNumber(std::string_view column) const;
  Error Wrong(std::string_view column, const std::string& what) const;

  Result<RunRecord> ToRecord() const;

 private:
  Result<UtcTime> End() const;
  Status FillEnergy(double duration_s, RunRecord* run) const;
  Status FillWater(RunRecord* run) const;
  Status FillHost(HostInfo* host) const;
  void FillTags(RunRecord* run) const;
  void Warn(RunRecord* run) const;

  std::string where_;
  std::map<std::string, std::string, std::less<>> cells_;
};

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_CODECARBON_ROW_H_
