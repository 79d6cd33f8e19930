#include "multicut.hpp"

#include <limits>
#include <memory>

#include "exports.hpp"
#include "job.hpp"
#include "multicut_costs.hpp"
#include "multicut_merge_tree.hpp"

namespace fascicle::binding {

namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();

RegionGraphView read_graph(Arguments& arguments) {
  RegionGraphView graph;
  graph.u = arguments.array<std::uint32_t>("u");
  graph.v = arguments.array<std::uint32_t>("v", graph.size());
  graph.sum = arguments.array<std::uint64_t>("affinitySum", graph.size());
  graph.count = arguments.array<std::uint32_t>("contactArea", graph.size());
  graph.unit = static_cast<std::uint32_t>(arguments.integer("unit", 1, most));
  return graph;
}

/// multicut({ u, v: Uint32Array, affinitySum: BigUint64Array, contactArea: Uint32Array, supervoxelCount, unit, beta,
/// byContactArea }) -> { segments: Uint32Array, contractionEnergy, energy }
Napi::Value multicut(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "multicut");
  const RegionGraphView graph = read_graph(arguments);
  const auto supervoxels = static_cast<std::uint32_t>(arguments.integer("supervoxelCount", 0, most - 1));
  const MulticutCostParams params{arguments.number("beta", 0.01, 0.99), arguments.flag("byContactArea")};
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    detail::check_edges(graph, supervoxels);
    const std::vector<std::int64_t> costs = multicut_costs(graph, params);
    auto result = std::make_shared<const Multicut>(
        solve_multicut({supervoxels + 1, graph.u, graph.v, costs}, MulticutMoveParams{}, monitor));
    return [result](Napi::Env env) {
      constexpr auto unit = static_cast<double>(multicut_unit);
      auto object = Napi::Object::New(env);
      object.Set("segments", to_typed_array(env, result->segments));
      object.Set("contractionEnergy", Napi::Number::New(env, static_cast<double>(result->contraction_energy) / unit));
      object.Set("energy", Napi::Number::New(env, static_cast<double>(result->energy) / unit));
      return object;
    };
  });
}

/// multicutMergeTree({ u, v: Uint32Array, affinitySum: BigUint64Array, contactArea: Uint32Array, supervoxelCount, unit,
/// segments: Uint32Array, beta }) -> { u, v, score }
Napi::Value multicut_merge_tree(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "multicutMergeTree");
  const RegionGraphView graph = read_graph(arguments);
  const auto supervoxels = static_cast<std::uint32_t>(arguments.integer("supervoxelCount", 0, most - 1));
  const auto segments = arguments.array<std::uint32_t>("segments", std::size_t{supervoxels} + 1);
  const double beta = arguments.number("beta", 0.01, 0.99);
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    auto tree =
        std::make_shared<const MergeTree>(fascicle::multicut_merge_tree(graph, supervoxels, segments, beta, monitor));
    return [tree](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result.Set("u", to_typed_array(env, tree->u));
      result.Set("v", to_typed_array(env, tree->v));
      result.Set("score", to_typed_array(env, tree->score));
      return result;
    };
  });
}

const Register multicut_export("multicut", multicut);
const Register merge_tree_export("multicutMergeTree", multicut_merge_tree);

}  // namespace

}  // namespace fascicle::binding
