#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "exports.hpp"
#include "job.hpp"
#include "partition_scores.hpp"

namespace fascicle::binding {

namespace {

/// A contingency table that JavaScript holds by an opaque handle. Jobs that fill it at once take turns at the end only.
struct SharedTable {
  std::mutex mutex;
  ContingencyTable table;
};

using Handle = std::shared_ptr<SharedTable>;

constexpr napi_type_tag handle_tag = {0x6661736369636c65ULL, 0x636f6e74696e6765ULL};

/// createContingencyTable() -> handle
Napi::Value create_contingency_table(const Napi::CallbackInfo& info) {
  auto handle = Napi::External<Handle>::New(info.Env(), new Handle(std::make_shared<SharedTable>()),
                                            [](Napi::Env, Handle* owned) { delete owned; });
  handle.TypeTag(&handle_tag);
  return handle;
}

Handle table_of(const Arguments& arguments) {
  const Napi::Value value = arguments.value("table");
  if (!value.IsExternal() || !value.As<Napi::External<Handle>>().CheckTypeTag(&handle_tag)) {
    arguments.reject("table", "not a contingency table", "what createContingencyTable returned");
  }
  return *value.As<Napi::External<Handle>>().Data();
}

/// countPairs({ table, segmentation: unsigned array, truth: unsigned array, threads }): both arrays of one length
Napi::Value count_pairs(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "countPairs");
  const Handle shared = table_of(arguments);
  const auto any_segmentation =
      arguments.any_array<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>("segmentation");
  const std::size_t length = std::visit([](auto array) { return array.size(); }, any_segmentation);
  const auto any_truth =
      arguments.any_array<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>("truth", length);
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class S, class T>(std::span<S> segmentation, std::span<T> truth) {
        return run_job(arguments, [=](Monitor& monitor) {
          ContingencyTable block;
          fascicle::count_pairs<S, T>(segmentation, truth, block, threads, monitor);
          const std::scoped_lock lock(shared->mutex);
          shared->table.add(block);
          return nothing();
        });
      },
      any_segmentation, any_truth);
}

/// partitionScores({ table, minTruthSize }) -> the scores as an object
Napi::Value partition_scores(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "partitionScores");
  const Handle shared = table_of(arguments);
  const std::uint64_t min_truth_size = arguments.integer("minTruthSize", 0, std::uint64_t{1} << 53);
  return run_job(arguments, [=](Monitor&) -> Finish {
    const std::scoped_lock lock(shared->mutex);
    const PartitionScores scores = fascicle::partition_scores(shared->table, min_truth_size);
    return [scores](Napi::Env env) {
      auto result = Napi::Object::New(env);
      result.Set("voiSplit", scores.voi_split);
      result.Set("voiMerge", scores.voi_merge);
      result.Set("adaptedRandError", scores.adapted_rand_error);
      result.Set("adaptedRandErrorCremi", scores.adapted_rand_error_cremi);
      result.Set("voxels", static_cast<double>(scores.voxels));
      result.Set("segments", static_cast<double>(scores.segments));
      result.Set("truths", static_cast<double>(scores.truths));
      return result;
    };
  });
}

/// pairsOf({ table }) -> { segments, truths: BigUint64Array, counts: Float64Array }, ascending by truth, then segment
Napi::Value pairs_of(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "pairsOf");
  const Handle shared = table_of(arguments);
  return run_job(arguments, [=](Monitor&) -> Finish {
    std::vector<JointCount> pairs;
    {
      const std::scoped_lock lock(shared->mutex);
      pairs = shared->table.sorted();
    }
    return [pairs = std::move(pairs)](Napi::Env env) {
      auto segments = Napi::BigUint64Array::New(env, pairs.size());
      auto truths = Napi::BigUint64Array::New(env, pairs.size());
      auto counts = Napi::Float64Array::New(env, pairs.size());
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        segments[i] = pairs[i].segment;
        truths[i] = pairs[i].truth;
        counts[i] = static_cast<double>(pairs[i].count);
      }
      auto result = Napi::Object::New(env);
      result.Set("segments", segments);
      result.Set("truths", truths);
      result.Set("counts", counts);
      return result;
    };
  });
}

const Register pairs_export("pairsOf", pairs_of);
const Register create_export("createContingencyTable", create_contingency_table);
const Register count_export("countPairs", count_pairs);
const Register scores_export("partitionScores", partition_scores);

}  // namespace

}  // namespace fascicle::binding
