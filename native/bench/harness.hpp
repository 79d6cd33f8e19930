// Timing shared by the benchmark executables. Each prints one JSON object per line: name, threads, shape, best and
// median milliseconds of the repetitions, processor time, megavoxels per second of the best, and extra figures.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "volume_view.hpp"

namespace fascicle::bench {

struct Timing {
  double best_ms;
  double median_ms;
  /// Processor time of all threads, the least of the repetitions: on a busy machine it says more than the wall clock.
  double processor_ms;
};

/// Runs `work` `repetitions` times (after `prepare`, which is not timed, each time).
template <class Prepare, class Work>
Timing measure(int repetitions, Prepare&& prepare, Work&& work) {
  std::vector<double> milliseconds;
  double processor_ms = std::numeric_limits<double>::max();
  for (int i = 0; i < repetitions; ++i) {
    prepare();
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor_start = std::clock();
    work();
    processor_ms = std::min(processor_ms, 1e3 * static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC);
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  return {milliseconds.front(), milliseconds[milliseconds.size() / 2], processor_ms};
}

/// `extra` is appended inside the object, e.g. `"segments":12`.
inline void report(const char* name, unsigned threads, Shape shape, Timing timing, const std::string& extra = "") {
  std::printf(
      "{\"name\":\"%s\",\"threads\":%u,\"shape\":[%zu,%zu,%zu],\"bestMs\":%.2f,\"medianMs\":%.2f,"
      "\"processorMs\":%.2f,\"megavoxelsPerSecond\":%.1f%s%s}\n",
      name, threads, shape.z, shape.y, shape.x, timing.best_ms, timing.median_ms, timing.processor_ms,
      static_cast<double>(shape.voxels()) / timing.best_ms / 1e3, extra.empty() ? "" : ",", extra.c_str());
  std::fflush(stdout);
}

/// Gigabytes per second of a memory copy on `threads` = 1, the yardstick of every other figure.
inline double copy_gigabytes_per_second() {
  std::vector<char> from(std::size_t{256} << 20, 1);
  std::vector<char> to(from.size());
  const Timing timing = measure(
      5, [] {}, [&] { std::memcpy(to.data(), from.data(), from.size()); });
  return 2.0 * static_cast<double>(from.size()) / timing.best_ms / 1e6;
}

/// Value of `--name=value` on the command line, or `fallback`.
inline std::string option(int argc, char** argv, const std::string& name, const std::string& fallback) {
  const std::string prefix = "--" + name + "=";
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]).rfind(prefix, 0) == 0) return argv[i] + prefix.size();
  }
  return fallback;
}

inline std::size_t integer_option(int argc, char** argv, const std::string& name, std::size_t fallback) {
  return std::stoull(option(argc, argv, name, std::to_string(fallback)));
}

/// A raw little-endian file of elements of T.
template <class T>
std::vector<T> read_raw(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<T> data(static_cast<std::size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(data.size() * sizeof(T)));
  return data;
}

}  // namespace fascicle::bench
