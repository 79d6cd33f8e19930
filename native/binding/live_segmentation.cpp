// A project's segments and region graph, kept in memory between calls behind a handle.
//
// Every function but the first and proposeSplit works at once on the JavaScript thread: what they take is milliseconds,
// and nothing else may see the state between. proposeSplit copies the graph of one segment at once and cuts it on a
// worker thread, so edits may go on meanwhile.
#include <memory>

#include "columns.hpp"
#include "exports.hpp"
#include "job.hpp"
#include "live_values.hpp"

namespace fascicle::binding {

namespace {

LiveSegmentation& live(Arguments& arguments) {
  return *live_handle(arguments);
}

Napi::Error with_code(Napi::Env env, const char* message, const char* code) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Value().Set("code", Napi::String::New(env, code));
  return error;
}

/// Runs `work(arguments)` and turns what the core throws into errors of JavaScript.
template <class Work>
Napi::Value at_once(const Napi::CallbackInfo& info, const char* name, Work&& work) {
  Arguments arguments(info, name);
  const Napi::Env env = info.Env();
  try {
    return work(arguments);
  } catch (const ConstraintConflict& conflict) {
    throw with_code(env, conflict.what(), "ERR_CONFLICT");
  } catch (const EditRefused& refusal) {
    throw with_code(env, refusal.what(), "ERR_REFUSED");
  } catch (const std::invalid_argument& error) {
    throw Napi::RangeError::New(env, std::string(name) + ": " + error.what());
  } catch (const std::bad_alloc&) {
    throw with_code(env, "not enough memory", "ERR_OUT_OF_MEMORY");
  }
}

std::uint32_t supervoxel(Arguments& arguments, const char* name) {
  return static_cast<std::uint32_t>(arguments.integer(name, 1, 0xffffffff));
}

MergeTreeCut read_cut(Arguments& arguments) {
  return {arguments.number("threshold", 0, std::numeric_limits<double>::infinity()),
          static_cast<double>(arguments.integer("minSize", 0, std::uint64_t{1} << 53))};
}

/// openLiveSegmentation({ stepU, stepV: Uint32Array, stepScore: Float64Array, sizes: Float64Array, boxMin, boxMax:
/// Int32Array, centroids: Float64Array, u, v, contactArea, affinityMax: Uint32Array, affinitySum, contactVoxel:
/// BigUint64Array, affinityUnit, voxelSize, threshold, minSize }) -> handle
Napi::Value open_live_segmentation(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "openLiveSegmentation");
  const auto step_u = arguments.array<std::uint32_t>("stepU");
  const auto step_v = arguments.array<std::uint32_t>("stepV", step_u.size());
  const auto score = arguments.array<double>("stepScore", step_u.size());
  const auto sizes = arguments.array<double>("sizes");
  const auto min = arguments.array<std::int32_t>("boxMin", 3 * sizes.size());
  const auto max = arguments.array<std::int32_t>("boxMax", 3 * sizes.size());
  const auto centroids = arguments.array<double>("centroids", 3 * sizes.size());
  RegionGraphView graph;
  graph.u = arguments.array<std::uint32_t>("u");
  graph.v = arguments.array<std::uint32_t>("v", graph.size());
  graph.sum = arguments.array<std::uint64_t>("affinitySum", graph.size());
  graph.count = arguments.array<std::uint32_t>("contactArea", graph.size());
  graph.max = arguments.array<std::uint32_t>("affinityMax", graph.size());
  graph.voxel = arguments.array<std::uint64_t>("contactVoxel", graph.size());
  graph.unit = static_cast<std::uint32_t>(arguments.integer("affinityUnit", 1, 0xffffffff));
  const VoxelSize voxel_size = arguments.voxel_size("voxelSize");
  const MergeTreeCut cut = read_cut(arguments);
  return run_job(arguments, [=](Monitor& monitor) -> Finish {
    std::vector<SupervoxelPlace> places(sizes.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        places[i].min[axis] = min[3 * i + axis];
        places[i].max[axis] = max[3 * i + axis];
        places[i].centroid[axis] = static_cast<float>(centroids[3 * i + axis]);
      }
    }
    monitor.check();
    SupervoxelGraph region_graph(graph, std::move(places));
    monitor.check();
    auto made =
        std::make_shared<LiveSegmentation>(ConstrainedAgglomeration(MergeForest({step_u, step_v, score}, sizes), cut),
                                           std::move(region_graph), voxel_size);
    return [made](Napi::Env env) -> Napi::Value {
      return Napi::External<LiveHandle>::New(env, new LiveHandle(made),
                                             [](Napi::Env, LiveHandle* handle) { delete handle; });
    };
  });
}

