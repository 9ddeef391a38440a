// Chooses a format and puts several runs into one document.
#include "report/formats.h"

#include "record/json.h"

namespace jouleprint::report {
namespace {

std::string RenderText(const std::vector<RunRecord>& runs,
                       const std::vector<std::optional<PowerSeries>>& series, const Style& style) {
  std::string text = runs.size() > 1 ? TextComparison(runs, style) : "";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!text.empty()) text += "\n";
    text += TextReport(runs[i], i < series.size() ? series[i] : std::nullopt, style);
  }
  return text;
}

std::string RenderMarkdown(const std::vector<RunRecord>& runs) {
  std::string text = runs.size() > 1 ? MarkdownComparison(runs) : "";
  for (const RunRecord& run : runs) {
    if (!text.empty()) text += "\n";
    text += MarkdownReport(run);
  }
  return text;
}

}  // namespace

std::string JsonReport(const std::vector<RunRecord>& runs) {
  constexpr int kIndent = 2;
  if (runs.size() == 1) return record::ToJson(runs.front(), kIndent) + "\n";
  std::string text = "[";
  for (const RunRecord& run : runs) {
    text += text.size() > 1 ? ",\n" : "\n";
    text += record::ToJson(run, kIndent);
  }
  return text + "\n]\n";
}

std::optional<Format> FormatFromName(std::string_view name) {
  if (name == "text") return Format::kText;
  if (name == "markdown" || name == "md") return Format::kMarkdown;
  if (name == "csv") return Format::kCsv;
  if (name == "json") return Format::kJson;
  return std::nullopt;
}

Result<std::string> Render(const std::vector<RunRecord>& runs,
                           const std::vector<std::optional<PowerSeries>>& series, Format format,
                           const Style& style) {
  if (runs.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no run to report was named",
                 "name one, or 'last'; 'jouleprint runs list' shows what there is"};
  }
  switch (format) {
    case Format::kText:
      return RenderText(runs, series, style);
    case Format::kMarkdown:
      return RenderMarkdown(runs);
    case Format::kCsv:
      return CsvReport(runs);
    case Format::kJson:
      return JsonReport(runs);
  }
  return Error{ErrorCode::kInternal, "a report format has no writer", ""};
}

}  // namespace jouleprint::report
