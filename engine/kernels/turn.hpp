// Transposes short rows, one vector's worth at a time, so that each lane holds one row: reducing
// the lanes within each row would take longer than everything else.
//
// Whether rows are transposed must depend only on their length, so that results do not depend on
// the split over threads.
#pragma once
#include "map.hpp"

namespace brickwork::BW_ISA {
namespace {

constexpr std::int64_t kShort = 32;  // the most values of a row that is transposed

template <class T>
constexpr int kTogether = BW_VECTOR_BYTES / static_cast<int>(sizeof(T));

// Lanes of a and b interleaved: the first halves, the second halves.
template <class V, int... K>
inline V mix_low(V a, V b, Indices<K...>) {
  return __builtin_shufflevector(a, b, (K / 2 + (K & 1) * int(sizeof...(K)))...);
}
template <class V, int... K>
inline V mix_high(V a, V b, Indices<K...>) {
  constexpr int L = sizeof...(K);
  return __builtin_shufflevector(a, b, (K / 2 + L / 2 + (K & 1) * L)...);
}

// v[i][j] <-> v[j][i], in place, so that everything stays in registers: rows at a distance of Step
// are interleaved, and so on with half of that distance.
template <class T, int L, int Step = L / 2>
inline void transpose(Vec<T, L> (&v)[L]) {
  constexpr typename Count<L>::type lanes;
#pragma GCC unroll 16
  for (int k = 0; k < L / 2; ++k) {
    const int i = k / Step * 2 * Step + k % Step;
    const Vec<T, L> low = mix_low(v[i], v[i + Step], lanes);
    v[i + Step] = mix_high(v[i], v[i + Step], lanes);
    v[i] = low;
  }
  if constexpr (Step > 1) transpose<T, L, Step / 2>(v);
}

// Value j of row l goes to out[j * L + l]; `out` has room for whole blocks. Rows after the last are
// zeros.
template <class T, int L>
inline void turn(const T* in, std::int64_t n, int rows, T* out) {
  for (std::int64_t j = 0; j < n; j += L, out += L * L) {
    const int count = n - j < L ? static_cast<int>(n - j) : L;
    Vec<T, L> v[L];
#pragma GCC unroll 16
    for (int l = 0; l < L; ++l) {
      v[l] = l < rows ? load_some<T, L>(reinterpret_cast<const char*>(in + l * n + j), count)
                      : Vec<T, L>{};
    }
    transpose<T, L>(v);
#pragma GCC unroll 16
    for (int l = 0; l < L; ++l) store<T, L>(out + l * L, v[l]);
  }
}

// The inverse.
template <class T, int L>
inline void turn_back(const T* in, std::int64_t n, int rows, T* out) {
  for (std::int64_t j = 0; j < n; j += L, in += L * L) {
    const int count = n - j < L ? static_cast<int>(n - j) : L;
    Vec<T, L> v[L];
#pragma GCC unroll 16
    for (int l = 0; l < L; ++l) v[l] = load<T, L>(in + l * L);
    transpose<T, L>(v);
#pragma GCC unroll 16
    for (int l = 0; l < L; ++l) {
      if (l < rows) store_some<T, L>(reinterpret_cast<char*>(out + l * n + j), v[l], count, false);
    }
  }
}

}  // namespace
}  // namespace brickwork::BW_ISA
