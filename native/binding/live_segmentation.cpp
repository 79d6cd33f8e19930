// A project's segments and region graph, kept in memory between calls behind a handle: opened, cut, changed, closed.
//
// What is read from them is in live_queries.cpp, what edits would be in live_proposals.cpp, and what takes long in
// files of its own (live_review.cpp, live_thresholds.cpp).
#include <algorithm>
#include <limits>
#include <memory>

#include "exports.hpp"
#include "job.hpp"
#include "live_call.hpp"

namespace fascicle::binding {

namespace {

MergeTreeCut read_cut(Arguments& arguments) {
  return {arguments.number("threshold", 0, std::numeric_limits<double>::infinity()),
          static_cast<double>(arguments.integer("minSize", 0, std::uint64_t{1} << 53))};
}

/// openLiveSegmentation({ stepU, stepV: Uint32Array, stepScore: Float64Array, sizes: Float64Array, boxMin, boxMax:
/// Int32Array, centroids: Float64Array, u, v, contactArea, affinityMax: Uint32Array, affinitySum, contactVoxel:
/// BigUint64Array, affinityUnit, voxelSize, threshold, minSize }) -> handle
Napi::Value open_live_segmentation(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "openLiveSegmentation");
  const auto step_u = arguments.array<std::uint32_t>("stepU");
  const auto step_v = arguments.array<std::uint32_t>("stepV", step_u.size());
  const auto score = arguments.array<double>("stepScore", step_u.size());
  const auto sizes = arguments.array<double>("sizes");
  const auto min = arguments.array<std::int32_t>("boxMin", 3 * sizes.size());
  const auto max = arguments.array<std::int32_t>("boxMax", 3 * sizes.size());
  const auto centroids = arguments.array<double>("centroids", 3 * sizes.size());
  RegionGraphView graph;
  graph.u = arguments.array<std::uint32_t>("u");
  graph.v = arguments.array<std::uint32_t>("v", graph.size());
  graph.sum = arguments.array<std::uint64_t>("affinitySum", graph.size());
  graph.count = arguments.array<std::uint32_t>("contactArea", graph.size());
  graph.max = arguments.array<std::uint32_t>("affinityMax", graph.size());
  graph.voxel = arguments.array<std::uint64_t>("contactVoxel", graph.size());
  graph.unit = static_cast<std::uint32_t>(arguments.integer("affinityUnit", 1, 0xffffffff));
  const VoxelSize voxel_size = arguments.voxel_size("voxelSize");
  const MergeTreeCut cut = read_cut(arguments);
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    std::vector<SupervoxelPlace> places(sizes.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        places[i].min[axis] = min[3 * i + axis];
        places[i].max[axis] = max[3 * i + axis];
        places[i].centroid[axis] = static_cast<float>(centroids[3 * i + axis]);
      }
    }
    monitor.check();
    SupervoxelGraph region_graph(graph, std::move(places));
    monitor.check();
    auto made =
        std::make_shared<LiveSegmentation>(ConstrainedAgglomeration(MergeForest({step_u, step_v, score}, sizes), cut),
                                           std::move(region_graph), voxel_size);
    return [made](Napi::Env env) -> Napi::Value {
      return Napi::External<LiveHandle>::New(env, new LiveHandle(made),
                                             [](Napi::Env, LiveHandle* handle) { delete handle; });
    };
  });
}

/// closeLiveSegmentation({ handle }): frees the memory now
Napi::Value close_live_segmentation(const Napi::CallbackInfo& info) {
  return at_once(info, "closeLiveSegmentation", [&](Arguments& arguments) -> Napi::Value {
    live(arguments);
    arguments.value("handle").As<Napi::External<LiveHandle>>().Data()->reset();
    return info.Env().Undefined();
  });
}

/// liveAssignment({ handle }) -> Uint32Array
Napi::Value live_assignment(const Napi::CallbackInfo& info) {
  return at_once(info, "liveAssignment", [&](Arguments& arguments) -> Napi::Value {
    const auto assignment = live(arguments).agglomeration().assignment();
    auto array = Napi::Uint32Array::New(info.Env(), assignment.size());
    std::copy(assignment.begin(), assignment.end(), array.Data());
    return array;
  });
}

/// liveSetCut({ handle, threshold, minSize })
Napi::Value live_set_cut(const Napi::CallbackInfo& info) {
  return at_once(info, "liveSetCut", [&](Arguments& arguments) -> Napi::Value {
    live(arguments).agglomeration().set_cut(read_cut(arguments));
    return info.Env().Undefined();
  });
}

/// livePreviewCut({ handle, threshold, minSize, out: Uint32Array })
Napi::Value live_preview_cut(const Napi::CallbackInfo& info) {
  return at_once(info, "livePreviewCut", [&](Arguments& arguments) -> Napi::Value {
    live(arguments).agglomeration().preview(read_cut(arguments), arguments.array<std::uint32_t>("out"));
    return info.Env().Undefined();
  });
}

/// liveApply({ handle, ...change }) -> { supervoxels, segments, inverse: change }
Napi::Value live_apply(const Napi::CallbackInfo& info) {
  return at_once(info, "liveApply", [&](Arguments& arguments) -> Napi::Value {
    LiveSegmentation& state = live(arguments);
    const auto applied =
        state.apply(read_decisions(arguments), read_forest_change(arguments), read_graph_change(arguments));
    auto inverse = Napi::Object::New(info.Env());
    write_decisions(info.Env(), applied.segments.inverse, inverse);
    write_forest_change(info.Env(), applied.segments.forest_inverse, inverse);
    write_graph_change(info.Env(), applied.graph_inverse, inverse);
    auto result = Napi::Object::New(info.Env());
    write_delta(info.Env(), applied.segments.delta, result);
    result.Set("inverse", inverse);
    return result;
  });
}

/// livePreview({ handle, ...decisions }) -> { supervoxels, segments }
Napi::Value live_preview(const Napi::CallbackInfo& info) {
  return at_once(info, "livePreview", [&](Arguments& arguments) -> Napi::Value {
    auto result = Napi::Object::New(info.Env());
    write_delta(info.Env(), live(arguments).preview(read_decisions(arguments)), result);
    return result;
  });
}

const Register open_export("openLiveSegmentation", open_live_segmentation);
const Register close_export("closeLiveSegmentation", close_live_segmentation);
const Register assignment_export("liveAssignment", live_assignment);
const Register set_cut_export("liveSetCut", live_set_cut);
const Register preview_cut_export("livePreviewCut", live_preview_cut);
const Register apply_export("liveApply", live_apply);
const Register preview_export("livePreview", live_preview);

}  // namespace

}  // namespace fascicle::binding
