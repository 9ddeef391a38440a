// Numbers for properties, drawn evenly. rapidcheck's own inRange begins every property with the low end of
// the range and reaches the high end in the last of its tests only.
#ifndef JOULEPRINT_TESTS_SUPPORT_ANY_H_
#define JOULEPRINT_TESTS_SUPPORT_ANY_H_

#include <rapidcheck.h>

namespace jouleprint::testing {

/// From `first` to before `end`.
template <class Integer>
Integer AnyBetween(Integer first, Integer end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Integer>(first, end));
}

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_ANY_H_
