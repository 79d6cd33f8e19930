// Asking the processor for memory before it is needed.
#pragma once

namespace fascicle::detail {

#if defined(__GNUC__) || defined(__clang__)
inline void prefetch(const void* address) {
  __builtin_prefetch(address);
}
#else
inline void prefetch(const void*) {}
#endif

}  // namespace fascicle::detail
