// Files that only their owner may read.
#ifndef JOULEPRINT_OS_PRIVATE_FILE_H_
#define JOULEPRINT_OS_PRIVATE_FILE_H_

#include <string>

#include "jouleprint/result.h"

namespace jouleprint::os {

/// Makes an empty file of mode 0600, and its missing folders (0700), unless something of that name is
/// there: then it does nothing. Safe when many processes ask at once.
Status EnsurePrivateFile(const std::string& path);

/// The whole of a file that holds a secret. kRefused where its group or anybody else may read or write it.
Result<std::string> ReadPrivateFile(const std::string& path);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_PRIVATE_FILE_H_
