#include "agglomeration.hpp"

#include <limits>
#include <memory>

#include "exports.hpp"
#include "job.hpp"
#include "merge_tree.hpp"

namespace fascicle::binding {

namespace {

/// The score the caller chose.
AgglomerationParams read_params(Arguments& arguments) {
  AgglomerationParams params;
  params.floor = arguments.number("floor", 0, 1);
  if (arguments.choice("score", {"mean", "quantile"}) == 1) {
    params.score = AgglomerationScore::quantile;
    params.quantile_permille = static_cast<std::uint32_t>(arguments.integer("quantilePermille", 0, 1000));
  }
  return params;
}

/// agglomerate({ u, v: Uint32Array, affinitySum: BigUint64Array, contactArea: Uint32Array, supervoxelCount, unit,
/// floor, score: "mean" | "quantile" [, quantilePermille, histogram: Uint32Array, bins] }) -> { u, v, score }
Napi::Value agglomerate(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "agglomerate");
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  RegionGraphView graph;
  graph.u = arguments.array<std::uint32_t>("u");
  graph.v = arguments.array<std::uint32_t>("v", graph.size());
  graph.sum = arguments.array<std::uint64_t>("affinitySum", graph.size());
  graph.count = arguments.array<std::uint32_t>("contactArea", graph.size());
  graph.unit = static_cast<std::uint32_t>(arguments.integer("unit", 1, most));
  const auto supervoxels = static_cast<std::uint32_t>(arguments.integer("supervoxelCount", 0, most - 1));
  const AgglomerationParams params = read_params(arguments);
  if (params.score == AgglomerationScore::quantile) {
    graph.bins = static_cast<std::uint32_t>(arguments.integer("bins", 1, max_bins));
    graph.histogram = arguments.array<std::uint32_t>("histogram", graph.size() * graph.bins);
  }
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    auto tree = std::make_shared<const MergeTree>(fascicle::agglomerate(graph, supervoxels, params, monitor));
    return [tree](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result.Set("u", to_typed_array(env, tree->u));
      result.Set("v", to_typed_array(env, tree->v));
      result.Set("score", to_typed_array(env, tree->score));
      return result;
    };
  });
}

/// cutMergeTree({ u, v: Uint32Array, score: Float64Array, sizes: Float64Array, threshold, minSize, out: Uint32Array })
Napi::Value cut_merge_tree(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "cutMergeTree");
  const auto u = arguments.array<std::uint32_t>("u");
  const auto v = arguments.array<std::uint32_t>("v", u.size());
  const auto score = arguments.array<double>("score", u.size());
  const auto sizes = arguments.array<double>("sizes");
  const auto out = arguments.array<std::uint32_t>("out", sizes.size() + 1);
  const double threshold = arguments.number("threshold", 0, std::numeric_limits<double>::infinity());
  const auto min_size = static_cast<double>(arguments.integer("minSize", 0, std::uint64_t{1} << 53));
  return run_job(arguments, [=](Monitor&) {
    fascicle::cut_merge_tree<double>({u, v, score}, sizes, threshold, min_size, out);
    return nothing();
  });
}

const Register agglomerate_export("agglomerate", agglomerate);
const Register cut_export("cutMergeTree", cut_merge_tree);

}  // namespace

}  // namespace fascicle::binding
