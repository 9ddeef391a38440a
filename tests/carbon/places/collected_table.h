// The collected grid tables, which are not part of a release: tests that need them are skipped without.
#ifndef JOULEPRINT_CARBON_PLACES_COLLECTED_TABLE_H_
#define JOULEPRINT_CARBON_PLACES_COLLECTED_TABLE_H_

#include <fstream>
#include <string>
#include <vector>

namespace jouleprint::collected {

/// Rows of a simple CSV file without quotes, the heading first; empty when there is no such file.
inline std::vector<std::vector<std::string>> Rows(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(std::string(JOULEPRINT_SOURCE_DIR "/../shared/data/grid/") + name);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    rows.push_back(cells);
  }
  return rows;
}

}  // namespace jouleprint::collected

#endif  // JOULEPRINT_CARBON_PLACES_COLLECTED_TABLE_H_
