// Joules of one domain between two times: what every reading, counter or gauge, is turned into.
#ifndef JOULEPRINT_SAMPLING_SLICE_H_
#define JOULEPRINT_SAMPLING_SLICE_H_

#include "jouleprint/units.h"
#include "os/clock.h"

namespace jouleprint::sampling {

/// How a slice's joules came to be known.
enum class SliceGround {
  kRead,    ///< from readings at both ends
  kFilled,  ///< nobody looked: the power known around it is taken to have gone on; half of it either way is
            ///< uncertain
};

struct Slice {
  os::BootTime from;
  os::BootTime to;
  Joules energy{0};
  SliceGround ground = SliceGround::kRead;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_SLICE_H_
