// Entry point of fascicle.node.
#include <napi.h>

#include "exports.hpp"

namespace fascicle::binding {

std::vector<Export>& exports() {
  static std::vector<Export> registered;
  return registered;
}

namespace {

Napi::Object initialise(Napi::Env env, Napi::Object target) {
  for (const Export& entry : exports()) target.Set(entry.name, Napi::Function::New(env, entry.function, entry.name));
  return target;
}

}  // namespace

}  // namespace fascicle::binding

static Napi::Object initialise_addon(Napi::Env env, Napi::Object target) {
  return fascicle::binding::initialise(env, target);
}

NODE_API_MODULE(fascicle, initialise_addon)
