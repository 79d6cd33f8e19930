// Changes of a live segmentation as flat typed arrays.
//
// decisions   addMust, removeMust, addCannot, removeCannot: Uint32Array, two supervoxels per link; anchors: Uint32Array
//             and thresholds: Float64Array, -1 = none
// forest      stepMoves: Uint32Array, step, from, to of each; sizeIds: Uint32Array and sizes: Float64Array
// graph       endedEdges: Uint32Array; u, v, contactArea, affinityMax: Uint32Array, affinitySum, contactVoxel:
//             BigUint64Array of the edges that begin; placeIds: Uint32Array, placeBoxes: Int32Array (6 each: first and
//             last + 1 z, y, x), placeCentroids: Float64Array (3 each)
// What is absent is empty.
#pragma once

#include <memory>

#include "arguments.hpp"
#include "live_segmentation.hpp"

namespace fascicle::binding {

/// What a handle holds; empty once it was closed.
using LiveHandle = std::shared_ptr<LiveSegmentation>;

/// The live segmentation behind the argument `handle`, which must be open.
const LiveHandle& live_handle(Arguments& arguments);

ConstraintChange read_decisions(Arguments& arguments);
ForestChange read_forest_change(Arguments& arguments);
SupervoxelGraph::Change read_graph_change(Arguments& arguments);

void write_decisions(Napi::Env env, const ConstraintChange& change, Napi::Object target);
void write_forest_change(Napi::Env env, const ForestChange& change, Napi::Object target);
void write_graph_change(Napi::Env env, const SupervoxelGraph::Change& change, Napi::Object target);
void write_delta(Napi::Env env, const AssignmentDelta& delta, Napi::Object target);

/// Supervoxel ids as pairs one after the other.
Napi::Value to_flat_pairs(Napi::Env env, const std::vector<SupervoxelPair>& pairs);

}  // namespace fascicle::binding
