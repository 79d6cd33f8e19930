#include "surface_nets.hpp"

#include <doctest/doctest.h>

#include <map>
#include <numbers>
#include <set>
#include <tuple>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

using Labels = std::vector<std::uint32_t>;
using Point = std::array<double, 3>;  // x, y, z in voxels of the volume

/// Triangles as corners in voxels of the volume, with the bytes of their normals.
struct Corner {
  std::array<std::int64_t, 3> at;  // x, y, z in 1 / surface_units voxel
  std::array<std::int8_t, 2> normal;
  friend bool operator==(const Corner&, const Corner&) = default;
  friend bool operator<(const Corner& a, const Corner& b) {
    return std::tie(a.at, a.normal) < std::tie(b.at, b.normal);
  }
};
using Triangles = std::vector<std::array<Corner, 3>>;

std::map<std::uint32_t, Triangles> triangles_by_label(const std::vector<SurfaceMeshes>& parts,
                                                      const std::vector<Box>& blocks) {
  std::map<std::uint32_t, Triangles> result;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const SurfaceMeshes& meshes = parts[part];
    const Zyx& origin = blocks[part].min;
    for (std::size_t label = 0; label < meshes.labels.size(); ++label) {
      const std::size_t first = meshes.vertex_start[label];
      for (std::size_t t = meshes.triangle_start[label]; t < meshes.triangle_start[label + 1]; ++t) {
        std::array<Corner, 3> triangle{};
        for (std::size_t i = 0; i < 3; ++i) {
          const std::size_t vertex = first + meshes.triangles[3 * t + i];
          REQUIRE(vertex < meshes.vertex_start[label + 1]);
          for (std::size_t axis = 0; axis < 3; ++axis) {
            triangle[i].at[axis] =
                (static_cast<std::int64_t>(origin[2 - axis]) - 1) * surface_units + meshes.positions[3 * vertex + axis];
          }
          triangle[i].normal = {meshes.normals[2 * vertex], meshes.normals[2 * vertex + 1]};
        }
        result[meshes.labels[label]].push_back(triangle);
      }
    }
  }
  return result;
}

std::map<std::uint32_t, Triangles> surfaces(const Labels& labels, Shape shape, unsigned smoothing, Shape block_shape,
                                            unsigned threads = 1, const Labels& selected = {}) {
  const auto blocks = blocks_covering(shape, block_shape);
  Monitor monitor;
  SurfaceParams params;
  params.smoothing = smoothing;
  auto result =
      triangles_by_label(surface_nets(labels, box_of(shape), blocks, selected, params, threads, monitor), blocks);
  // The order within a label is that of blocks, so it is made comparable.
  for (auto& [label, triangles] : result) std::sort(triangles.begin(), triangles.end());
  return result;
}

double volume_of(const Triangles& triangles) {
  double sum = 0;
  for (const auto& [a, b, c] : triangles) {
    const auto p = [](const Corner& corner, std::size_t axis) {
      return static_cast<double>(corner.at[axis]) / surface_units;
    };
    sum += p(a, 0) * (p(b, 1) * p(c, 2) - p(b, 2) * p(c, 1)) + p(a, 1) * (p(b, 2) * p(c, 0) - p(b, 0) * p(c, 2)) +
           p(a, 2) * (p(b, 0) * p(c, 1) - p(b, 1) * p(c, 0));
  }
  return sum / 6;
}

double area_of(const Triangles& triangles) {
  double sum = 0;
  for (const auto& [a, b, c] : triangles) {
    detail::NetPoint points[3];
    const Corner* corners[3] = {&a, &b, &c};
    for (int i = 0; i < 3; ++i) {
      points[i] = {static_cast<std::int32_t>(corners[i]->at[0]), static_cast<std::int32_t>(corners[i]->at[1]),
                   static_cast<std::int32_t>(corners[i]->at[2]), 0};
    }
    const auto n = detail::cross(detail::between(points[0], points[1], {}), detail::between(points[0], points[2], {}));
    sum += std::sqrt(static_cast<double>(detail::squared_length(n))) / 2 / surface_units / surface_units;
  }
  return sum;
}

