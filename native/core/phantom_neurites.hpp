// Geometry of the phantom: neurites as chains of balls along curved, branching centre-lines.
//
// Space is divided into cells of `cell_size`; each cell is the home of a fixed number of neurites, whose course is a
// random walk seeded by the cell and their number in it. A neurite stays within `reach` of its start, so the balls near
// a block come from the cells near it, whatever the block is.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "parallel.hpp"
#include "phantom_random.hpp"

namespace fascicle::phantom {

/// Position or direction, nm.
struct Point {
  float z = 0;
  float y = 0;
  float x = 0;

  friend Point operator+(Point a, Point b) { return {a.z + b.z, a.y + b.y, a.x + b.x}; }
  friend Point operator-(Point a, Point b) { return {a.z - b.z, a.y - b.y, a.x - b.x}; }
  friend Point operator*(float s, Point a) { return {s * a.z, s * a.y, s * a.x}; }
  friend float dot(Point a, Point b) { return a.z * b.z + a.y * b.y + a.x * b.x; }
  [[nodiscard]] float length() const { return std::sqrt(z * z + y * y + x * x); }
};

struct Region {
  Point low;
  Point high;
};

enum class Part : std::uint8_t { dendrite, spine, axon, bouton, glia };

/// A piece of a neurite.
struct Ball {
  Point centre;
  float radius;
  std::uint32_t label;
  Part part;
};

/// A piece of a mitochondrion of the neurite `label`; it colours the raw volume only.
struct OrganelleBall {
  Point centre;
  float radius;
  std::uint32_t label;
};

struct Scenery {
  std::vector<Ball> balls;
  std::vector<OrganelleBall> mitochondria;
};

inline constexpr float cell_size = 4000;
inline constexpr float reach = 6000;
inline constexpr float largest_radius = 480;
/// Labels hold 8 bits of cell index per axis and 7 bits of number: a phantom spans just under 1 mm.
inline constexpr int cells_per_axis = 256;
inline constexpr int cells_before_origin = 4;
inline constexpr int labels_per_cell = 128;
inline constexpr float largest_coordinate = static_cast<float>(cells_per_axis - 2 * cells_before_origin) * cell_size;
inline constexpr int dendrites_per_cell = 12;
inline constexpr int axon_strata = 4;  ///< axons start in a jittered lattice of strata^3 per cell
inline constexpr int glia_strata = 2;
inline constexpr int axons_per_cell = axon_strata * axon_strata * axon_strata;
/// Glia claims what is farther than this (nm, rising with slope) from every neurite.
inline constexpr float glia_handicap = 55;
inline constexpr float glia_slope = 0.06f;
/// No point of space has a best claim above this (nm): glia is at most 2600 nm away on its lattice.
inline constexpr float highest_claim = glia_handicap + 2600 * glia_slope;
/// A glia centre farther than this from a point is not the nearest one there.
inline constexpr float glia_reach = 2600;
/// Balls farther from a point than their radius plus this can neither own it nor be the next neurite there.
inline constexpr float influence = highest_claim + 90;

/// Collects the balls that can matter within a region.
class NeuriteWalker {
 public:
  NeuriteWalker(std::uint64_t seed, Region region, Scenery& scenery) : seed_(seed), region_(region), out_(scenery) {}

  void visit_cell(int cz, int cy, int cx) {
    const std::uint64_t cell_seed = hash(seed_, cz, cy, cx);
    const auto index = [](int c) { return static_cast<std::uint32_t>(c + cells_before_origin); };
    const std::uint32_t cell = (index(cz) * cells_per_axis + index(cy)) * cells_per_axis + index(cx);
    const Point corner{static_cast<float>(cz) * cell_size, static_cast<float>(cy) * cell_size,
                       static_cast<float>(cx) * cell_size};
    std::uint32_t number = 0;
    const auto label = [&] { return 1 + cell * labels_per_cell + number; };
    for (int i = 0; i < dendrites_per_cell; ++i, ++number) {
      Sequence random(hash(cell_seed, number, 1));
      const Point start = corner + within(random, cell_size);
      if (in_reach(start)) dendrite(start, label(), random);
    }
    for (int i = 0; i < axons_per_cell; ++i, ++number) {
      Sequence random(hash(cell_seed, number, 2));
      const Point start = corner + stratum(i, axon_strata, random, 1.0f);
      if (in_reach(start)) axon(start, label(), random);
    }
    for (int i = 0; i < glia_strata * glia_strata * glia_strata; ++i, ++number) {
      Sequence random(hash(cell_seed, number, 3));
      const Point centre = corner + stratum(i, glia_strata, random, 0.5f);
      if (near(centre, glia_reach)) out_.balls.push_back({centre, 0, label(), Part::glia});
    }
  }

