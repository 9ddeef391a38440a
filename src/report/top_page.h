// What `jouleprint top` shows: watts by domain as bars, the last minutes as a line, and who draws them.
// Pure: from a snapshot to a page that fits the screen.
#ifndef JOULEPRINT_REPORT_TOP_PAGE_H_
#define JOULEPRINT_REPORT_TOP_PAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "jouleprint/top.h"
#include "report/report.h"

namespace jouleprint::report {

struct TopView {
  ConsumerKind by = ConsumerKind::kProcess;
  std::size_t rows = 24;          ///< of the screen; as many lines at most
  std::vector<double> history_w;  ///< of the whole boundary, oldest first
  bool keys = false;              ///< a person can press some: say which
};

std::string TopPage(const PowerSnapshot& snapshot, const TopView& view, const Style& style);

/// The same as one JSON document.
std::string TopJson(const PowerSnapshot& snapshot);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_TOP_PAGE_H_
