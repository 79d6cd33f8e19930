#include "oblique_slice.hpp"

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

Vector3 vector3(Arguments& arguments, const char* name) {
  const auto values = arguments.array<double>(name, 3);
  for (const double value : values)
    if (!std::isfinite(value)) arguments.reject(name, std::to_string(value), "finite numbers");
  return {values[0], values[1], values[2]};
}

/// obliqueSlice({ chunks: typed arrays of the type of out, slots: Int32Array, gridMin, gridMax, chunkShape, shape,
/// origin, right, down: Float64Array(3), rows, columns, sampling: 'nearest' | 'linear', out, threads })
Napi::Value oblique_slice(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "obliqueSlice");
  SlicePlane plane{vector3(arguments, "origin"), vector3(arguments, "right"), vector3(arguments, "down"),
                   arguments.integer("rows", 0, 1u << 20), arguments.integer("columns", 0, 1u << 20)};
  const auto sampling = arguments.choice("sampling", {"nearest", "linear"}) == 0 ? Sampling::nearest : Sampling::linear;
  const unsigned threads = arguments.threads();
  const Shape shape = arguments.shape("shape");
  const Shape chunk = arguments.shape("chunkShape");
  const Box grid = arguments.box("gridMin", "gridMax");
  const auto slots = arguments.array<std::int32_t>("slots");
  return std::visit(
      [&]<class T>(std::span<T> out) {
        ChunkedVolume<T> volume{shape, chunk, grid, slots, {}};
        for (const auto& voxels : arguments.arrays<T>("chunks")) volume.chunks.emplace_back(voxels);
        return run_job(arguments, [=, volume = std::move(volume)](Monitor& monitor) {
          sample_oblique_slice<T>(volume, plane, sampling, out, threads, monitor);
          return nothing();
        });
      },
      arguments.any_array<std::uint8_t, std::uint16_t, std::uint32_t, float>("out", plane.rows * plane.columns));
}

const Register oblique_slice_export("obliqueSlice", oblique_slice);

}  // namespace

}  // namespace fascicle::binding
