// A meter whose domains carry factors that the user gave (--gain): everything else is the meter's own.
#ifndef JOULEPRINT_METERS_GAINED_METER_H_
#define JOULEPRINT_METERS_GAINED_METER_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "meters/meter.h"

namespace jouleprint::meters {

class GainedMeter final : public Meter {
 public:
  /// `gains` by domain name; names of other meters' domains are passed over. The source says the factor, so
  /// that no record hides it.
  GainedMeter(std::unique_ptr<Meter> meter, const std::map<std::string, double>& gains);

  std::string name() const override { return meter_->name(); }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override;
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override { meter_->Read(clock, out); }
  bool Reopen() override { return meter_->Reopen(); }
  Seconds period() const override { return meter_->period(); }
  AcceleratorUse* accelerator_use() override { return meter_->accelerator_use(); }

 private:
  const std::unique_ptr<Meter> meter_;
  std::vector<DomainInfo> domains_;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_GAINED_METER_H_
