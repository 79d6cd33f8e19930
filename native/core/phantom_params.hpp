// What a phantom is made of. Lengths are nanometres; the defaults are those of cortex neuropil in serial-section EM.
#pragma once

#include <cstdint>

#include "volume_view.hpp"

namespace fascicle {

struct PhantomParams {
  std::uint64_t seed = 0;
  VoxelSize voxel_size{30, 6, 6};  ///< nm
  double membrane_thickness = 20;  ///< nm, both membranes and the cleft between them
  bool membranes_labelled = true;  ///< false: label 0 within the membranes
  double missing_sections = 0.01;  ///< fraction of sections without signal
  double dark_sections = 0.02;     ///< fraction of sections of low contrast
  double shifted_sections = 0.02;  ///< fraction of sections moved in plane, labels with them
  double noise = 14;               ///< standard deviation of the detector noise, grey levels
};

}  // namespace fascicle
