// random_uniform and random_normal: element e of a draw is made from the two words of
// threefry2x32(key(seed, stream), (step, e)), so it does not depend on threads or their order.
//
// Uniform in [0, 1): float32 is the first word's top 23 bits, float64 both words' top 52.
// Normal: sqrt(2) erfinv(2 u - 1), with u shifted to the middle of its interval, so that the result
// is finite.
#include <string.h>

#include "random.hpp"
#include "map.hpp"

namespace brickwork::BW_ISA {
namespace {

constexpr std::int64_t kDraw = 128;  // numbers at a time

// erfinv(2 u - 1) by Giles, "Approximating the erfinv function", 2011: his polynomials for single
// precision, evaluated in double. They are the definition for both dtypes, to about 3e-7.
D erfinv(D u) {
  const D x = u + u - 1;
  const D t = -log((splat<D>(1) - x) * (x + 1));
  const D a = t - 2.5;
  const D near = horner(a, 1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.000218580870,
                        -4.39150654e-06, -3.5233877e-06, 3.43273939e-07, 2.81022636e-08);
  const D b = sqrt(t) - 3;
  const D far = horner(b, 2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773,
                       -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257);
  return x * (t < splat<D>(5) ? near : far);
}

void uniform(Words key, std::uint32_t step, std::int64_t first, float* out) {
  for (std::int64_t i = 0; i < kDraw; ++i) {
    const Words w = threefry2x32(key, {step, static_cast<std::uint32_t>(first + i)});
    const std::uint32_t bits = w.a >> 9 | 0x3f800000u;
    out[i] = __builtin_bit_cast(float, bits) - 1.0f;
  }
}

void uniform(Words key, std::uint32_t step, std::int64_t first, double* out) {
  for (std::int64_t i = 0; i < kDraw; ++i) {
    const Words w = threefry2x32(key, {step, static_cast<std::uint32_t>(first + i)});
    const std::uint64_t wide = static_cast<std::uint64_t>(w.a) << 32 | w.b;
    const std::uint64_t bits = wide >> 12 | 0x3ff0000000000000u;
    out[i] = __builtin_bit_cast(double, bits) - 1.0;
  }
}

void normal(float* values) {
  using Narrow = Vec<float, kLanesD>;
  for (std::int64_t i = 0; i < kDraw; i += kLanesD) {
    const D u = convert<D>(load<float, kLanesD>(values + i));
    const D z = erfinv(u + 0x1p-24) * 1.41421356237309504880;
    store<float, kLanesD>(values + i, convert<Narrow>(z));
  }
}

void normal(double* values) {
  for (std::int64_t i = 0; i < kDraw; i += kLanesD) {
    const D u = load<double, kLanesD>(values + i) + 0x1p-53;
    store<double, kLanesD>(values + i, erfinv(u) * 1.41421356237309504880);
  }
}

// n: the stream, the values per row.
template <class T, bool Normal>
void run_draw(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  std::int64_t seed, step;
  memcpy(&seed, c.p[1], sizeof seed);
  memcpy(&step, c.p[2], sizeof step);
  const Words key = random_key(seed, static_cast<std::uint32_t>(c.n[0]));
  const std::int64_t end = hi * c.n[1];
  alignas(64) T values[kDraw];
  for (std::int64_t e = lo * c.n[1]; e < end; e += kDraw) {
    uniform(key, static_cast<std::uint32_t>(step), e, values);
    if constexpr (Normal) normal(values);
    const std::int64_t n = end - e < kDraw ? end - e : kDraw;
    memcpy(static_cast<T*>(c.p[0]) + e, values, n * sizeof(T));
  }
}

// Each model draws as it would alone; its numbers are `kLanesF` apart.
template <class T, bool Normal>
void run_draw_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t end = hi * c.n[1];
  alignas(64) T values[kDraw];
  for (int m = 0; m < kLanesF; ++m) {
    std::int64_t seed, step;
    memcpy(&seed, static_cast<const std::int64_t*>(c.p[1]) + m, sizeof seed);
    memcpy(&step, static_cast<const std::int64_t*>(c.p[2]) + m, sizeof step);
    const Words key = random_key(seed, static_cast<std::uint32_t>(c.n[0]));
    for (std::int64_t e = lo * c.n[1]; e < end; e += kDraw) {
      uniform(key, static_cast<std::uint32_t>(step), e, values);
      if constexpr (Normal) normal(values);
      const std::int64_t n = end - e < kDraw ? end - e : kDraw;
      T* const out = static_cast<T*>(c.p[0]) + e * kLanesF + m;
      for (std::int64_t i = 0; i < n; ++i) out[i * kLanesF] = values[i];
    }
  }
}

template <bool Normal>
const char* bind_draw(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 2 || r.n_ints != 1) return "needs out, seed, step and stream";
  for (int i = 0; i < 2; ++i) {
    if (r.ins[i].dtype != DType::i64 || r.ins[i].size != 1) return "seed and step are int64";
  }
  const View& out = r.outs[0];
  c.rows = out.rank > 0 ? out.dims[0] : 1;
  c.n[0] = r.ints[0];
  c.n[1] = c.rows > 0 ? out.size / c.rows : 0;
  if (out.size > INT64_C(0x100000000)) return "a draw has at most 2^32 numbers";
  if (out.dtype == DType::f32) {
    c.run = r.models > 1 ? run_draw_models<float, Normal> : run_draw<float, Normal>;
  } else if (out.dtype == DType::f64) {
    c.run = r.models > 1 ? run_draw_models<double, Normal> : run_draw<double, Normal>;
  } else {
    return "makes float32 or float64";
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(draw) = {
    {"random_uniform", bind_draw<false>, true},
    {"random_normal", bind_draw<true>, true},
    {},
};

}  // namespace brickwork::BW_ISA