/// closeLiveSegmentation({ handle }): frees the memory now
Napi::Value close_live_segmentation(const Napi::CallbackInfo& info) {
  return at_once(info, "closeLiveSegmentation", [&](Arguments& arguments) -> Napi::Value {
    live(arguments);
    arguments.value("handle").As<Napi::External<LiveHandle>>().Data()->reset();
    return info.Env().Undefined();
  });
}

/// liveAssignment({ handle }) -> Uint32Array
Napi::Value live_assignment(const Napi::CallbackInfo& info) {
  return at_once(info, "liveAssignment", [&](Arguments& arguments) -> Napi::Value {
    const auto assignment = live(arguments).agglomeration().assignment();
    auto array = Napi::Uint32Array::New(info.Env(), assignment.size());
    std::copy(assignment.begin(), assignment.end(), array.Data());
    return array;
  });
}

/// liveSetCut({ handle, threshold, minSize })
Napi::Value live_set_cut(const Napi::CallbackInfo& info) {
  return at_once(info, "liveSetCut", [&](Arguments& arguments) -> Napi::Value {
    live(arguments).agglomeration().set_cut(read_cut(arguments));
    return info.Env().Undefined();
  });
}

/// livePreviewCut({ handle, threshold, minSize, out: Uint32Array })
Napi::Value live_preview_cut(const Napi::CallbackInfo& info) {
  return at_once(info, "livePreviewCut", [&](Arguments& arguments) -> Napi::Value {
    live(arguments).agglomeration().preview(read_cut(arguments), arguments.array<std::uint32_t>("out"));
    return info.Env().Undefined();
  });
}

/// liveApply({ handle, ...change }) -> { supervoxels, segments, inverse: change }
Napi::Value live_apply(const Napi::CallbackInfo& info) {
  return at_once(info, "liveApply", [&](Arguments& arguments) -> Napi::Value {
    LiveSegmentation& state = live(arguments);
    const auto applied =
        state.apply(read_decisions(arguments), read_forest_change(arguments), read_graph_change(arguments));
    auto inverse = Napi::Object::New(info.Env());
    write_decisions(info.Env(), applied.segments.inverse, inverse);
    write_forest_change(info.Env(), applied.segments.forest_inverse, inverse);
    write_graph_change(info.Env(), applied.graph_inverse, inverse);
    auto result = Napi::Object::New(info.Env());
    write_delta(info.Env(), applied.segments.delta, result);
    result.Set("inverse", inverse);
    return result;
  });
}

/// livePreview({ handle, ...decisions }) -> { supervoxels, segments }
Napi::Value live_preview(const Napi::CallbackInfo& info) {
  return at_once(info, "livePreview", [&](Arguments& arguments) -> Napi::Value {
    auto result = Napi::Object::New(info.Env());
    write_delta(info.Env(), live(arguments).preview(read_decisions(arguments)), result);
    return result;
  });
}

/// liveMembers({ handle, segment }) -> Uint32Array
Napi::Value live_members(const Napi::CallbackInfo& info) {
  return at_once(info, "liveMembers", [&](Arguments& arguments) -> Napi::Value {
    return to_typed_array(info.Env(), live(arguments).agglomeration().members(supervoxel(arguments, "segment")));
  });
}

/// liveNeighbours({ handle, segment }) -> { segments, affinitySum: Float64Array, contactArea: Float64Array,
/// affinityMax, strongestEdge, edges: Uint32Array }
Napi::Value live_neighbours(const Napi::CallbackInfo& info) {
  return at_once(info, "liveNeighbours", [&](Arguments& arguments) -> Napi::Value {
    const Napi::Env env = info.Env();
    const auto found = live(arguments).neighbours(supervoxel(arguments, "segment"));
    auto result = Napi::Object::New(env);
    result.Set("segments", column<std::uint32_t>(env, found, [](const auto& row) { return row.first; }));
    result.Set("affinitySum", column<double>(env, found, [](const auto& row) { return row.second.affinity; }));
    result.Set("contactArea", column<double>(env, found, [](const auto& row) { return row.second.area; }));
    result.Set("affinityMax", column<std::uint32_t>(env, found, [](const auto& row) { return row.second.strongest; }));
    result.Set("strongestEdge", column<std::uint32_t>(env, found, [](const auto& row) { return row.second.edge; }));
    result.Set("edges", column<std::uint32_t>(env, found, [](const auto& row) { return row.second.edges; }));
    return result;
  });
}

/// liveContacts({ handle, a, b }) -> Uint32Array of edges
Napi::Value live_contacts(const Napi::CallbackInfo& info) {
  return at_once(info, "liveContacts", [&](Arguments& arguments) -> Napi::Value {
    return to_typed_array(info.Env(), live(arguments).contacts(supervoxel(arguments, "a"), supervoxel(arguments, "b")));
  });
}

