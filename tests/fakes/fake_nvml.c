/* A libnvidia-ml.so.1 without a GPU: NVML's ABI over made-up boards whose joules are known exactly.
 *
 * Energy is the integral of the set watts over CLOCK_MONOTONIC since the library was loaded, plus an
 * offset (a real counter does not start at 0 either), cut to whole millijoules. The environment is read
 * at nvmlInit_v2:
 *
 *   JP_FAKE_NVML_GPUS=n          how many (default 1)
 *   JP_FAKE_NVML_WATTS=LIST      one entry per GPU, comma separated, the last one for all that follow:
 *                                "300" or "square:HIGH:LOW:PERIOD_S", the high half first (default 300)
 *   JP_FAKE_NVML_NAME=LIST       one per GPU, the last one for all that follow (default "FAKE H100 80GB")
 *   JP_FAKE_NVML_ARCH=N          NVML_DEVICE_ARCH_... (default: the driver has no such function)
 *   JP_FAKE_NVML_PCI=LIST        addresses as NVML writes them (default "00000000:17:00.0", then 18, ...)
 *   JP_FAKE_NVML_UNPLUGGED=LIST  boards that are not there: the indices of those after them close up
 *   JP_FAKE_NVML_LIMIT_W=W       the enforced power limit (default 700)
 *   JP_FAKE_NVML_AVERAGE_S=S     field 185 is known: the mean of the last S seconds
 *   JP_FAKE_NVML_MODULE_W=W      the power of the module around each GPU: scope 1, and what is counted
 *   JP_FAKE_NVML_MIG=1           MIG mode is on; its instances and all processes: fake_nvml_processes.c
 *   JP_FAKE_NVML_UPDATE_MS=N     values are renewed this often only (default 0: at every call)
 *   JP_FAKE_NVML_CLOCK=manual    time stands still but for jp_fake_nvml_advance
 *   JP_FAKE_NVML_FAULT=LIST      none, or faults, comma separated; ":GPU" at the end limits one to a GPU:
 *     no_energy_counter, no_energy_function (but the field), no_instant_power, power_unsupported (power and
 *     energy), zero_power, missing_symbols, no_process_list, no_process_utilization,
 *     lost_after:SECONDS[:GPU], energy_resets:SECONDS[:GPU], no_permission,
 *     and for nvmlInit_v2: driver_not_loaded, version_mismatch, init_unknown, init_lost, library_not_found,
 *     init_unsupported, init_timeout
 *
 * Compiled with JP_FAKE_NVML_BARE it has the functions of an old driver only; with JP_FAKE_NVML_EMPTY, none.
 */
#define _POSIX_C_SOURCE 200809L
#include "fake_nvml.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake_nvml_boards.h"

#ifdef JP_FAKE_NVML_EMPTY
EXPORT int jp_fake_nvml_is_empty(void);
EXPORT int jp_fake_nvml_is_empty(void) { return 1; }
#else

enum { kMaxFaults = 8, kAllGpus = -1 };

typedef struct Fault {
  char name[32];
  double seconds;
  int gpu;
} Fault;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Board boards[kMaxGpus];
static Fault faults[kMaxFaults];
static int gpu_count, fault_count, open_count, manual_clock, read_count;
static double limit_w, update_s, module_w, average_s;
static double loaded_at_s, advanced_s;

static double MonotonicSeconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

__attribute__((constructor)) static void OnLoad(void) { loaded_at_s = MonotonicSeconds(); }

void Lock(void) { pthread_mutex_lock(&lock); }
void Unlock(void) { pthread_mutex_unlock(&lock); }

double Now(void) {
  double now = advanced_s + (manual_clock ? 0 : MonotonicSeconds() - loaded_at_s);
  return update_s > 0 ? floor(now / update_s + 1e-9) * update_s : now;
}

const char* Variable(const char* name, const char* otherwise) {
  const char* value = getenv(name);
  return value == NULL || *value == '\0' ? otherwise : value;
}

static void ReadUnplugged(void) {
  const char* rest = Variable("JP_FAKE_NVML_UNPLUGGED", "");
  for (int i = 0; i < kMaxGpus; ++i) boards[i].unplugged = 0;
  while (*rest != '\0') {
    char* end;
    const long board = strtol(rest, &end, 10);
    if (end == rest) return;
    if (board >= 0 && board < kMaxGpus) boards[board].unplugged = 1;
    rest = *end == ',' ? end + 1 : end;
  }
}