/// The faces of a label's voxels: plane position times two (x, y, z of the centre) and direction.
std::multiset<std::array<std::int64_t, 4>> voxel_faces(const Labels& labels, Shape shape, std::uint32_t label) {
  std::multiset<std::array<std::int64_t, 4>> faces;
  const auto at = [&](std::ptrdiff_t z, std::ptrdiff_t y, std::ptrdiff_t x) {
    const bool inside = z >= 0 && y >= 0 && x >= 0 && z < std::ssize(labels) && static_cast<std::size_t>(z) < shape.z &&
                        static_cast<std::size_t>(y) < shape.y && static_cast<std::size_t>(x) < shape.x;
    return inside ? labels[shape.index(static_cast<std::size_t>(z), static_cast<std::size_t>(y),
                                       static_cast<std::size_t>(x))]
                  : 0u;
  };
  for (std::ptrdiff_t z = 0; z < static_cast<std::ptrdiff_t>(shape.z); ++z)
    for (std::ptrdiff_t y = 0; y < static_cast<std::ptrdiff_t>(shape.y); ++y)
      for (std::ptrdiff_t x = 0; x < static_cast<std::ptrdiff_t>(shape.x); ++x) {
        if (at(z, y, x) != label) continue;
        for (int direction = 0; direction < 6; ++direction) {
          std::array<std::ptrdiff_t, 3> d{};
          d[static_cast<std::size_t>(direction / 2)] = direction % 2 == 0 ? -1 : 1;
          if (at(z + d[0], y + d[1], x + d[2]) != label) {
            faces.insert({2 * x + 1 + d[2], 2 * y + 1 + d[1], 2 * z + 1 + d[0], direction});
          }
        }
      }
  return faces;
}

/// The same from an unsmoothed surface: each pair of triangles lies on one face and is turned outward.
std::multiset<std::array<std::int64_t, 4>> surface_faces(const Triangles& triangles) {
  std::map<std::array<std::int64_t, 4>, int> halves;
  for (const auto& triangle : triangles) {
    std::array<std::int64_t, 3> low = triangle[0].at;
    std::array<std::int64_t, 3> high = triangle[0].at;
    for (const Corner& corner : triangle)
      for (std::size_t axis = 0; axis < 3; ++axis) {
        low[axis] = std::min(low[axis], corner.at[axis]);
        high[axis] = std::max(high[axis], corner.at[axis]);
      }
    const auto e = [&](std::size_t i, std::size_t axis) { return triangle[i].at[axis] - triangle[0].at[axis]; };
    const std::array<std::int64_t, 3> normal{e(1, 1) * e(2, 2) - e(1, 2) * e(2, 1),
                                             e(1, 2) * e(2, 0) - e(1, 0) * e(2, 2),
                                             e(1, 0) * e(2, 1) - e(1, 1) * e(2, 0)};
    std::int64_t direction = -1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (normal[axis] == 0) continue;
      REQUIRE(direction == -1);
      direction = 2 * (2 - static_cast<std::int64_t>(axis)) + (normal[axis] > 0 ? 1 : 0);
    }
    const auto centre = [&](std::size_t axis) { return (low[axis] + high[axis]) / surface_units; };
    ++halves[{centre(0), centre(1), centre(2), direction}];
  }
  std::multiset<std::array<std::int64_t, 4>> faces;
  for (const auto& [face, count] : halves) {
    CHECK(count == 2);
    faces.insert(face);
  }
  return faces;
}

Labels ball(Shape shape, double radius) {
  Labels labels(shape.voxels());
  const auto square = [](std::size_t at, std::size_t extent) {
    const double distance = static_cast<double>(at) + 0.5 - static_cast<double>(extent) / 2;
    return distance * distance;
  };
  for (std::size_t z = 0; z < shape.z; ++z)
    for (std::size_t y = 0; y < shape.y; ++y)
      for (std::size_t x = 0; x < shape.x; ++x)
        labels[shape.index(z, y, x)] =
            square(z, shape.z) + square(y, shape.y) + square(x, shape.x) <= radius * radius ? 7 : 0;
  return labels;
}

}  // namespace

TEST_CASE("a cell's table: cycles cover the crossed edges, and a pinched face is the only ambiguous one") {
  const CellTable& table = cell_table();
  for (unsigned mask = 0; mask < 256; ++mask) {
    unsigned ambiguous = 0;
    for (unsigned face = 0; face < cell_faces; ++face) ambiguous += detail::ambiguous(mask, face) ? 1 : 0;
    for (unsigned edge = 0; edge < cell_edges; ++edge) {
      const bool crossed = detail::crossed(mask, edge);
      CHECK((table.apart[mask].of_edge[edge] < table.apart[mask].count) == crossed);
      CHECK((table.joined[mask].of_edge[edge] < table.joined[mask].count) == crossed);
    }
    CHECK((table.apart[mask].count == 0) == (mask == 0 || mask == 255));
    if (table.pinched_face[mask] != no_face) {
      CHECK(ambiguous == 1);
      CHECK(table.joined[mask].count == table.apart[mask].count + 1);
    }
  }
}

