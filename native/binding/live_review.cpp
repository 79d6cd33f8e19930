// What speaks for and against the segments of a live segmentation, worked out on a worker thread.
//
// What edits change all the time - the assignment and the decisions - is copied at once; the region graph and the merge
// forest are read in place (reading_job.hpp).
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

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

/// What a review found, until it is read: it is large, so it goes with the reading and not when JavaScript collects it.
using Evidence = std::shared_ptr<const ReviewEvidence>;

constexpr napi_type_tag evidence_tag = {0x6661736369636c65ULL, 0x7265766965776564ULL};

/// Arrays that JavaScript made, and the columns that go into them.
class Columns {
 public:
  explicit Columns(Arguments& arguments) : arguments_(arguments) {}

  /// `write(row, out)` writes the `width` values of a row. The rows must live until the columns are written.
  template <class T, class Row, class Write>
  void add(const char* name, const std::vector<Row>& rows, std::size_t width, Write write) {
    const auto out = arguments_.array<T>(name, width * rows.size());
    columns_.push_back([=, &rows] {
      T* at = out.data();
      for (const Row& row : rows) {
        write(row, at);
        at += width;
      }
    });
  }

  /// One value of a row: a member or a function of it.
  template <class T, class Row, class Pick>
  void add(const char* name, const std::vector<Row>& rows, Pick pick) {
    add<T>(name, rows, 1, [=](const Row& row, T* out) { *out = static_cast<T>(std::invoke(pick, row)); });
  }

  [[nodiscard]] std::vector<std::function<void()>> take() { return std::move(columns_); }

 private:
  Arguments& arguments_;
  std::vector<std::function<void()>> columns_;
};

void add_segments(Columns& columns, const std::vector<ReviewSegment>& rows) {
  columns.add<std::uint32_t>("segments.ids", rows, &ReviewSegment::id);
  columns.add<double>("segments.voxels", rows, &ReviewSegment::voxels);
  columns.add<double>("segments.affinitySum", rows, &ReviewSegment::affinity);
  columns.add<double>("segments.contactArea", rows, &ReviewSegment::area);
  columns.add<std::int32_t>("segments.boxes", rows, 6, [](const ReviewSegment& row, std::int32_t* out) {
    std::copy(row.max.begin(), row.max.end(), std::copy(row.min.begin(), row.min.end(), out));
  });
}

void add_merges(Columns& columns, const std::vector<MergeEvidence>& rows) {
  columns.add<std::uint32_t>("merges.small", rows, &MergeEvidence::small);
  columns.add<std::uint32_t>("merges.large", rows, &MergeEvidence::large);
  columns.add<double>("merges.affinitySum", rows, [](const MergeEvidence& row) { return row.contact.affinity; });
  columns.add<double>("merges.contactArea", rows, [](const MergeEvidence& row) { return row.contact.area; });
  columns.add<std::uint32_t>("merges.edge", rows, [](const MergeEvidence& row) { return row.contact.edge; });
  columns.add<double>("merges.stake", rows, &MergeEvidence::stake);
}

void add_links(Columns& columns, const std::vector<LinkEvidence>& rows) {
  columns.add<std::uint32_t>("links.segment", rows, &LinkEvidence::segment);
  columns.add<std::uint32_t>("links.inside", rows, &LinkEvidence::inside);
  columns.add<std::uint32_t>("links.outside", rows, &LinkEvidence::outside);
  columns.add<std::uint32_t>("links.edge", rows, &LinkEvidence::edge);
  columns.add<std::uint32_t>("links.largestInside", rows, &LinkEvidence::largest_inside);
  columns.add<std::uint32_t>("links.largestOutside", rows, &LinkEvidence::largest_outside);
  columns.add<double>("links.score", rows, &LinkEvidence::score);
  columns.add<double>("links.voxels", rows, &LinkEvidence::voxels);
  columns.add<double>("links.affinitySum", rows, [](const LinkEvidence& row) { return row.all.affinity; });
  columns.add<double>("links.contactArea", rows, [](const LinkEvidence& row) { return row.all.area; });
  columns.add<double>("links.awayAffinitySum", rows, [](const LinkEvidence& row) { return row.away.affinity; });
  columns.add<double>("links.awayArea", rows, [](const LinkEvidence& row) { return row.away.area; });
  columns.add<double>("links.awayPlaces", rows, 3, [](const LinkEvidence& row, double* out) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto sum = static_cast<double>(row.away.place[axis]);
      out[axis] = row.away.area > 0 ? sum / static_cast<double>(row.away.area) : 0;
    }
  });
  columns.add<double>("links.stake", rows, &LinkEvidence::stake);
}

/// liveReviewEvidence({ handle, segments?: Uint32Array, leastStake, shape }) -> { evidence, voxels, medianSize,
/// spreadOfSizes, segments, merges, links: rows }, or null where a supervoxel was divided meanwhile
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
        const Evidence found =
            std::make_shared<const ReviewEvidence>(review_evidence(input, chosen, least_stake, monitor));
        return [found](Napi::Env env) -> Napi::Value {
          auto handle =
              Napi::External<Evidence>::New(env, new Evidence(found), [](Napi::Env, Evidence* owned) { delete owned; });
          handle.TypeTag(&evidence_tag);
          auto result = Napi::Object::New(env);
          result.Set("evidence", handle);
          result.Set("voxels", found->voxels);
          result.Set("medianSize", found->median_size);
          result.Set("spreadOfSizes", found->spread_of_sizes);
          result.Set("segments", static_cast<double>(found->segments.size()));
          result.Set("merges", static_cast<double>(found->merges.size()));
          result.Set("links", static_cast<double>(found->links.size()));
          return result;
        };
      });
}

/// readReviewEvidence({ evidence, and an array for every column }): fills the arrays on a worker thread, since some
/// hundred thousand rows take it longer than the JavaScript thread may be held. What was read is gone.
Napi::Value read_review_evidence(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "readReviewEvidence");
  const Napi::Value value = arguments.value("evidence");
  if (!value.IsExternal() || !value.As<Napi::External<Evidence>>().CheckTypeTag(&evidence_tag) ||
      *value.As<Napi::External<Evidence>>().Data() == nullptr) {
    arguments.reject("evidence", "something else", "what liveReviewEvidence found, once");
  }
  Evidence& held = *value.As<Napi::External<Evidence>>().Data();
  Columns columns(arguments);
  add_segments(columns, held->segments);
  add_merges(columns, held->merges);
  add_links(columns, held->links);
  return run_job(arguments, [found = std::exchange(held, nullptr), columns = columns.take()](Monitor& monitor) {
    monitor.begin(columns.size());
    for (const auto& write : columns) {
      monitor.check();
      write();
      monitor.advance();
    }
    return nothing();
  });
}

const Register evidence_export("liveReviewEvidence", live_review_evidence);
const Register read_export("readReviewEvidence", read_review_evidence);

}  // namespace

}  // namespace fascicle::binding
