// A meter whose domains are numbers in files: sysfs attributes of powercap, hwmon, a battery.
//
// Every file is opened once and read at offset 0 from then on. A domain's value is one file's number, or
// the product of two (volts and amperes). Tested by tests/meters/attribute_meter_test.cc.
#ifndef JOULEPRINT_METERS_ATTRIBUTE_METER_H_
#define JOULEPRINT_METERS_ATTRIBUTE_METER_H_

#include <string>
#include <vector>

#include "meters/meter.h"
#include "os/file.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// A domain and where its value stands.
struct AttributeDomain {
  DomainInfo info;
  std::string path;
  std::string times_path{};        ///< gauges: the value is the product with this file's; empty: none
  double watts_per_count = 0;      ///< gauges: of the number, or of the product
  bool sign_is_direction = false;  ///< a battery's current: some drivers show a discharge as negative
};

class AttributeMeter final : public Meter {
 public:
  /// `sysroot`: below a folder that stands for a machine, files may be replaced by renaming; the kernel's
  /// own never are, which saves a look at each read.
  AttributeMeter(std::string name, Seconds period, const os::Sysroot& sysroot,
                 std::vector<AttributeDomain> domains);

  std::string name() const override { return name_; }
  const std::vector<DomainInfo>& domains() const override { return infos_; }
  void Keep(const std::vector<bool>& wanted) override;
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override;
  /// Every file anew: a device that came back, or a copy that replaces its files by renaming.
  bool Reopen() override;
  Seconds period() const override { return period_; }

 private:
  struct Number {
    std::string path;
    os::File file;
    bool fresh = false;  // opened, and not read since
  };
  struct Source {
    Number first;
    Number second;  // its path is empty where there is none
    double watts_per_count = 0;
    bool sign_is_direction = false;
  };

  void ReadOne(const os::Clock& clock, std::size_t i, Reading* out) noexcept;
  ReadState ReadCounter(Source* source, Reading* out) const noexcept;
  ReadState ReadGauge(Source* source, Reading* out) const noexcept;
  template <class Value>
  ReadState ReadNumber(Number* number, Value* value) const noexcept;

  const std::string name_;
  const Seconds period_;
  const bool may_be_replaced_;
  std::vector<DomainInfo> infos_;
  std::vector<Source> sources_;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_ATTRIBUTE_METER_H_
