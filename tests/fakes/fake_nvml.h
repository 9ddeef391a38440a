/* What a test may call in the fake libnvidia-ml beside NVML itself; see fake_nvml.c. */
#ifndef JOULEPRINT_TESTS_FAKES_FAKE_NVML_H_
#define JOULEPRINT_TESTS_FAKES_FAKE_NVML_H_

/* Reads the environment again, as nvmlInit_v2 does: a fault may begin or end in the middle of a run. */
typedef void (*FakeNvmlReload)(void); /* jp_fake_nvml_reload */
/* Moves the fake's clock forward. */
typedef void (*FakeNvmlAdvance)(double seconds); /* jp_fake_nvml_advance */
/* nvmlInit_v2 calls that no nvmlShutdown has answered yet. */
typedef int (*FakeNvmlOpenCount)(void); /* jp_fake_nvml_open_count */
/* Calls that asked for power or energy. */
typedef int (*FakeNvmlReadCount)(void); /* jp_fake_nvml_read_count */

#endif
