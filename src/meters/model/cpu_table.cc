// The lookup compares normalised names, letter by letter against the table's text: every part of a
// family differs from its neighbours in a few characters, so a loose match would find the wrong one.
// Rows are made by tools/make_cpu_table.py, whose normalise() does the same. Tested by
// tests/meters/model/cpu_power_model_test.cc.
#include "meters/model/cpu_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "os/file.h"

extern "C" const char jouleprint_data_cpus_begin[], jouleprint_data_cpus_end[];

namespace jouleprint::meters {
namespace {

// Names are ASCII; the C library's tolower would ask the locale.
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void EraseAll(std::string* text, std::string_view what) {
  for (std::size_t at; (at = text->find(what)) != std::string::npos;) text->replace(at, what.size(), " ");
}

std::string_view TakeUntil(std::string_view* rest, char separator) {
  std::size_t end = std::min(rest->find(separator), rest->size());
  std::string_view part = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return part;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "13th" of "13th Gen Intel(R) Core(TM) i9-13900K".
bool IsOrdinal(std::string_view word) {
  return word.size() > 2 && IsDigit(word[0]) &&
         (word.ends_with("th") || word.ends_with("st") || word.ends_with("nd") || word.ends_with("rd"));
}

bool IsFiller(std::string_view word) {
  return word == "cpu" || word == "processor" || word == "apu" || word == "soc" || word.ends_with("-core");
}

bool EqualsLower(std::string_view name, std::string_view key) {
  return name.size() == key.size() &&
         std::equal(name.begin(), name.end(), key.begin(), [](char a, char b) { return Lower(a) == b; });
}

int ToCount(std::string_view field) {
  std::uint64_t value = 0;
  return os::ParseU64(field, &value) && value <= 4096 ? static_cast<int>(value) : 0;
}

CpuFacts ParseRow(std::string_view row) {
  CpuFacts facts;
  facts.name = TakeUntil(&row, ',');
  facts.cores = ToCount(TakeUntil(&row, ','));
  facts.threads = ToCount(TakeUntil(&row, ','));
  double tdp_w = 0;
  if (os::ParseDouble(TakeUntil(&row, ','), &tdp_w)) facts.tdp = Watts{tdp_w};
  facts.source = row;
  return facts;
}

}  // namespace

std::string NormaliseCpuName(std::string_view model_name) {
  std::string text(model_name);
  std::transform(text.begin(), text.end(), text.begin(), Lower);
  EraseAll(&text, "(r)");
  EraseAll(&text, "(tm)");
  for (std::string_view stop : {"@", " with ", " w/", "(", ",", " model ", " rev ", " radeon "}) {
    text.resize(std::min(text.find(stop), text.size()));
  }
  std::string key;
  std::string_view rest = text;
  bool after_ordinal = false;
  while (!rest.empty()) {
    std::string_view word = TakeUntil(&rest, ' ');
    if (word.empty() || IsFiller(word)) continue;
    if (after_ordinal && word == "gen") {
      key.clear();
    } else {
      if (!key.empty()) key += ' ';
      key += word;
    }
    after_ordinal = IsOrdinal(word) && key.size() == word.size();
  }
  return key;
}

std::optional<CpuFacts> FindCpu(std::string_view model_name) {
  std::string key = NormaliseCpuName(model_name);
  if (std::none_of(key.begin(), key.end(), IsDigit)) return std::nullopt;
  std::string_view rest(jouleprint_data_cpus_begin,
                        static_cast<std::size_t>(jouleprint_data_cpus_end - jouleprint_data_cpus_begin));
  TakeUntil(&rest, '\n');  // the header
  while (!rest.empty()) {
    std::string_view row = TakeUntil(&rest, '\n');
    if (!EqualsLower(row.substr(0, row.find(',')), key)) continue;
    CpuFacts facts = ParseRow(row);
    if (facts.tdp > Watts{0}) return facts;
  }
  return std::nullopt;
}

int CoresInName(std::string_view model_name) {
  std::size_t end = model_name.find("-Core");
  if (end == std::string_view::npos) return 0;
  std::size_t begin = end;
  while (begin > 0 && IsDigit(model_name[begin - 1])) --begin;
  return ToCount(model_name.substr(begin, end - begin));
}

}  // namespace jouleprint::meters
