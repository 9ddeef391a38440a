#include "carbon/series/series_step.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "carbon/series/text_lines.h"

namespace jouleprint::carbon {
namespace {

constexpr Minute kMinutesPerHour = 60;
// One time that is off leaves two odd distances around it; three alike are meant.
constexpr int kMeant = 3;
// Where rows are missing by chance, three that are two steps apart come about; so many in a row do not.
constexpr int kLasting = 12;

bool DividesAnHour(Minute minutes) { return minutes > 0 && kMinutesPerHour % minutes == 0; }

struct Distances {
  std::array<std::uint32_t, kMinutesPerHour + 1> count{};  // of each distance up to an hour
  std::array<bool, kMinutesPerHour + 1> meant{};
  std::array<bool, kMinutesPerHour + 1> lasting{};
  std::size_t smallest_at = 1;  // the row behind the smallest distance
};

Minute DistanceBefore(std::span<const SeriesRow> rows, std::size_t i) {
  return rows[i].minute - rows[i - 1].minute;
}

Distances Measure(std::span<const SeriesRow> rows) {
  Distances distances;
  Minute last = 0;
  int alike = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Minute distance = DistanceBefore(rows, i);
    if (distance < DistanceBefore(rows, distances.smallest_at)) distances.smallest_at = i;
    alike = distance == last ? alike + 1 : 1;
    last = distance;
    if (distance > kMinutesPerHour) continue;
    ++distances.count[static_cast<std::size_t>(distance)];
    if (alike >= kMeant) distances.meant[static_cast<std::size_t>(distance)] = true;
    if (alike >= kLasting) distances.lasting[static_cast<std::size_t>(distance)] = true;
  }
  return distances;
}

std::string At(const SeriesRow& row, const std::string& where) {
  return where + " line " + std::to_string(row.line) + ": ";
}

Error WrongStep(std::span<const SeriesRow> rows, const Distances& distances, const std::string& zone,
                const std::string& where) {
  const SeriesRow& row = rows[distances.smallest_at];
  const Minute smallest = DistanceBefore(rows, distances.smallest_at);
  return {ErrorCode::kInvalidArgument,
          At(row, where) + "the values of " + Shown(zone) + " are " + std::to_string(smallest) +
              " minutes apart" + (smallest > kMinutesPerHour ? "" : ", which does not divide an hour"),
          "a step is 1 minute to 1 hour and divides an hour: 5, 15, 30, 60 minutes"};
}

// The first row that is not where most of them are within a step.
const SeriesRow* OffGrid(std::span<const SeriesRow> rows, Minute step) {
  const auto phase = [step](const SeriesRow& row) {
    return static_cast<std::size_t>(((row.minute % step) + step) % step);
  };
  std::array<std::uint32_t, kMinutesPerHour> count{};
  for (const SeriesRow& row : rows) ++count[phase(row)];
  const auto usual = static_cast<std::size_t>(std::max_element(count.begin(), count.end()) - count.begin());
  const auto off =
      std::find_if(rows.begin(), rows.end(), [&](const SeriesRow& row) { return phase(row) != usual; });
  return off == rows.end() ? nullptr : &*off;
}

}  // namespace

Result<SeriesStep> FindStep(std::span<const SeriesRow> rows, const std::string& zone,
                            const std::string& where) {
  if (rows.size() < 2) return SeriesStep{};
  const Distances distances = Measure(rows);
  Minute usual = 0;
  for (Minute minutes = 1; minutes <= kMinutesPerHour; ++minutes) {
    const auto count = distances.count[static_cast<std::size_t>(minutes)];
    if (!DividesAnHour(minutes) || count == 0) continue;
    if (usual == 0 || count > distances.count[static_cast<std::size_t>(usual)]) usual = minutes;
  }
  if (usual == 0) return WrongStep(rows, distances, zone, where);
  SeriesStep step{usual, usual};
  for (Minute minutes = 1; minutes <= kMinutesPerHour; ++minutes) {
    if (!DividesAnHour(minutes) || !distances.meant[static_cast<std::size_t>(minutes)]) continue;
    step.minutes = std::gcd(step.minutes, minutes);
    if (distances.lasting[static_cast<std::size_t>(minutes)]) step.longest = std::max(step.longest, minutes);
  }
  if (const SeriesRow* off = OffGrid(rows, step.minutes)) {
    return Error{ErrorCode::kInvalidArgument,
                 At(*off, where) + MinuteText(off->minute) + " lies between the steps of " + Shown(zone) +
                     ", which are " + std::to_string(step.minutes) + " minutes apart",
                 "correct its time or leave the line out"};
  }
  return step;
}

}  // namespace jouleprint::carbon
