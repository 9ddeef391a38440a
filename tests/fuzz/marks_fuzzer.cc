// Any output, cut anywhere: what is found does not depend on the cuts, and no two epochs overlap. The first
// byte says where to cut.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "job/marks.h"

namespace {

using namespace jouleprint;

job::MarkReader Reader() {
  RunOptions options;
  options.epoch_regex = R"(Epoch (\d+)/(\d+))";
  options.eval_regex = "val";
  options.metric_regexes = {{"loss", R"(loss=(\S+))"}};
  Result<job::MarkReader> reader = job::MarkReader::Create(options);
  if (!reader.ok()) std::abort();
  return std::move(*reader);
}

// Each line takes no time here, each piece a second.
job::MarkReader Fed(std::string_view text, std::size_t piece) {
  job::MarkReader reader = Reader();
  for (double t_s = 1; !text.empty(); ++t_s) {
    const std::string_view part = text.substr(0, piece);
    if (reader.Feed(part, t_s)) reader.Stamp(t_s);
    text.remove_prefix(part.size());
  }
  reader.Finish(1e6);
  return reader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const job::MarkReader cut = Fed(text, 1 + data[0]);
  const job::MarkReader whole = Fed(text, size);
  const job::Mark end{0, false, 2e6, 2e6};
  const auto epochs = cut.Epochs(end);
  if (epochs.size() != whole.Epochs(end).size() || cut.metrics().size() != whole.metrics().size())
    std::abort();
  if (cut.epoch() != whole.epoch() || cut.epochs_expected() != whole.epochs_expected()) std::abort();
  double last_s = 0;
  for (const EpochRecord& epoch : epochs) {
    if (epoch.start_s < last_s || epoch.end_s < epoch.start_s) std::abort();
    last_s = epoch.end_s;
  }
  return 0;
}
