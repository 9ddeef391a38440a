// The axis of time below a picture: marks at round hours, days or months, as many as have room.
#ifndef JOULEPRINT_REPORT_TIME_AXIS_H_
#define JOULEPRINT_REPORT_TIME_AXIS_H_

#include <string>
#include <vector>

#include "jouleprint/utc_time.h"

namespace jouleprint::report {

struct TimeMark {
  int column = 0;
  std::string label;  ///< "06:00"; "03 Jan" at midnight; "Mar", and "2022" in January, over months
};

/// Marks of [from, to) on so many columns, far enough apart for their labels.
std::vector<TimeMark> TimeMarks(UtcTime from, UtcTime to, int columns);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_TIME_AXIS_H_
