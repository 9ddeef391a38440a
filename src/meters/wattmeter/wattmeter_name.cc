#include "meters/wattmeter/wattmeter_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "jouleprint/utc_time.h"
#include "os/file.h"
#include "os/http.h"

namespace jouleprint::meters {
namespace {

struct Kind {
  std::string_view word;
  WattmeterKind kind;
  std::string_view example;
};

constexpr std::array<Kind, 9> kKinds{{
    {"file", WattmeterKind::kFile, "file:/var/log/power.csv"},
    {"pipe", WattmeterKind::kPipe, "pipe:/run/power.fifo"},
    {"ptdaemon", WattmeterKind::kPtdaemon, "ptdaemon:/srv/spl.txt?tz=+02:00"},
    {"shelly", WattmeterKind::kShelly, "shelly:192.168.1.20/0"},
    {"tasmota", WattmeterKind::kTasmota, "tasmota:192.168.1.21"},
    {"hass", WattmeterKind::kHass, "hass:http://homeassistant.local:8123/sensor.rack_power"},
    {"http", WattmeterKind::kHttp, "http:http://192.168.1.22/status#/meter/watts"},
    {"redfish", WattmeterKind::kRedfish, "redfish:https://bmc.example"},
    {"snmp", WattmeterKind::kSnmp, "snmp:pdu.example/1.3.6.1.4.1.318.1.1.12.3.5.1.1.2.1"},
}};

constexpr std::array<std::string_view, 6> kOptions{"name", "gain", "error", "level", "tz", "period"};
constexpr std::string_view kOptionsInWords = "name=, gain=, error=, level=, tz= and period=";

Error Wrong(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

const Kind& KindOf(WattmeterKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.kind == kind; });
}

std::string Example(WattmeterKind kind) { return "for example " + std::string(KindOf(kind).example); }

Error UnknownKind(std::string_view word) {
  std::string kinds;
  for (const Kind& kind : kKinds) kinds += (kinds.empty() ? "" : ", ") + std::string(kind.word);
  return Wrong("'" + std::string(word) + "' is no kind of wattmeter",
               "write KIND:WHERE with one of " + kinds + "; for example shelly:192.168.1.20");
}

bool TakesUrl(WattmeterKind kind) {
  return kind == WattmeterKind::kHass || kind == WattmeterKind::kHttp || kind == WattmeterKind::kRedfish;
}

bool IsUrl(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

Status SetOption(std::string_view key, const std::string& value, WattmeterName* name);

// What stands between the last '?' and the end, where it is meant as options.
std::string_view OptionsIn(std::string_view text, WattmeterKind kind) {
  const std::size_t mark = text.rfind('?');
  if (mark == std::string_view::npos) return {};
  const std::string_view options = text.substr(mark + 1);
  const std::string_view first = options.substr(0, options.find('='));
  if (first.size() == options.size()) return {};
  const bool known = std::find(kOptions.begin(), kOptions.end(), first) != kOptions.end();
  // A URL has a query of its own, and its fragment ends it.
  const bool is_query = TakesUrl(kind) && (!known || options.find('#') != std::string_view::npos);
  return is_query ? std::string_view{} : options;
}

Status ReadOptions(std::string_view options, WattmeterName* name) {
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find('&'));
    options.remove_prefix(std::min(option.size() + 1, options.size()));
    const std::size_t equals = option.find('=');
    const std::string_view key = option.substr(0, equals);
    const std::string value{equals == std::string_view::npos ? "" : option.substr(equals + 1)};
    const Status set = SetOption(key, value, name);
    if (!set.ok()) return set;
  }
  return {};
}

std::optional<double> PositiveNumber(std::string_view text) {
  double value = 0;
  if (!os::ParseDouble(text, &value) || !(value > 0) || value > 1e9) return std::nullopt;
  return value;
}

Status SetError(const std::string& value, WattmeterName* name) {
  const bool percent = value.ends_with('%');
  const auto number = PositiveNumber(percent ? value.substr(0, value.size() - 1) : value);
  const double fraction = number.value_or(0) * (percent ? 0.01 : 1);
  if (!number || fraction >= 1) {
    return Wrong("error=" + value + " is no error of a meter", "write its class, for example error=1%");
  }
  name->error = fraction;
  return {};
}

