// Shared libraries that the machine may or may not have: the only dlopen of the project.
//
//   Result<os::Library> library = os::Library::Open("libnvidia-ml.so.1");
//   void* symbol = library->Symbol("nvmlInit_v2");  // null: this version has no such function
//
// Symbols are bound when the library is opened, and stay its own: nothing that it exports can be
// seen by, or stand in for, a symbol of the program. A Library belongs to one thread at a time.
#ifndef JOULEPRINT_OS_LIBRARY_H_
#define JOULEPRINT_OS_LIBRARY_H_

#include <string>

#include "jouleprint/result.h"

namespace jouleprint::os {

/// An owned shared library. Movable, not copyable. What Symbol() gave is dead once it is destroyed.
class Library {
 public:
  Library() = default;
  Library(Library&& other) noexcept;
  Library& operator=(Library&& other) noexcept;
  ~Library() { Close(); }

  /// `name` is a path when it holds a '/', else a soname that the loader looks for. kNotPresent: there
  /// is no such library. kRefused: there is one, and the loader will not have it (another
  /// architecture, damaged, a library that it needs is missing).
  static Result<Library> Open(const std::string& name);

  /// The address of a function or a variable; null when the library has none of that name.
  void* Symbol(const char* name) const noexcept;
  bool is_open() const { return handle_ != nullptr; }

 private:
  explicit Library(void* handle) : handle_(handle) {}
  void Close() noexcept;

  void* handle_ = nullptr;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_LIBRARY_H_
