/* The C ABI of libjouleprint-c: what other languages stand on. The Python package is one such user.
 *
 *   jp_tracker* tracker;
 *   if (jp_tracker_start("{\"name\": \"train\", \"zone\": \"FR\"}", &tracker) != JP_OK)
 * puts(jp_last_error());
 *   ...
 *   char* record;
 *   jp_tracker_stop(tracker, &record);      // the run record as JSON, docs/record.schema.json
 *   jp_free(record);
 *   jp_tracker_free(tracker);
 *
 * Rules. Text is UTF-8 and ends with a zero byte. What goes in stays the caller's; what comes out through a
 * `char**` is the caller's too and is given to jp_free. Options and answers are JSON objects, so that fields
 * may be added without a new ABI; an option that is not known is refused with its name. Every function may be
 * called from any thread, also on one tracker at once; only jp_tracker_free must be the last of all calls on
 * its tracker. No function throws, exits, prints, or installs a signal handler. After a fork, calls on a
 * tracker of the parent do nothing and return JP_FORKED; the child may start trackers of its own.
 * Requirements: docs/capi.md.
 */
#ifndef JOULEPRINT_CAPI_H_
#define JOULEPRINT_CAPI_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define JP_API __attribute__((visibility("default")))
#else
#define JP_API
#endif

/* Grows when a function changes its meaning or goes. New functions and fields do not change it. */
#define JP_ABI_VERSION 1

typedef enum jp_status {
  JP_OK = 0,
  JP_INVALID = 1,  /* bad input: jp_last_error says which, and the remedy */
  JP_NOT_HERE = 2, /* not possible on this machine, or not permitted */
  JP_FAILED = 3,   /* a file or the store could not be written, or anything else */
  JP_FORKED = 4    /* this tracker is the parent process's */
} jp_status;

typedef struct jp_tracker jp_tracker;

JP_API int32_t jp_abi_version(void);
JP_API const char* jp_version(void); /* of jouleprint, "0.1.0" */
/* One or two sentences on the calling thread's last call that was not JP_OK; "" when there was none. Valid
 * until the thread's next call. */
JP_API const char* jp_last_error(void);
JP_API void jp_free(char* text);

/* `options`: {"name", "project", "tags": {}, "command": [], "zone", "region", "pue", "wue_l_per_kwh",
 * "intensity_g_per_kwh", "intensity_series": [], "intensity_kind", "intensity_unit", "intensity_from",
 * "market_intensity_g_per_kwh", "interval_s", "baseline": "off"|seconds|"150W", "boundary", "idle_split",
 * "reserved_cpus", "cpu_idle_w", "cpu_max_w", "gains": {}, "wattmeters": [], "epochs", "per", "per_count",
 * "embodied": "off"|kg, "lifetime_years", "budgets": [{"limit": "500g", "confidence": 0.9}], "sysroot",
 * "nvml_library", "amd_smi_library", "store": path, "keep": true, "json_file", "samples_file", "group",
 * "rank": {"rank", "world_size", "local_rank", "local_world_size"}}. All may be left out; NULL is {}.
 * Environment variables and configuration files count only through jp_settings. */
JP_API jp_status jp_tracker_start(const char* options, jp_tracker** tracker);
/* What JOULEPRINT_* variables and the configuration file say, as such options. `file` NULL:
 * ./jouleprint.toml, else the user's. */
JP_API jp_status jp_settings(const char* file, char** options);
/* `number` < 1: the next one. `eval`: 1 for an evaluation. `epoch` may be NULL; else {"epoch", "kind",
 * "start_s", "end_s", "energy_kwh"}. */
JP_API jp_status jp_tracker_begin_epoch(jp_tracker* tracker);
JP_API jp_status jp_tracker_end_epoch(jp_tracker* tracker, int64_t number, int32_t eval, char** epoch);
/* `parent` < 0: none. */
JP_API jp_status jp_tracker_begin_task(jp_tracker* tracker, const char* name, int64_t parent, int64_t* task);
/* `record` may be NULL; else a task as in the run record. */
JP_API jp_status jp_tracker_end_task(jp_tracker* tracker, int64_t task, char** record);
JP_API jp_status jp_tracker_log(jp_tracker* tracker, const char* metric, double value);
JP_API jp_status jp_tracker_tag(jp_tracker* tracker, const char* name, const char* value);
/* The record as if the run ended now. */
JP_API jp_status jp_tracker_snapshot(jp_tracker* tracker, char** record);
/* For all `epochs` (< 1: the option's): a prediction as in the run record. */
JP_API jp_status jp_tracker_predict(jp_tracker* tracker, int64_t epochs, char** prediction);
/* Sentences for a person since the last call: a JSON array of strings. */
JP_API jp_status jp_tracker_notices(jp_tracker* tracker, char** notices);
/* The end: the run record. A second call returns the same. `record` may be NULL. */
JP_API jp_status jp_tracker_stop(jp_tracker* tracker, char** record);
/* Where the record is kept; {"path": "..."} or {"path": null}. */
JP_API jp_status jp_tracker_kept(jp_tracker* tracker, char** answer);
/* Stops it where nobody has. NULL is allowed. */
JP_API void jp_tracker_free(jp_tracker* tracker);

/* What finished units say of all of them. `units`: [{"duration_s", "energy_kwh"|null, "kind":
 * "train"|"eval"}]. Answer:
 * {"epochs_seen", "epochs_total", "duration_s": {}, "energy_kwh": {}|null}. */
JP_API jp_status jp_predict(const char* units, int64_t total_epochs, char** answer);
/* A record, given as JSON, as people read it; `format`: "text", "markdown", "csv", "json". */
JP_API jp_status jp_render(const char* record, const char* format, char** text);
/* A zone by any usual name: {"zone", "name", "country", "iso3", "intensity_g_per_kwh": {}, "source", "year"}.
 */
JP_API jp_status jp_zone(const char* name, char** answer);
/* The machine as a record describes it (its "host"), without measuring. `options` as jp_tracker_start's
 * "sysroot". */
JP_API jp_status jp_host(const char* options, char** host);
/* The store; `path` NULL or "": the default. Records are JSON. */
JP_API jp_status jp_store_save(const char* path, const char* record);
JP_API jp_status jp_store_find(const char* path, const char* name, char** record);
/* `{"runs": [...]}`, newest first; `project` NULL: all; `limit` 0: all. */
JP_API jp_status jp_store_list(const char* path, const char* project, int64_t limit, char** runs);
/* Merges records (a JSON array) into one, a node counted once; see docs/ranks.md. */
JP_API jp_status jp_merge(const char* records, char** record);

#ifdef __cplusplus
}
#endif

#endif /* JOULEPRINT_CAPI_H_ */
