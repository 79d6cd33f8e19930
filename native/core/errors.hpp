// What the core throws: std::invalid_argument for a wrong call, Cancelled when its monitor was told to stop. Nothing
// else leaves a function of the core but std::bad_alloc.
#pragma once

#include <stdexcept>
#include <string>

namespace fascicle {

/// The work was stopped on request; outputs written so far are meaningless.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

/// Throws std::invalid_argument with `message` unless `condition` holds.
inline void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

inline void require(bool condition, const std::string& message) {
  if (!condition) throw std::invalid_argument(message);
}

}  // namespace fascicle
