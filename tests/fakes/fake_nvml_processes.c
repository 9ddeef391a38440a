/* Who uses the fake boards of fake_nvml.c. The environment is read at every call:
 *
 *   JP_FAKE_NVML_PROCS=LIST      "GPU:PID:PERCENT:MIB[:INSTANCE]", comma separated; PERCENT of each sample; or @FILE, which
 *                                holds such a list (nobody, while there is no such file)
 *   JP_FAKE_NVML_SAMPLE_S=S      time between two samples of the busy share (default 0.2)
 *   JP_FAKE_NVML_ENTRY_BYTES=N   size of an entry that the process list writes: 24, or 32 as some drivers did
 *   JP_FAKE_NVML_MIG_INSTANCES=LIST  "GPU:INSTANCE:SLICES", comma separated, of 7 slices
 *
 * The library of an old driver (JP_FAKE_NVML_BARE) has the first version of the process list alone, whose
 * entries have 16 bytes (or 24, as some drivers wrote).
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nvml_boards.h"

#ifndef JP_FAKE_NVML_EMPTY

enum { kMaxProcesses = 512, kNoInstance = -1 };

typedef struct Process {
  int gpu, instance;
  unsigned pid, percent;
  unsigned long long bytes;
} Process;

static Process processes[kMaxProcesses];

/* The list, from the file where one is named. */
static const char* ProcessList(void) {
  static char text[4096];
  const char* list = Variable("JP_FAKE_NVML_PROCS", "");
  if (*list != '@') return list;
  FILE* file = fopen(list + 1, "r");
  const size_t length = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
  if (file != NULL) fclose(file);
  text[length] = '\0';
  return text;
}

static int ReadProcesses(void) {
  int count = 0;
  const char* entry = ProcessList();
  while (*entry != '\0' && count < kMaxProcesses) {
    unsigned long long mib = 0;
    Process process = {0, kNoInstance, 0, 0, 0};
    if (sscanf(entry, "%d:%u:%u:%llu:%d", &process.gpu, &process.pid, &process.percent, &mib,
               &process.instance) >= 4) {
      process.bytes = mib << 20;
      processes[count++] = process;
    }
    entry += strcspn(entry, ",");
    if (*entry == ',') ++entry;
  }
  return count;
}

/* A handle of a MIG device is none of a board; what it stands for is behind it. */
typedef struct Part {
  Board board; /* its index is the whole board's */
  int instance;
  unsigned slices;
} Part;

static Part parts[kMaxGpus * 8];
static int part_count;

static int InstanceOf(Device device) {
  for (int i = 0; i < part_count; ++i) {
    if (device == &parts[i].board) return parts[i].instance;
  }
  return kNoInstance;
}

static Return List(Device device, unsigned* room, unsigned char* out, size_t entry_bytes) {
  const int instance = InstanceOf(device);
  const int all = ReadProcesses();
  unsigned found = 0;
  for (int i = 0; i < all; ++i)
    found += processes[i].gpu == device->index && processes[i].instance == instance;
  const unsigned given = *room;
  *room = found;
  if (found > given) return kInsufficientSize;
  for (int i = 0; i < all; ++i) {
    if (processes[i].gpu != device->index || processes[i].instance != instance) continue;
    const uint32_t ids[2] = {(uint32_t)instance, (uint32_t)kNoInstance};
    const uint64_t of_protected_memory = 0;
    unsigned char entry[32] = {0};
    memcpy(entry, &processes[i].pid, 4);
    memcpy(entry + 8, &processes[i].bytes, 8);
    memcpy(entry + 16, ids, sizeof ids);
    memcpy(entry + 24, &of_protected_memory, 8);
    memcpy(out, entry, entry_bytes);
    out += entry_bytes;
  }
  return kSuccess;
}

static Return ListOrRefuse(Device device, unsigned* room, void* out, const char* entry_bytes) {
  Lock();
  Return result = DeviceState(device->index);
  if (result == kSuccess && HasFault("no_process_list", device->index)) result = kNoPermission;
  if (result == kSuccess)
    result = List(device, room, out, (size_t)atoi(Variable("JP_FAKE_NVML_ENTRY_BYTES", entry_bytes)));
  Unlock();
  return result;
}

#ifdef JP_FAKE_NVML_BARE

EXPORT Return nvmlDeviceGetComputeRunningProcesses(Device device, unsigned* room, void* out) {
  return ListOrRefuse(device, room, out, "16");
}

#else

