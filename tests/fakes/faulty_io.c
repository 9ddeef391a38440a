/* For LD_PRELOAD: what the system may do to a reader and seldom does.
 *
 *   JP_FAULTY_IO=LIST    comma separated:
 *     eintr              every other read of an energy_uj is interrupted
 *     short              no read of an energy_uj gives more than three bytes
 *     gone_after:S       S seconds after the program's start an energy_uj answers ENODEV, as the kernel's
 * does when its driver is unloaded no_clone3          the kernel, or a sandbox, knows no clone3(2)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

typedef ssize_t (*Pread)(int, void*, size_t, off_t);
typedef ssize_t (*Read)(int, void*, size_t);
typedef long (*Syscall)(long, ...);

static int interrupts, shortens, no_clone3;
static double gone_after_s = -1;
static struct timespec started;
static atomic_uint calls;

static double SecondsSinceStart(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - started.tv_sec) + (double)(now.tv_nsec - started.tv_nsec) * 1e-9;
}

__attribute__((constructor)) static void OnLoad(void) {
  const char* list = getenv("JP_FAULTY_IO");
  if (list == NULL) return;
  clock_gettime(CLOCK_MONOTONIC, &started);
  interrupts = strstr(list, "eintr") != NULL;
  shortens = strstr(list, "short") != NULL;
  no_clone3 = strstr(list, "no_clone3") != NULL;
  const char* gone = strstr(list, "gone_after:");
  if (gone != NULL) gone_after_s = strtod(gone + strlen("gone_after:"), NULL);
}

static int IsCounter(int fd) {
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = '\0';
  return strstr(path, "/energy_uj") != NULL;
}

/* 0, or the errno with which the read fails; `size` may become smaller. */
static int Trouble(int fd, size_t* size) {
  if (!IsCounter(fd)) return 0;
  if (gone_after_s >= 0 && SecondsSinceStart() >= gone_after_s) return ENODEV;
  if (interrupts && atomic_fetch_add(&calls, 1) % 2 == 0) return EINTR;
  if (shortens && *size > 3) *size = 3;
  return 0;
}

static ssize_t FaultyPread(const char* real, int fd, void* buffer, size_t size, off_t offset) {
  const int error = Trouble(fd, &size);
  if (error == 0) return ((Pread)dlsym(RTLD_NEXT, real))(fd, buffer, size, offset);
  errno = error;
  return -1;
}

ssize_t pread(int fd, void* buffer, size_t size, off_t offset) {
  return FaultyPread("pread", fd, buffer, size, offset);
}
ssize_t pread64(int fd, void* buffer, size_t size, off_t offset) {
  return FaultyPread("pread64", fd, buffer, size, offset);
}

ssize_t read(int fd, void* buffer, size_t size) {
  const int error = Trouble(fd, &size);
  if (error == 0) return ((Read)dlsym(RTLD_NEXT, "read"))(fd, buffer, size);
  errno = error;
  return -1;
}

long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long words[6];
  for (int i = 0; i < 6; ++i) words[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_clone3 && no_clone3) {
    errno = ENOSYS;
    return -1;
  }
  return ((Syscall)dlsym(RTLD_NEXT, "syscall"))(number, words[0], words[1], words[2], words[3], words[4],
                                                words[5]);
}
