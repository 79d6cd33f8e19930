// Progress and cancellation of one long computation.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "errors.hpp"

namespace fascicle {

/// Reports work done and asks whether to stop. One monitor serves all threads of a computation.
///
/// A computation calls `begin(total)` once with its amount of work in any unit, then `advance(n)` from any thread after
/// each piece; advance throws Cancelled when a stop was requested. Pieces should take between 0.1 and 50 ms: shorter
/// ones pay for the atomic, longer ones make cancelling slow.
class Monitor {
 public:
  using Listener = std::function<void(std::uint64_t done, std::uint64_t total)>;
  using StopRequested = std::function<bool()>;

  /// Observes nothing and never stops.
  Monitor() = default;

  /// `listener` may be called from several threads at once; `stop_requested` must be cheap and safe from any thread.
  Monitor(Listener listener, StopRequested stop_requested)
      : listener_(std::move(listener)), stop_requested_(std::move(stop_requested)) {}

  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  void begin(std::uint64_t total) {
    total_.store(total, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    check();
  }

  void advance(std::uint64_t amount = 1) {
    const std::uint64_t done = done_.fetch_add(amount, std::memory_order_relaxed) + amount;
    if (listener_) listener_(done, total_.load(std::memory_order_relaxed));
    check();
  }

  /// Throws Cancelled when a stop was requested.
  void check() const {
    if (stop_requested_ && stop_requested_()) throw Cancelled();
  }

 private:
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_{0};
  Listener listener_;
  StopRequested stop_requested_;
};

}  // namespace fascicle
