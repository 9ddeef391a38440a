// What a trace says of a run before its first event, and the way back.
#ifndef JOULEPRINT_JOB_RUN_TRACE_H_
#define JOULEPRINT_JOB_RUN_TRACE_H_

#include "job/measurement.h"
#include "jouleprint/run.h"
#include "sampling/trace_header.h"

namespace jouleprint::job {

/// Of `record`, the host but for its name, the place and what is reserved; of `footprint` all.
sampling::TraceHeader TraceHeaderOf(const Measurement& measurement, const RunOptions& options,
                                    const FootprintChoice& footprint, const RunRecord& record);

/// The catalog that was measured; its meters know their domains and are never read.
meters::Catalog CatalogOf(const sampling::TraceHeader& header);
/// Of the options, those that the figures rest on.
RunOptions OptionsOf(const sampling::TraceHeader& header);

HostInfo DescribeHost(const meters::Catalog& catalog, const os::Sysroot& sysroot);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_RUN_TRACE_H_
