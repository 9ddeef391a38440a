// Any bytes as carbontracker's logs, the standard one before a zero byte and the output behind it: refused
// with a remedy, or a run that a store may take and whose JSON reads back.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "record/import/carbontracker_record.h"
#include "record/json.h"
#include "record/plausible.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t border = text.find('\0');
  std::optional<record::NamedText> output;
  if (border != std::string_view::npos) output = {"output", std::string(text.substr(border + 1))};
  const Result<RunRecord> run =
      record::ReadCarbontrackerLogs({"standard", std::string(text.substr(0, border))}, output);
  if (!run.ok()) {
    if (run.error().message.empty() || run.error().hint.empty()) std::abort();
    return 0;
  }
  if (!record::CheckPlausible(*run).ok()) std::abort();
  if (!record::FromJson(record::ToJson(*run)).ok()) std::abort();
  return 0;
}
