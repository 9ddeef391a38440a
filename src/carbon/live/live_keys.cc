#include "carbon/live/live_keys.h"

#include <algorithm>
#include <array>

#include "os/file.h"
#include "os/private_file.h"
#include "os/user_dirs.h"

namespace jouleprint::carbon {
namespace {

constexpr std::array<const char*, 4> kEntries{kElectricityMapsKey.entry, kWattTimeUser.entry,
                                              kWattTimePassword.entry, kEntsoeKey.entry};

std::string KeysFile() { return os::ConfigDir() + "/keys"; }

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Quotes around a value are the writer's habit, not a part of the key.
std::string_view Unquoted(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

Result<std::optional<std::string>> KeyInText(std::string_view text, std::string_view entry,
                                             const std::string& path) {
  std::optional<std::string> found;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    const std::string_view name = Trimmed(line.substr(0, std::min(equals, line.size())));
    if (equals == std::string_view::npos ||
        std::find(kEntries.begin(), kEntries.end(), name) == kEntries.end()) {
      return Error{ErrorCode::kInvalidArgument,
                   path + " line " + std::to_string(number) + " names no key that is known",
                   "write a line per key: electricity_maps_key, watttime_user, watttime_password or "
                   "entsoe_key, then = and the key"};
    }
    if (name == entry) found = Unquoted(Trimmed(line.substr(equals + 1)));
  }
  return found;
}

Result<std::string> FindKey(const KeyName& name) {
  std::string key = os::EnvironmentVariable(name.variable);
  const std::string path = KeysFile();
  if (!key.empty() || !os::Exists(path)) return key;
  const Result<std::string> text = os::ReadPrivateFile(path);
  // Bad input, whatever is wrong with it: the user wrote it.
  if (!text.ok()) return Error{ErrorCode::kInvalidArgument, text.error().message, text.error().hint};
  const Result<std::optional<std::string>> found = KeyInText(*text, name.entry, path);
  if (!found.ok()) return found.error();
  return found->value_or("");
}

std::string HowToGiveKey(const KeyName& name) {
  return std::string("put it into the variable ") + name.variable + ", or as a line '" + name.entry +
         " = ...' into " + KeysFile() + " (chmod 600)";
}

}  // namespace jouleprint::carbon
