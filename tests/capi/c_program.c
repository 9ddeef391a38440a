/* The C ABI as a C99 program has it: the header is C, a run can be tracked, and what goes wrong is said. */
#include <stdio.h>
#include <string.h>

#include "jouleprint/capi.h"

static int failures = 0;

static void Expect(int good, const char* what) {
  if (good) return;
  fprintf(stderr, "FAILED: %s (%s)\n", what, jp_last_error());
  ++failures;
}

int main(void) {
  jp_tracker* tracker = NULL;
  char* text = NULL;
  int64_t task = -1;

  Expect(jp_abi_version() == JP_ABI_VERSION, "the header is the library's");
  Expect(strlen(jp_version()) > 0, "it has a version");

  Expect(jp_tracker_start("{\"colour\": 1}", &tracker) == JP_INVALID,
         "an option that is not known is refused");
  Expect(strstr(jp_last_error(), "colour") != NULL, "by its name");
  Expect(tracker == NULL, "there is no tracker then");

  Expect(jp_tracker_start("{\"name\": \"c\", \"zone\": \"FR\", \"keep\": false}", &tracker) == JP_OK,
         "it starts");
  Expect(jp_tracker_begin_task(tracker, "work", -1, &task) == JP_OK, "a task begins");
  Expect(jp_tracker_log(tracker, "accuracy", 0.5) == JP_OK, "a metric is told");
  Expect(jp_tracker_end_task(tracker, task, &text) == JP_OK && strstr(text, "\"work\"") != NULL,
         "a task ends");
  jp_free(text);
  Expect(jp_tracker_end_task(tracker, task, NULL) == JP_INVALID, "once");
  Expect(jp_tracker_end_epoch(tracker, 0, 0, NULL) == JP_OK, "an epoch ends");
  Expect(jp_tracker_stop(tracker, &text) == JP_OK && strstr(text, "\"energy_kwh\"") != NULL, "it stops");
  jp_free(text);
  Expect(jp_tracker_kept(tracker, &text) == JP_OK && strcmp(text, "{\"path\":null}") == 0, "nothing is kept");
  jp_free(text);
  jp_tracker_free(tracker);
  jp_tracker_free(NULL);
  Expect(jp_tracker_stop(NULL, NULL) == JP_INVALID, "no tracker is no crash");
  return failures == 0 ? 0 : 1;
}
