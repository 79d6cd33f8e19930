// Fork-join over independent tasks. Which thread runs a task is not determined; an algorithm is deterministic by making
// each task's output depend on the task alone.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace fascicle {

/// Number of threads to use for a request: 0 means one per hardware thread.
inline unsigned resolve_threads(unsigned requested) {
  return requested != 0 ? requested : std::max(1u, std::thread::hardware_concurrency());
}

/// Runs `work(task)` for task = 0 .. tasks-1 on up to `threads` threads (the caller's among them) and returns when all
/// have ended. Tasks are handed out in rising order. The first exception stops the handing out and is thrown here.
template <class Work>
void parallel_for(std::size_t tasks, unsigned threads, Work&& work) {
  const std::size_t workers = std::min<std::size_t>(resolve_threads(threads), tasks);
  if (workers <= 1) {
    for (std::size_t task = 0; task < tasks; ++task) work(task);
    return;
  }

  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto drain = [&] {
    try {
      for (std::size_t task = next++; task < tasks; task = next++) work(task);
    } catch (...) {
      next.store(tasks, std::memory_order_relaxed);
      const std::scoped_lock lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> pool;
    pool.reserve(workers - 1);
    for (std::size_t i = 1; i < workers; ++i) pool.emplace_back(drain);
    drain();
  }
  if (failure) std::rethrow_exception(failure);
}

/// Half-open range [begin, end).
struct Range {
  std::size_t begin;
  std::size_t end;
  [[nodiscard]] std::size_t size() const { return end - begin; }
};

/// The `index`-th of `parts` nearly equal consecutive pieces of [0, n).
inline Range split_range(std::size_t n, std::size_t parts, std::size_t index) {
  const std::size_t base = n / parts;
  const std::size_t extra = n % parts;
  const std::size_t begin = index * base + std::min(index, extra);
  return {begin, begin + base + (index < extra ? 1 : 0)};
}

}  // namespace fascicle
