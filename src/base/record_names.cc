// The words that records use for enums.
#include <array>
#include <utility>

#include "jouleprint/record.h"

namespace jouleprint {
namespace {

constexpr std::array<std::pair<Component, std::string_view>, 6> kComponents{{
    {Component::kCpu, "cpu"},
    {Component::kMemory, "memory"},
    {Component::kGpu, "gpu"},
    {Component::kBoard, "board"},
    {Component::kWall, "wall"},
    {Component::kOther, "other"},
}};

constexpr std::array<std::pair<RunState, std::string_view>, 3> kRunStates{{
    {RunState::kRunning, "running"},
    {RunState::kFinished, "finished"},
    {RunState::kRecovered, "recovered"},
}};

template <class Table, class Value>
std::string_view NameIn(const Table& table, Value value) {
  for (const auto& [v, name] : table) {
    if (v == value) return name;
  }
  return {};
}

template <class Value, class Table>
std::optional<Value> ValueIn(const Table& table, std::string_view name) {
  for (const auto& [v, n] : table) {
    if (n == name) return v;
  }
  return std::nullopt;
}

}  // namespace

std::string_view ComponentName(Component component) { return NameIn(kComponents, component); }
std::optional<Component> ComponentFromName(std::string_view name) {
  return ValueIn<Component>(kComponents, name);
}
std::string_view RunStateName(RunState state) { return NameIn(kRunStates, state); }
std::optional<RunState> RunStateFromName(std::string_view name) {
  return ValueIn<RunState>(kRunStates, name);
}

}  // namespace jouleprint
