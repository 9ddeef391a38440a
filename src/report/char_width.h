// How many columns a terminal gives to a character, without asking the C library's locale: a report is
// the same text on every machine.
#ifndef JOULEPRINT_REPORT_CHAR_WIDTH_H_
#define JOULEPRINT_REPORT_CHAR_WIDTH_H_

namespace jouleprint::report {

/// 0 for combining marks, 2 for East Asian wide characters and emoji, else 1.
int CharWidth(char32_t character);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_CHAR_WIDTH_H_
