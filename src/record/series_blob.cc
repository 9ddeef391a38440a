#include "record/series_blob.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace jouleprint::record {
namespace {

constexpr std::string_view kMagic = "JPS";
constexpr std::uint8_t kVersion = 1;
// The largest machines have a few hundred domains; the sampler keeps at most 7200 bins. Beyond these
// bounds something is wrong, and the sizes below could overflow.
constexpr std::size_t kMaxDomains = 65'535;
constexpr std::size_t kMaxBins = 1'000'000;
constexpr std::size_t kMaxNameBytes = 65'535;
constexpr std::size_t kBytesPerBin = 8;

template <class Unsigned>
void AppendLittleEndian(Unsigned value, std::string* out) {
  for (std::size_t i = 0; i < sizeof value; ++i) *out += static_cast<char>(value >> (8 * i) & 0xFF);
}

// Takes values off the front; once something is missing, all that follows is zero and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class Unsigned>
  Unsigned Take() {
    const std::string_view bytes = TakeBytes(sizeof(Unsigned));
    Unsigned value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value = static_cast<Unsigned>(value | static_cast<Unsigned>(static_cast<unsigned char>(bytes[i]))
                                                << (8 * i));
    }
    return value;
  }

  std::string_view TakeBytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  bool ok() const { return ok_; }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

Error Unfit(const std::string& what) {
  return {ErrorCode::kInvalidArgument, "the power series cannot be kept: " + what,
          std::string(GeneralHint(ErrorCode::kInternal))};
}

Error Damaged(const std::string& what) {
  return {ErrorCode::kCorrupt, "the stored power series is damaged: " + what,
          "the run's figures do not rest on it; remove the run if the plot is needed no more"};
}

Status Check(const PowerSeries& series) {
  if (series.domains.size() != series.bins.size()) return Unfit("it has not one row of bins per domain");
  if (series.domains.size() > kMaxDomains) return Unfit("it has too many domains");
  if (!std::isfinite(series.bin_s) || series.bin_s < 0) return Unfit("its bins have no width");
  for (std::size_t i = 0; i < series.bins.size(); ++i) {
    if (series.domains[i].size() > kMaxNameBytes) return Unfit("a domain's name is too long");
    if (series.bins[i].size() != series.bins[0].size())
      return Unfit("its domains have different numbers of bins");
  }
  if (!series.bins.empty() && series.bins[0].size() > kMaxBins) return Unfit("it has too many bins");
  return {};
}

bool IsFinite(const std::vector<PowerSeries::Bin>& bins) {
  return std::all_of(bins.begin(), bins.end(), [](const PowerSeries::Bin& bin) {
    return std::isfinite(bin.energy_j) && std::isfinite(bin.max_power_w);
  });
}

std::vector<PowerSeries::Bin> TakeBins(ByteReader* bytes, std::size_t count) {
  std::vector<PowerSeries::Bin> bins(count);
  for (PowerSeries::Bin& bin : bins) {
    bin.energy_j = std::bit_cast<float>(bytes->Take<std::uint32_t>());
    bin.max_power_w = std::bit_cast<float>(bytes->Take<std::uint32_t>());
  }
  return bins;
}

}  // namespace

Result<std::string> EncodeSeries(const PowerSeries& series) {
  if (Status fit = Check(series); !fit.ok()) return fit.error();
  const std::size_t bins = series.bins.empty() ? 0 : series.bins[0].size();
  std::string blob(kMagic);
  blob.reserve(64 + series.domains.size() * (32 + bins * kBytesPerBin));
  AppendLittleEndian(kVersion, &blob);
  AppendLittleEndian(static_cast<std::uint64_t>(series.start.unix_us), &blob);
  AppendLittleEndian(std::bit_cast<std::uint64_t>(series.bin_s), &blob);
  AppendLittleEndian(static_cast<std::uint32_t>(series.domains.size()), &blob);
  AppendLittleEndian(static_cast<std::uint32_t>(bins), &blob);
  for (const std::string& name : series.domains) {
    AppendLittleEndian(static_cast<std::uint16_t>(name.size()), &blob);
    blob += name;
  }
  for (const auto& row : series.bins) {
    for (const PowerSeries::Bin& bin : row) {
      AppendLittleEndian(std::bit_cast<std::uint32_t>(bin.energy_j), &blob);
      AppendLittleEndian(std::bit_cast<std::uint32_t>(bin.max_power_w), &blob);
    }
  }
  return blob;
}

Result<PowerSeries> DecodeSeries(std::string_view blob) {
  ByteReader bytes(blob);
  if (bytes.TakeBytes(kMagic.size()) != kMagic) return Damaged("it does not begin as one");
  const auto version = bytes.Take<std::uint8_t>();
  if (version > kVersion) {
    return Error{ErrorCode::kInvalidArgument, "the stored power series was written by a newer jouleprint",
                 "read it with a newer jouleprint"};
  }
  if (version != kVersion) return Damaged("it has no version");
  PowerSeries series;
  series.start.unix_us = static_cast<std::int64_t>(bytes.Take<std::uint64_t>());
  series.bin_s = std::bit_cast<double>(bytes.Take<std::uint64_t>());
  const auto domains = bytes.Take<std::uint32_t>();
  const auto bins = bytes.Take<std::uint32_t>();
  if (domains > kMaxDomains || bins > kMaxBins || (domains == 0 && bins > 0))
    return Damaged("its sizes make no sense");
  for (std::uint32_t i = 0; i < domains && bytes.ok(); ++i) {
    series.domains.emplace_back(bytes.TakeBytes(bytes.Take<std::uint16_t>()));
  }
  // Checked before the bins are allocated: a few bytes must not ask for gigabytes.
  if (!bytes.ok() || bytes.left() != std::size_t{domains} * bins * kBytesPerBin)
    return Damaged("it is cut short or too long");
  series.bins.reserve(domains);
  for (std::uint32_t i = 0; i < domains; ++i) series.bins.push_back(TakeBins(&bytes, bins));
  if (!std::all_of(series.bins.begin(), series.bins.end(), IsFinite))
    return Damaged("a bin of it holds no number");
  if (!std::isfinite(series.bin_s) || series.bin_s < 0) return Damaged("its bins have no width");
  return series;
}

}  // namespace jouleprint::record
