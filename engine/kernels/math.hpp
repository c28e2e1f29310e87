// Elementary functions of whole vectors, without branches: a lane's result never depends on other
// lanes.
//
// Errors are about 1.5 ulp for float32, and 1 to 2 ulp for float64. The polynomials are our own
// minimax fits (Remez); the reductions are those of Cody and Waite. NaN passes through all of them.
// Denormal arguments count as zero, since the engine flushes denormals.
#pragma once
#include "simd.hpp"

namespace brickwork::BW_ISA {
namespace {

template <class V>
struct Format;  // the layout of a lane

template <>
struct Format<F> {
  using Bits = I;
  using Unsigned = Vec<std::uint32_t, kLanesF>;
  static constexpr int kShift = 23;
  static constexpr double kMagic = 12582912.0;  // 1.5 * 2^23: adding it rounds to an integer
  static constexpr double kLn2Hi = 0.693359375, kLn2Lo = -2.12194440054690582677e-4;
  static constexpr double kExpMin = -104.0, kExpMax = 89.0;
  static constexpr std::int64_t kHalfRoot = 0x3f3504f3;  // the bits of sqrt(1/2)
  static constexpr std::int64_t kFraction = 0x7fffff;
  static constexpr std::int64_t kOne = 127;
};

template <>
struct Format<D> {
  using Bits = J;
  using Unsigned = Vec<std::uint64_t, kLanesD>;
  static constexpr int kShift = 52;
  static constexpr double kMagic = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr double kLn2Hi = 6.93147180369123816490e-01;
  static constexpr double kLn2Lo = 1.90821492927058770002e-10;
  static constexpr double kExpMin = -746.0, kExpMax = 710.0;
  static constexpr std::int64_t kHalfRoot = 0x3fe6a09e667f3bcd;
  static constexpr std::int64_t kFraction = 0xfffffffffffff;
  static constexpr std::int64_t kOne = 1023;
};

constexpr double kInf = __builtin_huge_val();

// c[0] + c[1] x + c[2] x^2 + ...
template <class V>
inline V horner(V, double c) {
  return splat<V>(c);
}
template <class V, class... C>
inline V horner(V x, double c, C... rest) {
  return fma(horner(x, rest...), x, splat<V>(c));
}

// The same sum with even and odd powers separate: half the latency for one more product.
template <class V, int N>
inline V every_second(V x, const V (&c)[N], int first) {
  V sum = c[(N - 1 - first) / 2 * 2 + first];
#pragma GCC unroll 16
  for (int i = (N - 1 - first) / 2 * 2 + first - 2; i >= 0; i -= 2) sum = fma(sum, x, c[i]);
  return sum;
}
template <class V, class... C>
inline V poly(V x, C... c) {
  const V terms[] = {splat<V>(c)...};
  const V z = x * x;
  return fma(every_second(z, terms, 1), x, every_second(z, terms, 0));
}

template <class V>
inline V abs(V x) {
  using B = typename Format<V>::Bits;
  return (V)((B)x & ~(B)(-V{}));
}
template <class V>
inline V with_sign_of(V x, V sign) {
  using B = typename Format<V>::Bits;
  const B top = (B)(-V{});
  return (V)(((B)x & ~top) | ((B)sign & top));
}

template <class V>
struct Reduced {
  V r, k;  // x = k ln 2 + r, |r| <= ln 2 / 2
  typename Format<V>::Bits bits;  // the lowest bits hold k
};

template <class V>
inline Reduced<V> reduce_exp(V x) {
  using T = Format<V>;
  const V magic = splat<V>(T::kMagic);
  const V t = fma(x, splat<V>(1.44269504088896340736), magic);
  const V k = t - magic;
  const V r = fma(k, splat<V>(-T::kLn2Lo), fma(k, splat<V>(-T::kLn2Hi), x));
  return {r, k, (typename T::Bits)t - (typename T::Bits)magic};
}

// p 2^k, in two steps if there is no instruction for it, since 2^k alone may overflow.
template <class V>
inline V scale(V p, const Reduced<V>& e) {
#if defined(__AVX512F__)
  if constexpr (sizeof(p[0]) == 4) return (V)_mm512_scalef_ps((__m512)p, (__m512)e.k);
  if constexpr (sizeof(p[0]) == 8) return (V)_mm512_scalef_pd((__m512d)p, (__m512d)e.k);
#else
  using T = Format<V>;
  // k is small: shifting a sum's lowest bits up needs no arithmetic shift of 64-bit lanes.
  using U = typename T::Unsigned;
  const U bits = (U)e.bits;
  const U half = ((bits + 2048) >> 1) - 1024;
  const V a = (V)((half + T::kOne) << T::kShift);
  const V b = (V)((bits - half + T::kOne) << T::kShift);
  return p * a * b;
#endif
}

inline F exp_tail(F r) {
  return poly(r, 0.49999993449822188163, 0.16666520632313306478, 0.041668387392015365753,
              0.0083687168898976261377, 0.0013814639571971942265);
}
inline D exp_tail(D r) {
  return poly(r, 0.50000000000000106267, 0.16666666666666412519, 0.041666666666530162448,
              0.0083333333334944695612, 0.0013888888943629137995, 0.00019841269506555298189,
              0.000024801493099869215715, 2.7557586398574014807e-6, 2.7630248052499662072e-7,
              2.5000052874746591875e-8);
}

template <class V>
inline V exp_clamped(V x) {
  using T = Format<V>;
  x = x > splat<V>(T::kExpMax) ? splat<V>(T::kExpMax) : x;
  return x < splat<V>(T::kExpMin) ? splat<V>(T::kExpMin) : x;
}

template <class V>
inline V exp(V x) {
  const Reduced<V> e = reduce_exp(exp_clamped(x));
  const V p = fma(e.r * e.r, exp_tail(e.r), e.r) + splat<V>(1);
  return scale(p, e);
}

inline F expm1_tail(F r) {
  return poly(r, 0.5000000046392339185, 0.16666666816964256281, 0.041666354722294396802,
              0.0083332730612072010863, 0.0013941004807623910522, 0.00019914168525522136444);
}
inline D expm1_tail(D r) {
  return poly(r, 0.49999999999999999986, 0.16666666666666676595, 0.041666666666666701356,
              0.0083333333333216188482, 0.0013888888888866837833, 0.00019841269886151513721,
              0.000024801587360560347557, 2.7557244188470170892e-6, 2.7557242754549919214e-7,
              2.5109042757265857392e-8, 2.0924445036566910066e-9);
}

// 2^k (e^r - 1) + (2^k - 1), at half the scale so that 2^k itself cannot overflow.
template <class V>
inline V expm1(V x) {
  using T = Format<V>;
  V y = x > splat<V>(T::kExpMax) ? splat<V>(T::kExpMax) : x;
  y = y < splat<V>(-40) ? splat<V>(-40) : y;
  const Reduced<V> e = reduce_exp(y);
  const V p = fma(e.r * e.r, expm1_tail(e.r), e.r);
  const V s = (V)((e.bits + (T::kOne - 1)) << T::kShift);
  const V half = fma(p, s, s - splat<V>(0.5));
  const V r = half + half;
  return x == splat<V>(0) ? x : r;  // keeps -0
}

// x = 2^e m with m in [sqrt(1/2), sqrt(2)).
template <class V>
struct Split {
  V m, e;
};

inline Split<F> split(F x) {
  using T = Format<F>;
  const I bits = (I)((T::Unsigned)x - static_cast<std::uint32_t>(T::kHalfRoot));
  const I m =
      (bits & static_cast<std::int32_t>(T::kFraction)) + static_cast<std::int32_t>(T::kHalfRoot);
  return {(F)m, __builtin_convertvector(bits >> T::kShift, F)};
}
inline Split<D> split(D x) {
  using T = Format<D>;
  const J bits = (J)((T::Unsigned)x - static_cast<std::uint64_t>(T::kHalfRoot));
  const J m = (bits & T::kFraction) + T::kHalfRoot;
  // Shift as unsigned, 2048 higher; adding a magic number converts the integer to a float.
  using U = T::Unsigned;
  const U e = ((U)bits + (std::uint64_t{2048} << 52)) >> 52;
  const D magic = splat<D>(4503599627370496.0);  // 2^52
  return {(D)m, (D)((U)magic | e) - (magic + 2048)};
}

template <class V>
inline V log_edges(V x, V r) {
  r = x == splat<V>(kInf) ? x : r;
  const V low = x == splat<V>(0) ? splat<V>(-kInf) : splat<V>(__builtin_nan(""));
  return x > splat<V>(0) ? r : low;
}

inline F log(F x) {
  const auto [m, e] = split(x);
  const F f = m - 1;
  const F z = f * f;
  F p = poly(f, 0.33333310462084646915, -0.24999986573507498312, 0.20002225406193178357,
             -0.16669251419999922512, 0.14218679370685986256, -0.12384349549949035965,
             0.11872837121145691496, -0.11789755210324457009, 0.0691559553479258586);
  p = fma(e, splat<F>(Format<F>::kLn2Lo), f * z * p);
  p = fma(z, splat<F>(-0.5), p);
  return log_edges(x, fma(e, splat<F>(Format<F>::kLn2Hi), f + p));
}

inline D log_tail(D z) {
  return poly(z, 0.66666666666667340447, 0.39999999999415576617, 0.28571428742413637921,
              0.22222198553042923136, 0.18183566111692427581, 0.15313988736877157127,
              0.14796710462837370483);
}

// log(1 + f) = 2 s + s^3 R(s^2), s = f / (2 + f); written so that f - f^2/2 stays exact.
inline D log(D x) {
  const auto [m, e] = split(x);
  const D f = m - 1;
  const D s = f / (f + 2);
  const D z = s * s;
  const D half = f * f * 0.5;
  const D r = s * fma(z, log_tail(z), half);
  const D low = fma(e, splat<D>(Format<D>::kLn2Lo), r);
  return log_edges(x, fma(e, splat<D>(Format<D>::kLn2Hi), f - (half - low)));
}

// log(u) of the rounded u = 1 + x, corrected for the rounding.
template <class V>
inline V log1p(V x) {
  const V u = x + 1;
  const V lost = x - (u - 1);
  const V r = log(u);
  const auto small = (lost != splat<V>(0)) & (x < splat<V>(1e30)) & (u > splat<V>(0));
  const V fixed = small ? r + lost / u : r;
  return x == splat<V>(0) ? x : fixed;
}

template <class V>
inline V sigmoid(V x) {
  return splat<V>(1) / (exp(-x) + 1);
}

template <class V>
inline V tanh(V x) {
  const V t = expm1(abs(x) * -2);
  return with_sign_of(t / (t + 2), x);
}

template <class V>
inline V softplus(V x) {
  const V top = x > splat<V>(0) ? x : splat<V>(0);
  return top + log1p(exp(-abs(x)));
}

inline F erf_small(F z) {
  return horner(z, 1.1283791657268194925, -0.37612625823841821125, 0.11283585143783045756,
                -0.026853811739347021564, 0.0051883273262260828067, -0.0008010190548801163279,
                0.000078538513657209198761);
}
inline D erf_small(D z) {
  return horner(z, 1.1283791670955125657, -0.37612638903183519541, 0.11283791670944184793,
                -0.026866170643111481407, 0.0052239776061186138528, -0.00085483259293221707276,
                0.00012055293577152761939, -0.000014924712307185836806, 1.6447131638251597496e-6,
                -1.6206314289113782329e-7, 1.3710982748678366599e-8, -7.7794729484268154071e-10);
}
inline F erfcx(F t) {
  return horner(t, 0.25539567682700657272, -0.42718587504738927411, 0.24165745886255314778,
                -0.078981372848769871396, 0.0037672584562221560343, 0.0073165162608435754625,
                0.00010391686047675801614);
}
inline D erfcx(D t) {
  return horner(t, 0.25539567631050574368, -0.42718584741395836639, 0.24165819424246666751,
                -0.078978581015741582703, 0.0037328924042782737866, 0.0069974617400406386618,
                -0.00084714324714213196426, -0.0009819770596412674823, 0.00004355547381396417038,
                0.00017436185959968465714, 0.000027527717965049226456, -0.000027588323724267536936,
                -0.000013988954111446088353, 1.4535937537037423574e-6, 3.8887198887068353366e-6,
                9.3391972702046410754e-7, -7.2300146054674034326e-7);
}

// erf(x) = x P(x^2) below 1, 1 - exp(-x^2) Q((x - 2) / (x + 2)) above.
template <class V>
inline V erf(V x) {
  const V a = abs(x);
  const V far = splat<V>(sizeof(x[0]) == 4 ? 4.1 : 6.1);
  const V b = a > far ? far : a;
  const V large = splat<V>(1) - exp(-(b * b)) * erfcx((b - 2) / (b + 2));
  return a < splat<V>(1) ? x * erf_small(x * x) : with_sign_of(large, x);
}

// x^y for x > 0, both finite: log x to twice the precision, then exp of y times it.
inline D pow_positive(D x, D y) {
  const auto [m, e] = split(x);
  const D f = m - 1;
  const D u = f + 2;
  const D s = f / u;
  const D u_low = f - (u - 2);
  const D s_low = (fma(-s, u, f) - s * u_low) / u;
  const D z = s * s;
  const D tail = fma(s * z, log_tail(z), s_low + s_low) + e * splat<D>(Format<D>::kLn2Lo);
  const D a = e * splat<D>(Format<D>::kLn2Hi), b = s + s;
  const D sum = a + b;
  const D sum_low = b - (sum - a) + tail;  // |a| >= |b| or a = 0
  const D high = sum + sum_low;
  const D low = sum_low - (high - sum);
  const D product = exp_clamped(y * high);
  const D rest = fma(y, high, -(y * high)) + y * low;
  Reduced<D> r = reduce_exp(product);
  r.r += abs(rest) < splat<D>(1) ? rest : splat<D>(0);  // not at the ends of the range
  return scale(fma(r.r * r.r, exp_tail(r.r), r.r) + 1, r);
}

// x^y to the precision of float, twice as fast: log to 5e-12, exp to 2e-10.
inline D pow_narrow(D x, D y) {
  const auto [m, e] = split(x);
  const D f = m - 1;
  const D s = f / (f + 2);
  const D z = s * s;
  const D p = poly(z, 0.66666665645337668745, 0.40000335509202746428, 0.28537275885121551698,
                   0.2358295057280209394);
  const D l = fma(e, splat<D>(0.69314718055994530942), fma(s * z, p, s + s));
  const Reduced<D> r = reduce_exp(exp_clamped(y * l));
  const D t = poly(r.r, 0.5000000046392339185, 0.16666666816964256281, 0.041666354722294396802,
                   0.0083332730612072010863, 0.0013941004807623910522, 0.00019914168525522136444);
  return scale(fma(r.r * r.r, t, r.r) + 1, r);
}

// Special cases (zero, negative, infinite, NaN) use the C library, lane by lane.
template <bool Narrow>
inline D pow(D x, D y) {
  const D top = splat<D>(kInf);
  const J unit = y == splat<D>(0);
  const J inside = (x > splat<D>(0)) & (x < top) & (abs(y) < top);
  // Twice the precision needs fused products.
  const J plain = kFused || Narrow ? inside | unit : unit;
  D r = unit ? splat<D>(1) : Narrow ? pow_narrow(x, y) : pow_positive(x, y);
  if (__builtin_expect(!all(plain), 0)) {
    for (int i = 0; i < kLanesD; ++i) {
      if (!plain[i]) r[i] = __builtin_pow(x[i], y[i]);
    }
  }
  return r;
}

}  // namespace
}  // namespace brickwork::BW_ISA
