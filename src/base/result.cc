#include "jouleprint/result.h"

namespace jouleprint {

std::string_view GeneralHint(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "see 'jouleprint COMMAND --help' for what it takes";
    case ErrorCode::kNotFound:
      return "check the spelling, or list what there is with 'jouleprint runs list'";
    case ErrorCode::kNotPermitted:
      return "ask 'jouleprint doctor' which permission is missing";
    case ErrorCode::kNotPresent:
      return "ask 'jouleprint doctor' what this machine has";
    case ErrorCode::kRefused:
      return "ask 'jouleprint doctor' why";
    case ErrorCode::kIo:
      return "check that the disk has room and the folder can be written";
    case ErrorCode::kCorrupt:
      return "the file is damaged or of another kind; move it away and try again";
    case ErrorCode::kInternal:
      return "this is a fault of jouleprint; please report it";
  }
  return "";
}

int ExitStatus(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotPresent:
    case ErrorCode::kRefused:
      return 3;
    default:
      return 2;
  }
}

}  // namespace jouleprint
