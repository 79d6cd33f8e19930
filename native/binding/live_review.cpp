// What speaks for and against the segments of a live segmentation, worked out on a worker thread.
//
// What edits change all the time - the assignment and the decisions - is copied at once; the region graph and the merge
// forest are read in place (reading_job.hpp).
#include <algorithm>
#include <memory>
#include <optional>

#include "columns.hpp"
#include "exports.hpp"
#include "reading_job.hpp"
#include "review_evidence.hpp"

namespace fascicle::binding {

namespace {

struct Snapshot {
  std::vector<std::uint32_t> assignment;
  std::vector<SupervoxelPair> must_links;
  std::vector<SupervoxelPair> cannot_links;
  std::optional<std::vector<std::uint32_t>> chosen;
};

Napi::Object segments_to_javascript(Napi::Env env, const std::vector<ReviewSegment>& rows) {
  auto boxes = Napi::Int32Array::New(env, 6 * rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::copy(rows[row].min.begin(), rows[row].min.end(), boxes.Data() + 6 * row);
    std::copy(rows[row].max.begin(), rows[row].max.end(), boxes.Data() + 6 * row + 3);
  }
  auto result = Napi::Object::New(env);
  result.Set("ids", column<std::uint32_t>(env, rows, [](const ReviewSegment& row) { return row.id; }));
  result.Set("voxels", column<double>(env, rows, [](const ReviewSegment& row) { return row.voxels; }));
  result.Set("affinitySum", column<double>(env, rows, [](const ReviewSegment& row) { return row.affinity; }));
  result.Set("contactArea", column<double>(env, rows, [](const ReviewSegment& row) { return row.area; }));
  result.Set("boxes", boxes);
  return result;
}

Napi::Object merges_to_javascript(Napi::Env env, const std::vector<MergeEvidence>& rows) {
  auto result = Napi::Object::New(env);
  result.Set("small", column<std::uint32_t>(env, rows, [](const MergeEvidence& row) { return row.small; }));
  result.Set("large", column<std::uint32_t>(env, rows, [](const MergeEvidence& row) { return row.large; }));
  result.Set("affinitySum", column<double>(env, rows, [](const MergeEvidence& row) { return row.contact.affinity; }));
  result.Set("contactArea", column<double>(env, rows, [](const MergeEvidence& row) { return row.contact.area; }));
  result.Set("edge", column<std::uint32_t>(env, rows, [](const MergeEvidence& row) { return row.contact.edge; }));
  result.Set("stake", column<double>(env, rows, [](const MergeEvidence& row) { return row.stake; }));
  return result;
}

Napi::Object links_to_javascript(Napi::Env env, const std::vector<LinkEvidence>& rows) {
  auto places = Napi::Float64Array::New(env, 3 * rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const ContactTotal& away = rows[row].away;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      places[3 * row + axis] =
          away.area > 0 ? static_cast<double>(away.place[axis]) / static_cast<double>(away.area) : 0;
    }
  }
  auto result = Napi::Object::New(env);
  const auto ids = [&](const char* name, std::uint32_t LinkEvidence::*member) {
    result.Set(name, column<std::uint32_t>(env, rows, [member](const LinkEvidence& row) { return row.*member; }));
  };
  ids("segment", &LinkEvidence::segment);
  ids("inside", &LinkEvidence::inside);
  ids("outside", &LinkEvidence::outside);
  ids("edge", &LinkEvidence::edge);
  ids("largestInside", &LinkEvidence::largest_inside);
  ids("largestOutside", &LinkEvidence::largest_outside);
  result.Set("score", column<double>(env, rows, [](const LinkEvidence& row) { return row.score; }));
  result.Set("voxels", column<double>(env, rows, [](const LinkEvidence& row) { return row.voxels; }));
  result.Set("affinitySum", column<double>(env, rows, [](const LinkEvidence& row) { return row.all.affinity; }));
  result.Set("contactArea", column<double>(env, rows, [](const LinkEvidence& row) { return row.all.area; }));
  result.Set("awayAffinitySum", column<double>(env, rows, [](const LinkEvidence& row) { return row.away.affinity; }));
  result.Set("awayArea", column<double>(env, rows, [](const LinkEvidence& row) { return row.away.area; }));
  result.Set("awayPlaces", places);
  result.Set("stake", column<double>(env, rows, [](const LinkEvidence& row) { return row.stake; }));
  return result;
}

/// liveReviewEvidence({ handle, segments?: Uint32Array, leastStake, shape }) -> { voxels, medianSize, spreadOfSizes,
/// segments, merges, links } of columns, or null where a supervoxel was divided meanwhile
Napi::Value live_review_evidence(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "liveReviewEvidence");
  const std::shared_ptr<LiveSegmentation> state = live_handle(arguments);
  auto snapshot = std::make_shared<Snapshot>();
  const auto assignment = state->agglomeration().assignment();
  snapshot->assignment.assign(assignment.begin(), assignment.end());
  snapshot->must_links = state->agglomeration().constraints().must_pairs();
  snapshot->cannot_links = state->agglomeration().constraints().cannot_pairs();
  if (arguments.has("segments")) {
    const auto segments = arguments.array<std::uint32_t>("segments");
    snapshot->chosen.emplace(segments.begin(), segments.end());
  }
  const double least_stake = arguments.number("leastStake", std::numeric_limits<double>::min(), 64);
  const Shape shape = arguments.shape("shape");
  return run_reading_job(
      arguments, state, [snapshot, least_stake, shape](const LiveSegmentation& live, Monitor& monitor) -> Finish {
        const ReviewInput input{live.graph(),         live.agglomeration().forest(), snapshot->assignment,
                                snapshot->must_links, snapshot->cannot_links,        shape};
        std::optional<std::span<const std::uint32_t>> chosen;
        if (snapshot->chosen) chosen = *snapshot->chosen;
        auto found = std::make_shared<const ReviewEvidence>(review_evidence(input, chosen, least_stake, monitor));
        return [found](Napi::Env env) -> Napi::Value {
          auto result = Napi::Object::New(env);
          result.Set("voxels", found->voxels);
          result.Set("medianSize", found->median_size);
          result.Set("spreadOfSizes", found->spread_of_sizes);
          result.Set("segments", segments_to_javascript(env, found->segments));
          result.Set("merges", merges_to_javascript(env, found->merges));
          result.Set("links", links_to_javascript(env, found->links));
          return result;
        };
      });
}

const Register review_export("liveReviewEvidence", live_review_evidence);

}  // namespace

}  // namespace fascicle::binding
