// How names of places are compared, and which ones a misspelt name may have meant.
//
//   SameName("Türkiye", Folded("turkiye"));  // true
//
//   NearMisses misses("Frnace");
//   misses.Consider("France", "France (FR)");
//   misses.Best();                           // {"France (FR)"}
#ifndef JOULEPRINT_CARBON_PLACES_NEAR_MISS_H_
#define JOULEPRINT_CARBON_PLACES_NEAR_MISS_H_

#include <string>
#include <string_view>
#include <vector>

namespace jouleprint::carbon {

/// The form in which names are compared: lower case, Latin letters without their accents, blanks and
/// underscores as hyphens, other punctuation left out.
std::string Folded(std::string_view name);
/// Whether `name` folds to `folded`; allocates nothing.
bool SameName(std::string_view name, std::string_view folded);

/// Collects the names that are a slip or a prefix away from a query.
class NearMisses {
 public:
  explicit NearMisses(std::string_view query);

  /// `label` is what to suggest when `name` is close; a label may have many names.
  void Consider(std::string_view name, std::string_view label);
  /// The closest labels, closest first, three at most; those alone that fit to the letter, if any do.
  std::vector<std::string> Best() const;
  /// Best() as a question, "did you mean A, B or C?"; empty when nothing is close.
  std::string Question() const;

 private:
  struct Candidate {
    int distance = 0;
    std::string label;
  };
  std::string query_;
  std::vector<Candidate> candidates_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_PLACES_NEAR_MISS_H_