 private:
  struct Walk {
    Point at;
    Point direction;
    float radius;
    float length;
    float wander;  ///< how much the direction turns per step of one radius
    int branches;  ///< how many times it may still branch
  };

  /// Point of the cube [0, edge)^3.
  static Point within(Sequence& random, float edge) {
    const std::uint64_t bits = random.next();
    const auto coordinate = [&](int shift) { return static_cast<float>(bits >> shift & 0x1fffff) * 0x1.0p-21f * edge; };
    return {coordinate(0), coordinate(21), coordinate(42)};
  }

  /// Point of the cube [-1, 1)^3, for turns of a walk.
  static Point turn(Sequence& random) { return within(random, 2) - Point{1, 1, 1}; }

  /// Point in the i-th of strata^3 sub-cubes of a cell; `jitter` 1 uses the whole sub-cube, 0 its centre.
  static Point stratum(int i, int strata, Sequence& random, float jitter) {
    const float edge = cell_size / static_cast<float>(strata);
    const Point offset = within(random, edge);
    const float fixed = 0.5f * (1 - jitter) * edge;
    const int iz = i / (strata * strata);
    const int iy = i / strata % strata;
    const int ix = i % strata;
    return Point{static_cast<float>(iz) * edge + fixed, static_cast<float>(iy) * edge + fixed,
                 static_cast<float>(ix) * edge + fixed} +
           jitter * offset;
  }

  /// A direction of length about 1.
  static Point direction(Sequence& random) {
    for (;;) {
      const Point p = turn(random);
      const float length = p.length();
      if (length > 0.1f && length < 1) return (1 / length) * p;
    }
  }

  static Point normalised(Point p) { return (1 / std::max(p.length(), 1e-6f)) * p; }

  [[nodiscard]] bool near(Point p, float distance) const {
    return p.z > region_.low.z - distance && p.z < region_.high.z + distance && p.y > region_.low.y - distance &&
           p.y < region_.high.y + distance && p.x > region_.low.x - distance && p.x < region_.high.x + distance;
  }
  [[nodiscard]] bool in_reach(Point start) const { return near(start, reach + largest_radius + influence); }

  void add(const Ball& ball) {
    if (near(ball.centre, ball.radius + influence)) out_.balls.push_back(ball);
  }

  /// Follows a walk from `start`; `visit(walk, travelled)` places what lies at each step.
  template <class Visit>
  void follow(Walk walk, Point start, Sequence& random, Visit&& visit) {
    float travelled = 0;
    while (travelled < walk.length && (walk.at - start).length() < reach - walk.radius) {
      visit(walk, travelled);
      const float step = std::max(0.5f * walk.radius, 34.0f);
      walk.direction = normalised(walk.direction + (walk.wander * step / walk.radius) * turn(random));
      walk.at = walk.at + step * walk.direction;
      travelled += step;
      const bool fork = walk.branches > 0 && random.chance(step / (0.45f * walk.length));
      if (fork) {
        Walk branch = walk;
        branch.direction = normalised(walk.direction + 1.1f * direction(random));
        branch.radius = walk.radius * random.uniform(0.65f, 0.9f);
        branch.length = walk.length - travelled;
        branch.branches = --walk.branches;
        Sequence own(random.next());
        follow(branch, start, own, visit);
      }
    }
  }

  void dendrite(Point start, std::uint32_t label, Sequence& random) {
    const Point direction_of_growth = direction(random);
    const float base = random.uniform(170, 430);
    for (const float sign : {1.0f, -1.0f}) {
      float next_spine = random.uniform(200, 1200);
      float next_mitochondrion = random.uniform(300, 2500);
      float mitochondrion_end = 0;
      Point mitochondrion_offset;
      const Walk walk{start, sign * direction_of_growth, base, 9000, 0.16f, 2};
      follow(walk, start, random, [&](const Walk& at, float travelled) {
        const float radius = at.radius * (1 - 0.35f * travelled / at.length) * random.uniform(0.88f, 1.12f);
        add({at.at, std::min(radius, largest_radius), label, Part::dendrite});
        if (travelled > next_spine) {
          next_spine = travelled + random.uniform(350, 1300);
          spine(at, radius, label, random);
        }
        if (travelled > next_mitochondrion) {
          mitochondrion_end = travelled + random.uniform(600, 1800);
          next_mitochondrion = mitochondrion_end + random.uniform(800, 3500);
          mitochondrion_offset = random.uniform(0, 0.35f) * radius * direction(random);
        }
        if (travelled < mitochondrion_end) {
          mitochondrion(at.at + mitochondrion_offset, std::min(0.42f * radius, 140.0f), label);
        }
      });
    }
  }

