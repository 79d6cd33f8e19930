#include "label_statistics.hpp"

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

/// addLabelStatistics({ labels: Uint32Array, shape, origin, voxels: BigUint64Array(n), boxes: Uint32Array(6 n),
/// coordinateSums: BigUint64Array(3 n), threads })
Napi::Value add_label_statistics(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "addLabelStatistics");
  const Shape shape = arguments.shape("shape");
  const auto labels = arguments.array<std::uint32_t>("labels", shape.voxels());
  const Shape origin = arguments.shape("origin");
  const auto voxels = arguments.array<std::uint64_t>("voxels");
  const auto boxes = arguments.array<std::uint32_t>("boxes", 6 * voxels.size());
  const auto sums = arguments.array<std::uint64_t>("coordinateSums", 3 * voxels.size());
  const unsigned threads = arguments.threads();
  for (const std::size_t start : {origin.z, origin.y, origin.x}) {
    if (start > 0xffffffffu) arguments.reject("origin", std::to_string(start), "at most 4294967295");
  }
  return run_job(arguments, [=](Monitor& monitor) {
    fascicle::add_label_statistics({labels, shape},
                                   {static_cast<std::uint32_t>(origin.z), static_cast<std::uint32_t>(origin.y),
                                    static_cast<std::uint32_t>(origin.x)},
                                   {voxels, boxes, sums}, threads, monitor);
    return nothing();
  });
}

const Register add_label_statistics_export("addLabelStatistics", add_label_statistics);

}  // namespace

}  // namespace fascicle::binding
