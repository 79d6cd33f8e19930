#include "surface_nets.hpp"

#include <memory>

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

std::vector<Box> boxes_of(Arguments& arguments, const char* name) {
  const auto corners = arguments.array<std::uint32_t>(name);
  if (corners.size() % 6 != 0) {
    arguments.reject(name, std::to_string(corners.size()) + " elements", "six per box: min z, y, x, max z, y, x");
  }
  std::vector<Box> boxes;
  for (std::size_t i = 0; i < corners.size(); i += 6) {
    boxes.push_back({{corners[i], corners[i + 1], corners[i + 2]}, {corners[i + 3], corners[i + 4], corners[i + 5]}});
  }
  return boxes;
}

/// surfaceNets({ labels: Uint32Array, labelsMin, labelsMax, blocks: Uint32Array(6 n), selected: Uint32Array (rising;
/// empty for all), voxelSize, smoothing, threads }) -> one { labels, vertexStart, triangleStart, positions:
/// Uint16Array, normals: Int8Array, triangles } per block
Napi::Value surface_nets(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "surfaceNets");
  const Box window = arguments.box("labelsMin", "labelsMax");
  const auto labels = arguments.array<std::uint32_t>("labels", window.shape().voxels());
  const auto blocks = boxes_of(arguments, "blocks");
  const auto selected = arguments.array<std::uint32_t>("selected");
  SurfaceParams params;
  params.voxel_size = arguments.voxel_size("voxelSize");
  params.smoothing = static_cast<unsigned>(arguments.integer("smoothing", 0, 16));
  const unsigned threads = arguments.threads();
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    // Shared because std::function copies what it holds, and meshes must not exist twice.
    auto meshes = std::make_shared<std::vector<SurfaceMeshes>>(
        fascicle::surface_nets(labels, window, blocks, selected, params, threads, monitor));
    return [meshes](Napi::Env env) {
      auto list = Napi::Array::New(env, meshes->size());
      for (std::uint32_t block = 0; block < meshes->size(); ++block) {
        SurfaceMeshes& part = (*meshes)[block];
        auto entry = Napi::Object::New(env);
        entry.Set("labels", to_typed_array(env, part.labels));
        entry.Set("vertexStart", to_typed_array(env, part.vertex_start));
        entry.Set("triangleStart", to_typed_array(env, part.triangle_start));
        entry.Set("positions", to_typed_array(env, part.positions));
        entry.Set("normals", to_typed_array(env, part.normals));
        entry.Set("triangles", to_typed_array(env, part.triangles));
        part = {};
        list.Set(block, entry);
      }
      return list;
    };
  });
}

const Register surface_nets_export("surfaceNets", surface_nets);

}  // namespace

}  // namespace fascicle::binding
