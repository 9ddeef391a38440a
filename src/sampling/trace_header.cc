#include "sampling/trace_header.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>
#include <type_traits>

namespace jouleprint::sampling {
namespace {

using Json = nlohmann::json;

// One function per struct names its fields; it is run once to write them and once to read them. The
// bindings do not compile when a field is added: whoever adds one adds it to the trace as well, or a
// replay would not give the same figures.
template <class Ar>
void Fields(Ar& ar, meters::Scope& s) {
  auto& [level, socket, die, device] = s;
  ar("level", level, meters::Level::kRail), ar("socket", socket), ar("die", die), ar("device", device);
}
template <class Ar>
void Fields(Ar& ar, meters::MeterError& e) {
  auto& [relative, low_factor, high_factor, update_period, window, seen, resolution] = e;
  ar("relative", relative), ar("low_factor", low_factor), ar("high_factor", high_factor);
  ar("update_period_s", update_period), ar("averaging_window_s", window), ar("seen_fraction", seen);
  ar("resolution", resolution);
}
template <class Ar>
void Fields(Ar& ar, meters::DomainInfo& d) {
  auto& [name, component, kind, basis, source, scope, joules_per_count, counter_values, gain, limit, error,
         mean, dated, model_idle] = d;
  ar("name", name), ar("component", component, Component::kOther),
      ar("kind", kind, meters::ReadingKind::kGauge);
  ar("basis", basis, Basis::kAssumed), ar("source", source), ar("scope", scope);
  ar("joules_per_count", joules_per_count), ar("counter_values", counter_values), ar("gain", gain);
  ar("limit_w", limit), ar("error", error), ar("mean_since_last_read", mean), ar("dated", dated);
  ar("model_idle_w", model_idle);
}
template <class Ar>
void Fields(Ar& ar, meters::CpuIdentity& c) {
  ar("vendor", c.vendor), ar("model_name", c.model_name), ar("family", c.family), ar("model", c.model);
  ar("sockets", c.sockets), ar("cores", c.cores), ar("logical_cpus", c.logical_cpus),
      ar("max_mhz", c.max_mhz);
  ar("hypervisor", c.hypervisor), ar("virtualization", c.virtualization), ar("memory_gib", c.memory_gib);
}
template <class Ar>
void Fields(Ar& ar, HostInfo& h) {
  ar("os", h.os), ar("kernel", h.kernel), ar("arch", h.arch), ar("cpu", h.cpu), ar("sockets", h.sockets);
  ar("cores", h.cores), ar("logical_cpus", h.logical_cpus), ar("memory_gib", h.memory_gib),
      ar("gpus", h.gpus);
  ar("virtualization", h.virtualization);
}
template <class Ar>
void Fields(Ar& ar, meters::MeterFinding& f) {
  ar("name", f.name), ar("state", f.state, meters::MeterState::kRefused), ar("reason", f.reason);
}
template <class Ar>
void Fields(Ar& ar, DroppedDomain& d) {
  ar("name", d.name), ar("source", d.source), ar("reason", d.reason);
}
template <class Ar>
void Fields(Ar& ar, Reservation& r) {
  ar("cpu", r.cpu), ar("memory", r.memory), ar("gpu", r.gpu), ar("source", r.source);
}
template <class Ar>
void Fields(Ar& ar, Estimate& e) {
  ar("value", e.value), ar("low", e.low), ar("high", e.high), ar("basis", e.basis, Basis::kAssumed);
}
template <class Ar>
void Fields(Ar& ar, IntensityUsed& i) {
  ar("g_per_kwh", i.value), ar("kind", i.kind), ar("source", i.source);
}
template <class Ar>
void Fields(Ar& ar, EmbodiedOption& e) {
  auto& [kind, low_kg, high_kg, lifetime_years] = e;
  ar("kind", kind, EmbodiedOption::Kind::kOff), ar("low_kg", low_kg), ar("high_kg", high_kg);
  ar("lifetime_years", lifetime_years);
}
template <class Ar>
void Fields(Ar& ar, FootprintChoice& f) {
  auto& [embodied, wue, wue_source, market, unit, count] = f;
  ar("embodied", embodied), ar("wue_l_per_kwh", wue), ar("wue_source", wue_source);
  ar("market_g_per_kwh", market), ar("per", unit), ar("count", count);
}
template <class Ar>
void Fields(Ar& ar, TraceLane& l) {
  ar("meter", l.meter), ar("period_s", l.period), ar("domains", l.domains);
}
template <class Ar>
void Fields(Ar& ar, TraceHeader& h) {
  ar("version", h.version), ar("host", h.host), ar("cpu", h.cpu), ar("lanes", h.lanes), ar("total", h.total);
  ar("standby", h.standby), ar("dropped", h.dropped), ar("findings", h.findings), ar("baseline", h.baseline);
  ar("baseline_power_w", h.baseline_power), ar("idle_is_split", h.idle_is_split), ar("reserved", h.reserved);
  ar("pue", h.pue), ar("pue_given", h.pue_given), ar("pue_source", h.pue_source), ar("zone", h.zone);
  ar("intensity", h.intensity), ar("priced_by_time", h.priced_by_time), ar("footprint", h.footprint);
}

class Writer {
 public:
  template <class T>
  void operator()(const char* name, T& value) {
    Put(value, &object_[name]);
  }
  template <class Enum>
  void operator()(const char* name, Enum& value, Enum /*last*/) {
    object_[name] = static_cast<int>(value);
  }
  Json Take() { return std::move(object_); }

