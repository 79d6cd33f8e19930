#include "supervoxel_split.hpp"

#include <memory>

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

Napi::Value to_javascript(Napi::Env env, const SupervoxelSplit& split) {
  const std::size_t parts = split.parts.size();
  auto side = Napi::Uint32Array::New(env, parts);
  auto sizes = Napi::Float64Array::New(env, parts);
  auto boxes = Napi::Int32Array::New(env, 6 * parts);
  auto sums = Napi::BigUint64Array::New(env, 3 * parts);
  for (std::size_t i = 0; i < parts; ++i) {
    const SupervoxelPart& part = split.parts[i];
    side[i] = part.side;
    sizes[i] = static_cast<double>(part.voxels);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      boxes[6 * i + axis] = static_cast<std::int32_t>(part.min[axis]);
      boxes[6 * i + 3 + axis] = static_cast<std::int32_t>(part.max[axis]);
      sums[3 * i + axis] = part.sums[axis];
    }
  }
  auto edges = Napi::Object::New(env);
  edges.Set("affinityUnit", split.edges.unit);
  edges.Set("u", to_typed_array(env, split.edges.u));
  edges.Set("v", to_typed_array(env, split.edges.v));
  edges.Set("affinitySum", to_typed_array(env, split.edges.sum));
  edges.Set("contactArea", to_typed_array(env, split.edges.count));
  edges.Set("affinityMax", to_typed_array(env, split.edges.max));
  edges.Set("contactVoxel", to_typed_array(env, split.edges.voxel));
  auto result = Napi::Object::New(env);
  result.Set("side", side);
  result.Set("sizes", sizes);
  result.Set("boxes", boxes);
  result.Set("coordinateSums", sums);
  result.Set("edges", edges);
  result.Set("shares", to_typed_array(env, split.shares));
  return result;
}

/// splitSupervoxel({ labels: Uint32Array, affinities: Uint8Array | Float32Array (3, Z, Y, X), windowMin, windowMax,
/// shape, supervoxel, seeds: Uint32Array (z, y, x, side of each), firstPart, lengths, out: Uint32Array }) -> { side,
/// sizes, boxes, coordinateSums, edges, shares }
Napi::Value split_supervoxel(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "splitSupervoxel");
  const Box window = arguments.box("windowMin", "windowMax");
  const Shape volume = arguments.shape("shape");
  const std::size_t voxels = window.shape().voxels();
  const auto labels = arguments.array<std::uint32_t>("labels", voxels);
  const auto any_affinities = arguments.any_array<std::uint8_t, float>("affinities", 3 * voxels);
  const auto out = arguments.array<std::uint32_t>("out", voxels);
  const auto supervoxel = static_cast<std::uint32_t>(arguments.integer("supervoxel", 1, 0xffffffff));
  const auto flat = arguments.array<std::uint32_t>("seeds");
  if (flat.size() % 4 != 0) {
    arguments.reject("seeds", std::to_string(flat.size()) + " elements", "z, y, x and side of each seed");
  }
  std::vector<SplitSeed> seeds;
  for (std::size_t i = 0; i < flat.size(); i += 4) seeds.push_back({{flat[i], flat[i + 1], flat[i + 2]}, flat[i + 3]});
  SupervoxelSplitParams params;
  params.first_part = static_cast<std::uint32_t>(arguments.integer("firstPart", 1, 0xffffffff));
  const auto lengths = arguments.array<std::uint32_t>("lengths", 3);
  std::copy(lengths.begin(), lengths.end(), params.growth.lengths.begin());
  return std::visit(
      [&]<class T>(std::span<T> affinities) {
        return run_job(arguments, [=, seeds = std::move(seeds)](Monitor& monitor) -> Finish {
          auto split = std::make_shared<const SupervoxelSplit>(fascicle::split_supervoxel<T>(
              labels, AffinityView<T>(affinities, window), window, volume, supervoxel, seeds, params, out, monitor));
          return [split](Napi::Env env) { return to_javascript(env, *split); };
        });
      },
      any_affinities);
}

const Register split_supervoxel_export("splitSupervoxel", split_supervoxel);

}  // namespace

}  // namespace fascicle::binding