/// liveEdges({ handle, edges: Uint32Array }) -> { u, v, affinitySum, contactArea, affinityMax, contactVoxel }
Napi::Value live_edges(const Napi::CallbackInfo& info) {
  return at_once(info, "liveEdges", [&](Arguments& arguments) -> Napi::Value {
    const SupervoxelGraph& graph = live(arguments).graph();
    SupervoxelGraph::Change asked;
    for (const std::uint32_t id : arguments.array<std::uint32_t>("edges")) {
      require(id < graph.edges(), "there is no edge " + std::to_string(id));
      asked.add.push_back(graph.edge(id));
    }
    auto result = Napi::Object::New(info.Env());
    write_graph_change(info.Env(), asked, result);
    return result;
  });
}

/// liveEdgesOf({ handle, supervoxel }) -> Uint32Array of edges
Napi::Value live_edges_of(const Napi::CallbackInfo& info) {
  return at_once(info, "liveEdgesOf", [&](Arguments& arguments) -> Napi::Value {
    LiveSegmentation& state = live(arguments);
    const std::uint32_t id = supervoxel(arguments, "supervoxel");
    static_cast<void>(state.segment_of(id));  // refuses an unknown one
    std::vector<std::uint32_t> edges;
    state.graph().for_edges_of(id, [&](std::uint32_t edge, std::uint32_t) { edges.push_back(edge); });
    return to_typed_array(info.Env(), edges);
  });
}

/// liveStepsOf({ handle, supervoxel }) -> { steps, others: Uint32Array, isU: Uint8Array }
Napi::Value live_steps_of(const Napi::CallbackInfo& info) {
  return at_once(info, "liveStepsOf", [&](Arguments& arguments) -> Napi::Value {
    LiveSegmentation& state = live(arguments);
    const std::uint32_t id = supervoxel(arguments, "supervoxel");
    static_cast<void>(state.segment_of(id));  // refuses an unknown one
    std::vector<std::uint32_t> steps;
    std::vector<std::uint32_t> others;
    std::vector<std::uint8_t> is_u;
    const MergeForest& forest = state.agglomeration().forest();
    forest.for_steps_of(id, [&](std::uint32_t step, std::uint32_t other) {
      steps.push_back(step);
      others.push_back(other);
      is_u.push_back(forest.u(step) == id ? 1 : 0);
    });
    auto result = Napi::Object::New(info.Env());
    result.Set("steps", to_typed_array(info.Env(), steps));
    result.Set("others", to_typed_array(info.Env(), others));
    result.Set("isU", to_typed_array(info.Env(), is_u));
    return result;
  });
}

/// liveDecisionsOf({ handle, supervoxel }) -> { must, cannot: Uint32Array (each as often as it is linked), threshold }
Napi::Value live_decisions_of(const Napi::CallbackInfo& info) {
  return at_once(info, "liveDecisionsOf", [&](Arguments& arguments) -> Napi::Value {
    LiveSegmentation& state = live(arguments);
    const std::uint32_t id = supervoxel(arguments, "supervoxel");
    static_cast<void>(state.segment_of(id));  // refuses an unknown one
    const Constraints& constraints = state.agglomeration().constraints();
    const auto& decided = constraints.at(constraints.position(id));
    std::vector<std::uint32_t> must;
    std::vector<std::uint32_t> cannot;
    for (const std::uint32_t other : decided.must) must.insert(must.end(), constraints.must_links({id, other}), other);
    for (const std::uint32_t other : decided.cannot) {
      cannot.insert(cannot.end(), constraints.cannot_links({id, other}), other);
    }
    auto result = Napi::Object::New(info.Env());
    result.Set("must", to_typed_array(info.Env(), must));
    result.Set("cannot", to_typed_array(info.Env(), cannot));
    result.Set("threshold", decided.threshold);
    return result;
  });
}

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
/// Uint32Array }[] }; an edge of 2^32
/// - 1 is a must-link without a contact
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

const Register open_export("openLiveSegmentation", open_live_segmentation);
const Register close_export("closeLiveSegmentation", close_live_segmentation);
const Register assignment_export("liveAssignment", live_assignment);
const Register set_cut_export("liveSetCut", live_set_cut);
const Register preview_cut_export("livePreviewCut", live_preview_cut);
const Register apply_export("liveApply", live_apply);
const Register preview_export("livePreview", live_preview);
const Register members_export("liveMembers", live_members);
const Register neighbours_export("liveNeighbours", live_neighbours);
const Register contacts_export("liveContacts", live_contacts);
const Register edges_export("liveEdges", live_edges);
const Register edges_of_export("liveEdgesOf", live_edges_of);
const Register steps_of_export("liveStepsOf", live_steps_of);
const Register decisions_of_export("liveDecisionsOf", live_decisions_of);
const Register merge_export("liveProposeMerge", live_propose_merge);
const Register split_export("liveProposeSplit", live_propose_split);
const Register split_change_export("liveSplitChange", live_split_change);
const Register isolate_export("liveIsolateChange", live_isolate_change);

}  // namespace

}  // namespace fascicle::binding
