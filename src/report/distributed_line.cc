#include "report/distributed_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::size_t kMostNames = 4;

std::string MergedLine(const RunRecord& run) {
  std::vector<std::string> nodes;
  for (const MergedRun& part : run.merged_from) {
    if (std::find(nodes.begin(), nodes.end(), part.node) == nodes.end()) nodes.push_back(part.node);
  }
  const std::size_t shown = std::min(nodes.size(), kMostNames);
  const std::vector<std::string> names(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(shown));
  return fmt::format("{} run{} merged, {} machine{}: {}{}", run.merged_from.size(),
                     run.merged_from.size() == 1 ? "" : "s", nodes.size(), nodes.size() == 1 ? "" : "s",
                     fmt::join(names, ", "),
                     nodes.size() > shown ? fmt::format(" and {} more", nodes.size() - shown) : "");
}

}  // namespace

std::string DistributedLine(const RunRecord& run, bool unicode) {
  std::string text;
  if (!run.merged_from.empty()) {
    text = MergedLine(run);
  } else if (run.rank) {
    text = fmt::format("rank {} of {} ({})", run.rank->rank, run.rank->world_size, run.rank->launcher);
  }
  if (!run.group.empty()) text += (text.empty() ? "part of " : ", in ") + run.group;
  if (run.rank && !run.rank->measures_node) text += "; in a merge its machine counts by local rank 0";
  return Sanitize(text, unicode);
}

}  // namespace jouleprint::report
