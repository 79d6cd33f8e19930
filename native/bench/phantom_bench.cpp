// Speed of the phantom, and a way to look at it: --out=PREFIX writes PREFIX.raw and PREFIX.labels (raw bytes, z, y, x).
#include "harness.hpp"
#include "phantom.hpp"

using namespace fascicle;

int main(int argc, char** argv) {
  const Shape shape{bench::integer_option(argc, argv, "z", 16), bench::integer_option(argc, argv, "y", 512),
                    bench::integer_option(argc, argv, "x", 512)};
  PhantomParams params;
  params.seed = bench::integer_option(argc, argv, "seed", 0);
  params.voxel_size.z = static_cast<double>(bench::integer_option(argc, argv, "vz", 30));
  params.voxel_size.y = params.voxel_size.x = static_cast<double>(bench::integer_option(argc, argv, "vx", 6));
  const auto threads = static_cast<unsigned>(bench::integer_option(argc, argv, "threads", 2));
  std::vector<std::uint8_t> raw(shape.voxels());
  std::vector<std::uint32_t> labels(shape.voxels());
  Monitor monitor;
  bench::report("phantom", threads, shape,
                bench::measure(
                    1, [] {},
                    [&] {
                      paint_phantom(params, {8, 512, 512}, shape, raw, labels, threads, monitor);
                    }));
  const std::string out = bench::option(argc, argv, "out", "");
  if (!out.empty()) {
    std::ofstream(out + ".raw", std::ios::binary).write(reinterpret_cast<char*>(raw.data()), raw.size());
    std::ofstream(out + ".labels", std::ios::binary).write(reinterpret_cast<char*>(labels.data()), 4 * labels.size());
  }
}
