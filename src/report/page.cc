// Lays out labelled lines; see page.h.
#include "report/page.h"

#include <algorithm>
#include <vector>

#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kLabelWidth = 11;  // "  weakest  "

// Select graphic rendition, ECMA-48 section 8.3.117: 1 bold, 2 faint, 33 yellow, 0 default.
std::string_view Sequence(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return "\x1b[1m";
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kAlert:
      return "\x1b[33m";
    case Ink::kPlain:
      return "";
  }
  return "";
}

// No line ends in blanks, so that reports compare and paste cleanly.
std::string WithoutTail(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string Paint(const Style& style, Ink ink, std::string_view text) {
  if (!style.color || ink == Ink::kPlain || text.empty()) return std::string(text);
  return std::string(Sequence(ink)).append(text).append("\x1b[0m");
}

Page::Page(const Style& style)
    : style_(style), width_(std::clamp(style.width, kNarrowestPage, kWidestPage)) {}

int Page::text_width() const { return width_ - kLabelWidth; }

std::string Page::Label(std::string_view label) const {
  if (label.empty()) return std::string(kLabelWidth, ' ');
  return Paint(style_, Ink::kDim, PadRight("  " + std::string(label), kLabelWidth));
}

void Page::Title(std::string_view name, std::string_view what, std::string_view right) {
  const int room = width_ - DisplayWidth(right) - 2;
  const std::string bold = Truncate(name, room, style_.unicode);
  const int left = room - DisplayWidth(bold) - 2;
  const std::string dim = what.empty() || left < 4 ? "" : "  " + Truncate(what, left, style_.unicode);
  const int padding = room - DisplayWidth(bold) - DisplayWidth(dim);
  Line(Paint(style_, Ink::kBold, bold) + Paint(style_, Ink::kDim, dim) +
       std::string(static_cast<std::size_t>(padding + 2), ' ') + std::string(right));
}

void Page::Heading(std::string_view text) {
  Blank();
  Line(Paint(style_, Ink::kBold, text));
}

void Page::Field(std::string_view label, std::string_view text, Ink ink) {
  const std::vector<std::string> lines = Wrap(text, text_width());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Line(Label(i == 0 ? label : "") + Paint(style_, ink, lines[i]));
  }
}

void Page::FieldUnbroken(std::string_view label, std::string_view text) {
  Line(Label(label) + std::string(text));
}

void Page::More(std::string_view text) { Line(std::string(kLabelWidth, ' ') + std::string(text)); }

void Page::Line(std::string_view text) { text_ += WithoutTail(std::string(text)) + "\n"; }

void Page::Blank() { text_ += "\n"; }

}  // namespace jouleprint::report
