// Working memory that outlives one task.
//
// A thread that runs many tasks should not allocate, and fault in, its buffers for each of them.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace fascicle {

/// Hands out objects that keep their buffers, one for each thread that asks at the same time.
template <class Scratch>
class ScratchPool {
 public:
  template <class Use>
  auto with(Use&& use) {
    std::unique_ptr<Scratch> scratch;
    {
      const std::scoped_lock lock(mutex_);
      if (!free_.empty()) {
        scratch = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (!scratch) scratch = std::make_unique<Scratch>();
    auto result = use(*scratch);
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(scratch));
    return result;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> free_;
};

}  // namespace fascicle