TEST_CASE("without smoothing the surface is the faces of the voxels, for any labels and blocks") {
  test::Random random(3);
  for (const Shape shape : test::awkward_shapes()) {
    if (shape.voxels() == 0) continue;
    const auto labels = test::random_labels<std::uint32_t>(shape, 4, random);
    for (const Shape block : {Shape{16, 16, 17}, Shape{3, 4, 5}, Shape{1, 1, 1}}) {
      const auto found = surfaces(labels, shape, 0, block);
      for (std::uint32_t label = 1; label < 4; ++label) {
        const auto expected = voxel_faces(labels, shape, label);
        const auto entry = found.find(label);
        CHECK(surface_faces(entry == found.end() ? Triangles{} : entry->second) == expected);
      }
      CHECK(!found.contains(0));
    }
  }
}

TEST_CASE("every surface is closed: each edge has two triangles, one in each direction") {
  test::Random random(5);
  for (int round = 0; round < 30; ++round) {
    const Shape shape{1 + random.below(8), 1 + random.below(8), 1 + random.below(8)};
    Labels labels(shape.voxels());
    const std::uint64_t kinds = 2 + random.below(3);
    for (auto& label : labels) label = static_cast<std::uint32_t>(random.below(kinds));
    const std::array<Box, 1> blocks{box_of(shape)};
    Monitor monitor;
    const auto meshes = surface_nets(labels, blocks[0], blocks, {}, {}, 1, monitor).front();
    for (std::size_t label = 0; label < meshes.labels.size(); ++label) {
      std::map<std::pair<std::uint32_t, std::uint32_t>, int> edges;
      for (std::size_t t = meshes.triangle_start[label]; t < meshes.triangle_start[label + 1]; ++t)
        for (std::size_t i = 0; i < 3; ++i)
          ++edges[{meshes.triangles[3 * t + i], meshes.triangles[3 * t + (i + 1) % 3]}];
      for (const auto& [edge, count] : edges) {
        CHECK(count == 1);
        CHECK(edges.contains({edge.second, edge.first}));
      }
    }
  }
}

TEST_CASE("neither blocks nor threads change a triangle, a position or a normal") {
  test::Random random(8);
  const Shape shape{21, 17, 25};
  const auto labels = test::random_labels<std::uint32_t>(shape, 5, random);
  for (const unsigned smoothing : {0u, 1u, 2u}) {
    const auto whole = surfaces(labels, shape, smoothing, {32, 32, 32});
    CHECK(surfaces(labels, shape, smoothing, {8, 8, 8}, 2) == whole);
    CHECK(surfaces(labels, shape, smoothing, {5, 17, 3}, 4) == whole);
  }
}

TEST_CASE("a label's surface depends on its own voxels alone, near the block") {
  test::Random random(13);
  const Shape shape{19, 20, 21};
  const auto labels = test::random_labels<std::uint32_t>(shape, 6, random);
  const auto all = surfaces(labels, shape, 2, {8, 8, 8});
  const auto two = surfaces(labels, shape, 2, {8, 8, 8}, 1, {2, 5});
  CHECK(two.size() == 2);
  CHECK(two.at(2) == all.at(2));
  CHECK(two.at(5) == all.at(5));

  const Box block{{8, 8, 8}, {12, 13, 14}};
  const Box window = grow_box(block, surface_apron(2), surface_apron(2), shape);
  Labels part;
  for (std::size_t z = window.min[0]; z < window.max[0]; ++z)
    for (std::size_t y = window.min[1]; y < window.max[1]; ++y)
      for (std::size_t x = window.min[2]; x < window.max[2]; ++x) part.push_back(labels[shape.index(z, y, x)]);
  Monitor monitor;
  const std::vector<Box> blocks{block};
  const auto from_window = surface_nets(part, window, blocks, {}, {}, 1, monitor);
  const auto from_volume = surface_nets(labels, box_of(shape), blocks, {}, {}, 1, monitor);
  CHECK(triangles_by_label(from_window, blocks) == triangles_by_label(from_volume, blocks));
}

TEST_CASE("a ball keeps its volume and gets its area, and normals point outward") {
  const Shape shape{44, 44, 44};
  const double radius = 18;
  const auto triangles = surfaces(ball(shape, radius), shape, 2, shape).at(7);
  const double volume = 4.0 / 3 * std::numbers::pi * radius * radius * radius;
  const double area = 4 * std::numbers::pi * radius * radius;
  CHECK(volume_of(triangles) == doctest::Approx(volume).epsilon(0.02));
  CHECK(area_of(triangles) == doctest::Approx(area).epsilon(0.03));
  double worst = 1;
  for (const auto& triangle : triangles)
    for (const Corner& corner : triangle) {
      const auto normal = decode_octahedral(corner.normal[0], corner.normal[1]);
      double dot = 0;
      double length = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const double from_centre = static_cast<double>(corner.at[axis]) / surface_units - 22;
        dot += from_centre * static_cast<double>(normal[axis]);
        length += from_centre * from_centre;
      }
      worst = std::min(worst, dot / std::sqrt(length));
    }
  CHECK(worst > 0.85);
}

