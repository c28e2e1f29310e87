// Short rows turned, a vector's worth at a time, so that each lane has a row of its own: folding
// the lanes of each row together would take longer than all the rest.
//
// Whether rows are turned must depend on their length alone, so that bits do not depend on how
// rows are shared by threads.
#pragma once
#include "map.hpp"

namespace brickwork::BW_ISA {
namespace {

constexpr std::int64_t kShort = 32;  // values of a row that is turned

template <class T>
constexpr int kTogether = BW_VECTOR_BYTES / static_cast<int>(sizeof(T));

// Lanes of a and b by turns: the first halves, the second halves.
template <class V, int... K>
inline V mix_low(V a, V b, Indices<K...>) {
  return __builtin_shufflevector(a, b, (K / 2 + (K & 1) * int(sizeof...(K)))...);
}
template <class V, int... K>
inline V mix_high(V a, V b, Indices<K...>) {
  constexpr int L = sizeof...(K);
  return __builtin_shufflevector(a, b, (K / 2 + L / 2 + (K & 1) * L)...);
}

// v[i][j] <-> v[j][i], in place, so that all stays in registers: rows that lie Step apart
// are shuffled like two packs of cards, and so on with half of that.
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

// Value j of row l goes to out[j * L + l]; `out` has room for whole blocks. Rows behind the last
// are zeros.
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

// And back.
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
