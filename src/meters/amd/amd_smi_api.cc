// Binds either library and evens out their differences; see amd_smi_api.h.
#include "meters/amd/amd_smi_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace jouleprint::meters {
namespace {

// The sonames of ROCm 5 to 7: of the current library and of its older major versions.
constexpr const char* kSonames[] = {"libamd_smi.so.26",   "libamd_smi.so.25",   "libamd_smi.so.24",
                                    "libamd_smi.so",      "librocm_smi64.so.7", "librocm_smi64.so.6",
                                    "librocm_smi64.so.5", "librocm_smi64.so.1", "librocm_smi64.so"};

// AMDSMI_INIT_AMD_GPUS.
constexpr std::uint64_t kAmdGpus = 2;

// rsmi_status_t: interrupted, no data, busy. amdsmi_status_t: timeout, retry, interrupted, busy, no data.
constexpr std::uint32_t kRocmPassing[] = {12, 14, 16};
constexpr std::uint32_t kAmdPassing[] = {8, 9, 11, 30, 40};

constexpr double kJoulesPerMicrojoule = 1e-6;
constexpr double kWattsPerMicrowatt = 1e-6;
// The counter's own way to say that it does not know, like every field of gpu_metrics.
constexpr std::uint64_t kUnknown = ~std::uint64_t{0};

template <class Function>
void BindOne(const os::Library& library, const char* symbol, Function** function) {
  *function = reinterpret_cast<Function*>(library.Symbol(symbol));
}

// Both: domain from bit 32, bus from 8, device from 3. Bits 28 to 31, and the function in some versions, are
// the partition.
std::string Address(std::uint64_t id) {
  return fmt::format("{:04x}:{:02x}:{:02x}.0", id >> 32, id >> 8 & 0xff, id >> 3 & 0x1f);
}

void AddCard(AmdSmiApi::Gpu gpu, std::vector<AmdSmiApi::Gpu>* gpus) {
  const bool known = std::any_of(gpus->begin(), gpus->end(),
                                 [&](const AmdSmiApi::Gpu& other) { return other.address == gpu.address; });
  if (!known) gpus->push_back(std::move(gpu));
}

}  // namespace

Result<AmdSmiApi> AmdSmiApi::Load(const std::string& path) {
  std::vector<std::string> names{path};
  if (path.empty()) names.assign(std::begin(kSonames), std::end(kSonames));
  Error trouble;
  for (const std::string& name : names) {
    auto library = os::Library::Open(name);
    if (!library.ok()) {
      // A library that is there and will not load says more than the next one that is not there.
      if (trouble.message.empty() || library.error().code == ErrorCode::kRefused) trouble = library.error();
      continue;
    }
    AmdSmiApi api;
    api.library_ = *std::move(library);
    if (api.Bind()) return api;
    trouble = {ErrorCode::kRefused, name + " has the functions of neither AMD SMI nor ROCm SMI",
               "name libamd_smi.so or librocm_smi64.so in JOULEPRINT_AMD_SMI"};
  }
  return trouble;
}

bool AmdSmiApi::Bind() {
  BindOne(library_, "amdsmi_init", &amd_.init);
  BindOne(library_, "amdsmi_shut_down", &amd_.shut_down);
  BindOne(library_, "amdsmi_get_socket_handles", &amd_.sockets);
  BindOne(library_, "amdsmi_get_processor_handles", &amd_.processors);
  BindOne(library_, "amdsmi_get_gpu_bdf_id", &amd_.pci);
  BindOne(library_, "amdsmi_get_energy_count", &amd_.energy);
  if (amd_.init != nullptr)
    return amd_.shut_down != nullptr && amd_.sockets != nullptr && amd_.processors != nullptr &&
           amd_.pci != nullptr && amd_.energy != nullptr;
  BindOne(library_, "rsmi_init", &rocm_.init);
  BindOne(library_, "rsmi_shut_down", &rocm_.shut_down);
  BindOne(library_, "rsmi_num_monitor_devices", &rocm_.count);
  BindOne(library_, "rsmi_dev_id_get", &rocm_.device_id);
  BindOne(library_, "rsmi_dev_pci_id_get", &rocm_.pci);
  BindOne(library_, "rsmi_dev_energy_count_get", &rocm_.energy);
  BindOne(library_, "rsmi_dev_power_ave_get", &rocm_.average_power);
  return rocm_.init != nullptr && rocm_.shut_down != nullptr && rocm_.count != nullptr &&
         rocm_.device_id != nullptr && rocm_.pci != nullptr;
}

