// Tables of the core as columns of JavaScript: one typed array for each value of a row.
#pragma once

#include <napi.h>

#include <algorithm>
#include <functional>

namespace fascicle::binding {

/// What `pick` gives of every row: a member, or a function of the row.
template <class T, class Rows, class Pick>
Napi::Value column(Napi::Env env, const Rows& rows, Pick&& pick) {
  auto array = Napi::TypedArrayOf<T>::New(env, rows.size());
  std::transform(rows.begin(), rows.end(), array.Data(),
                 [&](const auto& row) { return static_cast<T>(std::invoke(pick, row)); });
  return array;
}

}  // namespace fascicle::binding
