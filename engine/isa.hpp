// Macros for files that are compiled once per instruction set.
//
// CMake compiles every engine/kernels/*.cpp once for each instruction set with BW_ISA set to its
// name. Code is in `namespace brickwork::BW_ISA`, so the linker never merges the copies.
#pragma once
#include "kernel.hpp"

#ifndef BW_ISA
#define BW_ISA base
#endif

// Bytes of the widest vector that this copy may use.
#if defined(__AVX512F__)
#define BW_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define BW_VECTOR_BYTES 32
#else
#define BW_VECTOR_BYTES 16
#endif

// Before a loop: no iteration writes what another reads.
#if defined(__clang__)
#define BW_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define BW_INDEPENDENT _Pragma("GCC ivdep")
#endif

// The list of a kernel file:
//   BW_KERNELS(reduce) = {{"reduce_sum", bind_sum}, {"reduce_max", bind_max}, {}};
// The empty entry ends it. CMake reads the names of all lists from the files (so the line starts
// with BW_KERNELS) and writes their table.
#define BW_KERNELS(file)               \
  extern const Kernel file##_kernels[]; \
  const Kernel file##_kernels[]