EXPORT Return nvmlDeviceGetComputeRunningProcesses_v3(Device device, unsigned* room, void* out) {
  return ListOrRefuse(device, room, out, "24");
}

/* Nobody draws. */
EXPORT Return nvmlDeviceGetGraphicsRunningProcesses_v3(Device device, unsigned* room, void* out) {
  (void)out;
  *room = 0;
  Lock();
  const int refused = HasFault("no_process_list", device->index);
  Unlock();
  return refused ? kNoPermission : kSuccess;
}

typedef struct Sample {
  unsigned pid;
  unsigned long long timestamp_us;
  unsigned sm, memory, encoder, decoder;
} Sample;

EXPORT Return nvmlDeviceGetProcessUtilization(Device device, Sample* out, unsigned* room,
                                              unsigned long long after_us) {
  Lock();
  Return result = OptionalState(device->index);
  if (result == kSuccess && HasFault("no_process_utilization", device->index)) result = kNotSupported;
  const double sample_s = strtod(Variable("JP_FAKE_NVML_SAMPLE_S", "0.2"), NULL);
  const int all = ReadProcesses();
  const unsigned given = *room;
  unsigned found = 0;
  const long long last = (long long)floor(Now() / sample_s + 1e-6);
  for (long long tick = last > 25 ? last - 25 : 1; result == kSuccess && tick <= last; ++tick) {
    const unsigned long long stamp_us = (unsigned long long)llround((double)tick * sample_s * 1e6);
    for (int i = 0; i < all && stamp_us > after_us; ++i) {
      if (processes[i].gpu != device->index || processes[i].percent == 0) continue;
      const Sample sample = {processes[i].pid, stamp_us, processes[i].percent, 0, 0, 0};
      if (found < given) out[found] = sample;
      ++found;
    }
  }
  *room = found;
  Unlock();
  if (result != kSuccess) return result;
  if (found == 0) return kNotFound;
  return found > given ? kInsufficientSize : kSuccess;
}

EXPORT Return nvmlDeviceGetMaxMigDeviceCount(Device device, unsigned* count) {
  Lock();
  const Return result = OptionalState(device->index);
  *count = 7;
  Unlock();
  return result;
}

static void ReadParts(void) {
  part_count = 0;
  const char* entry = Variable("JP_FAKE_NVML_MIG_INSTANCES", "");
  while (*entry != '\0' && part_count < kMaxGpus * 8) {
    Part part = {{0, 0, 0, 0, 0}, 0, 0};
    if (sscanf(entry, "%d:%d:%u", &part.board.index, &part.instance, &part.slices) == 3)
      parts[part_count++] = part;
    entry += strcspn(entry, ",");
    if (*entry == ',') ++entry;
  }
}

EXPORT Return nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned index, Device* part) {
  Lock();
  ReadParts();
  Return result = OptionalState(device->index);
  int at = 0;
  while (at < part_count && (parts[at].board.index != device->index || index-- > 0)) ++at;
  if (result == kSuccess && at == part_count) result = kNotFound;
  if (result == kSuccess) *part = &parts[at].board;
  Unlock();
  return result;
}

EXPORT Return nvmlDeviceGetGpuInstanceId(Device part, unsigned* instance) {
  *instance = (unsigned)InstanceOf(part);
  return InstanceOf(part) == kNoInstance ? kNotSupported : kSuccess;
}

typedef struct Attributes {
  unsigned engines[6];
  unsigned gpu_instance_slices, compute_instance_slices;
  unsigned long long memory_mb;
} Attributes;

EXPORT Return nvmlDeviceGetAttributes_v2(Device part, Attributes* attributes) {
  for (int i = 0; i < part_count; ++i) {
    if (part == &parts[i].board) attributes->gpu_instance_slices = parts[i].slices;
  }
  return InstanceOf(part) == kNoInstance ? kNotSupported : kSuccess;
}

typedef struct Profile {
  unsigned id, is_p2p_supported, slices, rest[7];
  unsigned long long memory_mb;
} Profile;

EXPORT Return nvmlDeviceGetGpuInstanceProfileInfo(Device device, unsigned profile, Profile* info) {
  static const unsigned kSlices[] = {1, 2, 3, 4, 7};
  Lock();
  const Return result = OptionalState(device->index);
  Unlock();
  if (result != kSuccess) return result;
  if (profile >= sizeof kSlices / sizeof kSlices[0]) return kNotSupported;
  info->slices = kSlices[profile];
  return kSuccess;
}

#endif /* JP_FAKE_NVML_BARE */
#endif /* JP_FAKE_NVML_EMPTY */
