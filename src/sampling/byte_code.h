// Numbers as few bytes, and back: what a trace is written in.
//
//   varint   seven bits a byte, the lowest first; the highest bit says that more follow
//   zigzag   a signed number as an unsigned one in which small stays small: 0, -1, 1, -2, ...
//   double   a byte that says how: the same as before, a whole number of thousandths or millionths, or its
//            eight bytes; whichever is shortest and gives back the very same bits
//   text     its length, then its bytes
//
// The reader never reads beyond its bytes: once something is missing, all that follows is zero and ok()
// is false. Tested by tests/sampling/byte_code_test.cc.
#ifndef JOULEPRINT_SAMPLING_BYTE_CODE_H_
#define JOULEPRINT_SAMPLING_BYTE_CODE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace jouleprint::sampling {

class ByteWriter {
 public:
  explicit ByteWriter(std::string* out) : out_(out) {}

  void Byte(std::uint8_t value) { out_->push_back(static_cast<char>(value)); }
  void Varint(std::uint64_t value);
  void Zigzag(std::int64_t value);
  void Fixed32(std::uint32_t value);
  void Fixed64(std::uint64_t value);
  /// `last` is the value before it, to be the same bits for the reader.
  void Double(double value, double last);
  void Text(std::string_view text);

 private:
  std::string* out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t Byte();
  std::uint64_t Varint();
  std::int64_t Zigzag();
  std::uint32_t Fixed32();
  std::uint64_t Fixed64();
  double Double(double last);
  std::string_view Text();

  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  /// The next `count` bytes; none when there are fewer.
  std::string_view Take(std::size_t count);

 private:
  void Fail();

  std::string_view rest_;
  bool ok_ = true;
};

/// CRC-32 as of Ethernet and zip (ISO 3309; polynomial 0xEDB88320 reflected, all ones before and after).
std::uint32_t Crc32(std::string_view bytes);

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_BYTE_CODE_H_
