#include "job/redact.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace jouleprint::job {
namespace {

constexpr const char* kHidden = "***";

// "--HF-Api_Key" -> "hfapikey"
std::string Letters(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0) letters += static_cast<char>(std::tolower(u));
  }
  return letters;
}

bool NamesSecret(std::string_view name) {
  constexpr std::array<std::string_view, 9> kEndings{"password",  "passwd",    "passphrase",
                                                     "secret",    "token",     "apikey",
                                                     "accesskey", "secretkey", "privatekey"};
  const std::string letters = Letters(name);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return letters.ends_with(ending); });
}

bool IsFlag(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

// scheme://user:password@host
void HideInAddress(std::string* word) {
  const std::size_t scheme = word->find("://");
  if (scheme == std::string::npos) return;
  const std::size_t begin = scheme + 3;
  const std::size_t end = word->find_first_of("/?# ", begin);
  const std::size_t at = word->rfind('@', end == std::string::npos ? end : end - 1);
  const std::size_t colon = word->find(':', begin);
  if (at == std::string::npos || at < begin || colon == std::string::npos || colon > at) return;
  word->replace(colon + 1, at - colon - 1, kHidden);
}

}  // namespace

std::vector<std::string> WithoutSecrets(std::vector<std::string> command) {
  bool value_of_secret = false;
  for (std::string& word : command) {
    const bool is_flag = IsFlag(word);
    if (value_of_secret && !is_flag) {
      word = kHidden;
      value_of_secret = false;
      continue;
    }
    const std::size_t equals = word.find('=');
    const bool secret = NamesSecret(std::string_view(word).substr(0, equals));
    value_of_secret = secret && is_flag && equals == std::string::npos;
    if (secret && equals != std::string::npos) word.replace(equals + 1, std::string::npos, kHidden);
    HideInAddress(&word);
  }
  return command;
}

}  // namespace jouleprint::job
