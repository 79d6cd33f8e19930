// FASCICLE_MULTIVERSION before a function compiles it for several x86 instruction sets; the loader picks the best one
// the machine has. Only integer kernels may use it, or floating-point kernels whose result does not depend on the
// vector width.
//
// It needs ELF indirect functions, so elsewhere (and under the sanitizers, which run before their runtime is ready when
// an indirect function is resolved) the baseline version is the only one. A cloned function does not inline into its
// callers: put it around a whole row or block, not around a voxel.
#pragma once

#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__) && !defined(FASCICLE_SANITIZED)
#define FASCICLE_MULTIVERSION __attribute__((target_clones("default", "arch=haswell", "arch=skylake-avx512")))
#else
#define FASCICLE_MULTIVERSION
#endif

/// Promises that a pointer parameter is the only way to its memory within the function.
#if defined(_MSC_VER)
#define FASCICLE_RESTRICT __restrict
#else
#define FASCICLE_RESTRICT __restrict__
#endif
