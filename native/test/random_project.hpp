// A made-up region graph with places and sizes, for tests of what lives on one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agglomeration.hpp"
#include "live_segmentation.hpp"
#include "random_volume.hpp"

namespace fascicle::test {

struct Project {
  RegionGraph graph;
  std::vector<SupervoxelPlace> places;
  std::vector<double> sizes;
};

/// Supervoxels along x, some of which touch others further on: up to `reach` of them. Contacts lie at random voxels of
/// a volume; in an empty one at the voxel with the number of their first supervoxel.
inline Project random_project(std::uint32_t supervoxels, Random& random, std::uint32_t reach = 4, Shape volume = {}) {
  Project made;
  for (std::uint32_t u = 1; u <= supervoxels; ++u) {
    const auto x = static_cast<std::int32_t>(10 * u);
    const auto y = static_cast<std::int32_t>(random.below(40));
    made.places.push_back({{0, y, x}, {5, y + 5, x + 9}, {2, static_cast<float>(y) + 2, static_cast<float>(x) + 4}});
    made.sizes.push_back(static_cast<double>(1 + random.below(100)));
    for (std::uint32_t v = u + 1; v <= std::min(supervoxels, u + reach); ++v) {
      if (random.below(3) == 0) continue;
      const auto area = static_cast<std::uint32_t>(1 + random.below(30));
      const std::uint64_t mean = random.below(256);
      made.graph.u.push_back(u);
      made.graph.v.push_back(v);
      made.graph.count.push_back(area);
      made.graph.sum.push_back(mean * area);
      made.graph.max.push_back(static_cast<std::uint32_t>(mean));
      made.graph.voxel.push_back(volume.voxels() == 0 ? u : random.below(volume.voxels()));
      made.graph.axis.push_back(2);
    }
  }
  return made;
}

/// @param contacts those that are left of the graph that the merge steps were made from; null for all
inline LiveSegmentation open(const Project& project, MergeTreeCut cut, const RegionGraph* contacts = nullptr) {
  Monitor monitor;
  const MergeTree tree = agglomerate(project.graph, static_cast<std::uint32_t>(project.sizes.size()), {}, monitor);
  return {ConstrainedAgglomeration(MergeForest(tree, project.sizes), cut),
          SupervoxelGraph(contacts == nullptr ? project.graph : *contacts, project.places), VoxelSize{40, 4, 4}};
}

/// The graph without one contact in `part`, as painting leaves it.
inline RegionGraph without_some_contacts(const RegionGraph& graph, std::uint64_t part, Random& random) {
  RegionGraph left;
  left.unit = graph.unit;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (random.below(part) == 0) continue;
    left.u.push_back(graph.u[i]);
    left.v.push_back(graph.v[i]);
    left.sum.push_back(graph.sum[i]);
    left.count.push_back(graph.count[i]);
    left.max.push_back(graph.max[i]);
    left.voxel.push_back(graph.voxel[i]);
    left.axis.push_back(graph.axis[i]);
  }
  return left;
}

}  // namespace fascicle::test
