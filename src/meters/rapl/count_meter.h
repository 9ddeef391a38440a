// A meter whose domains are counters of 8 binary bytes: perf events, model-specific registers.
#ifndef JOULEPRINT_METERS_RAPL_COUNT_METER_H_
#define JOULEPRINT_METERS_RAPL_COUNT_METER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "meters/meter.h"
#include "os/count_file.h"
#include "os/file.h"

namespace jouleprint::meters {

/// A domain, and how its counter is reached.
struct CountDomain {
  DomainInfo info;
  std::function<Result<os::File>()> open;
  std::uint64_t offset = 0;
  std::uint64_t mask = UINT64_MAX;  ///< what of the 8 bytes is the counter
  /// It does so each time it is opened; else 0 says that nothing counts here.
  bool begins_at_zero = false;
  os::CountFile file{};

  Status Open();
  ReadState Read(std::uint64_t* counts) const noexcept;
};

class CountMeter final : public Meter {
 public:
  /// `domains` are open.
  CountMeter(std::string name, Seconds period, std::vector<CountDomain> domains);

  std::string name() const override { return name_; }
  const std::vector<DomainInfo>& domains() const override { return infos_; }
  void Keep(const std::vector<bool>& wanted) override;
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override;
  /// Those whose last read failed for good.
  bool Reopen() override;
  Seconds period() const override { return period_; }

 private:
  const std::string name_;
  const Seconds period_;
  std::vector<DomainInfo> infos_;
  std::vector<CountDomain> counters_;  // beside infos_; their own info has moved there
  std::vector<bool> gone_;
};

/// What came of opening some.
struct OpenedDomains {
  std::vector<CountDomain> live;  ///< they count
  // Names of the others, "psys, dram-0":
  std::string not_permitted{};
  std::string failed{};
  std::string absent{};  ///< opened, but there is nothing to read
  std::string stuck{};   ///< stand at 0, after time to move where they begin there
  Error problem{};       ///< of the last that failed
};

OpenedDomains OpenDomains(std::vector<CountDomain> domains);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_COUNT_METER_H_
