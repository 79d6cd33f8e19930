// Long computations off the JavaScript thread, as promises.
#pragma once

#include <napi.h>

#include <functional>

#include "arguments.hpp"
#include "monitor.hpp"

namespace fascicle::binding {

/// Turns what a computation found into its JavaScript value, on the JavaScript thread.
using Finish = std::function<Napi::Value(Napi::Env)>;

/// Runs on a worker thread without touching JavaScript; what it throws rejects the promise.
using Work = std::function<Finish(Monitor&)>;

/// The result of work whose only results are the arrays it was given.
Finish nothing();

/// Starts `work` and returns its promise.
///
/// Two optional named arguments serve every job: `cancel`, an Int32Array whose first element asks the work to stop once
/// it is not 0 (over a SharedArrayBuffer any thread may set it), and `onProgress(done, total)`, called at most about 20
/// times a second. A stopped job rejects with code "ERR_CANCELLED", a wrong call found late with a RangeError,
/// exhausted memory with code "ERR_OUT_OF_MEMORY". The arrays of `arguments` stay alive until the promise settles.
/// Terminating a worker thread waits for the jobs it has started, so stop them first.
Napi::Value run_job(Arguments& arguments, Work work);

/// Copies a table into a typed array that JavaScript allocated.
template <class T>
Napi::Value to_typed_array(Napi::Env env, const std::vector<T>& table) {
  auto array = Napi::TypedArrayOf<T>::New(env, table.size());
  std::copy(table.begin(), table.end(), array.Data());
  return array;
}

}  // namespace fascicle::binding
