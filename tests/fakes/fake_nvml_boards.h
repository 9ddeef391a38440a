/* What the parts of the fake libnvidia-ml share; see fake_nvml.c. */
#ifndef JOULEPRINT_TESTS_FAKES_FAKE_NVML_BOARDS_H_
#define JOULEPRINT_TESTS_FAKES_FAKE_NVML_BOARDS_H_

#define EXPORT __attribute__((visibility("default")))

enum { kMaxGpus = 16 };
enum {
  kSuccess = 0,
  kUninitialized = 1,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kNoPermission = 4,
  kNotFound = 6,
  kInsufficientSize = 7,
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
  int unplugged;
} Board;
typedef Board* Device;

#define INTERNAL __attribute__((visibility("hidden")))
INTERNAL void Lock(void);
INTERNAL void Unlock(void);
/* Seconds on the fake's clock. */
INTERNAL double Now(void);
INTERNAL const char* Variable(const char* name, const char* otherwise);
INTERNAL int HasFault(const char* name, int gpu);
/* What every call on a device says before it does anything; the second, of functions that are not in
 * every driver. */
INTERNAL Return DeviceState(int gpu);
INTERNAL Return OptionalState(int gpu);

#endif
