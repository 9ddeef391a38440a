// A publisher of intensities: what there is to know of it before it is asked, and how to ask it.
//
// A file per API makes one of these and holds its reader, a pure function from an answer's text to points.
#ifndef JOULEPRINT_CARBON_LIVE_LIVE_SOURCE_H_
#define JOULEPRINT_CARBON_LIVE_LIVE_SOURCE_H_

#include <memory>
#include <string>

#include "carbon/live/asker.h"
#include "carbon/live/live_answer.h"
#include "carbon/live/live_spread.h"
#include "carbon/live/source_name.h"
#include "jouleprint/result.h"
#include "jouleprint/utc_time.h"

namespace jouleprint::carbon {

struct SourceFacts {
  std::string publisher;  ///< as people know it: "Electricity Maps"
  std::string zone;       ///< what is asked for: "DE", "CAISO_NORTH"
  std::string cache_key;  ///< a file's name; the same for equal questions, and without a key in it
  Seconds step{3600};     ///< how often something new may be expected
  LiveSpread settled;     ///< around a value that its publisher calls final
  LiveSpread estimated;
};

class LiveSource {
 public:
  explicit LiveSource(SourceFacts facts) : facts_(std::move(facts)) {}
  virtual ~LiveSource() = default;
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;

  const SourceFacts& facts() const { return facts_; }
  /// The values of `from` to `now`, as far as the publisher has them, `now` among them where it can.
  virtual Result<LiveAnswer> Ask(Asker* asker, UtcTime from, UtcTime now) = 0;

 private:
  SourceFacts facts_;
};

/// `zone` as --zone has it, "" where the user named none. kInvalidArgument for a source that lacks its key
/// or cannot know the zone.
Result<std::unique_ptr<LiveSource>> MakeLiveSource(const SourceName& name, const std::string& zone);

// One per publisher; MakeLiveSource chooses.
Result<std::unique_ptr<LiveSource>> MakeElectricityMaps(const SourceName& name, const std::string& zone);
Result<std::unique_ptr<LiveSource>> MakeWattTime(const SourceName& name);
Result<std::unique_ptr<LiveSource>> MakeNeso(const SourceName& name, const std::string& zone);
Result<std::unique_ptr<LiveSource>> MakeEntsoe(const SourceName& name, const std::string& zone);
Result<std::unique_ptr<LiveSource>> MakeUrlSource(const SourceName& name, const std::string& zone);

/// The zone's id; kInvalidArgument where none is given or none of that name exists. `who` wants it.
Result<std::string> ZoneIdFor(const std::string& who, const std::string& zone);
/// Letters, digits and hyphens of `parts`, and a number made of `address`, which may hold what nobody
/// should read.
std::string CacheKeyOf(const std::string& parts, const std::string& address);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_LIVE_SOURCE_H_
