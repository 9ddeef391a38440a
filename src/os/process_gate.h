// Keeps a process from being copied or ended in the middle of what must not be torn: a copy made by fork
// would find the locks of a library (SQLite's, say) held by a thread that it does not have, and a program
// that exits destroys what a thread may still be reading.
//
//   os::GateHold hold;
//   if (hold.exiting()) return;
//   ... work of a background thread ...
//
// Any number of threads may hold it at once. fork(2), and the program's end, wait for them, but for no longer
// than a second: whoever hangs on a network drive holds up nobody.
#ifndef JOULEPRINT_OS_PROCESS_GATE_H_
#define JOULEPRINT_OS_PROCESS_GATE_H_

namespace jouleprint::os {

class GateHold {
 public:
  GateHold();
  ~GateHold();
  GateHold(const GateHold&) = delete;
  GateHold& operator=(const GateHold&) = delete;

  /// The program is ending: nothing in the background is of use any more.
  bool exiting() const;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_PROCESS_GATE_H_
