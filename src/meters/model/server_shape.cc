// Every number here is printed by tools/fit_cpu_model.py --tables from published SPECpower_ssj2008 results
// (servers of 2004 to 2022): the mean shape of a family's servers, drawn towards the general one as if by
// three more servers.
//
// Servers of one processor held out together, a tenth at a time: median |error| 3.5 %, mean 4.7 % over the
// nine loads between the ends (one mean shape for all: 6.4 % and 8.0 %; a straight line: 6.5 % and 9.2 %).
// The power was 0.90 (5 %) to 1.11 (95 %) times the model; bands made without a tenth hold 90 % of its
// points. A whole family held out: 6.3 % and 7.6 %, 0.86 to 1.19 times. docs/meters/model.md; tested by
// tests/meters/model/server_shape_test.cc.
#include "meters/model/server_shape.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "meters/model/cpu_table.h"

namespace jouleprint::meters {
namespace {

using Rise = std::array<double, 11>;

struct Family {
  std::string_view name;
  Rise rise;
};

// By ServerFamily.
constexpr std::array<Family, 11> kFamilies{
    {{"Xeon 3000, 5100 to 5400 and 7300",
      {0, 0.112, 0.225, 0.331, 0.445, 0.558, 0.666, 0.765, 0.859, 0.938, 1}},
     {"Xeon 3400, 5500, 5600, 6500 and 7500",
      {0, 0.195, 0.274, 0.343, 0.418, 0.497, 0.587, 0.686, 0.792, 0.896, 1}},
     {"Xeon E3 and E5, first generation and v2",
      {0, 0.118, 0.176, 0.235, 0.303, 0.373, 0.468, 0.579, 0.703, 0.863, 1}},
     {"Xeon E3 to E7, v3 and v4", {0, 0.169, 0.237, 0.303, 0.372, 0.437, 0.517, 0.617, 0.739, 0.880, 1}},
     {"Xeon Scalable, first and second generation",
      {0, 0.174, 0.233, 0.293, 0.351, 0.414, 0.494, 0.585, 0.701, 0.843, 1}},
     {"Xeon Scalable, third generation",
      {0, 0.136, 0.196, 0.254, 0.311, 0.374, 0.454, 0.553, 0.688, 0.850, 1}},
     {"Xeon E3 v5 and v6 and Xeon E", {0, 0.091, 0.148, 0.204, 0.268, 0.344, 0.433, 0.535, 0.660, 0.817, 1}},
     {"Opteron", {0, 0.198, 0.290, 0.383, 0.481, 0.581, 0.680, 0.767, 0.847, 0.928, 1}},
     {"EPYC 7001", {0, 0.249, 0.333, 0.410, 0.487, 0.563, 0.645, 0.729, 0.819, 0.906, 1}},
     {"EPYC 7002", {0, 0.270, 0.359, 0.445, 0.523, 0.601, 0.666, 0.740, 0.818, 0.899, 1}},
     {"EPYC 7003", {0, 0.223, 0.294, 0.360, 0.424, 0.492, 0.568, 0.644, 0.727, 0.851, 1}}}};
static_assert(kFamilies.size() == static_cast<std::size_t>(ServerFamily::kOther));

// Of a family not seen: the base, and what is added per idle/full and for an AMD part.
constexpr Rise kBase{0, 0.183, 0.226, 0.271, 0.314, 0.362, 0.432, 0.522, 0.645, 0.814, 1};
constexpr Rise kPerIdleShare{0, -0.163, -0.069, 0.010, 0.111, 0.216, 0.294, 0.343, 0.327, 0.205, 0};
constexpr Rise kForAmd{0, 0.087, 0.103, 0.118, 0.128, 0.135, 0.125, 0.102, 0.065, 0.025, 0};

// 5 % and 95 % of the servers: beyond them the general shape would bend down again.
constexpr double kLowestIdleShare = 0.11, kHighestIdleShare = 0.64;

constexpr double kFamilyLow = 0.90, kFamilyHigh = 1.11;
constexpr double kOtherLow = 0.86, kOtherHigh = 1.20;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char DigitAt(std::string_view word, std::size_t at) { return at < word.size() ? word[at] : '\0'; }

/// "3" of "e5-2620v3" or, in a word of its own, of "v3"; "1" where there is none.
char XeonVersion(std::string_view word, std::string_view next) {
  if (std::size_t v = word.find('v'); v != std::string_view::npos && IsDigit(DigitAt(word, v + 1))) {
    return word[v + 1];
  }
  return next.size() > 1 && next[0] == 'v' && IsDigit(next[1]) ? next[1] : '1';
}

ServerFamily OfXeonE(std::string_view word, std::string_view next) {
  char version = XeonVersion(word, next);
  if (word[1] == '7' && version == '1') return ServerFamily::kNehalem;
  if (version <= '2') return ServerFamily::kSandyBridge;
  return version <= '4' ? ServerFamily::kHaswell : ServerFamily::kSmallXeon;
}

/// Four digits, as in "x5670", "l5420", "5160".
ServerFamily OfXeonNumber(std::string_view number) {
  for (std::string_view start : {"34", "35", "55", "56", "65", "75"}) {
    if (number.starts_with(start)) return ServerFamily::kNehalem;
  }
  return std::string_view("357").find(number[0]) != std::string_view::npos ? ServerFamily::kCore
                                                                           : ServerFamily::kOther;
}

ServerFamily OfXeon(std::string_view before, std::string_view word, std::string_view next) {
  if (before == "platinum" || before == "gold" || before == "silver" || before == "bronze") {
    char generation = DigitAt(word, 1);
    if (generation == '1' || generation == '2') return ServerFamily::kSkylake;
    return generation == '3' ? ServerFamily::kIceLake : ServerFamily::kOther;
  }
  if (word.starts_with("e-2")) return ServerFamily::kSmallXeon;
  if (word.starts_with("e3-") || word.starts_with("e5-") || word.starts_with("e7-"))
    return OfXeonE(word, next);
  if (std::string_view("xelw").find(word[0]) != std::string_view::npos) word.remove_prefix(1);
  bool number = word.size() == 4 && std::all_of(word.begin(), word.end(), IsDigit);
  return number ? OfXeonNumber(word) : ServerFamily::kOther;
}

/// "7763", "7r13", "72f3": the fourth figure is the generation. Later ones start with another first.
ServerFamily OfEpyc(std::string_view word) {
  if (DigitAt(word, 0) != '7') return ServerFamily::kOther;
  switch (DigitAt(word, 3)) {
    case '1':
      return ServerFamily::kZen1;
    case '2':
      return ServerFamily::kZen2;
    case '3':
      return ServerFamily::kZen3;
    default:
      return ServerFamily::kOther;
  }
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

ServerFamily FamilyOf(std::string_view model_name) {
  const std::string key = NormaliseCpuName(model_name);
  const std::vector<std::string_view> words = Words(key);
  bool xeon = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
    if (words[i] == "opteron") return ServerFamily::kOpteron;
    if (words[i] == "epyc") return OfEpyc(next);
    if (xeon) {
      ServerFamily family = OfXeon(words[i - 1], words[i], next);
      if (family != ServerFamily::kOther) return family;
    }
    xeon = xeon || words[i] == "xeon";
  }
  return ServerFamily::kOther;
}

std::string_view FamilyName(ServerFamily family) {
  return family == ServerFamily::kOther ? "servers of all kinds"
                                        : kFamilies[static_cast<std::size_t>(family)].name;
}

double ServerShape::At(double use) const noexcept {
  // The comparison also turns a NaN into no use.
  double level = use > 0 ? std::min(use, 1.0) * 10 : 0.0;
  std::size_t below = std::min<std::size_t>(static_cast<std::size_t>(level), 9);
  return rise[below] + (rise[below + 1] - rise[below]) * (level - static_cast<double>(below));
}

ServerShape ShapeOf(ServerFamily family, bool amd, double idle_share) {
  if (family != ServerFamily::kOther) {
    return {kFamilies[static_cast<std::size_t>(family)].rise, kFamilyLow, kFamilyHigh};
  }
  ServerShape shape{{}, kOtherLow, kOtherHigh};
  const double seen = std::clamp(idle_share, kLowestIdleShare, kHighestIdleShare);
  for (std::size_t i = 0; i < shape.rise.size(); ++i) {
    shape.rise[i] = kBase[i] + kPerIdleShare[i] * seen + (amd ? kForAmd[i] : 0);
  }
  return shape;
}

}  // namespace jouleprint::meters
