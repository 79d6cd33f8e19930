// Curves over the threshold of a live segmentation, worked out on a worker thread.
//
// The decisions are copied at once, for an object the assignment too; the merge forest is read in place
// (reading_job.hpp).
#include <memory>
#include <optional>

#include "columns.hpp"
#include "exports.hpp"
#include "reading_job.hpp"
#include "threshold_curve.hpp"

namespace fascicle::binding {

namespace {

std::optional<TruthRows> read_truth(Arguments& arguments) {
  if (!arguments.has("truthSupervoxels")) return std::nullopt;
  const auto supervoxels = arguments.array<std::uint32_t>("truthSupervoxels");
  return TruthRows{supervoxels, arguments.array<std::uint32_t>("truths", supervoxels.size()),
                   arguments.array<double>("truthVoxels", supervoxels.size())};
}

Finish to_javascript(std::vector<ThresholdPoint> points) {
  return
      [found = std::make_shared<const std::vector<ThresholdPoint>>(std::move(points))](Napi::Env env) -> Napi::Value {
        auto result = Napi::Object::New(env);
        result.Set("segments", column<std::uint32_t>(env, *found, &ThresholdPoint::segments));
        result.Set("largestVoxels", column<double>(env, *found, &ThresholdPoint::largest_voxels));
        result.Set("viSplit", column<double>(env, *found, &ThresholdPoint::vi_split));
        result.Set("viMerge", column<double>(env, *found, &ThresholdPoint::vi_merge));
        return result;
      };
}

/// liveThresholdCurve({ handle, thresholds: Float64Array (rising), minSize, anchor?, truthSupervoxels?, truths?:
/// Uint32Array, truthVoxels?: Float64Array }) -> { segments: Uint32Array, largestVoxels, viSplit, viMerge: Float64Array
/// }, or null where a supervoxel was divided meanwhile; with an anchor of the object that holds it, else of the volume
Napi::Value live_threshold_curve(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "liveThresholdCurve");
  const LiveHandle state = live_handle(arguments);
  const auto thresholds = arguments.array<double>("thresholds");
  const std::optional<TruthRows> truth = read_truth(arguments);
  if (arguments.has("anchor")) {
    const auto anchor = static_cast<std::uint32_t>(arguments.integer("anchor", 1, 0xffffffff));
    auto segments = std::make_shared<ConstrainedAgglomeration>(state->agglomeration().snapshot());
    return run_reading_job(arguments, state, [=](const LiveSegmentation&, Monitor& monitor) {
      return to_javascript(object_threshold_curve(*segments, anchor, thresholds, truth ? &*truth : nullptr, monitor));
    });
  }
  const auto min_size = static_cast<double>(arguments.integer("minSize", 0, std::uint64_t{1} << 53));
  auto constraints = std::make_shared<const Constraints>(state->agglomeration().constraints());
  return run_reading_job(arguments, state, [=](const LiveSegmentation& live, Monitor& monitor) {
    return to_javascript(threshold_curve(live.agglomeration().forest(), *constraints, min_size, thresholds,
                                         truth ? &*truth : nullptr, monitor));
  });
}

const Register curve_export("liveThresholdCurve", live_threshold_curve);

}  // namespace

}  // namespace fascicle::binding
