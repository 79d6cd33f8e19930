// Calls into a live segmentation that work at once on the JavaScript thread: what they take is milliseconds, and
// nothing else may see the state between.
#pragma once

#include <new>
#include <stdexcept>
#include <string>

#include "live_values.hpp"

namespace fascicle::binding {

inline LiveSegmentation& live(Arguments& arguments) {
  return *live_handle(arguments);
}

/// The supervoxel, or the segment, that the argument `name` gives: its id.
inline std::uint32_t supervoxel(Arguments& arguments, const char* name) {
  return static_cast<std::uint32_t>(arguments.integer(name, 1, 0xffffffff));
}

inline Napi::Error with_code(Napi::Env env, const char* message, const char* code) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Value().Set("code", Napi::String::New(env, code));
  return error;
}

/// Runs `work(arguments)` and turns what the core throws into errors of JavaScript: code "ERR_CONFLICT" where decisions
/// contradict each other, "ERR_REFUSED" for an edit that makes no sense, with what to do instead, "ERR_OUT_OF_MEMORY",
/// and a RangeError for a wrong argument.
template <class Work>
Napi::Value at_once(const Napi::CallbackInfo& info, const char* name, Work&& work) {
  Arguments arguments(info, name);
  const Napi::Env env = info.Env();
  try {
    return work(arguments);
  } catch (const ConstraintConflict& conflict) {
    throw with_code(env, conflict.what(), "ERR_CONFLICT");
  } catch (const EditRefused& refusal) {
    throw with_code(env, refusal.what(), "ERR_REFUSED");
  } catch (const std::invalid_argument& error) {
    throw Napi::RangeError::New(env, std::string(name) + ": " + error.what());
  } catch (const std::bad_alloc&) {
    throw with_code(env, "not enough memory", "ERR_OUT_OF_MEMORY");
  }
}

}  // namespace fascicle::binding
