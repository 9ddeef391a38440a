// Settings that a flag did not give: from JOULEPRINT_* variables, then from the configuration file.
//
// The command line's parser does not know which of two commands' flags of one name was given, so that
// variables are read here and not there.
#ifndef JOULEPRINT_CLI_SETTINGS_H_
#define JOULEPRINT_CLI_SETTINGS_H_

#include <map>
#include <string>

#include "cli/arguments.h"
#include "job/config_file.h"
#include "jouleprint/result.h"

namespace jouleprint::cli {

class Settings {
 public:
  /// The setting `name` goes to `target`, which outlives this; "" there means that no flag gave it.
  void Add(const std::string& name, std::string* target) { targets_[name] = target; }

  /// Fills the targets that are still empty. `config` is --config's value, "" for the usual places. A zone
  /// or region that does not exist is refused here, with the variable or line that named it.
  Status Fill(const std::string& config, Arguments* arguments);

  /// Errors speak of flags; a value that came from elsewhere is named by where it stands.
  Error Located(Error error) const;

 private:
  std::map<std::string, job::Setting> Environment() const;
  Status Take(const std::map<std::string, job::Setting>& settings, const RunOptions& run);
  Status CheckPlaceFromElsewhere(const RunOptions& run) const;

  std::map<std::string, std::string*> targets_;
  std::map<std::string, std::string> where_;  // of settings that were no flags
};

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_SETTINGS_H_
