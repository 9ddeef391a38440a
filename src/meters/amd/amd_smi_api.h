// AMD's two GPU libraries as one small set of calls: ROCm SMI (librocm_smi64.so) and its successor AMD SMI
// (libamd_smi.so).
//
// Only functions whose arguments are the same in every version are called, and no struct of theirs is: AMD
// SMI's differ from release to release. Layout checked against rocm_smi.h 5.2 and amdsmi 7.0.
#ifndef JOULEPRINT_METERS_AMD_AMD_SMI_API_H_
#define JOULEPRINT_METERS_AMD_AMD_SMI_API_H_

#include <cstdint>
#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "os/library.h"

namespace jouleprint::meters {

class AmdSmiApi {
 public:
  enum class Answer { kOk, kTryAgain, kNo };
  struct Gpu {
    std::uint32_t index = 0;      // ROCm SMI
    void* handle = nullptr;       // AMD SMI
    std::string address;          ///< PCI, lower case
    std::uint32_t device_id = 0;  ///< PCI; 0: this library does not tell
  };
  struct Energy {
    std::uint64_t counts = 0;
    double joules_per_count = 0;
  };

  /// Loads the library at `path`, or where that is empty AMD SMI or else ROCm SMI by soname.
  static Result<AmdSmiApi> Load(const std::string& path);
  AmdSmiApi(AmdSmiApi&& other) noexcept = default;
  AmdSmiApi& operator=(AmdSmiApi&&) = delete;
  ~AmdSmiApi() { Stop(); }

  /// "amd-smi" or "rocm-smi".
  std::string name() const { return amd_.init != nullptr ? "amd-smi" : "rocm-smi"; }
  /// The library's own status where it does not start. Stop() is the destructor's as well.
  Result<void> Start();
  /// One per card: the partitions of a card share its figures.
  std::vector<Gpu> ListGpus() const;
  /// Both may open files and allocate: they are the library's.
  Answer ReadEnergy(const Gpu& gpu, Energy* energy) const noexcept;
  Answer ReadPower(const Gpu& gpu, double* watts) const noexcept;

 private:
  using Status = std::uint32_t;
  struct Amd {
    Status (*init)(std::uint64_t flags) = nullptr;
    Status (*shut_down)() = nullptr;
    Status (*sockets)(std::uint32_t* count, void** handles) = nullptr;
    Status (*processors)(void* socket, std::uint32_t* count, void** handles) = nullptr;
    Status (*pci)(void* processor, std::uint64_t* id) = nullptr;
    Status (*energy)(void* processor, std::uint64_t* counts, float* microjoules,
                     std::uint64_t* time_ns) = nullptr;
  };
  struct Rocm {
    Status (*init)(std::uint64_t flags) = nullptr;
    Status (*shut_down)() = nullptr;
    Status (*count)(std::uint32_t* count) = nullptr;
    Status (*device_id)(std::uint32_t index, std::uint16_t* id) = nullptr;
    Status (*pci)(std::uint32_t index, std::uint64_t* id) = nullptr;
    Status (*energy)(std::uint32_t index, std::uint64_t* counts, float* microjoules,
                     std::uint64_t* time_ns) = nullptr;
    Status (*average_power)(std::uint32_t index, std::uint32_t sensor, std::uint64_t* microwatts) = nullptr;
  };

  AmdSmiApi() = default;
  bool Bind();
  void Stop() noexcept;
  std::vector<Gpu> ListByAmd() const;
  std::vector<Gpu> ListByRocm() const;
  Answer AnswerOf(Status status) const noexcept;

  os::Library library_;
  Amd amd_;
  Rocm rocm_;
  bool started_ = false;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_AMD_AMD_SMI_API_H_
