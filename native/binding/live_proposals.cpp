// The decisions that a merge, a split or an isolation comes to on the segments as they are; nothing is changed.
//
// liveProposeSplit copies the graph of one segment at once and cuts it on a worker thread, so edits may go on
// meanwhile.
#include <algorithm>
#include <memory>

#include "exports.hpp"
#include "job.hpp"
#include "live_call.hpp"

namespace fascicle::binding {

namespace {

/// liveProposeMerge({ handle, a, b }) -> { change, u, v, edge: number | null, gapNm, affinitySum, contactArea, edges }
Napi::Value live_propose_merge(const Napi::CallbackInfo& info) {
  return at_once(info, "liveProposeMerge", [&](Arguments& arguments) -> Napi::Value {
    const Napi::Env env = info.Env();
    const MergeProposal proposal =
        live(arguments).propose_merge(supervoxel(arguments, "a"), supervoxel(arguments, "b"));
    auto change = Napi::Object::New(env);
    write_decisions(env, proposal.change, change);
    auto result = Napi::Object::New(env);
    result.Set("change", change);
    result.Set("u", proposal.link.u);
    result.Set("v", proposal.link.v);
    result.Set("edge", proposal.edge == SupervoxelGraph::none ? env.Null() : Napi::Number::New(env, proposal.edge));
    result.Set("gapNm", proposal.gap_nm);
    result.Set("affinitySum", static_cast<double>(proposal.contacts.affinity));
    result.Set("contactArea", static_cast<double>(proposal.contacts.area));
    result.Set("edges", proposal.contacts.edges);
    return result;
  });
}

Napi::Value split_to_javascript(Napi::Env env, const SegmentGraph& segment, const SplitProposals& proposals) {
  auto alternatives = Napi::Array::New(env, proposals.alternatives.size());
  for (std::uint32_t i = 0; i < proposals.alternatives.size(); ++i) {
    const SplitAlternative& alternative = proposals.alternatives[i];
    std::vector<std::uint32_t> edges;
    std::vector<SupervoxelPair> pairs;
    for (const std::uint32_t edge : alternative.cut) {
      edges.push_back(segment.edges[edge]);
      const CutGraph::Edge& ends = segment.graph.edges[edge];
      pairs.push_back({segment.supervoxels[ends.a], segment.supervoxels[ends.b]});
    }
    auto one = Napi::Object::New(env);
    one.Set("cost", static_cast<double>(alternative.cost));
    one.Set("side", to_typed_array(env, alternative.side));
    one.Set("sizes", to_typed_array(env, alternative.sizes));
    one.Set("cutEdges", to_typed_array(env, edges));
    one.Set("cutPairs", to_flat_pairs(env, pairs));
    alternatives.Set(i, one);
  }
  auto ways = Napi::Array::New(env, proposals.joined.size());
  for (std::uint32_t i = 0; i < proposals.joined.size(); ++i) {
    std::vector<std::uint32_t> ids;
    for (const std::uint32_t node : proposals.joined[i]) ids.push_back(segment.supervoxels[node]);
    ways.Set(i, to_typed_array(env, ids));
  }
  auto result = Napi::Object::New(env);
  result.Set("supervoxels", to_typed_array(env, segment.supervoxels));
  result.Set("ways", ways);
  result.Set("alternatives", alternatives);
  return result;
}

/// Seeds of each side as nodes of the segment; the core names what is wrong with them.
SideNodes to_nodes(const SegmentGraph& segment, std::span<const std::span<std::uint32_t>> seeds) {
  SideNodes nodes(seeds.size());
  for (std::size_t side = 0; side < seeds.size(); ++side) {
    for (const std::uint32_t id : seeds[side]) {
      const auto at = std::lower_bound(segment.supervoxels.begin(), segment.supervoxels.end(), id);
      nodes[side].push_back(static_cast<std::uint32_t>(at - segment.supervoxels.begin()));
    }
  }
  return nodes;
}

/// liveProposeSplit({ handle, seeds: Uint32Array[], alternatives, mayStandAlone: Uint8Array (of each side) }) -> {
/// supervoxels, ways: Uint32Array[], alternatives: { cost, side: Uint8Array, sizes: Float64Array, cutEdges, cutPairs:
/// Uint32Array }[] }; the edge 0xffffffff stands for a must-link without a contact
Napi::Value live_propose_split(const Napi::CallbackInfo& info) {
  return at_once(info, "liveProposeSplit", [&](Arguments& arguments) -> Napi::Value {
    LiveSegmentation& state = live(arguments);
    const auto seeds = arguments.arrays<std::uint32_t>("seeds");
    SplitParams params;
    params.alternatives = arguments.integer("alternatives", 1, 16);
    params.attempts = 2 * params.alternatives;
    const auto may_stand_alone = arguments.array<std::uint8_t>("mayStandAlone", seeds.size());
    params.may_stand_alone.assign(may_stand_alone.begin(), may_stand_alone.end());
    std::uint32_t segment_id = 0;
    for (const auto& side : seeds) {
      for (const std::uint32_t id : side) {
        const std::uint32_t own = state.segment_of(id);
        if (segment_id != 0 && own != segment_id) {
          throw EditRefused("The seeds lie on segments " + std::to_string(segment_id) + " and " + std::to_string(own) +
                            ". A split divides one segment: place all seeds on it, or merge the two first.");
        }
        segment_id = own;
      }
    }
    if (segment_id == 0) throw EditRefused("Place at least one seed for each part.");
    auto segment = std::make_shared<const SegmentGraph>(state.segment(state.agglomeration().members(segment_id)));
    return run_job(arguments, [segment, nodes = to_nodes(*segment, seeds), params](Monitor& monitor) -> Finish {
      try {
        auto proposals = std::make_shared<const SplitProposals>(split_segment(segment->graph, nodes, params, monitor));
        return [segment, proposals](Napi::Env env) { return split_to_javascript(env, *segment, *proposals); };
      } catch (const SplitRefused& refusal) {
        return [message = std::string(refusal.what())](Napi::Env env) -> Napi::Value {
          throw with_code(env, message.c_str(), "ERR_REFUSED");
        };
      }
    });
  });
}

/// liveSplitChange({ handle, supervoxels: Uint32Array, side: Uint8Array, ways: Uint32Array[] }) -> decisions
Napi::Value live_split_change(const Napi::CallbackInfo& info) {
  return at_once(info, "liveSplitChange", [&](Arguments& arguments) -> Napi::Value {
    SideNodes ways;
    for (const auto& way : arguments.arrays<std::uint32_t>("ways")) ways.emplace_back(way.begin(), way.end());
    auto result = Napi::Object::New(info.Env());
    write_decisions(info.Env(),
                    live(arguments).split_change(arguments.array<std::uint32_t>("supervoxels"),
                                                 arguments.array<std::uint8_t>("side"), ways),
                    result);
    return result;
  });
}

/// liveIsolateChange({ handle, supervoxels: Uint32Array }) -> decisions
Napi::Value live_isolate_change(const Napi::CallbackInfo& info) {
  return at_once(info, "liveIsolateChange", [&](Arguments& arguments) -> Napi::Value {
    auto result = Napi::Object::New(info.Env());
    write_decisions(info.Env(), live(arguments).isolate_change(arguments.array<std::uint32_t>("supervoxels")), result);
    return result;
  });
}

const Register merge_export("liveProposeMerge", live_propose_merge);
const Register split_export("liveProposeSplit", live_propose_split);
const Register split_change_export("liveSplitChange", live_split_change);
const Register isolate_export("liveIsolateChange", live_isolate_change);

}  // namespace

}  // namespace fascicle::binding
