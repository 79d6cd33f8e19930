#include "relabel.hpp"

#include "exports.hpp"
#include "job.hpp"

namespace fascicle::binding {

namespace {

/// relabel({ labels: Uint32Array, table, out, threads }): table and out are both Uint32Array or both BigUint64Array.
Napi::Value relabel(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "relabel");
  const auto labels = arguments.array<std::uint32_t>("labels");
  const auto table = arguments.any_array<std::uint32_t, std::uint64_t>("table");
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class Target>(std::span<Target> entries) {
        const auto out = arguments.array<Target>("out", labels.size());
        return run_job(arguments, [=](Monitor& monitor) {
          fascicle::relabel<Target>(labels, entries, out, threads, monitor);
          return nothing();
        });
      },
      table);
}

/// distinctIds({ labels: Uint32Array | BigUint64Array, threads }) -> the same type, ascending, without 0.
Napi::Value distinct_ids(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "distinctIds");
  const auto any_labels = arguments.any_array<std::uint32_t, std::uint64_t>("labels");
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class Id>(std::span<Id> labels) {
        return run_job(arguments, [=](Monitor& monitor) -> Finish {
          auto ids = fascicle::distinct_ids<Id>(labels, threads, monitor);
          return [ids = std::move(ids)](Napi::Env env) { return to_typed_array(env, ids); };
        });
      },
      any_labels);
}

/// toDenseIds({ labels, ids, out: Uint32Array, threads }): labels and ids are of one type.
Napi::Value to_dense_ids(const Napi::CallbackInfo& info) {
  Arguments arguments(info, "toDenseIds");
  const auto any_labels = arguments.any_array<std::uint32_t, std::uint64_t>("labels");
  const unsigned threads = arguments.threads();
  return std::visit(
      [&]<class Id>(std::span<Id> labels) {
        const auto ids = arguments.array<Id>("ids");
        const auto out = arguments.array<std::uint32_t>("out", labels.size());
        return run_job(arguments, [=](Monitor& monitor) {
          fascicle::to_dense_ids<Id>(labels, ids, out, threads, monitor);
          return nothing();
        });
      },
      any_labels);
}

const Register relabel_export("relabel", relabel);
const Register distinct_ids_export("distinctIds", distinct_ids);
const Register to_dense_ids_export("toDenseIds", to_dense_ids);

}  // namespace

}  // namespace fascicle::binding
