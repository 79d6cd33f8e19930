// Lets other threads read what only one thread changes, and that seldom.
//
// A reader enters with the count of changes that it knows and looks now and then whether it is to stop. A change tells
// the readers to stop and waits until they have: it is soon done, and they begin again on what is there then.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace fascicle {

class ReaderGate {
 public:
  /// Changes so far. For the thread that makes them.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  /// True lets the caller read until it calls `leave`; false where there was a change since `changes` were counted.
  [[nodiscard]] bool enter(std::uint64_t changes) {
    const std::scoped_lock lock(mutex_);
    if (changes != changes_) return false;
    ++readers_;
    return true;
  }

  void leave() {
    const std::scoped_lock lock(mutex_);
    if (--readers_ == 0) all_left_.notify_all();
  }

  /// Whether a change waits for the readers.
  [[nodiscard]] bool is_to_stop() const { return stop_.load(std::memory_order_relaxed); }

  /// Counts a change and returns when nobody reads any more. Readers that know of it may enter afterwards, so the
  /// change must be made before they can hear of it: by the thread that calls this, at once.
  void begin_change() {
    std::unique_lock lock(mutex_);
    ++changes_;
    stop_.store(true, std::memory_order_relaxed);
    all_left_.wait(lock, [this] { return readers_ == 0; });
    stop_.store(false, std::memory_order_relaxed);
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_left_;
  std::atomic<bool> stop_{false};
  std::uint64_t changes_ = 0;
  std::uint32_t readers_ = 0;
};

}  // namespace fascicle
