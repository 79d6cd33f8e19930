// Every algorithm's binding is one file that registers itself: a new algorithm adds a file, not a line in a list.
#pragma once

#include <napi.h>

#include <vector>

namespace fascicle::binding {

struct Export {
  const char* name;
  Napi::Value (*function)(const Napi::CallbackInfo&);
};

/// Functions of the addon, in the order of registration.
std::vector<Export>& exports();

/// `const Register relabel_export("relabel", relabel);` at namespace scope of a binding file exports the function.
struct Register {
  Register(const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
    exports().push_back({name, function});
  }
};

}  // namespace fascicle::binding