 private:
  template <class T>
  static void Put(T& value, Json* out) {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      *out = value;
    } else {
      Writer inner;
      Fields(inner, value);
      *out = inner.Take();
    }
  }
  template <class Unit>
  static void Put(Quantity<Unit>& value, Json* out) {
    *out = value.value();
  }
  template <class T>
  static void Put(std::optional<T>& value, Json* out) {
    if (value) Put(*value, out);
  }
  template <class T>
  static void Put(std::vector<T>& values, Json* out) {
    *out = Json::array();
    for (T& value : values) Put(value, &out->emplace_back());
  }

  Json object_ = Json::object();
};

class Reader {
 public:
  explicit Reader(const Json& object, std::string* problem) : object_(object), problem_(problem) {
    if (!object_.is_object()) Complain("an object");
  }

  template <class T>
  void operator()(const char* name, T& value) {
    if (const Json* found = Find(name)) Get(*found, &value);
  }
  template <class Enum>
  void operator()(const char* name, Enum& value, Enum last) {
    const Json* found = Find(name);
    if (found == nullptr) return;
    int number = 0;
    Get(*found, &number);
    if (number < 0 || number > static_cast<int>(last)) return Complain("a number that is known");
    value = static_cast<Enum>(number);
  }

 private:
  // What another version does not know stays as it is.
  const Json* Find(const char* name) {
    if (!problem_->empty()) return nullptr;
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return nullptr;
    field_ = name;
    return &*found;
  }
  void Complain(const char* what) {
    if (problem_->empty()) *problem_ = std::string("'") + field_ + "' is not " + what;
  }

  template <class T>
  void Get(const Json& json, T* out) {
    if constexpr (std::is_same_v<T, std::string>) {
      json.is_string() ? void(*out = json.get<std::string>()) : Complain("a text");
    } else if constexpr (std::is_same_v<T, bool>) {
      json.is_boolean() ? void(*out = json.get<bool>()) : Complain("true or false");
    } else if constexpr (std::is_floating_point_v<T>) {
      json.is_number() ? void(*out = json.get<T>()) : Complain("a number");
    } else if constexpr (std::is_integral_v<T>) {
      GetInteger(json, out);
    } else {
      const std::string outer = field_;
      Reader inner(json, problem_);
      Fields(inner, *out);
      field_ = outer;
    }
  }
  template <class T>
  void GetInteger(const Json& json, T* out) {
    const bool fits = std::is_unsigned_v<T>
                          ? json.is_number_unsigned()
                          : json.is_number_integer() &&
                                json.get<std::int64_t>() >= std::numeric_limits<T>::min() &&
                                json.get<std::int64_t>() <= std::int64_t{std::numeric_limits<int>::max()};
    fits ? void(*out = json.get<T>()) : Complain("a whole number that fits");
  }
  template <class Unit>
  void Get(const Json& json, Quantity<Unit>* out) {
    double value = 0;
    Get(json, &value);
    *out = Quantity<Unit>{value};
  }
  template <class T>
  void Get(const Json& json, std::optional<T>* out) {
    Get(json, &out->emplace());
  }
  template <class T>
  void Get(const Json& json, std::vector<T>* out) {
    if (!json.is_array()) return Complain("a list");
    out->clear();
    for (const Json& item : json) Get(item, &out->emplace_back());
  }

  const Json& object_;
  std::string* problem_;
  std::string field_ = "it";
};

// Ledgers would divide by it, or be made of nothing.
std::string ProblemOf(const TraceHeader& header) {
  if (header.lanes.empty()) return "it has no meters";
  for (const TraceLane& lane : header.lanes) {
    if (!(lane.period > Seconds{0})) return "the meter " + lane.meter + " has no period";
    if (lane.domains.empty()) return "the meter " + lane.meter + " has no domains";
  }
  return {};
}

}  // namespace

std::string ToJson(const TraceHeader& header) {
  Writer writer;
  TraceHeader copy = header;
  Fields(writer, copy);
  return writer.Take().dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<TraceHeader> TraceHeaderFromJson(std::string_view json) {
  const auto damaged = [](const std::string& what) {
    return Error{ErrorCode::kCorrupt, "the trace's header makes no sense: " + what, "record it again"};
  };
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return damaged("it is not JSON");
  TraceHeader header;
  std::string problem;
  Reader reader(parsed, &problem);
  Fields(reader, header);
  if (problem.empty()) problem = ProblemOf(header);
  if (!problem.empty()) return damaged(problem);
  return header;
}

}  // namespace jouleprint::sampling
