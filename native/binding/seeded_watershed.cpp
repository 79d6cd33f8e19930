#include "seeded_watershed.hpp"

#include "boundary_map.hpp"
#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

/// seededWatershed({ boundary: Uint8Array | Float32Array, shape, threshold, sigmaSeeds, sigmaWeights, alpha, minSize,
/// perSlice, voxelSize, out: Uint32Array, threads }) -> count
Napi::Value seeded_watershed(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "seededWatershed");
  const Shape shape = arguments.shape("shape");
  const auto any_boundary = arguments.any_array<std::uint8_t, float>("boundary", shape.voxels());
  SeededWatershedParams params;
  params.threshold = arguments.number("threshold", 0, 1);
  params.sigma_seeds = arguments.number("sigmaSeeds", 0, 1000);
  params.sigma_weights = arguments.number("sigmaWeights", 0, 1000);
  params.alpha = arguments.number("alpha", 0, 1);
  params.min_size = arguments.integer("minSize", 0, std::uint64_t{1} << 53);
  params.per_slice = arguments.flag("perSlice");
  params.voxel_size = arguments.voxel_size("voxelSize");
  const auto out = arguments.array<std::uint32_t>("out", shape.voxels());
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class T>(std::span<T> boundary) {
        return run_job(arguments, [=](Monitor& monitor) -> Finish {
          const std::uint32_t count = fascicle::seeded_watershed<T>({boundary, shape}, params, out, threads, monitor);
          return [count](Napi::Env env) { return Napi::Number::New(env, count); };
        });
      },
      any_boundary);
}

/// boundaryFromAffinities({ affinities: Uint8Array | Float32Array, channels: number[], reduction, out: Float32Array,
/// threads }): out has one element per voxel
Napi::Value boundary_from_affinities(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "boundaryFromAffinities");
  const auto any_affinities = arguments.any_array<std::uint8_t, float>("affinities");
  const auto out = arguments.array<float>("out");
  const auto reduction = static_cast<AffinityReduction>(arguments.choice("reduction", {"mean", "minimum", "maximum"}));
  const auto chosen = arguments.array<std::uint32_t>("channels");
  const std::vector<std::size_t> channels(chosen.begin(), chosen.end());
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class T>(std::span<T> affinities) {
        return run_job(arguments, [=](Monitor& monitor) {
          fascicle::boundary_from_affinities<T>(affinities, out.size(), channels, reduction, out, threads, monitor);
          return nothing();
        });
      },
      any_affinities);
}

const Register seeded_watershed_export("seededWatershed", seeded_watershed);
const Register boundary_from_affinities_export("boundaryFromAffinities", boundary_from_affinities);

}  // namespace

}  // namespace fascicle::binding