static void ReadBoards(void) {
  char list[512];
  snprintf(list, sizeof list, "%s", Variable("JP_FAKE_NVML_WATTS", "300"));
  char* rest = list;
  Board shape = {0, 300, 300, 0, 0};
  for (int i = 0; i < kMaxGpus; ++i) {
    char* entry = rest == NULL ? NULL : strtok_r(rest, ",", &rest);
    if (entry != NULL &&
        sscanf(entry, "square:%lf:%lf:%lf", &shape.high_w, &shape.low_w, &shape.period_s) != 3) {
      shape.high_w = shape.low_w = strtod(entry, NULL);
      shape.period_s = 0;
    }
    boards[i] = shape;
    boards[i].index = i;
  }
}

static void ReadFaults(void) {
  char list[512];
  snprintf(list, sizeof list, "%s", Variable("JP_FAKE_NVML_FAULT", "none"));
  char* rest = list;
  fault_count = 0;
  for (char* entry; fault_count < kMaxFaults && (entry = strtok_r(rest, ",", &rest)) != NULL; ++fault_count) {
    Fault* fault = &faults[fault_count];
    char* part = entry;
    snprintf(fault->name, sizeof fault->name, "%s", strtok_r(part, ":", &part));
    const int timed = strcmp(fault->name, "lost_after") == 0 || strcmp(fault->name, "energy_resets") == 0;
    const char* number = timed ? strtok_r(part, ":", &part) : NULL;
    fault->seconds = number == NULL ? 0 : strtod(number, NULL);
    number = strtok_r(part, ":", &part);
    fault->gpu = number == NULL ? kAllGpus : atoi(number);
  }
}

static void ReadEnvironment(void) {
  gpu_count = atoi(Variable("JP_FAKE_NVML_GPUS", "1"));
  if (gpu_count > kMaxGpus) gpu_count = kMaxGpus;
  limit_w = strtod(Variable("JP_FAKE_NVML_LIMIT_W", "700"), NULL);
  update_s = strtod(Variable("JP_FAKE_NVML_UPDATE_MS", "0"), NULL) * 1e-3;
  module_w = strtod(Variable("JP_FAKE_NVML_MODULE_W", "0"), NULL);
  average_s = strtod(Variable("JP_FAKE_NVML_AVERAGE_S", "0"), NULL);
  manual_clock = strcmp(Variable("JP_FAKE_NVML_CLOCK", ""), "manual") == 0;
  ReadBoards();
  ReadUnplugged();
  ReadFaults();
}

/* The fault of that name that holds for this GPU (kAllGpus: for the library as a whole), or NULL. */
static const Fault* FindFault(const char* name, int gpu) {
  for (int i = 0; i < fault_count; ++i) {
    if (strcmp(faults[i].name, name) != 0) continue;
    if (faults[i].gpu == kAllGpus || faults[i].gpu == gpu) return &faults[i];
  }
  return NULL;
}

int HasFault(const char* name, int gpu) { return FindFault(name, gpu) != NULL; }

/* What every call on a device says before it does anything. */
Return DeviceState(int gpu) {
  if (open_count == 0) return kUninitialized;
  if (boards[gpu].unplugged) return kLost;
  const Fault* lost = FindFault("lost_after", gpu);
  if (lost != NULL && Now() >= lost->seconds) return kLost;
  return FindFault("no_permission", gpu) != NULL ? kNoPermission : kSuccess;
}

static double WattsAt(const Board* board, double t) {
  if (board->period_s <= 0) return board->high_w;
  return fmod(t, board->period_s) < board->period_s / 2 ? board->high_w : board->low_w;
}

static Return InitFault(void) {
  static const struct {
    const char* name;
    Return code;
  } kCodes[] = {{"no_permission", kNoPermission},
                {"driver_not_loaded", kDriverNotLoaded},
                {"version_mismatch", kVersionMismatch},
                {"init_unknown", kUnknown},
                {"init_lost", kLost},
                {"library_not_found", kLibraryNotFound},
                {"init_unsupported", kNotSupported},
                {"init_timeout", kTimeout}};
  for (size_t i = 0; i < sizeof kCodes / sizeof kCodes[0]; ++i) {
    if (FindFault(kCodes[i].name, kAllGpus) != NULL) return kCodes[i].code;
  }
  return kSuccess;
}

EXPORT void jp_fake_nvml_reload(void) {
  pthread_mutex_lock(&lock);
  ReadEnvironment();
  pthread_mutex_unlock(&lock);
}

EXPORT void jp_fake_nvml_advance(double seconds) {
  pthread_mutex_lock(&lock);
  advanced_s += seconds;
  pthread_mutex_unlock(&lock);
}

