// What cutting and imaging does to each section of the phantom, as a function of its index.
#pragma once

#include <cstdint>

#include "phantom_params.hpp"
#include "phantom_random.hpp"

namespace fascicle::phantom {

struct Section {
  bool missing = false;  ///< no signal at all
  float contrast = 1;    ///< about the mean grey
  float brightness = 0;  ///< grey levels
  float membrane = 1;    ///< factor on the membrane thickness
  float shift_y = 0;     ///< nm
  float shift_x = 0;     ///< nm
};

inline constexpr float largest_shift = 150;  ///< nm

inline Section section_at(const PhantomParams& params, std::int64_t z) {
  Sequence random(hash(params.seed, z, 11));
  Section section;
  section.brightness = random.uniform(-7, 7);
  section.contrast = random.uniform(0.92f, 1.06f);
  section.membrane = random.uniform(0.8f, 1.25f);
  // Every section sits a fraction of a pixel off; a shifted one visibly.
  section.shift_y = random.uniform(-2.5f, 2.5f);
  section.shift_x = random.uniform(-2.5f, 2.5f);
  if (random.chance(static_cast<float>(params.shifted_sections))) {
    section.shift_y += random.uniform(-0.9f, 0.9f) * largest_shift;
    section.shift_x += random.uniform(-0.9f, 0.9f) * largest_shift;
  }
  if (random.chance(static_cast<float>(params.dark_sections))) {
    section.contrast *= 0.4f;
    section.brightness -= random.uniform(35, 60);
  }
  section.missing = random.chance(static_cast<float>(params.missing_sections));
  return section;
}

}  // namespace fascicle::phantom
