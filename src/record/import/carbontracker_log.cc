#include "record/import/carbontracker_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <utility>

#include "carbon/csv_table.h"
#include "os/file.h"
#include "record/import/log_entries.h"

namespace jouleprint::record {
namespace {

constexpr std::string_view kVersionIs = "carbontracker version ";
constexpr std::string_view kSays = "CarbonTracker: ";
constexpr std::string_view kWithDevices = " with device(s) ";

// What follows `lead` in `text`; absent where it is not in it.
std::optional<std::string_view> After(std::string_view text, std::string_view lead) {
  const std::size_t at = text.find(lead);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + lead.size());
}

std::string_view FirstWord(std::string_view text) { return text.substr(0, text.find_first_of(" \t\n")); }

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// "GPU with device(s) Tesla T4, Tesla T4. CPU with device(s) cpu:0." A device's name may have points in it.
std::vector<CarbontrackerComponent> ComponentsIn(std::string_view text) {
  std::vector<CarbontrackerComponent> components;
  while (const std::optional<std::string_view> rest = After(text, kWithDevices)) {
    const std::string_view before = text.substr(0, text.size() - rest->size() - kWithDevices.size());
    const std::size_t name = before.find_last_of(" .") + 1;  // npos + 1 is 0
    const std::size_t next = rest->find(kWithDevices);
    std::string_view devices = rest->substr(0, next);
    // The next component's name belongs to what follows.
    if (next != std::string_view::npos) devices = devices.substr(0, devices.find_last_of(' '));
    devices = devices.substr(0, devices.find_last_of('.'));
    CarbontrackerComponent component{LowerCase(before.substr(name)), {}};
    while (!devices.empty()) {
      component.devices.emplace_back(carbon::TakeUntil(&devices, ','));
      while (devices.starts_with(' ')) devices.remove_prefix(1);
    }
    components.push_back(std::move(component));
    text = *rest;
  }
  return components;
}

// "35.6", "[12.3 45.6]" over any number of lines, "None", "nan": the sum, in watts.
Result<std::optional<double>> PowerIn(std::string_view text, const std::string& where) {
  std::optional<double> sum;
  constexpr std::string_view kBetween = " \t\n[],";
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
    if (text.empty()) return sum;
    const std::string_view word = text.substr(0, text.find_first_of(kBetween));
    text.remove_prefix(word.size());
    if (word == "None" || word == "nan") continue;
    const Result<double> watts = LogNumber(word, where, "average power usage");
    if (!watts.ok()) return watts.error();
    sum = sum.value_or(0) + *watts;
  }
}

Status Store(const Result<double>& number, std::optional<double>* to) {
  if (!number.ok()) return number.error();
  *to = *number;
  return {};
}

class StandardReader {
 public:
  explicit StandardReader(std::string name) : name_(std::move(name)) {}

  Status Take(const LogEntry& entry) {
    const std::string where = fmt::format("{} line {}", name_, entry.line);
    const std::string_view message = entry.message;
    if (const auto version = After(message, kVersionIs)) {
      if (!log_.version.empty()) {
        return Error{ErrorCode::kInvalidArgument, where + " begins a second log",
                     "give every run's log as a file of its own"};
      }
      log_.version = FirstWord(*version);
      log_.first = entry.time;
    } else if (const auto pue = After(message, "PUE coefficient of ")) {
      return Store(LogNumber(FirstWord(*pue), where, "PUE"), &log_.pue);
    } else if (const auto found = After(message, "components were found:")) {
      log_.components = ComponentsIn(*found);
    } else if (message.starts_with("Epoch ")) {
      log_.epochs.push_back({entry.time, std::nullopt, {}});
    } else if (message.starts_with("Duration: ") || message.starts_with("Average power usage")) {
      return TakeOfEpoch(message, where);
    } else {
      return TakeOfEnd(message, where);
    }
    return {};
  }

  Result<CarbontrackerStandardLog> Finish() {
    std::vector<CarbontrackerEpoch>& epochs = log_.epochs;
    // Whoever was killed in the middle of a line leaves an epoch without its duration.
    if (!epochs.empty() && !epochs.back().duration_s) epochs.pop_back();
    const bool whole = std::all_of(epochs.begin(), epochs.end(), [](const auto& e) { return e.duration_s; });
    if (!whole) {
      return Error{ErrorCode::kInvalidArgument, name_ + " has an epoch without its duration",
                   "mend the log, or leave it out"};
    }
    return std::move(log_);
  }

 private:
  Status TakeOfEpoch(std::string_view message, const std::string& where) {
    if (log_.epochs.empty()) {
      return Error{ErrorCode::kInvalidArgument, where + " is about an epoch, and none has begun",
                   "give the log as carbontracker wrote it"};
    }
    CarbontrackerEpoch& epoch = log_.epochs.back();
    if (const auto duration = After(message, "Duration: "))
      return Store(LogDuration(*duration, where), &epoch.duration_s);
    const auto component = After(message, " for ");
    const auto power = component ? After(*component, ":") : std::nullopt;
    if (!power) return {};
    const Result<std::optional<double>> watts = PowerIn(*power, where);
    if (!watts.ok()) return watts.error();
    epoch.power_w[LowerCase(component->substr(0, component->size() - power->size() - 1))] = *watts;
    return {};
  }

