// The machines of a distributed job, and which stretch of time of each is taken from which of its runs.
#ifndef JOULEPRINT_RECORD_MERGE_NODES_H_
#define JOULEPRINT_RECORD_MERGE_NODES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "jouleprint/record.h"

namespace jouleprint::record {

/// A stretch of time in microseconds since 1970.
struct Stretch {
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;

  std::int64_t length_us() const { return to_us - from_us; }
};
/// Of seconds that a file says: what is no number is 0, and none is longer than three centuries.
std::int64_t Microseconds(double seconds);
std::int64_t Length(const std::vector<Stretch>& stretches);
/// How much of `stretch` lies in `others`, which are disjoint.
std::int64_t Overlap(const Stretch& stretch, const std::vector<Stretch>& others);

/// One run and what of it is counted for its machine.
struct Member {
  const RunRecord* run = nullptr;
  Stretch span{};
  std::vector<Stretch> counted{};  ///< disjoint, in order
  double energy = 0;               ///< fraction of the run's machine energy that is counted
  double grams = 0;                ///< fraction of its operational emissions
  bool shares = true;              ///< its share is not part of that of a run around it

  bool Counts() const { return !counted.empty(); }
  /// It counts for more than the moment by which it outlived another process of its machine.
  bool Stands() const;
  double seconds() const;  ///< counted
};

struct Node {
  std::string name;  ///< its host's, and its boot id where two hosts have one name
  std::vector<Member> members;
};

/// The fraction of each bin of the member's energy by time that is counted.
std::vector<double> CountedOfBins(const Member& member);

/// `runs` in the order in which they count: by rank, start and id. The nodes come in the order of their first
/// run; they refer to `runs`.
std::vector<Node> NodesOf(const std::vector<RunRecord>& runs);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_MERGE_NODES_H_