EXPORT int jp_fake_nvml_open_count(void) {
  pthread_mutex_lock(&lock);
  const int count = open_count;
  pthread_mutex_unlock(&lock);
  return count;
}

EXPORT int jp_fake_nvml_read_count(void) {
  Lock();
  const int count = read_count;
  Unlock();
  return count;
}

EXPORT Return nvmlInit_v2(void) {
  pthread_mutex_lock(&lock);
  ReadEnvironment();
  const Return result = InitFault();
  if (result == kSuccess) ++open_count;
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlShutdown(void) {
  pthread_mutex_lock(&lock);
  const Return result = open_count > 0 ? kSuccess : kUninitialized;
  if (open_count > 0) --open_count;
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetCount_v2(unsigned* count) {
  pthread_mutex_lock(&lock);
  *count = 0;
  for (int i = 0; i < gpu_count; ++i) *count += !boards[i].unplugged;
  const Return result = open_count > 0 ? kSuccess : kUninitialized;
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  pthread_mutex_lock(&lock);
  int board = 0;
  while (board < gpu_count && (boards[board].unplugged || index-- > 0)) ++board;
  const Return result = board < gpu_count ? DeviceState(board) : kInvalidArgument;
  if (result == kSuccess) *device = &boards[board];
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetPowerUsage(Device device, unsigned* milliwatts) {
  pthread_mutex_lock(&lock);
  ++read_count;
  Return result = DeviceState(device->index);
  if (result == kSuccess && FindFault("power_unsupported", device->index) != NULL) result = kNotSupported;
  *milliwatts =
      FindFault("zero_power", device->index) != NULL ? 0 : (unsigned)lround(WattsAt(device, Now()) * 1e3);
  pthread_mutex_unlock(&lock);
  return result;
}

#ifndef JP_FAKE_NVML_BARE

static double JoulesUntil(const Board* board, double t) {
  if (board->period_s <= 0) return board->high_w * t;
  const double half = board->period_s / 2;
  const double cycles = floor(t / board->period_s);
  const double into = t - cycles * board->period_s;
  const double partial =
      into < half ? into * board->high_w : half * board->high_w + (into - half) * board->low_w;
  return cycles * half * (board->high_w + board->low_w) + partial;
}

/* The entry of a list for a GPU: the last one holds for all that follow. */
static void Entry(const char* variable, const char* otherwise, int gpu, char* out, size_t bytes) {
  const char* entry = Variable(variable, otherwise);
  for (const char* next; gpu > 0 && (next = strchr(entry, ',')) != NULL; --gpu) entry = next + 1;
  snprintf(out, bytes, "%.*s", (int)strcspn(entry, ","), entry);
}

/* For functions that an older driver would not have. */
Return OptionalState(int gpu) {
  const Return state = DeviceState(gpu);
  if (state != kSuccess) return state;
  return FindFault("missing_symbols", gpu) != NULL ? kFunctionNotFound : kSuccess;
}

EXPORT const char* nvmlErrorString(Return code) { return code == kTimeout ? "Timeout" : "Some error"; }

static int BoardFromUuid(const char* uuid) {
  int index = -1;
  return sscanf(uuid, "GPU-fake-%d", &index) == 1 && index < gpu_count ? index : -1;
}

EXPORT Return nvmlDeviceGetHandleByUUID(const char* uuid, Device* device) {
  pthread_mutex_lock(&lock);
  const int index = BoardFromUuid(uuid);
  const Return result = index < 0 || boards[index].unplugged ? kNotFound : OptionalState(index);
  if (result == kSuccess) *device = &boards[index];
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetName(Device device, char* text, unsigned bytes) {
  pthread_mutex_lock(&lock);
  const Return result = OptionalState(device->index);
  if (result == kSuccess) Entry("JP_FAKE_NVML_NAME", "FAKE H100 80GB", device->index, text, bytes);
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetUUID(Device device, char* text, unsigned bytes) {
  pthread_mutex_lock(&lock);
  const Return result = OptionalState(device->index);
  if (result == kSuccess) snprintf(text, bytes, "GPU-fake-%d", device->index);
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetArchitecture(Device device, unsigned* architecture) {
  Lock();
  const char* code = Variable("JP_FAKE_NVML_ARCH", "");
  Return result = OptionalState(device->index);
  if (result == kSuccess && *code == '\0') result = kFunctionNotFound;
  *architecture = (unsigned)atoi(code);
  Unlock();
  return result;
}

typedef struct PciInfo {
  char legacy[16];
  unsigned domain, bus, device, id, subsystem;
  char text[32];
} PciInfo;

EXPORT Return nvmlDeviceGetPciInfo_v3(Device device, PciInfo* info) {
  Lock();
  const Return result = OptionalState(device->index);
  memset(info, 0, sizeof *info);
  Entry("JP_FAKE_NVML_PCI", "", device->index, info->text, sizeof info->text);
  if (info->text[0] == '\0')
    snprintf(info->text, sizeof info->text, "00000000:%02X:00.0", 0x17 + device->index);
  sscanf(info->text, "%x:%x:%x", &info->domain, &info->bus, &info->device);
  Unlock();
  return result;
}

static double CountedJoules(const Board* board, double t) {
  return module_w > 0 ? module_w * t : JoulesUntil(board, t);
}

static Return Energy(Device device, unsigned long long* millijoules) {
  const int gpu = device->index;
  Return result = OptionalState(gpu);
  if (result == kSuccess && (HasFault("no_energy_counter", gpu) || HasFault("power_unsupported", gpu)))
    result = kNotSupported;
  const double now = Now();
  const Fault* reset = FindFault("energy_resets", gpu);
  double joules = 1e6 * (gpu + 1) + CountedJoules(device, now);
  if (reset != NULL && now >= reset->seconds)
    joules = CountedJoules(device, now) - CountedJoules(device, reset->seconds);
  /* A hair more than nothing, so that a whole millijoule does not fall to the one below by rounding. */
  *millijoules = (unsigned long long)(joules * 1e3 + 1e-3);
  return result;
}

EXPORT Return nvmlDeviceGetTotalEnergyConsumption(Device device, unsigned long long* millijoules) {
  Lock();
  ++read_count;
  Return result = Energy(device, millijoules);
  if (result == kSuccess && HasFault("no_energy_function", device->index)) result = kFunctionNotFound;
  Unlock();
  return result;
}

EXPORT Return nvmlDeviceGetEnforcedPowerLimit(Device device, unsigned* milliwatts) {
  pthread_mutex_lock(&lock);
  *milliwatts = (unsigned)lround(limit_w * 1e3);
  const Return result = OptionalState(device->index);
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetMigMode(Device device, unsigned* now, unsigned* after_reset) {
  pthread_mutex_lock(&lock);
  *now = *after_reset = (unsigned)atoi(Variable("JP_FAKE_NVML_MIG", "0"));
  const Return result = OptionalState(device->index);
  pthread_mutex_unlock(&lock);
  return result;
}

typedef struct FieldValue {
  unsigned field, scope;
  long long timestamp_us, latency_us;
  int type, result;
  union {
    double d;
    unsigned ui;
    unsigned long long ull;
  } value;
} FieldValue;

enum { kTotalEnergy = 83, kPowerAverage = 185, kPowerInstant = 186, kTypeUnsigned = 1, kTypeUlonglong = 3 };

/* Watts of a power field; below 0: it is not known. */
static double FieldWatts(const Board* board, const FieldValue* value) {
  if (HasFault("power_unsupported", board->index)) return -1;
  if (HasFault("zero_power", board->index)) return 0;
  if (value->scope > 1 || (value->scope == 1 && module_w <= 0)) return -1;
  const double now = Now();
  if (value->field == kPowerInstant && !HasFault("no_instant_power", board->index))
    return value->scope == 1 ? module_w : WattsAt(board, now);
  if (value->field != kPowerAverage || average_s <= 0) return -1;
  const double window = fmin(average_s, now);
  if (value->scope == 1 || window <= 0) return value->scope == 1 ? module_w : WattsAt(board, now);
  return (JoulesUntil(board, now) - JoulesUntil(board, now - window)) / window;
}

/* As the driver does, the call succeeds whatever becomes of each field. */
EXPORT Return nvmlDeviceGetFieldValues(Device device, int count, FieldValue* values) {
  Lock();
  ++read_count;
  const Return state = OptionalState(device->index);
  for (int i = 0; state == kSuccess && i < count; ++i) {
    FieldValue* value = &values[i];
    if (value->field == kTotalEnergy) {
      value->type = kTypeUlonglong;
      value->result = Energy(device, &value->value.ull);
      continue;
    }
    const double watts = FieldWatts(device, value);
    value->result = watts >= 0 ? kSuccess : kNotSupported;
    if (watts < 0) continue;
    value->type = kTypeUnsigned;
    value->value.ui = (unsigned)lround(watts * 1e3);
  }
  Unlock();
  return state;
}

#endif /* JP_FAKE_NVML_BARE */
#endif /* JP_FAKE_NVML_EMPTY */
