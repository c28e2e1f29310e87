// members: the rows that several models read in a step, from the caller's array to the layout of a
// plan that runs them side by side. Model m's row r is order[r * models + m]; its value i goes to
// out[(r * width + i) * models + m]. Where the models have values of their own in each row, a row of the
// array is a row of model 0, then one of model 1, and so on.
#include "turn.hpp"

namespace brickwork::BW_ISA {
namespace {

template <class T>
void run_members(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t width = c.n[0], row_step = c.n[1], model_step = c.n[2];
  const T* const data = static_cast<const T*>(c.p[1]);
  const std::uint32_t* row = static_cast<const std::uint32_t*>(c.p[2]) + lo * kLanesF;
  T* out = static_cast<T*>(c.p[0]) + lo * width * kLanesF;
  for (std::int64_t r = lo; r < hi; ++r, row += kLanesF, out += width * kLanesF) {
    for (int m = 0; m < kLanesF; ++m) {
      const T* const from = data + row[m] * row_step + m * model_step;
      for (std::int64_t i = 0; i < width; ++i) out[i * kLanesF + m] = from[i];
    }
  }
}

// Values [first, last) of a row for N models at a time, N values of which are transposed in registers.
template <int N>
void turn_members(const float* data, const std::uint32_t* row, std::int64_t width,
                  std::int64_t first, std::int64_t last, float* out) {
  using V = Vec<float, N>;
  for (int m = 0; m < kLanesF; m += N) {
    for (std::int64_t i = first; i < last; i += N) {
      V v[N];
#pragma GCC unroll 16
      for (int k = 0; k < N; ++k) v[k] = load<float, N>(data + row[m + k] * width + i);
      transpose<float, N>(v);
#pragma GCC unroll 16
      for (int k = 0; k < N; ++k) store<float, N>(out + (i + k) * kLanesF + m, v[k]);
    }
  }
}

void run_floats(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const std::int64_t width = c.n[0];
  const std::int64_t many = width / kLanesF * kLanesF, four = width / 4 * 4;
  const float* const data = static_cast<const float*>(c.p[1]);
  const std::uint32_t* row = static_cast<const std::uint32_t*>(c.p[2]) + lo * kLanesF;
  float* out = static_cast<float*>(c.p[0]) + lo * width * kLanesF;
  for (std::int64_t r = lo; r < hi; ++r, row += kLanesF, out += width * kLanesF) {
    turn_members<kLanesF>(data, row, width, 0, many, out);
    turn_members<4>(data, row, width, many, four, out);
    for (std::int64_t i = four; i < width; ++i) {
      for (int m = 0; m < kLanesF; ++m) out[i * kLanesF + m] = data[row[m] * width + i];
    }
  }
}

// outs [the rows of a batch], ints [whether the models have values of their own] or none.
const char* bind_members(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.models != kLanesF) return "needs an out, and a plan for several models";
  const View& out = r.outs[0];
  c.rows = out.rank > 0 ? out.dims[0] : 1;
  c.n[0] = c.n[1] = c.rows > 0 ? out.size / c.rows : 0;
  c.n[2] = 0;
  if (r.n_ints == 1 && r.ints[0] != 0) {
    if (__builtin_mul_overflow(c.n[0], kLanesF, &c.n[1])) return "has a row that is too large";
    c.n[2] = c.n[0];
  }
  switch (item_bytes(out.dtype)) {
    case 8: c.run = run_members<std::int64_t>; break;
    case 4: c.run = c.n[2] == 0 ? run_floats : run_members<std::int32_t>; break;
    default: c.run = run_members<Byte>; break;
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(members) = {
    {"members", bind_members, true},
    {},
};

}  // namespace brickwork::BW_ISA
