// What a live segmentation is asked about one supervoxel or segment: members, neighbours, edges, merge steps,
// decisions.
#include "columns.hpp"
#include "exports.hpp"
#include "job.hpp"
#include "live_call.hpp"

namespace fascicle::binding {

namespace {

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

const Register members_export("liveMembers", live_members);
const Register neighbours_export("liveNeighbours", live_neighbours);
const Register contacts_export("liveContacts", live_contacts);
const Register edges_export("liveEdges", live_edges);
const Register edges_of_export("liveEdgesOf", live_edges_of);
const Register steps_of_export("liveStepsOf", live_steps_of);
const Register decisions_of_export("liveDecisionsOf", live_decisions_of);

}  // namespace

}  // namespace fascicle::binding
