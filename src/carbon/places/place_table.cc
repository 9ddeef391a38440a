#include "carbon/places/place_table.h"

namespace jouleprint::carbon {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string> ListOf(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) parts.emplace_back(TakeUntil(&text, '|'));
  return parts;
}

bool ParseInterval(std::string_view value, std::string_view low, std::string_view high, Estimate* out) {
  return ParseNumber(value, &out->value) && ParseNumber(low, &out->low) && ParseNumber(high, &out->high);
}

std::string SourceText(std::string_view source, std::string_view year, std::string_view note) {
  std::string text = std::string(source).append(", ").append(year);
  return note.empty() ? text : text.append(" (").append(note).append(")");
}

std::string OneOf(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    list.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ").append(names[i]);
  }
  return list;
}

std::string QuestionAndList(const std::string& question, std::string_view command) {
  const std::string list = "'" + std::string(command) + "' lists all that it knows";
  return question.empty() ? list : question + " " + list;
}

Error DamagedRow(std::string_view table, std::string_view id) {
  return {ErrorCode::kInternal,
          std::string(table) + ": the row of " + std::string(id) + " has a bad number or basis",
          "rebuild jouleprint with an unchanged data folder"};
}

}  // namespace jouleprint::carbon
