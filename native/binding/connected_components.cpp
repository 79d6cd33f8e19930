#include "connected_components.hpp"

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

/// connectedComponents({ labels: unsigned array, shape, connectivity: 6 | 26, out: Uint32Array, threads }) -> count
Napi::Value connected_components(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "connectedComponents");
  const Shape shape = arguments.shape("shape");
  const auto any_labels =
      arguments.any_array<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>("labels", shape.voxels());
  const std::uint64_t neighbours = arguments.integer("connectivity", 6, 26);
  if (neighbours != 6 && neighbours != 26) arguments.reject("connectivity", std::to_string(neighbours), "6 or 26");
  const auto out = arguments.array<std::uint32_t>("out", shape.voxels());
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class T>(std::span<T> labels) {
        return run_job(arguments, [=](Monitor& monitor) -> Finish {
          const std::uint32_t count = fascicle::connected_components<T>(
              {labels, shape}, out, static_cast<Connectivity>(neighbours), threads, monitor);
          return [count](Napi::Env env) { return Napi::Number::New(env, count); };
        });
      },
      any_labels);
}

const Register connected_components_export("connectedComponents", connected_components);

}  // namespace

}  // namespace fascicle::binding
