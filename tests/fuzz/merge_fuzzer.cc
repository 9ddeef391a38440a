// Any records, one a line: merging them never crashes, and what comes out names every one of them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/json.h"
#include "record/merge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<RunRecord> runs;
  std::set<std::string> ids;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (Result<RunRecord> run = record::FromJson(text.substr(0, end)); run.ok()) {
      run->merged_from.clear();
      ids.insert(run->run_id);
      runs.push_back(std::move(*run));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const Result<RunRecord> merged = record::Merge(std::move(runs));
  if (merged.ok() == ids.empty()) std::abort();
  if (merged.ok() && merged->merged_from.size() != ids.size()) std::abort();
  if (merged.ok() && record::ToJson(*merged).empty()) std::abort();
  return 0;
}
