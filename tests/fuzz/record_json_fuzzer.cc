// Any text: reading a record never crashes, and a record that was accepted is written as JSON that reads
// back as the same record.
#include <cstdint>
#include <cstdlib>

#include "record/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const Result<RunRecord> run = record::FromJson({reinterpret_cast<const char*>(data), size});
  if (!run.ok()) {
    if (run.error().message.empty() || run.error().hint.empty()) std::abort();
    return 0;
  }
  const std::string text = record::ToJson(*run);
  const Result<RunRecord> back = record::FromJson(text);
  if (!back.ok() || record::ToJson(*back) != text) std::abort();
  return 0;
}