Result<void> AmdSmiApi::Start() {
  const Status status = amd_.init != nullptr ? amd_.init(kAmdGpus) : rocm_.init(0);
  started_ = status == 0;
  if (started_) return {};
  return Error{ErrorCode::kRefused, fmt::format("the library does not start (its status is {})", status),
               "load the amdgpu driver, and give this user access to /dev/kfd and /dev/dri (groups render "
               "and video)"};
}

void AmdSmiApi::Stop() noexcept {
  // What was moved from has no library left, and so nothing to stop.
  if (!std::exchange(started_, false) || !library_.is_open()) return;
  if (amd_.init != nullptr)
    amd_.shut_down();
  else
    rocm_.shut_down();
}

std::vector<AmdSmiApi::Gpu> AmdSmiApi::ListGpus() const {
  return amd_.init != nullptr ? ListByAmd() : ListByRocm();
}

std::vector<AmdSmiApi::Gpu> AmdSmiApi::ListByAmd() const {
  std::vector<Gpu> gpus;
  std::uint32_t count = 0;
  if (amd_.sockets(&count, nullptr) != 0) return gpus;
  std::vector<void*> sockets(count);
  if (amd_.sockets(&count, sockets.data()) != 0) return gpus;
  sockets.resize(std::min<std::size_t>(count, sockets.size()));
  for (void* socket : sockets) {
    if (amd_.processors(socket, &count, nullptr) != 0) continue;
    std::vector<void*> processors(count);
    if (amd_.processors(socket, &count, processors.data()) != 0) continue;
    processors.resize(std::min<std::size_t>(count, processors.size()));
    for (void* processor : processors) {
      std::uint64_t id = 0;
      if (amd_.pci(processor, &id) == 0)
        AddCard({.index = 0, .handle = processor, .address = Address(id), .device_id = 0}, &gpus);
    }
  }
  return gpus;
}

std::vector<AmdSmiApi::Gpu> AmdSmiApi::ListByRocm() const {
  std::vector<Gpu> gpus;
  std::uint32_t count = 0;
  if (rocm_.count(&count) != 0) return gpus;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t id = 0;
    std::uint16_t device_id = 0;
    if (rocm_.pci(i, &id) != 0) continue;
    rocm_.device_id(i, &device_id);
    AddCard({.index = i, .handle = nullptr, .address = Address(id), .device_id = device_id}, &gpus);
  }
  return gpus;
}

AmdSmiApi::Answer AmdSmiApi::AnswerOf(Status status) const noexcept {
  if (status == 0) return Answer::kOk;
  const bool passing =
      amd_.init != nullptr
          ? std::find(std::begin(kAmdPassing), std::end(kAmdPassing), status) != std::end(kAmdPassing)
          : std::find(std::begin(kRocmPassing), std::end(kRocmPassing), status) != std::end(kRocmPassing);
  return passing ? Answer::kTryAgain : Answer::kNo;
}

AmdSmiApi::Answer AmdSmiApi::ReadEnergy(const Gpu& gpu, Energy* energy) const noexcept {
  std::uint64_t counts = 0;
  std::uint64_t time_ns = 0;
  float microjoules = 0;
  Answer answer = Answer::kNo;
  if (amd_.init != nullptr) {
    answer = AnswerOf(amd_.energy(gpu.handle, &counts, &microjoules, &time_ns));
  } else if (rocm_.energy != nullptr) {
    answer = AnswerOf(rocm_.energy(gpu.index, &counts, &microjoules, &time_ns));
  }
  if (answer == Answer::kOk && (counts == kUnknown || !(microjoules > 0))) answer = Answer::kNo;
  *energy = {counts, static_cast<double>(microjoules) * kJoulesPerMicrojoule};
  return answer;
}

AmdSmiApi::Answer AmdSmiApi::ReadPower(const Gpu& gpu, double* watts) const noexcept {
  if (rocm_.average_power == nullptr) return Answer::kNo;
  std::uint64_t microwatts = 0;
  const Answer answer = AnswerOf(rocm_.average_power(gpu.index, 0, &microwatts));
  *watts = static_cast<double>(microwatts) * kWattsPerMicrowatt;
  return answer;
}

}  // namespace jouleprint::meters
