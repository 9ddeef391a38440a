/* AMD's GPU libraries without a GPU: ROCm SMI's ABI or, compiled with JP_FAKE_AMD_SMI, AMD SMI's, over
 * made-up cards. The environment is read at every call, so a test may change it in the middle:
 *
 *   JP_FAKE_AMD_GPUS=LIST      PCI ids (BUS:DEVICE-ID, hexadecimal), comma separated (default "03:74a1"); an
 *                              entry with the bus of another is a partition of that card
 *   JP_FAKE_AMD_COUNTS=N       counts of every energy counter (default 1000000)
 *   JP_FAKE_AMD_MICROWATTS=N   the average power of every card (default 300000000)
 *   JP_FAKE_AMD_FAULT=NAME     none, init, no_energy, no_power, busy
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

enum { kMaxGpus = 8, kSuccess = 0, kNotSupported = 2 };

typedef uint32_t Status;
typedef struct Card {
  unsigned bus, id;
} Card;

static int starts;

static const char* Variable(const char* name, const char* otherwise) {
  const char* value = getenv(name);
  return value == NULL || *value == '\0' ? otherwise : value;
}

static int HasFault(const char* name) { return strcmp(Variable("JP_FAKE_AMD_FAULT", "none"), name) == 0; }

static uint32_t ReadCards(Card* cards) {
  char list[256];
  snprintf(list, sizeof list, "%s", Variable("JP_FAKE_AMD_GPUS", "03:74a1"));
  uint32_t count = 0;
  char* rest = list;
  for (char* entry; count < kMaxGpus && (entry = strtok_r(rest, ",", &rest)) != NULL;) {
    if (sscanf(entry, "%x:%x", &cards[count].bus, &cards[count].id) == 2) ++count;
  }
  return count;
}

static Status Energy(uint32_t busy, uint64_t* counts, float* microjoules, uint64_t* time_ns) {
  if (HasFault("busy")) return busy;
  if (HasFault("no_energy")) return kNotSupported;
  *counts = strtoull(Variable("JP_FAKE_AMD_COUNTS", "1000000"), NULL, 10);
  *microjoules = 15.3F;
  *time_ns = 1;
  return kSuccess;
}

EXPORT int jp_fake_amd_starts(void);
EXPORT int jp_fake_amd_starts(void) { return starts; }

#ifdef JP_FAKE_AMD_SMI

static char socket_of_all;
static char processors[kMaxGpus];

EXPORT Status amdsmi_init(uint64_t flags);
EXPORT Status amdsmi_init(uint64_t flags) {
  if (flags != 2 || HasFault("init")) return 34;
  ++starts;
  return kSuccess;
}

EXPORT Status amdsmi_shut_down(void);
EXPORT Status amdsmi_shut_down(void) {
  --starts;
  return kSuccess;
}

EXPORT Status amdsmi_get_socket_handles(uint32_t* count, void** handles);
EXPORT Status amdsmi_get_socket_handles(uint32_t* count, void** handles) {
  *count = 1;
  if (handles != NULL) handles[0] = &socket_of_all;
  return kSuccess;
}

EXPORT Status amdsmi_get_processor_handles(void* socket, uint32_t* count, void** handles);
EXPORT Status amdsmi_get_processor_handles(void* socket, uint32_t* count, void** handles) {
  Card cards[kMaxGpus];
  if (socket != &socket_of_all) return 1;
  *count = ReadCards(cards);
  for (uint32_t i = 0; handles != NULL && i < *count; ++i) handles[i] = &processors[i];
  return kSuccess;
}

EXPORT Status amdsmi_get_gpu_bdf_id(void* processor, uint64_t* id);
EXPORT Status amdsmi_get_gpu_bdf_id(void* processor, uint64_t* id) {
  Card cards[kMaxGpus];
  ReadCards(cards);
  const long index = (char*)processor - processors;
  *id = (uint64_t)cards[index].bus << 8 | (uint64_t)index << 28;
  return kSuccess;
}

EXPORT Status amdsmi_get_energy_count(void* processor, uint64_t* counts, float* microjoules,
                                      uint64_t* time_ns);
EXPORT Status amdsmi_get_energy_count(void* processor, uint64_t* counts, float* microjoules,
                                      uint64_t* time_ns) {
  (void)processor;
  return Energy(30, counts, microjoules, time_ns);
}

#else

EXPORT Status rsmi_init(uint64_t flags);
EXPORT Status rsmi_init(uint64_t flags) {
  if (flags != 0 || HasFault("init")) return 8;
  ++starts;
  return kSuccess;
}

EXPORT Status rsmi_shut_down(void);
EXPORT Status rsmi_shut_down(void) {
  --starts;
  return kSuccess;
}

EXPORT Status rsmi_num_monitor_devices(uint32_t* count);
EXPORT Status rsmi_num_monitor_devices(uint32_t* count) {
  Card cards[kMaxGpus];
  *count = ReadCards(cards);
  return kSuccess;
}

EXPORT Status rsmi_dev_id_get(uint32_t index, uint16_t* id);
EXPORT Status rsmi_dev_id_get(uint32_t index, uint16_t* id) {
  Card cards[kMaxGpus];
  if (index >= ReadCards(cards)) return 1;
  *id = (uint16_t)cards[index].id;
  return kSuccess;
}

EXPORT Status rsmi_dev_pci_id_get(uint32_t index, uint64_t* id);
EXPORT Status rsmi_dev_pci_id_get(uint32_t index, uint64_t* id) {
  Card cards[kMaxGpus];
  if (index >= ReadCards(cards)) return 1;
  *id = (uint64_t)cards[index].bus << 8 | index % 8;
  return kSuccess;
}

EXPORT Status rsmi_dev_energy_count_get(uint32_t index, uint64_t* counts, float* microjoules,
                                        uint64_t* time_ns);
EXPORT Status rsmi_dev_energy_count_get(uint32_t index, uint64_t* counts, float* microjoules,
                                        uint64_t* time_ns) {
  (void)index;
  return Energy(16, counts, microjoules, time_ns);
}

EXPORT Status rsmi_dev_power_ave_get(uint32_t index, uint32_t sensor, uint64_t* microwatts);
EXPORT Status rsmi_dev_power_ave_get(uint32_t index, uint32_t sensor, uint64_t* microwatts) {
  (void)index;
  if (sensor != 0 || HasFault("no_power")) return kNotSupported;
  *microwatts = strtoull(Variable("JP_FAKE_AMD_MICROWATTS", "300000000"), NULL, 10);
  return kSuccess;
}

#endif
