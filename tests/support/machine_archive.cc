#include "support/machine_archive.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace jouleprint::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(JOULEPRINT_SOURCE_DIR) / "tests" / "machines";

std::vector<std::string> Words(const std::string& line) {
  std::istringstream text(line);
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

std::string FromHex(const std::string& text) {
  std::string bytes;
  for (const std::string& word : Words(text)) bytes += static_cast<char>(std::stoul(word, nullptr, 16));
  return bytes;
}

// Eight bytes at an offset, the rest a hole.
void WriteRegister(const fs::path& path, std::uint64_t offset, std::uint64_t value) {
  if (!fs::exists(path)) std::ofstream(path, std::ios::binary);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset));
  for (int byte = 0; byte < 8; ++byte) file.put(static_cast<char>(value >> (8 * byte)));
}

struct Entry {
  std::vector<std::string> head;  // the words after "=="
  std::string content;
};

void Unpack(const Entry& entry, const fs::path& root) {
  const fs::path path = root / entry.head.at(0);
  fs::create_directories(path.parent_path());
  const std::string kind = entry.head.size() > 1 ? entry.head[1] : "";
  if (kind == "->") {
    fs::create_symlink(entry.head.at(2), path);
  } else if (kind == "at") {
    WriteRegister(path, std::stoull(entry.head.at(2), nullptr, 16), std::stoull(entry.content, nullptr, 16));
  } else if (entry.head[0].back() == '/') {
    fs::create_directories(path);
  } else {
    std::ofstream(path, std::ios::binary) << (kind == "hex" ? FromHex(entry.content) : entry.content);
  }
}

}  // namespace

MachineArchive::MachineArchive(const std::string& name) {
  const fs::path path = kFolder / (name + ".txt");
  std::ifstream archive(path);
  Entry entry;
  int number = 0;
  const auto finish = [&] {
    if (!entry.head.empty()) Unpack(entry, folder_.path());
  };
  for (std::string line; std::getline(archive, line);) {
    ++number;
    const std::vector<std::string> words = Words(line);
    if (line.starts_with("== ")) {
      finish();
      entry = {{words.begin() + 1, words.end()}, {}};
    } else if (!entry.head.empty()) {
      entry.content += line + "\n";
    } else if (!words.empty() && words[0] == "expect") {
      expectations_.emplace_back(words.begin() + 1, words.end());
    } else if (line.starts_with("env ") && line.find('=') != std::string::npos) {
      const std::size_t equals = line.find('=');
      variables_.push_back(line.substr(4, equals - 4));
      ::setenv(variables_.back().c_str(), line.substr(equals + 1).c_str(), 1);
    } else if (!words.empty() && words[0] != "#") {
      throw std::runtime_error(path.string() + " line " + std::to_string(number) + ": " + line);
    }
  }
  finish();
  if (number == 0) throw std::runtime_error("no such archive: " + path.string());
}

MachineArchive::~MachineArchive() {
  for (const std::string& variable : variables_) ::unsetenv(variable.c_str());
}

std::vector<std::string> MachineArchive::All() {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(kFolder)) {
    if (file.path().extension() == ".txt") names.push_back(file.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace jouleprint::testing
