#include <memory>

#include "exports.hpp"
#include "job.hpp"
#include "region_graph_block.hpp"
#include "size_gated_merge.hpp"

namespace fascicle::binding {

namespace {

// Names of the columns of a graph in JavaScript.
constexpr const char* u_name = "u";
constexpr const char* v_name = "v";
constexpr const char* sum_name = "affinitySum";
constexpr const char* count_name = "contactArea";
constexpr const char* max_name = "affinityMax";
constexpr const char* voxel_name = "contactVoxel";
constexpr const char* axis_name = "contactAxis";
constexpr const char* histogram_name = "histogram";

Finish to_javascript(RegionGraph&& made) {
  // Shared because std::function copies what it holds, and a large graph must not exist twice.
  return [graph = std::make_shared<RegionGraph>(std::move(made))](Napi::Env env) {
    auto result = Napi::Object::New(env);
    const auto move_column = [&](const char* name, auto& column) {
      result.Set(name, to_typed_array(env, column));
      column = {};
    };
    result.Set("affinityUnit", Napi::Number::New(env, graph->unit));
    result.Set("bins", Napi::Number::New(env, graph->bins));
    move_column(u_name, graph->u);
    move_column(v_name, graph->v);
    move_column(sum_name, graph->sum);
    move_column(count_name, graph->count);
    move_column(max_name, graph->max);
    move_column(voxel_name, graph->voxel);
    move_column(axis_name, graph->axis);
    move_column(histogram_name, graph->histogram);
    return result;
  };
}

RegionGraphView graph_argument(Arguments& arguments) {
  RegionGraphView graph;
  graph.bins = static_cast<std::uint32_t>(arguments.integer("bins", 0, max_bins));
  graph.unit = static_cast<std::uint32_t>(arguments.integer("affinityUnit", 1, 0xffffffff));
  graph.u = arguments.array<std::uint32_t>(u_name);
  const std::size_t edges = graph.u.size();
  graph.v = arguments.array<std::uint32_t>(v_name, edges);
  graph.sum = arguments.array<std::uint64_t>(sum_name, edges);
  graph.count = arguments.array<std::uint32_t>(count_name, edges);
  graph.max = arguments.array<std::uint32_t>(max_name, edges);
  graph.voxel = arguments.array<std::uint64_t>(voxel_name, edges);
  graph.axis = arguments.array<std::uint8_t>(axis_name, edges);
  graph.histogram = arguments.array<std::uint32_t>(histogram_name, edges * graph.bins);
  return graph;
}

/// regionGraph({ labels: Uint32Array, affinities: Uint8Array | Float32Array (3, Z, Y, X), shape, bins, block, threads
/// })
Napi::Value region_graph(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "regionGraph");
  const Shape shape = arguments.shape("shape");
  const Shape block = arguments.shape("block");
  const auto bins = static_cast<std::uint32_t>(arguments.integer("bins", 0, max_bins));
  const auto labels = arguments.array<std::uint32_t>("labels", shape.voxels());
  const auto any_affinities = arguments.any_array<std::uint8_t, float>("affinities", 3 * shape.voxels());
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class T>(std::span<T> affinities) {
        return run_job(arguments, [=](Monitor& monitor) {
          return to_javascript(fascicle::region_graph<T>(labels, affinities, shape, bins, block, threads, monitor));
        });
      },
      any_affinities);
}

/// regionGraphBlock({ labels: Uint32Array, labelsMin, labelsMax, affinities, affinitiesMin, affinitiesMax, shape,
/// blockMin, blockMax, bins })
Napi::Value region_graph_block(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "regionGraphBlock");
  const Shape shape = arguments.shape("shape");
  const Box block = arguments.box("blockMin", "blockMax");
  const Box label_window = arguments.box("labelsMin", "labelsMax");
  const Box window = arguments.box("affinitiesMin", "affinitiesMax");
  const auto bins = static_cast<std::uint32_t>(arguments.integer("bins", 0, max_bins));
  const auto labels = arguments.array<std::uint32_t>("labels", label_window.shape().voxels());
  const auto any_affinities = arguments.any_array<std::uint8_t, float>("affinities", 3 * window.shape().voxels());
  return std::visit(
      [&]<class T>(std::span<T> affinities) {
        return run_job(arguments, [=](Monitor& monitor) {
          monitor.begin(block.shape().voxels());
          RegionGraphBlock<T> graph;
          RegionGraph result =
              graph.run(LabelWindow(labels, label_window), AffinityView<T>(affinities, window), shape, block, bins);
          monitor.advance(block.shape().voxels());
          return to_javascript(std::move(result));
        });
      },
      any_affinities);
}

