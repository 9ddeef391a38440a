#include "os/gzip.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <utility>

#include "os/file.h"

namespace jouleprint::os {
namespace {

// RFC 1952, 2.3.1: every member begins with these.
constexpr unsigned char kMagic[] = {0x1f, 0x8b};
// zlib's manual, inflateInit2: the largest window, and 16 more for a gzip header.
constexpr int kGzipWindow = 15 + 16;

struct EndInflate {
  void operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
  }
};
using Inflater = std::unique_ptr<z_stream, EndInflate>;

Inflater StartInflating() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), kGzipWindow) != Z_OK) return nullptr;
  return Inflater(stream.release());
}

}  // namespace

class GzipInput::Impl {
 public:
  Impl(File file, std::string path, bool waits, Seconds patience)
      : file_(std::move(file)), path_(std::move(path)), waits_(waits), patience_(patience) {}

  /// Looks at the first bytes, which a pipe may give one by one.
  Status Begin() {
    std::size_t have = 0;
    while (have < std::size(kMagic)) {
      const Result<std::size_t> n = ReadFile(std::span(packed_).subspan(have));
      if (!n.ok()) return n.error();
      if (*n == 0) break;
      have += *n;
    }
    packed_rest_ = std::span(packed_).first(have);
    if (!StartsMember()) return {};
    inflater_ = StartInflating();
    if (!inflater_) return Error{ErrorCode::kInternal, "no memory to unpack " + path_, ""};
    return {};
  }

  Result<std::size_t> Read(std::span<char> out) {
    if (inflater_) return Inflate(out);
    if (packed_rest_.empty()) return ReadFile(out);
    const std::size_t n = std::min(out.size(), packed_rest_.size());
    std::copy_n(packed_rest_.begin(), n, out.begin());
    packed_rest_ = packed_rest_.subspan(n);
    return n;
  }

 private:
  bool StartsMember() const {
    return packed_rest_.size() >= std::size(kMagic) &&
           static_cast<unsigned char>(packed_rest_[0]) == kMagic[0] &&
           static_cast<unsigned char>(packed_rest_[1]) == kMagic[1];
  }

  // Nothing to do for a file on disk. A pipe into which nobody has written yet is waited for, not for ever.
  Status AwaitBytes() {
    if (!waits_) return {};
    pollfd wanted{file_.fd(), POLLIN, 0};
    int ready = 0;
    do {
      ready = ::poll(&wanted, 1, static_cast<int>(std::lround(patience_.value() * 1000)));
    } while (ready < 0 && errno == EINTR);
    if (ready != 0) return {};
    return Error{ErrorCode::kInvalidArgument, path_ + " is a pipe into which nobody writes",
                 "start what writes it first, or give a file"};
  }

  Result<std::size_t> ReadFile(std::span<char> out) {
    if (Status awaited = AwaitBytes(); !awaited.ok()) return awaited.error();
    ssize_t n = 0;
    do {
      n = ::read(file_.fd(), out.data(), out.size());
    } while (n < 0 && errno == EINTR);
    if (n < 0) return SystemError(errno, "cannot read " + path_);
    return static_cast<std::size_t>(n);
  }

  // Keeps what is left and puts more behind it. False at the end of the file.
  Result<bool> Refill() {
    std::copy(packed_rest_.begin(), packed_rest_.end(), packed_.begin());
    const std::size_t kept = packed_rest_.size();
    const Result<std::size_t> n = ReadFile(std::span(packed_).subspan(kept));
    if (!n.ok()) return n.error();
    packed_rest_ = std::span(packed_).first(kept + *n);
    return *n > 0;
  }

  // A file may be several members one after the other, and behind the last one the zeros that tapes add, as
  // for gzip(1). Anything else there is a member that was damaged, or no part of the file.
  Result<bool> NextMember() {
    while (packed_rest_.size() < std::size(kMagic)) {
      const Result<bool> more = Refill();
      if (!more.ok()) return more;
      if (!*more) break;
    }
    if (StartsMember()) {
      if (inflateReset(inflater_.get()) != Z_OK) return Damaged();
      return true;
    }
    done_ = true;
    for (;;) {
      if (std::any_of(packed_rest_.begin(), packed_rest_.end(), [](char c) { return c != 0; }))
        return Damaged();
      packed_rest_ = {};
      const Result<bool> more = Refill();
      if (!more.ok()) return more;
      if (!*more) return false;
    }
  }

  Error Damaged() const {
    return {ErrorCode::kCorrupt, path_ + " is damaged: its gzip data makes no sense",
            "copy or download it once more"};
  }

  Result<std::size_t> Inflate(std::span<char> out) {
    while (!done_) {
      if (packed_rest_.empty()) {
        const Result<bool> more = Refill();
        if (!more.ok()) return more.error();
        if (!*more) {
          return Error{ErrorCode::kCorrupt, path_ + " is cut short: its gzip data has no end",
                       "copy or download it once more"};
        }
      }
      const Result<std::size_t> n = InflateSome(out);
      if (!n.ok() || *n > 0) return n;
    }
    return std::size_t{0};
  }

  Result<std::size_t> InflateSome(std::span<char> out) {
    z_stream& stream = *inflater_;
    stream.next_in = reinterpret_cast<Bytef*>(packed_rest_.data());
    stream.avail_in = static_cast<uInt>(packed_rest_.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    packed_rest_ = packed_rest_.last(stream.avail_in);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return Damaged();
    if (status == Z_STREAM_END) {
      if (const Result<bool> next = NextMember(); !next.ok()) return next.error();
    }
    return out.size() - stream.avail_out;
  }

  File file_;
  std::string path_;
  bool waits_;
  Seconds patience_;
  std::array<char, 65536> packed_;
  std::span<char> packed_rest_;  // of packed_: what was read and not used yet
  Inflater inflater_;            // none: the file is plain
  bool done_ = false;
};

Result<GzipInput> GzipInput::Open(const std::string& path, Seconds patience) {
  // Not to hang where nobody has opened the other end of a pipe.
  int fd = -1;
  do {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError(errno, "cannot read " + path);
  File file(fd);
  struct stat info {};
  if (::fstat(fd, &info) < 0) return SystemError(errno, "cannot read " + path);
  if (S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::kInvalidArgument, path + " is a folder", "name a file in it"};
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  auto impl = std::make_unique<Impl>(std::move(file), path, !S_ISREG(info.st_mode), patience);
  if (Status begun = impl->Begin(); !begun.ok()) return begun.error();
  return GzipInput(std::move(impl));
}

GzipInput::GzipInput(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GzipInput::GzipInput(GzipInput&&) noexcept = default;
GzipInput& GzipInput::operator=(GzipInput&&) noexcept = default;
GzipInput::~GzipInput() = default;

Result<std::size_t> GzipInput::Read(std::span<char> out) { return impl_->Read(out); }

}  // namespace jouleprint::os
