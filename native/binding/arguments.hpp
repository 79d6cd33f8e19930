// Checked access to the one object of named values that every function of the addon takes.
//
// A wrong value becomes a TypeError or RangeError that names the function, the argument, what was found and what is
// accepted. Arrays are seen in place, whether their buffer is an ArrayBuffer or a SharedArrayBuffer; the references
// that keep them alive while another thread works on them are collected here and handed to the job.
#pragma once

#include <napi.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "box.hpp"
#include "volume_view.hpp"

namespace fascicle::binding {

template <class T>
struct ElementType;
template <>
struct ElementType<std::uint8_t> {
  static constexpr napi_typedarray_type type = napi_uint8_array;
  static constexpr const char* name = "Uint8Array";
};
template <>
struct ElementType<std::uint16_t> {
  static constexpr napi_typedarray_type type = napi_uint16_array;
  static constexpr const char* name = "Uint16Array";
};
template <>
struct ElementType<std::int32_t> {
  static constexpr napi_typedarray_type type = napi_int32_array;
  static constexpr const char* name = "Int32Array";
};
template <>
struct ElementType<std::uint32_t> {
  static constexpr napi_typedarray_type type = napi_uint32_array;
  static constexpr const char* name = "Uint32Array";
};
template <>
struct ElementType<std::uint64_t> {
  static constexpr napi_typedarray_type type = napi_biguint64_array;
  static constexpr const char* name = "BigUint64Array";
};
template <>
struct ElementType<float> {
  static constexpr napi_typedarray_type type = napi_float32_array;
  static constexpr const char* name = "Float32Array";
};
template <>
struct ElementType<double> {
  static constexpr napi_typedarray_type type = napi_float64_array;
  static constexpr const char* name = "Float64Array";
};

class Arguments {
 public:
  /// `function` is the name used in messages; info[0] must be the object of values.
  Arguments(const Napi::CallbackInfo& info, std::string function);

  [[nodiscard]] Napi::Env env() const { return env_; }
  [[nodiscard]] bool has(const char* name) const;

  /// Array of exactly one element type; of exactly `length` elements unless that is npos.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  template <class T>
  std::span<T> array(const char* name, std::size_t length = npos) {
    const Raw raw = raw_array(name, ElementType<T>::name);
    if (raw.type != ElementType<T>::type) reject_array_type(name, raw, ElementType<T>::name);
    check_length(name, raw.length, length);
    return {static_cast<T*>(raw.data), raw.length};
  }

  /// Array of one of several element types.
  template <class... T>
  std::variant<std::span<T>...> any_array(const char* name, std::size_t length = npos) {
    const std::string accepted = join({ElementType<T>::name...});
    const Raw raw = raw_array(name, accepted);
    check_length(name, raw.length, length);
    std::variant<std::span<T>...> result;
    const bool matched =
        ((raw.type == ElementType<T>::type ? (result = std::span<T>(static_cast<T*>(raw.data), raw.length), true)
                                           : false) ||
         ...);
    if (!matched) reject_array_type(name, raw, accepted);
    return result;
  }

  /// Array of arrays of exactly one element type.
  template <class T>
  std::vector<std::span<T>> arrays(const char* name) {
    const std::string accepted = std::string("an array of ") + ElementType<T>::name + "s";
    std::vector<std::span<T>> result;
    for (const Raw& raw : raw_arrays(name, accepted)) {
      if (raw.type != ElementType<T>::type) reject_array_type(name, raw, accepted);
      result.emplace_back(static_cast<T*>(raw.data), raw.length);
    }
    return result;
  }

  /// [z, y, x] of non-negative integers whose product fits the address space.
  Shape shape(const char* name);
  /// Half-open box from the two triples named `min` and `max`.
  Box box(const char* min, const char* max);
  /// [z, y, x] of positive numbers.
  VoxelSize voxel_size(const char* name);
  /// Finite number within [low, high].
  double number(const char* name, double low, double high);
  /// Integer within [low, high]; high at most 2^53.
  std::uint64_t integer(const char* name, std::uint64_t low, std::uint64_t high);
  bool flag(const char* name);
  /// One of the accepted words; returns its position.
  std::size_t choice(const char* name, std::initializer_list<const char*> accepted);
  /// Value of `threads`: 0 = one per hardware thread.
  unsigned threads() { return static_cast<unsigned>(integer("threads", 0, 1024)); }

  Napi::Value value(const char* name) const { return values_.Get(name); }
  /// Throws RangeError about `name`.
  [[noreturn]] void reject(const char* name, const std::string& found, const std::string& accepted) const;

  std::vector<Napi::ObjectReference> take_references() { return std::move(references_); }

 private:
  struct Raw {
    napi_typedarray_type type;
    std::size_t length;
    void* data;
  };
  Raw raw_array(const char* name, const std::string& accepted);
  Raw raw_array(const Napi::Value& value, const char* name, const std::string& accepted);
  std::vector<Raw> raw_arrays(const char* name, const std::string& accepted);
  void check_length(const char* name, std::size_t found, std::size_t expected) const;
  [[noreturn]] void reject_array_type(const char* name, const Raw& raw, const std::string& accepted) const;
  [[noreturn]] void reject_type(const char* name, const std::string& accepted) const;
  [[nodiscard]] std::vector<double> triple(const char* name, const std::string& accepted);
  static std::string join(std::initializer_list<const char*> words);

  Napi::Env env_;
  std::string function_;
  Napi::Object values_;
  std::vector<Napi::ObjectReference> references_;
};

}  // namespace fascicle::binding
