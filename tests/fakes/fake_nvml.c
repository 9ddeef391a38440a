/* A libnvidia-ml.so.1 without a GPU: NVML's ABI over made-up boards whose joules are known exactly.
 *
 * Energy is the integral of the set watts over CLOCK_MONOTONIC since the library was loaded, plus an
 * offset (a real counter does not start at 0 either), cut to whole millijoules. The environment is read
 * at nvmlInit_v2:
 *
 *   JP_FAKE_NVML_GPUS=n          how many (default 1)
 *   JP_FAKE_NVML_WATTS=LIST      one entry per GPU, comma separated, the last one for all that follow:
 *                                "300" or "square:HIGH:LOW:PERIOD_S", the high half first (default 300)
 *   JP_FAKE_NVML_NAME=TEXT       (default "FAKE H100 80GB")
 *   JP_FAKE_NVML_LIMIT_W=W       the enforced power limit (default 700)
 *   JP_FAKE_NVML_MIG=1           MIG mode is on
 *   JP_FAKE_NVML_UPDATE_MS=N     values are renewed this often only (default 0: at every call)
 *   JP_FAKE_NVML_CLOCK=manual    time stands still but for jp_fake_nvml_advance
 *   JP_FAKE_NVML_FAULT=LIST      none, or faults, comma separated; ":GPU" at the end limits one to a GPU:
 *     no_energy_counter, no_instant_power, power_unsupported (power and energy), zero_power, missing_symbols,
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

#define EXPORT __attribute__((visibility("default")))

#ifdef JP_FAKE_NVML_EMPTY
EXPORT int jp_fake_nvml_is_empty(void);
EXPORT int jp_fake_nvml_is_empty(void) { return 1; }
#else

enum { kMaxGpus = 16, kMaxFaults = 8, kAllGpus = -1 };
enum {
  kSuccess = 0,
  kUninitialized = 1,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kNoPermission = 4,
  kNotFound = 6,
  kDriverNotLoaded = 9,
  kTimeout = 10,
  kLibraryNotFound = 12,
  kFunctionNotFound = 13,
  kLost = 15,
  kVersionMismatch = 18,
  kUnknown = 999
};

typedef int Return;
typedef struct Board {
  int index;
  double high_w, low_w, period_s; /* period 0: always high_w */
} Board;
typedef Board* Device;
typedef struct Fault {
  char name[32];
  double seconds;
  int gpu;
} Fault;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Board boards[kMaxGpus];
static Fault faults[kMaxFaults];
static int gpu_count, fault_count, open_count, manual_clock;
static double limit_w, update_s;
static double loaded_at_s, advanced_s;

static double MonotonicSeconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

__attribute__((constructor)) static void OnLoad(void) { loaded_at_s = MonotonicSeconds(); }

static double Now(void) {
  double now = advanced_s + (manual_clock ? 0 : MonotonicSeconds() - loaded_at_s);
  return update_s > 0 ? floor(now / update_s + 1e-9) * update_s : now;
}

static const char* Variable(const char* name, const char* otherwise) {
  const char* value = getenv(name);
  return value == NULL || *value == '\0' ? otherwise : value;
}

static void ReadBoards(void) {
  char list[512];
  snprintf(list, sizeof list, "%s", Variable("JP_FAKE_NVML_WATTS", "300"));
  char* rest = list;
  Board shape = {0, 300, 300, 0};
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
  manual_clock = strcmp(Variable("JP_FAKE_NVML_CLOCK", ""), "manual") == 0;
  ReadBoards();
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

/* What every call on a device says before it does anything. */
static Return DeviceState(int gpu) {
  if (open_count == 0) return kUninitialized;
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
  *count = (unsigned)gpu_count;
  const Return result = open_count > 0 ? kSuccess : kUninitialized;
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  pthread_mutex_lock(&lock);
  Return result = index < (unsigned)gpu_count ? DeviceState((int)index) : kInvalidArgument;
  if (result == kSuccess) *device = &boards[index];
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetPowerUsage(Device device, unsigned* milliwatts) {
  pthread_mutex_lock(&lock);
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

/* For functions that an older driver would not have. */
static Return OptionalState(int gpu) {
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
  const Return result = index < 0 ? kNotFound : OptionalState(index);
  if (result == kSuccess) *device = &boards[index];
  pthread_mutex_unlock(&lock);
  return result;
}

EXPORT Return nvmlDeviceGetName(Device device, char* text, unsigned bytes) {
  pthread_mutex_lock(&lock);
  const Return result = OptionalState(device->index);
  if (result == kSuccess) snprintf(text, bytes, "%s", Variable("JP_FAKE_NVML_NAME", "FAKE H100 80GB"));
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

EXPORT Return nvmlDeviceGetTotalEnergyConsumption(Device device, unsigned long long* millijoules) {
  pthread_mutex_lock(&lock);
  const int gpu = device->index;
  Return result = OptionalState(gpu);
  const int has_none =
      FindFault("no_energy_counter", gpu) != NULL || FindFault("power_unsupported", gpu) != NULL;
  if (result == kSuccess && has_none) result = kNotSupported;
  const double now = Now();
  const Fault* reset = FindFault("energy_resets", gpu);
  double joules = 1e6 * (gpu + 1) + JoulesUntil(device, now);
  if (reset != NULL && now >= reset->seconds)
    joules = JoulesUntil(device, now) - JoulesUntil(device, reset->seconds);
  /* A hair more than nothing, so that a whole millijoule does not fall to the one below by rounding. */
  *millijoules = (unsigned long long)(joules * 1e3 + 1e-3);
  pthread_mutex_unlock(&lock);
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

enum { kPowerInstant = 186, kTypeUnsigned = 1 };

/* As the driver does, the call succeeds whatever becomes of each field. */
EXPORT Return nvmlDeviceGetFieldValues(Device device, int count, FieldValue* values) {
  pthread_mutex_lock(&lock);
  const Return state = OptionalState(device->index);
  const int gpu = device->index;
  const int gives_power =
      FindFault("no_instant_power", gpu) == NULL && FindFault("power_unsupported", gpu) == NULL;
  for (int i = 0; state == kSuccess && i < count; ++i) {
    const int known = values[i].field == kPowerInstant && values[i].scope == 0 && gives_power;
    values[i].result = known ? kSuccess : kNotSupported;
    if (!known) continue;
    values[i].type = kTypeUnsigned;
    values[i].value.ui =
        FindFault("zero_power", gpu) != NULL ? 0 : (unsigned)lround(WattsAt(device, Now()) * 1e3);
  }
  pthread_mutex_unlock(&lock);
  return state;
}

#endif /* JP_FAKE_NVML_BARE */
#endif /* JP_FAKE_NVML_EMPTY */