  Status TakeOfEnd(std::string_view message, const std::string& where) {
    if (const auto intensity = After(message, "Average carbon intensity during training was ")) {
      return Store(LogNumber(FirstWord(*intensity), where, "carbon intensity"), &log_.intensity_g_per_kwh);
    }
    if (const auto place = After(message, "at detected location")) {
      // "at detected location: Unknown: [445.0]" or, before 2.4, "at detected location Paris, FR: [51]".
      std::string_view name = place->substr(0, place->rfind(": ["));
      name.remove_prefix(std::min(name.find_first_not_of(": "), name.size()));
      if (name != "Unknown") log_.place = name;
    }
    if (message.starts_with("Training was interrupted")) log_.interrupted = true;
    if (message.starts_with("Monitoring thread ended")) log_.ended = true;
    return {};
  }

  std::string name_;
  CarbontrackerStandardLog log_;
};

// A line of a block, "\tEnergy:\t0.000084 kWh", as its field and what follows it.
std::pair<std::string_view, std::string_view> FieldIn(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  std::string_view value = line;
  const std::string_view field = carbon::TakeUntil(&value, ':');
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  return {field, value};
}

// What carbontracker could not price it wrote as nan; "CO2" is the field's name before 2.0.
Result<double> EmissionsIn(std::string_view value, const std::string& where) {
  if (FirstWord(value) == "nan") return std::numeric_limits<double>::quiet_NaN();
  return LogNumber(FirstWord(value), where, "CO2eq");
}

std::optional<std::int64_t> EpochsIn(std::string_view message) {
  const auto epochs = After(message, "consumption for ");
  std::int64_t count = 0;
  if (!epochs || !os::ParseI64(FirstWord(*epochs), &count) || count < 0) return std::nullopt;
  return count;
}

Result<CarbontrackerTotals> TotalsIn(const LogEntry& entry, const std::string& name) {
  std::optional<double> duration_s;
  std::optional<double> energy_kwh;
  std::optional<double> emissions_gco2e;
  std::string_view rest = entry.message;
  for (std::size_t line = entry.line; !rest.empty(); ++line) {
    const auto [field, value] = FieldIn(carbon::TakeUntil(&rest, '\n'));
    const std::string where = fmt::format("{} line {}", name, line);
    Status stored;
    if (field == "Time") stored = Store(LogDuration(value, where), &duration_s);
    if (field == "Energy") stored = Store(LogNumber(FirstWord(value), where, field), &energy_kwh);
    if (field.starts_with("CO2")) stored = Store(EmissionsIn(value, where), &emissions_gco2e);
    if (!stored.ok()) return stored.error();
  }
  if (duration_s && energy_kwh && emissions_gco2e) {
    return CarbontrackerTotals{entry.time, EpochsIn(entry.message), *duration_s, *energy_kwh,
                               *emissions_gco2e};
  }
  const std::string_view missing = !duration_s ? "Time" : !energy_kwh ? "Energy" : "CO2eq";
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("{} line {}: the block of a consumption lacks its {}", name, entry.line, missing),
               "give the log as carbontracker wrote it"};
}

}  // namespace

bool IsCarbontrackerStandardLog(std::string_view text) { return FirstMessage(text).starts_with(kVersionIs); }

bool IsLogOfJouleprint(std::string_view text) {
  return IsCarbontrackerStandardLog(text) && FirstMessage(text).find("+jouleprint") != std::string_view::npos;
}

bool IsCarbontrackerOutputLog(std::string_view text) { return FirstMessage(text).starts_with(kSays); }

Result<CarbontrackerStandardLog> ReadCarbontrackerStandardLog(std::string_view text,
                                                              const std::string& name) {
  const Result<std::vector<LogEntry>> entries = LogEntries(text, name);
  if (!entries.ok()) return entries.error();
  StandardReader reader(name);
  for (const LogEntry& entry : *entries) {
    if (Status taken = reader.Take(entry); !taken.ok()) return taken.error();
  }
  return reader.Finish();
}

Result<CarbontrackerOutputLog> ReadCarbontrackerOutputLog(std::string_view text, const std::string& name) {
  const Result<std::vector<LogEntry>> entries = LogEntries(text, name);
  if (!entries.ok()) return entries.error();
  CarbontrackerOutputLog log;
  for (const LogEntry& entry : *entries) {
    const bool actual = entry.message.find("Actual consumption") != std::string::npos;
    if (!actual && entry.message.find("Predicted consumption") == std::string::npos) continue;
    Result<CarbontrackerTotals> totals = TotalsIn(entry, name);
    if (!totals.ok()) return totals.error();
    (actual ? log.actual : log.predicted) = *totals;
  }
  return log;
}

}  // namespace jouleprint::record