TEST_CASE("a line of single voxels stays, and a small cube keeps most of its volume") {
  const Shape shape{9, 9, 40};
  Labels line(shape.voxels());
  for (std::size_t x = 4; x < 36; ++x) line[shape.index(4, 4, x)] = 1;
  CHECK(volume_of(surfaces(line, shape, 2, shape).at(1)) > 0.1 * 32);
  Labels cube(shape.voxels());
  for (std::size_t i = 0; i < 27; ++i) cube[shape.index(3 + i / 9, 3 + i / 3 % 3, 3 + i % 3)] = 1;
  CHECK(volume_of(surfaces(cube, shape, 2, shape).at(1)) > 0.6 * 27);
}

TEST_CASE("an empty block has no surfaces; a label that fills the volume is a closed box") {
  const Shape shape{6, 7, 8};
  CHECK(surfaces(Labels(shape.voxels()), shape, 2, shape).empty());
  const auto full = surfaces(Labels(shape.voxels(), 3), shape, 0, {4, 4, 4});
  CHECK(volume_of(full.at(3)) == doctest::Approx(6 * 7 * 8));
  CHECK(full.at(3).size() == 2 * 2 * (6 * 7 + 6 * 8 + 7 * 8));
}

TEST_CASE("anisotropic voxels bend the normals") {
  const Shape shape{12, 12, 12};
  Labels slope(shape.voxels());
  for (std::size_t z = 0; z < 12; ++z)
    for (std::size_t y = 0; y < 12; ++y)
      for (std::size_t x = 0; x < 12; ++x) slope[shape.index(z, y, x)] = x + z < 12 ? 1 : 0;
  Monitor monitor;
  const std::vector<Box> blocks{box_of(shape)};
  SurfaceParams params;
  params.voxel_size = {4, 1, 1};
  const auto meshes = surface_nets(slope, blocks[0], blocks, {}, params, 1, monitor).front();
  for (std::size_t vertex = 0; vertex < meshes.positions.size() / 3; ++vertex) {
    const double x = meshes.positions[3 * vertex] / 256.0 - 1;
    const double y = meshes.positions[3 * vertex + 1] / 256.0 - 1;
    const double z = meshes.positions[3 * vertex + 2] / 256.0 - 1;
    if (std::abs(x + z - 12) > 1 || std::abs(x - 6) > 2 || std::abs(y - 6) > 2) continue;
    const auto normal = decode_octahedral(meshes.normals[2 * vertex], meshes.normals[2 * vertex + 1]);
    CHECK(normal[0] / normal[2] == doctest::Approx(4).epsilon(0.1));
  }
}

TEST_CASE("wrong calls are refused, and a stop request stops") {
  const Labels labels(8);
  const Box window{{0, 0, 0}, {2, 2, 2}};
  Monitor monitor;
  const std::vector<Box> blocks{window};
  CHECK_THROWS_AS(surface_nets(labels, {{0, 0, 0}, {2, 2, 3}}, blocks, {}, {}, 1, monitor), std::invalid_argument);
  CHECK_THROWS_AS(surface_nets(labels, window, std::vector<Box>{{{1, 1, 1}, {1, 2, 2}}}, {}, {}, 1, monitor),
                  std::invalid_argument);
  CHECK_THROWS_AS(surface_nets(labels, window, std::vector<Box>{{{0, 0, 0}, {1, 1, 253}}}, {}, {}, 1, monitor),
                  std::invalid_argument);
  const Labels falling{5, 2};
  CHECK_THROWS_AS(surface_nets(labels, window, blocks, falling, {}, 1, monitor), std::invalid_argument);
  Monitor stopped({}, [] { return true; });
  CHECK_THROWS_AS(surface_nets(Labels(8, 1), window, blocks, {}, {}, 1, stopped), Cancelled);
}

TEST_CASE("rounding to even is that of the standard library") {
  for (std::int32_t half = -4001; half <= 4001; ++half) {
    const float value = static_cast<float>(half) / 2;
    CHECK(round_to_even(value) == std::lrint(value));
    CHECK(round_to_even(value + 0.26f) == std::lrint(value + 0.26f));
  }
}

TEST_CASE("octahedral normals come back within a degree and a half") {
  test::Random random(2);
  for (int i = 0; i < 2000; ++i) {
    std::array<float, 3> v{};
    double length = 0;
    for (float& component : v) {
      component = static_cast<float>(2 * random.unit() - 1);
      length += static_cast<double>(component) * static_cast<double>(component);
    }
    const auto bytes = encode_octahedral(v[0], v[1], v[2]);
    const auto back = decode_octahedral(bytes[0], bytes[1]);
    double dot = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) dot += static_cast<double>(v[axis]) * static_cast<double>(back[axis]);
    CHECK(dot / std::sqrt(length) > std::cos(1.5 * std::numbers::pi / 180));
  }
}