/// mergeRegionGraphs({ u: Uint32Array[], v, affinitySum: BigUint64Array[], contactArea, affinityMax, contactVoxel,
/// contactAxis: Uint8Array[], histogram, bins, affinityUnit, threads }): the columns of all graphs
Napi::Value merge_region_graphs(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "mergeRegionGraphs");
  const auto bins = static_cast<std::uint32_t>(arguments.integer("bins", 0, max_bins));
  const auto unit = static_cast<std::uint32_t>(arguments.integer("affinityUnit", 1, 0xffffffff));
  const unsigned threads = arguments.threads();
  const auto u = arguments.arrays<std::uint32_t>(u_name);
  const auto column = [&]<class T>(const char* name, T) {
    auto arrays = arguments.arrays<T>(name);
    if (arrays.size() != u.size()) {
      arguments.reject(name, std::to_string(arrays.size()) + " arrays", std::to_string(u.size()) + " arrays");
    }
    return arrays;
  };
  const auto v = column(v_name, std::uint32_t{});
  const auto sum = column(sum_name, std::uint64_t{});
  const auto count = column(count_name, std::uint32_t{});
  const auto max = column(max_name, std::uint32_t{});
  const auto voxel = column(voxel_name, std::uint64_t{});
  const auto axis = column(axis_name, std::uint8_t{});
  const auto histogram = column(histogram_name, std::uint32_t{});
  std::vector<RegionGraphView> graphs(u.size());
  for (std::size_t i = 0; i < u.size(); ++i) {
    graphs[i].u = u[i];
    graphs[i].v = v[i];
    graphs[i].sum = sum[i];
    graphs[i].count = count[i];
    graphs[i].max = max[i];
    graphs[i].voxel = voxel[i];
    graphs[i].axis = axis[i];
    graphs[i].histogram = histogram[i];
    graphs[i].bins = bins;
    graphs[i].unit = unit;
  }
  return run_job(arguments, [=, graphs = std::move(graphs)](Monitor& monitor) {
    return to_javascript(fascicle::merge_region_graphs(graphs, threads, monitor));
  });
}

/// relabelRegionGraph({ ...graph, table: Uint32Array })
Napi::Value relabel_region_graph(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "relabelRegionGraph");
  const RegionGraphView graph = graph_argument(arguments);
  const auto table = arguments.array<std::uint32_t>("table");
  return run_job(arguments, [=](Monitor& monitor) {
    monitor.begin(1);
    RegionGraph result = fascicle::relabel_region_graph(graph, table);
    monitor.advance();
    return to_javascript(std::move(result));
  });
}

/// sizeGatedMerge({ u, v, affinityMax, contactVoxel, contactAxis, affinityUnit, voxelCounts: BigUint64Array,
/// sizeThreshold, gateAffinity, dustThreshold }) -> { table: Uint32Array, voxelCounts: BigUint64Array }
Napi::Value size_gated_merge(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "sizeGatedMerge");
  constexpr std::uint64_t largest = std::uint64_t{1} << 53;
  RegionGraphView graph;
  graph.unit = static_cast<std::uint32_t>(arguments.integer("affinityUnit", 1, 0xffffffff));
  graph.u = arguments.array<std::uint32_t>(u_name);
  graph.v = arguments.array<std::uint32_t>(v_name, graph.u.size());
  graph.max = arguments.array<std::uint32_t>(max_name, graph.u.size());
  graph.voxel = arguments.array<std::uint64_t>(voxel_name, graph.u.size());
  graph.axis = arguments.array<std::uint8_t>(axis_name, graph.u.size());
  const auto voxel_counts = arguments.array<std::uint64_t>("voxelCounts");
  const SizeGatedMergeParams params{arguments.integer("sizeThreshold", 0, largest),
                                    arguments.number("gateAffinity", 0, 1),
                                    arguments.integer("dustThreshold", 0, largest)};
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    auto merge = fascicle::size_gated_merge(graph, voxel_counts, params, monitor);
    return [merge = std::move(merge)](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result.Set("table", to_typed_array(env, merge.table));
      result.Set("voxelCounts", to_typed_array(env, merge.voxel_counts));
      return result;
    };
  });
}

const Register region_graph_export("regionGraph", region_graph);
const Register region_graph_block_export("regionGraphBlock", region_graph_block);
const Register merge_region_graphs_export("mergeRegionGraphs", merge_region_graphs);
const Register relabel_region_graph_export("relabelRegionGraph", relabel_region_graph);
const Register size_gated_merge_export("sizeGatedMerge", size_gated_merge);

}  // namespace

}  // namespace fascicle::binding
