#include "meters/attribute_meter.h"

#include <array>
#include <cerrno>
#include <cmath>
#include <type_traits>
#include <utility>

namespace jouleprint::meters {
namespace {

bool Open(const std::string& path, os::File* file) {
  Result<os::File> opened = os::File::OpenForReading(path);
  if (!opened.ok()) return false;
  *file = std::move(*opened);
  return true;
}

}  // namespace

AttributeMeter::AttributeMeter(std::string name, Seconds period, const os::Sysroot& sysroot,
                               std::vector<AttributeDomain> domains)
    : name_(std::move(name)), period_(period), may_be_replaced_(!sysroot.IsReal()) {
  for (AttributeDomain& domain : domains) {
    infos_.push_back(std::move(domain.info));
    sources_.push_back({{std::move(domain.path), {}, false},
                        {std::move(domain.times_path), {}, false},
                        domain.watts_per_count,
                        domain.sign_is_direction});
  }
  Reopen();
}

void AttributeMeter::Keep(const std::vector<bool>& wanted) {
  KeepWanted(wanted, &infos_);
  KeepWanted(wanted, &sources_);
}

bool AttributeMeter::Reopen() {
  bool came_back = false;
  for (Source& source : sources_) {
    for (Number* number : {&source.first, &source.second}) {
      if (number->path.empty() || !Open(number->path, &number->file)) continue;
      number->fresh = true;
      came_back = true;
    }
  }
  return came_back;
}

void AttributeMeter::Read(const os::Clock& clock, std::span<Reading> out) noexcept {
  for (std::size_t i = 0; i < sources_.size(); ++i) ReadOne(clock, i, &out[i]);
}

void AttributeMeter::ReadOne(const os::Clock& clock, std::size_t i, Reading* out) noexcept {
  const bool counter = infos_[i].kind == ReadingKind::kCounter;
  out->before = clock.Boot();
  out->state = counter ? ReadCounter(&sources_[i], out) : ReadGauge(&sources_[i], out);
  out->after = clock.Boot();
}

ReadState AttributeMeter::ReadCounter(Source* source, Reading* out) const noexcept {
  return ReadNumber(&source->first, &out->counts);
}

ReadState AttributeMeter::ReadGauge(Source* source, Reading* out) const noexcept {
  std::int64_t first = 0;
  std::int64_t second = 1;
  ReadState state = ReadNumber(&source->first, &first);
  if (!source->second.path.empty() && (state == ReadState::kOk || state == ReadState::kStale)) {
    const ReadState other = ReadNumber(&source->second, &second);
    if (other != ReadState::kOk) state = other;
  }
  const double watts = static_cast<double>(first) * static_cast<double>(second) * source->watts_per_count;
  out->watts = source->sign_is_direction ? std::abs(watts) : watts;
  return state;
}

template <class Value>
ReadState AttributeMeter::ReadNumber(Number* number, Value* value) const noexcept {
  const bool fresh = std::exchange(number->fresh, false);
  if (!number->file.is_open()) return ReadState::kGone;
  std::array<char, 32> text;
  const std::int64_t n = os::ReadFromStart(number->file.fd(), text);
  // ENODATA and EAGAIN pass; whatever else the kernel says will not mend by itself.
  if (n < 0) return n == -ENODATA || n == -EAGAIN ? ReadState::kNoData : ReadState::kGone;
  const std::string_view digits{text.data(), static_cast<std::size_t>(n)};
  bool parsed = false;
  if constexpr (std::is_signed_v<Value>) {
    parsed = os::ParseI64(digits, value);
  } else {
    parsed = os::ParseU64(digits, value);
  }
  if (!parsed) return ReadState::kNoData;
  // Nobody writes any more into a file that was removed or replaced, and when the last did is not known: only
  // what is read straight after it was opened is a value of now.
  if (!may_be_replaced_ || !os::IsUnlinked(number->file.fd())) return ReadState::kOk;
  return fresh ? ReadState::kStale : ReadState::kGone;
}

}  // namespace jouleprint::meters
