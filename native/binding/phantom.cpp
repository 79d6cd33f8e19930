#include "phantom.hpp"

#include "exports.hpp"
#include "job.hpp"
#include "phantom_affinities.hpp"

namespace fascicle::binding {

namespace {

constexpr std::uint64_t largest_safe_integer = (std::uint64_t{1} << 53) - 1;

PhantomParams params_of(Arguments& arguments) {
  PhantomParams params;
  params.seed = arguments.integer("seed", 0, largest_safe_integer);
  params.voxel_size = arguments.voxel_size("voxelSizeNm");
  params.membrane_thickness = arguments.number("membraneThicknessNm", 0, 200);
  params.membranes_labelled = arguments.flag("membranesLabelled");
  params.missing_sections = arguments.number("missingSections", 0, 1);
  params.dark_sections = arguments.number("darkSections", 0, 1);
  params.shifted_sections = arguments.number("shiftedSections", 0, 1);
  params.noise = arguments.number("noise", 0, 100);
  return params;
}

std::array<std::int64_t, 3> origin_of(Arguments& arguments) {
  const Shape origin = arguments.shape("origin");
  return {static_cast<std::int64_t>(origin.z), static_cast<std::int64_t>(origin.y),
          static_cast<std::int64_t>(origin.x)};
}

/// paintPhantom({ seed, voxelSizeNm, ..., origin, shape, raw?: Uint8Array, labels?: Uint32Array, threads })
Napi::Value paint_phantom(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "paintPhantom");
  const PhantomParams params = params_of(arguments);
  const auto origin = origin_of(arguments);
  const Shape shape = arguments.shape("shape");
  std::span<std::uint8_t> raw;
  std::span<std::uint32_t> labels;
  if (arguments.has("raw")) raw = arguments.array<std::uint8_t>("raw", shape.voxels());
  if (arguments.has("labels")) labels = arguments.array<std::uint32_t>("labels", shape.voxels());
  const unsigned threads = arguments.threads();
  return run_job(arguments, [=](Monitor& monitor) {
    fascicle::paint_phantom(params, origin, shape, raw, labels, threads, monitor);
    return nothing();
  });
}

/// paintPhantomAffinities({ seed, voxelSizeNm, ..., affinityNoise, blunders, origin, shape, affinities: Uint8Array(3
/// n), labels?: Uint32Array, threads })
Napi::Value paint_phantom_affinities(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "paintPhantomAffinities");
  const PhantomParams params = params_of(arguments);
  const PhantomAffinityParams errors{arguments.number("affinityNoise", 0, 10), arguments.number("blunders", 0, 10)};
  const auto origin = origin_of(arguments);
  const Shape shape = arguments.shape("shape");
  const auto affinities = arguments.array<std::uint8_t>("affinities", 3 * shape.voxels());
  std::span<std::uint32_t> labels;
  if (arguments.has("labels")) labels = arguments.array<std::uint32_t>("labels", shape.voxels());
  const unsigned threads = arguments.threads();
  return run_job(arguments, [=](Monitor& monitor) {
    fascicle::paint_phantom_affinities(params, errors, origin, shape, affinities, labels, threads, monitor);
    return nothing();
  });
}

const Register paint_phantom_export("paintPhantom", paint_phantom);
const Register paint_phantom_affinities_export("paintPhantomAffinities", paint_phantom_affinities);

}  // namespace

}  // namespace fascicle::binding
