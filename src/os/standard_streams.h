// Standard input, output and error that were closed when we were started.
#ifndef JOULEPRINT_OS_STANDARD_STREAMS_H_
#define JOULEPRINT_OS_STANDARD_STREAMS_H_

namespace jouleprint::os {

/// Puts /dev/null, close-on-exec, where a standard stream is closed: no file of ours can then take its
/// number and be written into by mistake, and a command started later finds it closed as we did.
/// First thing in main.
void OccupyClosedStandardStreams();

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_STANDARD_STREAMS_H_