Status SetDomain(const std::string& value, WattmeterName* name) {
  const auto allowed = [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '-'; };
  if (value.empty() || value.size() > 40 || !std::all_of(value.begin(), value.end(), allowed)) {
    return Wrong("name=" + value + " cannot name a domain",
                 "use small letters, digits and '-', for example name=rack-3");
  }
  // What the model's domains and the rest of a total are called.
  if (value == "cpu" || value == "memory" || value == "other") {
    return Wrong("name=" + value + " is what another domain is called",
                 "say where the meter stands, for example name=rack-3");
  }
  name->domain = value;
  return {};
}

Status SetOption(std::string_view key, const std::string& value, WattmeterName* name) {
  if (key == "name") return SetDomain(value, name);
  if (key == "error") return SetError(value, name);
  if (key == "gain") {
    const auto gain = PositiveNumber(value);
    if (!gain) return Wrong("gain=" + value + " is no factor above 0", "for example gain=1000 for kilowatts");
    name->gain = *gain;
  } else if (key == "level") {
    if (value != "wall" && value != "node") {
      return Wrong("level=" + value + " is no level of a wattmeter",
                   "write level=wall, or level=node for what stands behind the power supply");
    }
    name->level = value == "wall" ? Level::kWall : Level::kNode;
  } else if (key == "tz") {
    if (!UtcTime::Parse("2026-01-01T00:00:00" + value).ok()) {
      return Wrong("tz=" + value + " is no offset from UTC", "write it as tz=+02:00 or tz=Z");
    }
    name->zone = value;
  } else if (key == "period") {
    const auto period = PositiveNumber(value);
    if (!period || *period < 0.05 || *period > 3600) {
      return Wrong("period=" + value + " is no period of a meter",
                   "write seconds from 0.05 to 3600, for example period=10");
    }
    name->period = Seconds{*period};
  } else {
    return Wrong(
        "'" + std::string(key) + "' is no option of a wattmeter",
        "the options are " + std::string(kOptionsInWords) + ", as in file:/var/log/power.csv?error=1%");
  }
  return {};
}

bool IsHost(std::string_view text) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

// HOST[/CHANNEL]
Status SplitChannel(WattmeterName* name) {
  if (name->where.starts_with("http://")) name->where.erase(0, 7);
  while (name->where.ends_with('/')) name->where.pop_back();
  const std::size_t slash = name->where.find('/');
  if (slash != std::string::npos) {
    const std::string channel = name->where.substr(slash + 1);
    std::uint64_t number = 0;
    if (!os::ParseU64(channel, &number) || number > 99) {
      return Wrong("'" + channel + "' is no channel of " + name->where.substr(0, slash), Example(name->kind));
    }
    name->channel = static_cast<int>(number);
    name->where.erase(slash);
  }
  if (IsHost(name->where)) return {};
  // A password before the @, though nobody is told to write it.
  const std::string shown = name->where.substr(name->where.rfind('@') + 1);
  return Wrong("'" + shown + "' is no host", Example(name->kind));
}

// URL/ENTITY
Status SplitEntity(WattmeterName* name) {
  const std::size_t slash = name->where.rfind('/');
  name->part = slash == std::string::npos ? "" : name->where.substr(slash + 1);
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; };
  const bool shaped =
      name->part.find('.') != std::string::npos && std::all_of(name->part.begin(), name->part.end(), allowed);
  const std::string url = slash == std::string::npos ? "" : name->where.substr(0, slash);
  const bool has_host = url.size() > std::string_view("https://").size();
  if (!shaped || !IsUrl(url) || !has_host) {
    return Wrong("'" + os::ShownUrl(name->where) + "' is not the address of a Home Assistant and an entity",
                 Example(name->kind));
  }
  name->where = url;
  return {};
}

// URL#/JSON/POINTER
Status SplitPointer(WattmeterName* name) {
  if (name->where.starts_with("//")) name->where = "http:" + name->where;
  const std::size_t hash = name->where.rfind('#');
  if (!IsUrl(name->where)) {
    return Wrong("'" + os::ShownUrl(name->where) + "' is no URL", Example(name->kind));
  }
  const std::string pointer = hash == std::string::npos ? "" : name->where.substr(hash + 1);
  // RFC 6901: "" is the whole document; else it begins with a slash.
  if (hash == std::string::npos || (!pointer.empty() && pointer.front() != '/')) {
    return Wrong("the URL does not say where in the answer the watts stand",
                 "end it with # and a JSON pointer, " + Example(name->kind));
  }
  name->part = pointer;
  name->where.erase(hash);
  return {};
}

