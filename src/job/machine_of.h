// What a run's options say of the machine, as the meters want to know it.
#ifndef JOULEPRINT_JOB_MACHINE_OF_H_
#define JOULEPRINT_JOB_MACHINE_OF_H_

#include "jouleprint/run.h"
#include "meters/catalog.h"

namespace jouleprint::job {

meters::CatalogOptions MachineOf(const RunOptions& options);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_MACHINE_OF_H_
