#include "job/budget/command_words.h"

#include <utility>

namespace jouleprint::job {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  Result<std::vector<std::string>> Split() {
    for (; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (IsBlank(c)) {
        EndWord();
      } else if (c == '\'' || c == '"') {
        if (!TakeQuoted(c)) return Bad("has a quote that is not closed");
      } else if (c == '\\') {
        if (++at_ == line_.size()) return Bad("ends in a backslash");
        Take(line_[at_]);
      } else {
        Take(c);
      }
    }
    EndWord();
    if (words_.empty()) return Bad("names no command");
    return std::move(words_);
  }

 private:
  void Take(char c) {
    word_ += c;
    in_word_ = true;
  }

  void EndWord() {
    if (in_word_) words_.push_back(std::exchange(word_, {}));
    in_word_ = false;
  }

  // From the opening quote to the closing one; an empty pair of quotes is a word too.
  bool TakeQuoted(char quote) {
    in_word_ = true;
    for (++at_; at_ < line_.size() && line_[at_] != quote; ++at_) {
      const bool escapes = quote == '"' && line_[at_] == '\\' && at_ + 1 < line_.size() &&
                           std::string_view("\"\\$`").find(line_[at_ + 1]) != std::string_view::npos;
      if (escapes) ++at_;
      word_ += line_[at_];
    }
    return at_ < line_.size();
  }

  Error Bad(const std::string& what) const {
    return {ErrorCode::kInvalidArgument, "the command '" + std::string(line_) + "' " + what,
            "quote it as for a shell, and put 'sh -c' before it where a shell is wanted"};
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
};

}  // namespace

Result<std::vector<std::string>> SplitWords(std::string_view line) { return Splitter(line).Split(); }

}  // namespace jouleprint::job