Status SplitWhere(WattmeterName* name) {
  if (name->where.empty()) {
    return Wrong("the wattmeter '" + std::string(KindOf(name->kind).word) + ":' does not say where it is",
                 Example(name->kind));
  }
  switch (name->kind) {
    case WattmeterKind::kShelly:
    case WattmeterKind::kTasmota:
      return SplitChannel(name);
    case WattmeterKind::kHass:
      return SplitEntity(name);
    case WattmeterKind::kHttp:
      return SplitPointer(name);
    default:
      return {};
  }
}

std::string Shown(const WattmeterName& name) {
  std::string shown = std::string(KindOf(name.kind).word) + ":";
  if (name.kind == WattmeterKind::kHttp) return shown + os::ShownUrl(name.where) + "#" + name.part;
  if (name.kind == WattmeterKind::kHass) return shown + os::ShownUrl(name.where) + "/" + name.part;
  const bool may_hold_secrets = name.kind == WattmeterKind::kRedfish || name.kind == WattmeterKind::kSnmp;
  if (IsUrl(name.where)) {
    shown += os::ShownUrl(name.where);
  } else {
    // USER:PASSWORD@HOST, though nobody is told to write it.
    shown += may_hold_secrets ? name.where.substr(name.where.rfind('@') + 1) : name.where;
  }
  return name.channel ? shown + "/" + std::to_string(*name.channel) : shown;
}

// At each '+' that a kind follows; one elsewhere belongs to a path, a URL or an offset.
std::vector<std::string> SplitSum(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t i = text.find('+'); i != std::string_view::npos; i = text.find('+', i + 1)) {
    const std::string_view rest = text.substr(i + 1);
    const std::string_view word = rest.substr(0, rest.find(':'));
    const bool is_kind =
        word.size() < rest.size() &&
        std::any_of(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.word == word; });
    if (!is_kind) continue;
    parts.emplace_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

Result<WattmeterName> ParseOne(const std::string& name, bool may_have_options) {
  const std::size_t colon = name.find(':');
  std::string_view word = std::string_view(name).substr(0, colon);
  // A bare URL is of the kind http.
  const bool bare = IsUrl(name);
  if (bare) word = "http";
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.word == word; });
  if (colon == std::string::npos || kind == kKinds.end()) return UnknownKind(word);
  WattmeterName parsed;
  parsed.kind = kind->kind;
  parsed.where = bare ? name : name.substr(colon + 1);
  const std::string_view options = OptionsIn(parsed.where, parsed.kind);
  if (!options.empty() && !may_have_options) {
    return Wrong("options stand in the middle of a sum of meters",
                 "write them once, at the end: shelly:192.168.1.20+shelly:192.168.1.21?error=1%");
  }
  const Status read = ReadOptions(options, &parsed);
  if (!read.ok()) return read.error();
  if (!options.empty()) parsed.where.erase(parsed.where.size() - options.size() - 1);
  const Status split = SplitWhere(&parsed);
  if (!split.ok()) return split.error();
  parsed.shown = Shown(parsed);
  return parsed;
}

bool IsPushed(WattmeterKind kind) {
  return kind == WattmeterKind::kFile || kind == WattmeterKind::kPipe || kind == WattmeterKind::kPtdaemon;
}

}  // namespace

Result<WattmeterName> ParseWattmeterName(const std::string& name) {
  const std::vector<std::string> parts = SplitSum(name);
  Result<WattmeterName> whole = ParseOne(parts.back(), true);
  std::string shown;
  for (std::size_t i = 0; whole.ok() && i + 1 < parts.size(); ++i) {
    Result<WattmeterName> part = ParseOne(parts[i], false);
    if (!part.ok()) return part;
    if (IsPushed(part->kind) || IsPushed(whole->kind)) {
      return Wrong("logs and pipes cannot be added up, for their lines are not of the same moment",
                   "have one logger write the sum, or add meters that are asked, as in "
                   "shelly:192.168.1.20+shelly:192.168.1.21");
    }
    shown += part->shown + " + ";
    whole->more.push_back(std::move(*part));
  }
  if (whole.ok()) whole->shown = shown + whole->shown;
  return whole;
}

}  // namespace jouleprint::meters
