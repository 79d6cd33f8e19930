#include "affinity_watershed.hpp"

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

AffinityWatershedParams watershed_params(Arguments& arguments) {
  // Any number above 1 means that nothing saturates.
  AffinityWatershedParams params{arguments.number("low", 0, 1), arguments.number("high", 0, 2), {}};
  params.gate = {arguments.integer("sizeThreshold", 0, std::uint64_t{1} << 53), arguments.number("gateAffinity", 0, 1),
                 0};
  return params;
}

/// affinityWatershed({ affinities: Uint8Array | Float32Array (3, Z, Y, X), shape, low, high, block, labels:
/// Uint32Array, threads }) -> BigUint64Array: voxels of fragment i + 1
Napi::Value affinity_watershed(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "affinityWatershed");
  const Shape shape = arguments.shape("shape");
  const Shape block = arguments.shape("block");
  const AffinityWatershedParams params = watershed_params(arguments);
  const auto labels = arguments.array<std::uint32_t>("labels", shape.voxels());
  const auto any_affinities = arguments.any_array<std::uint8_t, float>("affinities", 3 * shape.voxels());
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class T>(std::span<T> affinities) {
        return run_job(arguments, [=](Monitor& monitor) -> Finish {
          auto counts = fascicle::affinity_watershed<T>(affinities, shape, params, block, threads, monitor, labels);
          return [counts = std::move(counts)](Napi::Env env) { return to_typed_array(env, counts); };
        });
      },
      any_affinities);
}

/// affinityWatershedBlock({ affinities: Uint8Array | Float32Array, windowMin, windowMax, shape, blockMin, blockMax,
/// low, high, labels: Uint32Array }) -> Uint32Array, the summary
Napi::Value affinity_watershed_block(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "affinityWatershedBlock");
  const Shape shape = arguments.shape("shape");
  const Box window = arguments.box("windowMin", "windowMax");
  const Box block = arguments.box("blockMin", "blockMax");
  const AffinityWatershedParams params = watershed_params(arguments);
  const auto labels = arguments.array<std::uint32_t>("labels", block.shape().voxels());
  const auto any_affinities = arguments.any_array<std::uint8_t, float>("affinities", 3 * window.shape().voxels());
  return std::visit(
      [&]<class T>(std::span<T> affinities) {
        return run_job(arguments, [=](Monitor& monitor) -> Finish {
          monitor.begin(block.shape().voxels());
          AffinityWatershedBlock<T> watershed;
          auto summary = watershed.run(AffinityView<T>(affinities, window), shape, block, params,
                                       LabelBlock(labels, block.shape()));
          monitor.advance(block.shape().voxels());
          return [summary = std::move(summary)](Napi::Env env) { return to_typed_array(env, summary); };
        });
      },
      any_affinities);
}

/// stitchAffinityWatershed({ summaries: Uint32Array[] }) -> { table: Uint32Array, offsets: Float64Array, voxelCounts:
/// BigUint64Array, merges: number }: block i's part of the table is table[offsets[i] .. offsets[i + 1])
Napi::Value stitch_affinity_watershed(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "stitchAffinityWatershed");
  const auto words = arguments.arrays<std::uint32_t>("summaries");
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    std::vector<WatershedSummary> summaries;
    summaries.reserve(words.size());
    for (const auto summary : words) summaries.emplace_back(summary);
    auto stitching = stitch_watershed(summaries, monitor);
    return [stitching = std::move(stitching)](Napi::Env env) {
      auto result = Napi::Object::New(env);
      const std::vector<double> offsets(stitching.offsets.begin(), stitching.offsets.end());
      result.Set("table", to_typed_array(env, stitching.table));
      result.Set("offsets", to_typed_array(env, offsets));
      result.Set("voxelCounts", to_typed_array(env, stitching.voxel_counts));
      result.Set("merges", Napi::Number::New(env, static_cast<double>(stitching.merges)));
      return result;
    };
  });
}

const Register affinity_watershed_export("affinityWatershed", affinity_watershed);
const Register affinity_watershed_block_export("affinityWatershedBlock", affinity_watershed_block);
const Register stitch_affinity_watershed_export("stitchAffinityWatershed", stitch_affinity_watershed);

}  // namespace

}  // namespace fascicle::binding
