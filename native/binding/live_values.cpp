#include "live_values.hpp"

#include "columns.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

template <class T>
std::span<T> optional_array(Arguments& arguments, const char* name, std::size_t length = Arguments::npos) {
  if (!arguments.has(name) && (length == Arguments::npos || length == 0)) return {};
  return arguments.array<T>(name, length);
}

/// Records of `width` elements each.
std::span<std::uint32_t> records(Arguments& arguments, const char* name, std::size_t width) {
  const auto array = optional_array<std::uint32_t>(arguments, name);
  if (array.size() % width != 0) {
    arguments.reject(name, std::to_string(array.size()) + " elements", "a multiple of " + std::to_string(width));
  }
  return array;
}

std::vector<SupervoxelPair> read_pairs(Arguments& arguments, const char* name) {
  const auto array = records(arguments, name, 2);
  std::vector<SupervoxelPair> pairs(array.size() / 2);
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {array[2 * i], array[2 * i + 1]};
  return pairs;
}

}  // namespace

const LiveHandle& live_handle(Arguments& arguments) {
  const Napi::Value value = arguments.value("handle");
  if (!value.IsExternal() || *value.As<Napi::External<LiveHandle>>().Data() == nullptr) {
    arguments.reject("handle", "something else", "a live segmentation that is open");
  }
  return *value.As<Napi::External<LiveHandle>>().Data();
}

ConstraintChange read_decisions(Arguments& arguments) {
  ConstraintChange change;
  change.add_must = read_pairs(arguments, "addMust");
  change.remove_must = read_pairs(arguments, "removeMust");
  change.add_cannot = read_pairs(arguments, "addCannot");
  change.remove_cannot = read_pairs(arguments, "removeCannot");
  const auto anchors = optional_array<std::uint32_t>(arguments, "anchors");
  const auto thresholds = optional_array<double>(arguments, "thresholds", anchors.size());
  for (std::size_t i = 0; i < anchors.size(); ++i) change.thresholds.push_back({anchors[i], thresholds[i]});
  return change;
}

ForestChange read_forest_change(Arguments& arguments) {
  ForestChange change;
  const auto moves = records(arguments, "stepMoves", 3);
  for (std::size_t i = 0; i < moves.size(); i += 3) change.moves.push_back({moves[i], moves[i + 1], moves[i + 2]});
  const auto ids = optional_array<std::uint32_t>(arguments, "sizeIds");
  const auto sizes = optional_array<double>(arguments, "sizes", ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) change.sizes.push_back({ids[i], sizes[i]});
  return change;
}

SupervoxelGraph::Change read_graph_change(Arguments& arguments) {
  SupervoxelGraph::Change change;
  const auto ended = optional_array<std::uint32_t>(arguments, "endedEdges");
  change.remove.assign(ended.begin(), ended.end());
  const auto u = optional_array<std::uint32_t>(arguments, "u");
  const auto v = optional_array<std::uint32_t>(arguments, "v", u.size());
  const auto sum = optional_array<std::uint64_t>(arguments, "affinitySum", u.size());
  const auto area = optional_array<std::uint32_t>(arguments, "contactArea", u.size());
  const auto max = optional_array<std::uint32_t>(arguments, "affinityMax", u.size());
  const auto voxel = optional_array<std::uint64_t>(arguments, "contactVoxel", u.size());
  for (std::size_t i = 0; i < u.size(); ++i) change.add.push_back({u[i], v[i], sum[i], area[i], max[i], voxel[i]});
  const auto ids = optional_array<std::uint32_t>(arguments, "placeIds");
  const auto boxes = optional_array<std::int32_t>(arguments, "placeBoxes", 6 * ids.size());
  const auto centroids = optional_array<double>(arguments, "placeCentroids", 3 * ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    SupervoxelPlace place{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      place.min[axis] = boxes[6 * i + axis];
      place.max[axis] = boxes[6 * i + 3 + axis];
      place.centroid[axis] = static_cast<float>(centroids[3 * i + axis]);
    }
    change.places.emplace_back(ids[i], place);
  }
  return change;
}

Napi::Value to_flat_pairs(Napi::Env env, const std::vector<SupervoxelPair>& pairs) {
  auto array = Napi::Uint32Array::New(env, 2 * pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    array[2 * i] = pairs[i].u;
    array[2 * i + 1] = pairs[i].v;
  }
  return array;
}

void write_decisions(Napi::Env env, const ConstraintChange& change, Napi::Object target) {
  target.Set("addMust", to_flat_pairs(env, change.add_must));
  target.Set("removeMust", to_flat_pairs(env, change.remove_must));
  target.Set("addCannot", to_flat_pairs(env, change.add_cannot));
  target.Set("removeCannot", to_flat_pairs(env, change.remove_cannot));
  target.Set("anchors", column<std::uint32_t>(env, change.thresholds, [](const auto& row) { return row.anchor; }));
  target.Set("thresholds", column<double>(env, change.thresholds, [](const auto& row) { return row.threshold; }));
}

void write_forest_change(Napi::Env env, const ForestChange& change, Napi::Object target) {
  auto moves = Napi::Uint32Array::New(env, 3 * change.moves.size());
  for (std::size_t i = 0; i < change.moves.size(); ++i) {
    moves[3 * i] = change.moves[i].step;
    moves[3 * i + 1] = change.moves[i].from;
    moves[3 * i + 2] = change.moves[i].to;
  }
  target.Set("stepMoves", moves);
  target.Set("sizeIds", column<std::uint32_t>(env, change.sizes, [](const auto& row) { return row.supervoxel; }));
  target.Set("sizes", column<double>(env, change.sizes, [](const auto& row) { return row.voxels; }));
}

void write_graph_change(Napi::Env env, const SupervoxelGraph::Change& change, Napi::Object target) {
  target.Set("endedEdges", to_typed_array(env, change.remove));
  target.Set("u", column<std::uint32_t>(env, change.add, [](const auto& edge) { return edge.u; }));
  target.Set("v", column<std::uint32_t>(env, change.add, [](const auto& edge) { return edge.v; }));
  target.Set("affinitySum", column<std::uint64_t>(env, change.add, [](const auto& edge) { return edge.sum; }));
  target.Set("contactArea", column<std::uint32_t>(env, change.add, [](const auto& edge) { return edge.count; }));
  target.Set("affinityMax", column<std::uint32_t>(env, change.add, [](const auto& edge) { return edge.max; }));
  target.Set("contactVoxel", column<std::uint64_t>(env, change.add, [](const auto& edge) { return edge.voxel; }));
  target.Set("placeIds", column<std::uint32_t>(env, change.places, [](const auto& row) { return row.first; }));
  auto boxes = Napi::Int32Array::New(env, 6 * change.places.size());
  auto centroids = Napi::Float64Array::New(env, 3 * change.places.size());
  for (std::size_t i = 0; i < change.places.size(); ++i) {
    const SupervoxelPlace& place = change.places[i].second;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      boxes[6 * i + axis] = place.min[axis];
      boxes[6 * i + 3 + axis] = place.max[axis];
      centroids[3 * i + axis] = static_cast<double>(place.centroid[axis]);
    }
  }
  target.Set("placeBoxes", boxes);
  target.Set("placeCentroids", centroids);
}

void write_delta(Napi::Env env, const AssignmentDelta& delta, Napi::Object target) {
  target.Set("supervoxels", to_typed_array(env, delta.supervoxels));
  target.Set("segments", to_typed_array(env, delta.segments));
}

}  // namespace fascicle::binding
