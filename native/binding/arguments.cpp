#include "arguments.hpp"

#include <limits>
#include <sstream>

namespace fascicle::binding {

namespace {

const char* name_of(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
      return "Int8Array";
    case napi_uint8_array:
      return "Uint8Array";
    case napi_uint8_clamped_array:
      return "Uint8ClampedArray";
    case napi_int16_array:
      return "Int16Array";
    case napi_uint16_array:
      return "Uint16Array";
    case napi_int32_array:
      return "Int32Array";
    case napi_uint32_array:
      return "Uint32Array";
    case napi_float32_array:
      return "Float32Array";
    case napi_float64_array:
      return "Float64Array";
    case napi_bigint64_array:
      return "BigInt64Array";
    case napi_biguint64_array:
      return "BigUint64Array";
    default:
      return "another typed array";
  }
}

std::string describe(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
      return value.ToString().Utf8Value();
    case napi_number:
      return value.ToString().Utf8Value();
    case napi_string:
      return "\"" + value.As<Napi::String>().Utf8Value() + "\"";
    case napi_symbol:
      return "a symbol";
    case napi_function:
      return "a function";
    case napi_bigint:
      return "a bigint";
    default:
      return value.IsArray() ? "[" + value.ToString().Utf8Value() + "]" : "an object";
  }
}

std::string number_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

Arguments::Arguments(const Napi::CallbackInfo& info, std::string function)
    : env_(info.Env()), function_(std::move(function)) {
  if (info.Length() < 1 || !info[0].IsObject()) {
    throw Napi::TypeError::New(env_, function_ + ": expected one object of named arguments");
  }
  values_ = info[0].As<Napi::Object>();
}

bool Arguments::has(const char* name) const {
  const Napi::Value value = values_.Get(name);
  return !value.IsUndefined() && !value.IsNull();
}

Arguments::Raw Arguments::raw_array(const char* name, const std::string& accepted) {
  return raw_array(values_.Get(name), name, accepted);
}

Arguments::Raw Arguments::raw_array(const Napi::Value& value, const char* name, const std::string& accepted) {
  if (!value.IsTypedArray()) reject_type(name, accepted);
  Raw raw{};
  // The C call rather than Napi::TypedArray: the wrapper asks for the ArrayBuffer, which a shared one is not.
  napi_value buffer = nullptr;
  std::size_t offset = 0;
  const napi_status status = napi_get_typedarray_info(env_, value, &raw.type, &raw.length, &raw.data, &buffer, &offset);
  if (status != napi_ok) throw Napi::Error::New(env_);
  references_.push_back(Napi::Persistent(value.As<Napi::Object>()));
  return raw;
}

std::vector<Arguments::Raw> Arguments::raw_arrays(const char* name, const std::string& accepted) {
  const Napi::Value value = values_.Get(name);
  if (!value.IsArray()) reject_type(name, accepted);
  const auto list = value.As<Napi::Array>();
  std::vector<Raw> result;
  for (std::uint32_t i = 0; i < list.Length(); ++i) result.push_back(raw_array(list.Get(i), name, accepted));
  return result;
}

void Arguments::check_length(const char* name, std::size_t found, std::size_t expected) const {
  if (expected == npos || found == expected) return;
  reject(name, std::to_string(found) + " elements", std::to_string(expected) + " elements");
}

Shape Arguments::shape(const char* name) {
  const std::string accepted = "[z, y, x] of whole numbers from 0 on";
  const std::vector<double> extent = triple(name, accepted);
  double product = 1;
  for (const double edge : extent) {
    if (!(edge >= 0) || edge != std::floor(edge)) reject(name, describe(values_.Get(name)), accepted);
    product *= edge;
  }
  if (product > 9007199254740991.0) reject(name, describe(values_.Get(name)), "at most 2^53 voxels");
  return {static_cast<std::size_t>(extent[0]), static_cast<std::size_t>(extent[1]),
          static_cast<std::size_t>(extent[2])};
}

Box Arguments::box(const char* min, const char* max) {
  const Shape low = shape(min);
  const Shape high = shape(max);
  if (high.z < low.z || high.y < low.y || high.x < low.x) {
    reject(max, describe(values_.Get(max)), std::string("at least ") + min + " along every axis");
  }
  return {to_zyx(low), to_zyx(high)};
}

VoxelSize Arguments::voxel_size(const char* name) {
  const std::string accepted = "[z, y, x] of positive numbers";
  const std::vector<double> edges = triple(name, accepted);
  for (const double edge : edges) {
    if (!(edge > 0) || !std::isfinite(edge)) reject(name, describe(values_.Get(name)), accepted);
  }
  return {edges[0], edges[1], edges[2]};
}

double Arguments::number(const char* name, double low, double high) {
  const std::string accepted = "a number from " + number_text(low) + " to " + number_text(high);
  const Napi::Value value = values_.Get(name);
  if (!value.IsNumber()) reject_type(name, accepted);
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= low && number <= high)) reject(name, describe(value), accepted);
  return number;
}

std::uint64_t Arguments::integer(const char* name, std::uint64_t low, std::uint64_t high) {
  const std::string accepted = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  const Napi::Value value = values_.Get(name);
  if (!value.IsNumber()) reject_type(name, accepted);
  const double number = value.As<Napi::Number>().DoubleValue();
  const bool whole = number == std::floor(number);
  if (!whole || !(number >= static_cast<double>(low) && number <= static_cast<double>(high))) {
    reject(name, describe(value), accepted);
  }
  return static_cast<std::uint64_t>(number);
}

bool Arguments::flag(const char* name) {
  const Napi::Value value = values_.Get(name);
  if (!value.IsBoolean()) reject_type(name, "true or false");
  return value.As<Napi::Boolean>().Value();
}

std::size_t Arguments::choice(const char* name, std::initializer_list<const char*> accepted) {
  const Napi::Value value = values_.Get(name);
  if (value.IsString()) {
    const std::string word = value.As<Napi::String>().Utf8Value();
    std::size_t position = 0;
    for (const char* candidate : accepted) {
      if (word == candidate) return position;
      ++position;
    }
    reject(name, describe(value), join(accepted));
  }
  reject_type(name, join(accepted));
}

std::vector<double> Arguments::triple(const char* name, const std::string& accepted) {
  const Napi::Value value = values_.Get(name);
  if (!value.IsArray() || value.As<Napi::Array>().Length() != 3) reject_type(name, accepted);
  std::vector<double> numbers;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Napi::Value element = value.As<Napi::Array>().Get(i);
    if (!element.IsNumber()) reject_type(name, accepted);
    numbers.push_back(element.As<Napi::Number>().DoubleValue());
  }
  return numbers;
}

void Arguments::reject(const char* name, const std::string& found, const std::string& accepted) const {
  throw Napi::RangeError::New(env_, function_ + ": `" + name + "` is " + found + "; accepted: " + accepted);
}

void Arguments::reject_array_type(const char* name, const Raw& raw, const std::string& accepted) const {
  throw Napi::TypeError::New(env_, function_ + ": `" + name + "` is " + name_of(raw.type) + "; accepted: " + accepted);
}

void Arguments::reject_type(const char* name, const std::string& accepted) const {
  throw Napi::TypeError::New(
      env_, function_ + ": `" + name + "` is " + describe(values_.Get(name)) + "; accepted: " + accepted);
}

std::string Arguments::join(std::initializer_list<const char*> words) {
  std::string text;
  for (const char* word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

}  // namespace fascicle::binding
