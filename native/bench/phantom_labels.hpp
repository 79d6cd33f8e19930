// The labels of the phantom, dense, for benchmarks of what works on label volumes.
#pragma once

#include <cstdint>
#include <vector>

#include "phantom.hpp"
#include "relabel.hpp"

namespace fascicle::bench {

inline std::vector<std::uint32_t> phantom_labels(Shape shape) {
  std::vector<std::uint32_t> sparse(shape.voxels());
  std::vector<std::uint32_t> labels(shape.voxels());
  Monitor monitor;
  paint_phantom({}, {0, 0, 0}, shape, {}, sparse, 2, monitor);
  to_dense_ids<std::uint32_t>(sparse, distinct_ids<std::uint32_t>(sparse, 2, monitor), labels, 2, monitor);
  return labels;
}

}  // namespace fascicle::bench
