#include "sampling/byte_code.h"

#include <array>
#include <bit>
#include <cmath>
#include <optional>

namespace jouleprint::sampling {
namespace {

constexpr std::uint8_t kMore = 0x80;
constexpr unsigned kBits = 7;

enum DoubleForm : std::uint8_t { kSame, kThousandths, kMillionths, kEightBytes };

// Meters make watts of their device's milliwatts or microwatts by exactly these factors.
constexpr double kThousandth = 1e-3;
constexpr double kMillionth = 1e-6;

bool SameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::optional<std::int64_t> AsMultipleOf(double value, double step) {
  constexpr double kLargest = 1e15;
  if (!(std::abs(value) < kLargest * step)) return std::nullopt;
  const auto n = static_cast<std::int64_t>(std::llround(value / step));
  if (!SameBits(static_cast<double>(n) * step, value)) return std::nullopt;
  return n;
}

constexpr std::array<std::uint32_t, 256> MakeCrcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0xEDB88320U : 0U);
    table[i] = rest;
  }
  return table;
}

}  // namespace

void ByteWriter::Varint(std::uint64_t value) {
  for (; value >= kMore; value >>= kBits) Byte(static_cast<std::uint8_t>(value | kMore));
  Byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::Zigzag(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  Varint((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void ByteWriter::Fixed32(std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) Byte(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ByteWriter::Fixed64(std::uint64_t value) {
  for (unsigned i = 0; i < 8; ++i) Byte(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ByteWriter::Double(double value, double last) {
  if (SameBits(value, last)) return Byte(kSame);
  for (const auto& [form, step] :
       {std::pair{kThousandths, kThousandth}, std::pair{kMillionths, kMillionth}}) {
    if (const auto n = AsMultipleOf(value, step)) {
      Byte(form);
      return Zigzag(*n);
    }
  }
  Byte(kEightBytes);
  Fixed64(std::bit_cast<std::uint64_t>(value));
}

void ByteWriter::Text(std::string_view text) {
  Varint(text.size());
  out_->append(text);
}

void ByteReader::Fail() {
  ok_ = false;
  rest_ = {};
}

std::string_view ByteReader::Take(std::size_t count) {
  if (count > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::uint8_t ByteReader::Byte() {
  const std::string_view byte = Take(1);
  return byte.empty() ? 0 : static_cast<std::uint8_t>(byte.front());
}

std::uint64_t ByteReader::Varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += kBits) {
    const std::uint8_t byte = Byte();
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < kMore) return value;
  }
  Fail();  // more bytes than a number has
  return 0;
}

std::int64_t ByteReader::Zigzag() {
  const std::uint64_t bits = Varint();
  return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
}

std::uint32_t ByteReader::Fixed32() {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{Byte()} << (8 * i);
  return value;
}

std::uint64_t ByteReader::Fixed64() {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{Byte()} << (8 * i);
  return value;
}

double ByteReader::Double(double last) {
  switch (Byte()) {
    case kSame:
      return last;
    case kThousandths:
      return static_cast<double>(Zigzag()) * kThousandth;
    case kMillionths:
      return static_cast<double>(Zigzag()) * kMillionth;
    case kEightBytes:
      return std::bit_cast<double>(Fixed64());
    default:
      Fail();
      return 0;
  }
}

std::string_view ByteReader::Text() {
  const std::uint64_t size = Varint();
  if (size > rest_.size()) {
    Fail();
    return {};
  }
  return Take(static_cast<std::size_t>(size));
}

std::uint32_t Crc32(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = MakeCrcTable();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xFFU];
  return ~crc;
}

}  // namespace jouleprint::sampling
