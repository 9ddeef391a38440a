// Keeps passwords and keys that stand in a command line out of its record.
#ifndef JOULEPRINT_JOB_REDACT_H_
#define JOULEPRINT_JOB_REDACT_H_

#include <string>
#include <vector>

namespace jouleprint::job {

/// The command with *** for what looks like a secret: the value of a flag or variable whose name ends in
/// password, token, secret, api-key or the like (--token X, --db-password=X, HF_TOKEN=X), and the
/// password in an address (https://user:X@host). A flag such as --max-tokens is left alone.
std::vector<std::string> WithoutSecrets(std::vector<std::string> command);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_REDACT_H_