  void spine(const Walk& dendrite, float radius, std::uint32_t label, Sequence& random) {
    const Point sideways = direction(random);
    const Point out = normalised(sideways - dot(sideways, dendrite.direction) * dendrite.direction);
    const float neck = random.uniform(40, 60);
    const float head = random.uniform(110, 210);
    const float length = random.uniform(300, 900);
    for (float at = 0.6f * radius; at < radius + length; at += 24) {
      add({dendrite.at + at * out, neck, label, Part::spine});
    }
    const Point tip = dendrite.at + (radius + length + 0.6f * head) * out;
    add({tip, head, label, Part::spine});
    add({tip + 0.5f * head * direction(random), 0.8f * head, label, Part::spine});
  }

  void axon(Point start, std::uint32_t label, Sequence& random) {
    const Point direction_of_growth = direction(random);
    const float base = random.uniform(52, 115);
    const float length = random.chance(0.15f) ? random.uniform(1200, 4000) : 8000;
    for (const float sign : {1.0f, -1.0f}) {
      float next_bouton = random.uniform(200, 6000);
      float bouton_end = 0;
      float swelling = 1;
      float swollen = 1;
      bool holds_mitochondrion = false;
      const Walk walk{start, sign * direction_of_growth, base, length, 0.13f, 1};
      follow(walk, start, random, [&](const Walk& at, float travelled) {
        if (travelled > next_bouton) {
          bouton_end = travelled + random.uniform(350, 900);
          next_bouton = bouton_end + random.uniform(1800, 6000);
          swelling = random.uniform(130, 240) / at.radius;
          holds_mitochondrion = random.chance(0.5f);
        }
        const bool bouton = travelled < bouton_end;
        // The calibre follows with a delay, so that a bouton is a smooth varicosity.
        swollen += 0.12f * ((bouton ? swelling : 1) - swollen);
        const float radius = std::min(at.radius * swollen * random.uniform(0.9f, 1.1f), largest_radius);
        add({at.at, radius, label, swollen > 1.45f ? Part::bouton : Part::axon});
        if (bouton && holds_mitochondrion && swollen > 2) mitochondrion(at.at, 0.45f * radius, label);
      });
    }
  }

  void mitochondrion(Point centre, float radius, std::uint32_t label) {
    if (near(centre, radius + 100)) out_.mitochondria.push_back({centre, radius, label});
  }

  std::uint64_t seed_;
  Region region_;
  Scenery& out_;
};

/// Everything that can matter within `region`, in an order that does not depend on the region or the threads.
inline Scenery scenery_of(std::uint64_t seed, Region region, unsigned threads) {
  const float margin = reach + largest_radius + influence;
  const auto first = [&](float low) { return static_cast<int>(std::floor((low - margin) / cell_size)); };
  const auto last = [&](float high) { return static_cast<int>(std::floor((high + margin) / cell_size)); };
  std::vector<std::array<int, 3>> cells;
  for (int z = first(region.low.z); z <= last(region.high.z); ++z)
    for (int y = first(region.low.y); y <= last(region.high.y); ++y)
      for (int x = first(region.low.x); x <= last(region.high.x); ++x) cells.push_back({z, y, x});

  std::vector<Scenery> parts(cells.size());
  parallel_for(cells.size(), threads, [&](std::size_t i) {
    NeuriteWalker(seed, region, parts[i]).visit_cell(cells[i][0], cells[i][1], cells[i][2]);
  });
  Scenery scenery;
  for (const Scenery& part : parts) {
    scenery.balls.insert(scenery.balls.end(), part.balls.begin(), part.balls.end());
    scenery.mitochondria.insert(scenery.mitochondria.end(), part.mitochondria.begin(), part.mitochondria.end());
  }
  return scenery;
}

}  // namespace fascicle::phantom
