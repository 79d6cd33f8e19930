#include "distance_transform.hpp"

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

/// squaredDistanceTransform({ labels: unsigned array, shape, voxelSize, borderCounts, out: Float32Array, threads })
Napi::Value squared_distance_transform(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "squaredDistanceTransform");
  const Shape shape = arguments.shape("shape");
  const auto any_labels =
      arguments.any_array<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>("labels", shape.voxels());
  const VoxelSize voxel_size = arguments.voxel_size("voxelSize");
  const VolumeBorder border = arguments.flag("borderCounts") ? VolumeBorder::counts : VolumeBorder::ignored;
  const auto out = arguments.array<float>("out", shape.voxels());
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class T>(std::span<T> labels) {
        return run_job(arguments, [=](Monitor& monitor) {
          fascicle::squared_distance_transform<T>({labels, shape}, voxel_size, border, out, threads, monitor);
          return nothing();
        });
      },
      any_labels);
}

const Register squared_distance_transform_export("squaredDistanceTransform", squared_distance_transform);

}  // namespace

}  // namespace fascicle::binding
