// A page of labelled lines: a narrow column of dim labels, and text beside it that wraps to the width.
// The summary and the text report are made of it.
#ifndef JOULEPRINT_REPORT_PAGE_H_
#define JOULEPRINT_REPORT_PAGE_H_

#include <string>
#include <string_view>
#include <utility>

#include "report/report.h"

namespace jouleprint::report {

/// The page wraps at style.width, kept between these two: narrower breaks every line, wider is hard to read.
inline constexpr int kNarrowestPage = 40;
inline constexpr int kWidestPage = 100;

enum class Ink { kPlain, kBold, kDim, kAlert };
/// Colour sequences around `text` where the style wants colour.
std::string Paint(const Style& style, Ink ink, std::string_view text);

class Page {
 public:
  explicit Page(const Style& style);

  const Style& style() const { return style_; }
  /// Columns of a whole line, and of the text beside the labels.
  int width() const { return width_; }
  int text_width() const;

  /// A bold name, what it is in dim, and at the right edge of the line `right`; the left is cut to fit.
  void Title(std::string_view name, std::string_view what, std::string_view right);
  void Heading(std::string_view text);
  /// A label and its text, wrapped, every line of it in `ink`. The text must be sanitised; its first words
  /// may be painted already.
  void Field(std::string_view label, std::string_view text, Ink ink = Ink::kPlain);
  /// As Field, on one line however long: for paths and commands that people copy.
  void FieldUnbroken(std::string_view label, std::string_view text);
  /// A line under the last field's text, as it is.
  void More(std::string_view text);
  void Line(std::string_view text);
  void Blank();

  std::string Take() { return std::move(text_); }

 private:
  std::string Label(std::string_view label) const;

  Style style_;
  int width_;
  std::string text_;
};

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_PAGE_H_
