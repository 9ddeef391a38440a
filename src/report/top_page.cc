#include "report/top_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "report/bars.h"
#include "report/humanize.h"
#include "report/page.h"
#include "report/table.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kNameWidth = 14;
constexpr int kPowerWidth = 9;
constexpr int kBasisWidth = 11;
constexpr std::size_t kFewestConsumers = 3;

using Lines = std::vector<std::string>;

std::string Title(const PowerSnapshot& snapshot, const Style& style) {
  const std::string left = "jouleprint top  " + snapshot.time.ToString().substr(11, 8) + " UTC";
  const std::string right = fmt::format("{}   load {}", HumanPower(snapshot.power_w), Percent(snapshot.load));
  const int room = style.width - DisplayWidth(right);
  return Paint(style, Ink::kBold, PadRight(Truncate(left, std::max(0, room), style.unicode), room) + right);
}

// Bars are against the hungriest domain, so that the eye compares domains with each other.
Lines DomainLines(const PowerSnapshot& snapshot, const Style& style) {
  double top_w = 0;
  for (const DomainPower& domain : snapshot.domains) top_w = std::max(top_w, domain.power_w);
  const int room = std::max(0, style.width - kNameWidth - kPowerWidth - kBasisWidth - 3);
  Lines lines;
  for (const DomainPower& domain : snapshot.domains) {
    const std::string name = Truncate(Sanitize(domain.name, style.unicode), kNameWidth, style.unicode);
    const std::string bar = Bar(top_w > 0 ? domain.power_w / top_w : 0, room, style.unicode);
    lines.push_back(" " + PadRight(name, kNameWidth) + PadLeft(HumanPower(domain.power_w), kPowerWidth) +
                    " " + bar + " " + Paint(style, Ink::kDim, BasisName(domain.basis)));
  }
  return lines;
}

std::string HistoryLine(const TopView& view, const Style& style) {
  const std::string label = " " + PadRight("so far", kNameWidth + kPowerWidth) + " ";
  const auto room = static_cast<std::size_t>(std::max(0, style.width - DisplayWidth(label)));
  const std::size_t shown = std::min(room, view.history_w.size());
  const std::vector<double> last(view.history_w.end() - static_cast<std::ptrdiff_t>(shown),
                                 view.history_w.end());
  const double top_w = last.empty() ? 0 : *std::max_element(last.begin(), last.end());
  return label + Sparkline(last, top_w, style.unicode);
}

Lines ConsumerLines(const PowerSnapshot& snapshot, const TopView& view, std::size_t most,
                    const Style& style) {
  const bool containers = view.by == ConsumerKind::kContainer;
  Table table{{{"power", Align::kRight},
               {"GPU", Align::kRight},
               {"CPUs", Align::kRight},
               {containers ? "processes" : "pid", Align::kRight},
               {containers ? "container, service or user" : "process"}},
              {}};
  for (const PowerConsumer& consumer : snapshot.consumers) {
    if (table.rows.size() == most) break;
    table.rows.push_back(
        {HumanPower(consumer.power_w), consumer.gpu_power_w > 0 ? HumanPower(consumer.gpu_power_w) : "-",
         fmt::format("{:.2f}", consumer.cpus), std::to_string(containers ? consumer.members : consumer.pid),
         Sanitize(consumer.name, style.unicode)});
  }
  constexpr std::size_t kElastic = 4;
  return TextTable(std::move(table), style.width - 1, style.unicode, kElastic, {"GPU", "CPUs"});
}

std::string RestLine(const PowerSnapshot& snapshot, const Style& style) {
  const std::string text = fmt::format(" {} are nobody's: an idle machine's, the kernel's, ended processes'",
                                       HumanPower(snapshot.unattributed_w));
  return Paint(style, Ink::kDim, Truncate(text, style.width, style.unicode));
}

std::string KeyLine(const TopView& view, const Style& style) {
  const std::string other = view.by == ConsumerKind::kProcess ? "containers" : "processes";
  return Paint(style, Ink::kDim, Truncate(" q leave   c " + other, style.width, style.unicode));
}

}  // namespace

std::string TopPage(const PowerSnapshot& snapshot, const TopView& view, const Style& style) {
  Lines lines{Title(snapshot, style)};
  for (std::string& line : DomainLines(snapshot, style)) lines.push_back(std::move(line));
  if (view.history_w.size() > 1) lines.push_back(HistoryLine(view, style));
  lines.push_back("");
  // Below the list stand two lines, above it its heading.
  const std::size_t taken = lines.size() + 3;
  const std::size_t most = view.rows > taken ? view.rows - taken : 0;
  for (std::string& line : ConsumerLines(snapshot, view, std::max(most, kFewestConsumers), style))
    lines.push_back(" " + std::move(line));
  lines.push_back(RestLine(snapshot, style));
  if (view.keys) lines.push_back(KeyLine(view, style));
  std::string page;
  for (std::size_t i = 0; i < std::min(lines.size(), view.rows); ++i) page += (i > 0 ? "\n" : "") + lines[i];
  return page;
}

std::string TopJson(const PowerSnapshot& snapshot) {
  using Json = nlohmann::ordered_json;
  Json domains = Json::array();
  for (const DomainPower& domain : snapshot.domains) {
    domains.push_back({{"name", Sanitize(domain.name)},
                       {"component", ComponentName(domain.component)},
                       {"basis", BasisName(domain.basis)},
                       {"power_w", domain.power_w}});
  }
  Json consumers = Json::array();
  for (const PowerConsumer& consumer : snapshot.consumers) {
    consumers.push_back({{"pid", consumer.pid},
                         {"name", Sanitize(consumer.name)},
                         {"power_w", consumer.power_w},
                         {"gpu_power_w", consumer.gpu_power_w},
                         {"cpus", consumer.cpus},
                         {"processes", consumer.members}});
  }
  const Json document = {{"time", snapshot.time.ToString()},
                         {"duration_s", snapshot.duration.value()},
                         {"power_w", snapshot.power_w},
                         {"load", snapshot.load},
                         {"domains", domains},
                         {"consumers", consumers},
                         {"unattributed_w", snapshot.unattributed_w}};
  return document.dump(2) + "\n";
}

}  // namespace jouleprint::report
