// Vectors of floats by the compiler's own extension, and the few functions the floor needs on them.
#pragma once
#include <cstdint>
#include <cstring>
#include <utility>

#ifdef __AVX512F__
constexpr int Wide = 16;       // lanes of the widest register
constexpr int Registers = 32;  // also of the narrower ones (AVX-512VL)
#else
constexpr int Wide = 8;
constexpr int Registers = 16;
#endif

template <int V>
struct Lanes {
  typedef float floats __attribute__((vector_size(V * 4), aligned(4), may_alias));
  typedef int32_t ints __attribute__((vector_size(V * 4), aligned(4), may_alias));
};
template <int V>
using vec = typename Lanes<V>::floats;
template <int V>
using ivec = typename Lanes<V>::ints;
using wide = vec<Wide>;
using iwide = ivec<Wide>;

template <int V>
inline vec<V> load(const float* p) {
  vec<V> r;
  std::memcpy(&r, p, sizeof r);
  return r;
}
template <int V>
inline void store(float* p, vec<V> v) {
  std::memcpy(p, &v, sizeof v);
}
template <int V>
inline vec<V> fill(float s) {
  return vec<V>{} + s;
}

template <int V, int... I>
inline vec<V> lanes_from(std::integer_sequence<int, I...>) {
  return vec<V>{float(I)...};
}
template <int V>
inline vec<V> iota() {
  return lanes_from<V>(std::make_integer_sequence<int, V>{});
}

// exp by 2^n * e^r, |r| <= ln 2 / 2, and a polynomial; about 1 ulp.
inline wide vexp(wide x) {
  x = x < -87.3f ? fill<Wide>(-87.3f) : x;
  x = x > 88.3f ? fill<Wide>(88.3f) : x;
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const wide n = (x * 1.44269504f + magic) - magic;
  const wide r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  wide p = fill<Wide>(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const iwide scale = (__builtin_convertvector(n, iwide) + 127) << 23;
  return p * (wide)scale;
}

// log of positive, normal numbers by exponent and mantissa in [sqrt(1/2), sqrt(2)).
inline wide vlog(wide x) {
  const iwide bits = (iwide)x;
  const iwide e = (bits - 0x3f3504f3) >> 23;
  const iwide mantissa = bits - (e << 23);
  const wide f = (wide)mantissa - 1.0f;
  const wide n = __builtin_convertvector(e, wide), z = f * f;
  wide p = fill<Wide>(7.0376836292e-2f);
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  return f + (f * z * p - n * 2.12194440e-4f - 0.5f * z) + n * 0.693359375f;
}

// a and b hold rows of W partial results each; the answer holds a's rows, then b's, of W/2.
template <int W, int Half, int... I>
inline wide pick(wide a, wide b, std::integer_sequence<int, I...>) {
  return __builtin_shufflevector(a, b, (I / (W / 2) * W + I % (W / 2) + Half * (W / 2))...);
}
template <int W, class Op>
inline wide fold(wide a, wide b, Op op) {
  constexpr std::make_integer_sequence<int, Wide> lanes;
  return op(pick<W, 0>(a, b, lanes), pick<W, 1>(a, b, lanes));
}
// Rows of W partials in rows[0..W): all folded into one vector with a result a lane.
template <int W, class Op>
inline wide reduce(wide* rows, Op op) {
  if constexpr (W == 1) {
    return rows[0];
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < W / 2; ++i) rows[i] = fold<W>(rows[2 * i], rows[2 * i + 1], op);
    return reduce<W / 2>(rows, op);
  }
}

// One stage of a T x T transpose: rows D apart exchange their off-diagonal blocks of D lanes.
template <int T, int D, int Low, int... I>
inline vec<T> exchange(vec<T> a, vec<T> b, std::integer_sequence<int, I...>) {
  if constexpr (Low)
    return __builtin_shufflevector(a, b, ((I & D) ? T + (I ^ D) : I)...);
  else
    return __builtin_shufflevector(a, b, ((I & D) ? T + I : (I ^ D))...);
}
template <int T, int D = T / 2>
inline void transpose(vec<T>* r) {
  constexpr std::make_integer_sequence<int, T> lanes;
#pragma GCC unroll 16
  for (int i = 0; i < T; ++i) {
    if (i & D) continue;
    const vec<T> a = r[i], b = r[i + D];
    r[i] = exchange<T, D, 1>(a, b, lanes);
    r[i + D] = exchange<T, D, 0>(a, b, lanes);
  }
  if constexpr (D > 1) transpose<T, D / 2>(r);
}
