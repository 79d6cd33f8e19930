// Speed of surface extraction on the phantom's labels (--cells=n: instead on cubes of n voxels, the worst case of a
// watershed before agglomeration) or on a raw file (--labels=FILE --z= --y= --x=, uint32).
#include "harness.hpp"
#include "phantom_labels.hpp"
#include "relabel.hpp"
#include "surface_nets.hpp"

using namespace fascicle;

namespace {

std::vector<std::uint32_t> cubes(Shape shape, std::size_t edge) {
  std::vector<std::uint32_t> labels(shape.voxels());
  const Shape lattice{shape.z / edge + 1, shape.y / edge + 1, shape.x / edge + 1};
  for (std::size_t z = 0; z < shape.z; ++z)
    for (std::size_t y = 0; y < shape.y; ++y)
      for (std::size_t x = 0; x < shape.x; ++x)
        labels[shape.index(z, y, x)] = static_cast<std::uint32_t>(1 + lattice.index(z / edge, y / edge, x / edge));
  return labels;
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = static_cast<int>(bench::integer_option(argc, argv, "repetitions", 3));
  const Shape shape{bench::integer_option(argc, argv, "z", 256), bench::integer_option(argc, argv, "y", 256),
                    bench::integer_option(argc, argv, "x", 256)};
  const std::size_t block = bench::integer_option(argc, argv, "block", 128);
  const std::size_t edge = bench::integer_option(argc, argv, "cells", 0);
  const std::string file = bench::option(argc, argv, "labels", "");
  const auto labels = !file.empty() ? bench::read_raw<std::uint32_t>(file)
                      : edge != 0   ? cubes(shape, edge)
                                    : bench::phantom_labels(shape);
  const auto blocks = blocks_covering(shape, {block, block, block});
  Monitor monitor;
  for (const unsigned smoothing : {2u, 0u}) {
    for (const unsigned threads : {1u, 2u}) {
      SurfaceParams params;
      params.smoothing = smoothing;
      std::size_t triangles = 0;
      std::size_t parts = 0;
      const auto timing = bench::measure(
          repetitions, [] {},
          [&] {
            triangles = parts = 0;
            for (const auto& meshes : surface_nets(labels, box_of(shape), blocks, {}, params, threads, monitor)) {
              triangles += meshes.triangle_start.back();
              parts += meshes.labels.size();
            }
          });
      bench::report(smoothing == 0 ? "surfacesUnsmoothed" : "surfaces", threads, shape, timing,
                    "\"triangles\":" + std::to_string(triangles) + ",\"surfaces\":" + std::to_string(parts));
    }
  }
}
