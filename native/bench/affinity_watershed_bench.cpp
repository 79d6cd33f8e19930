// Affinity watershed of a phantom: --size=520 --threads=2 --block-z= --block-y= --block-x=, and --gate=n to let the
// blocks merge ahead for a size-gated merge below n voxels.
#include "affinity_watershed.hpp"

#include "affinity_phantom.hpp"
#include "harness.hpp"

using namespace fascicle;

int main(int argc, char** argv) {
  const std::size_t size = bench::integer_option(argc, argv, "size", 520);
  const auto threads = static_cast<unsigned>(bench::integer_option(argc, argv, "threads", 2));
  const Shape shape{size, size, size};
  const Shape block{bench::integer_option(argc, argv, "block-z", 64), bench::integer_option(argc, argv, "block-y", 128),
                    bench::integer_option(argc, argv, "block-x", 256)};
  AffinityWatershedParams params;
  params.gate.size_threshold = bench::integer_option(argc, argv, "gate", 0);
  const std::vector<std::uint8_t> affinities = bench::affinity_phantom(shape, threads);
  std::vector<std::uint32_t> labels(shape.voxels());
  std::printf("{\"copyGigabytesPerSecond\":%.1f}\n", bench::copy_gigabytes_per_second());
  std::size_t fragments = 0;
  const bench::Timing timing = bench::measure(
      3, [] {},
      [&] {
        Monitor monitor;
        fragments = affinity_watershed<std::uint8_t>(affinities, shape, params, block, threads, monitor, labels).size();
      });
  bench::report("watershed", threads, shape, timing, "\"fragments\":" + std::to_string(fragments));
}
