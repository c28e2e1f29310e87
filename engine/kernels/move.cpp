// copy: a strided copy of up to 7 dimensions, for transposes, broadcasts, slices and concatenation.
#include <string.h>

#include "isa.hpp"

namespace brickwork::BW_ISA {
namespace {

constexpr int kMostDims = 7;  // [rank, dims, offset, strides, offset, strides] in kMaxInts

// n[]: rank, then dims, in strides and out strides of the dims after the first, each kMostDims
// apart; the first dim's strides and the offsets last.
enum { kRank, kDims, kIn = kDims + kMostDims, kOut = kIn + kMostDims, kEnd = kOut + kMostDims };
static_assert(kEnd <= kMaxInts);

struct FirstDim {
  std::int64_t in_offset, in_stride, out_offset, out_stride;
};

template <class T>
inline void copy_line(const T* in, std::int64_t in_stride, T* out, std::int64_t out_stride,
                      std::int64_t n) {
  if (in_stride == 1 && out_stride == 1) {
    memcpy(out, in, n * sizeof(T));
  } else if (in_stride == 0 && out_stride == 1) {
    const T x = n > 0 ? *in : T{};
    for (std::int64_t i = 0; i < n; ++i) out[i] = x;
  } else if (out_stride == 1) {
    for (std::int64_t i = 0; i < n; ++i) out[i] = in[i * in_stride];
  } else {
    for (std::int64_t i = 0; i < n; ++i) out[i * out_stride] = in[i * in_stride];
  }
}

// Transposes a plane in squares that fit the cache lines.
template <class T>
void copy_turned(const T* in, std::int64_t in_row, std::int64_t in_column, T* out,
                 std::int64_t out_row, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t kSide = 16;
  for (std::int64_t r0 = 0; r0 < rows; r0 += kSide) {
    const std::int64_t r1 = r0 + kSide < rows ? r0 + kSide : rows;
    for (std::int64_t c0 = 0; c0 < columns; c0 += kSide) {
      const std::int64_t c1 = c0 + kSide < columns ? c0 + kSide : columns;
      for (std::int64_t r = r0; r < r1; ++r) {
        for (std::int64_t j = c0; j < c1; ++j) {
          out[r * out_row + j] = in[r * in_row + j * in_column];
        }
      }
    }
  }
}

template <class T>
void copy_dims(const std::int64_t* n, int dim, int rank, const T* in, T* out) {
  if (dim == rank) {
    *out = *in;
    return;
  }
  const std::int64_t count = n[kDims + dim], from = n[kIn + dim], to = n[kOut + dim];
  if (dim == rank - 1) return copy_line(in, from, out, to, count);
  if (dim == rank - 2 && from == 1 && n[kOut + dim + 1] == 1) {
    return copy_turned(in, from, n[kIn + dim + 1], out, to, count, n[kDims + dim + 1]);
  }
  for (std::int64_t i = 0; i < count; ++i) copy_dims(n, dim + 1, rank, in + i * from, out + i * to);
}

template <class T>
void run_copy(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  const FirstDim& first = *static_cast<const FirstDim*>(c.own);
  const T* const in = static_cast<const T*>(c.p[1]) + first.in_offset;
  T* const out = static_cast<T*>(c.p[0]) + first.out_offset;
  const int rank = static_cast<int>(c.n[kRank]);
  if (rank == 0) {
    if (lo < hi) {
      copy_line(in + lo * first.in_stride, first.in_stride, out + lo * first.out_stride,
                first.out_stride, hi - lo);
    }
  } else if (rank == 1 && first.in_stride == 1 && c.n[kOut] == 1) {
    copy_turned(in + lo, 1, c.n[kIn], out + lo * first.out_stride, first.out_stride, hi - lo,
                c.n[kDims]);
  } else {
    for (std::int64_t r = lo; r < hi; ++r) {
      copy_dims(c.n, 0, rank, in + r * first.in_stride, out + r * first.out_stride);
    }
  }
}

// Whether every element that these strides reach is in [0, size).
bool inside(const std::int64_t* dims, const std::int64_t* strides, int rank, std::int64_t offset,
            std::int64_t size) {
  std::int64_t low = offset, high = offset;
  for (int d = 0; d < rank; ++d) {
    if (dims[d] < 1) return true;
    std::int64_t reach;
    if (__builtin_mul_overflow(dims[d] - 1, strides[d], &reach)) return false;
    (reach < 0 ? low : high) += reach;
  }
  return low >= 0 && high < size;
}

// Drops dims of extent 1 and merges those that are contiguous in both operands.
int simplify(const std::int64_t* dims, const std::int64_t* in, const std::int64_t* out, int rank,
             std::int64_t* n) {
  int count = 0;
  for (int d = 1; d < rank; ++d) {
    if (dims[d] == 1) continue;
    const int before = count - 1;
    if (count > 0 && n[kIn + before] == dims[d] * in[d] && n[kOut + before] == dims[d] * out[d]) {
      n[kDims + before] *= dims[d];
      n[kIn + before] = in[d];
      n[kOut + before] = out[d];
      continue;
    }
    n[kDims + count] = dims[d];
    n[kIn + count] = in[d];
    n[kOut + count] = out[d];
    ++count;
  }
  return count;
}

// With several models the values of all of them are one more dimension, the last.
void add_models(std::int64_t models, int rank, std::int64_t* dims, std::int64_t* in,
                std::int64_t* out) {
  dims[rank] = models;
  for (int d = 0; d <= rank; ++d) {
    in[d] *= models;
    out[d] *= models;
  }
  in[rank + 1] = out[rank + 1] = 1;
}

const char* bind_copy(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ins != 1 || r.n_ints < 1) return "needs an out, an in and integers";
  const std::int64_t rank64 = r.ints[0];
  if (rank64 < 0 || rank64 > kMostDims) return "takes 0 to 7 dimensions";
  int rank = static_cast<int>(rank64);
  if (r.n_ints != 3 + 3 * rank) return "needs [rank, dims, offset, strides, offset, strides]";
  if (r.ins[0].dtype != r.outs[0].dtype) return "in and out must have one dtype";
  std::int64_t dims[kMostDims + 1], in[kMostDims + 2], out[kMostDims + 2];
  memcpy(dims, r.ints + 1, rank * sizeof *dims);
  memcpy(in, r.ints + 1 + rank, (1 + rank) * sizeof *in);
  memcpy(out, r.ints + 2 + 2 * rank64, (1 + rank) * sizeof *out);
  if (r.models > 1) {
    if (rank == kMostDims) return "has no dimension left for several models";
    add_models(r.models, rank++, dims, in, out);
  }
  for (int d = 0; d < rank; ++d) {
    if (dims[d] < 0) return "a dimension is negative";
  }
  if (!inside(dims, in + 1, rank, in[0], r.ins[0].size * r.models))
    return "reads outside of its in";
  if (!inside(dims, out + 1, rank, out[0], r.outs[0].size * r.models))
    return "writes outside of its out";
  auto* first = static_cast<FirstDim*>(r.own(r.context, sizeof(FirstDim)));
  *first = {in[0], rank > 0 ? in[1] : 0, out[0], rank > 0 ? out[1] : 0};
  c.own = first;
  c.n[kRank] = simplify(dims, in + 1, out + 1, rank, c.n);
  c.rows = rank > 0 ? dims[0] : 1;
  switch (item_bytes(r.ins[0].dtype)) {
    case 8: c.run = run_copy<std::int64_t>; break;
    case 4: c.run = run_copy<std::int32_t>; break;
    default: c.run = run_copy<unsigned char>; break;
  }
  return nullptr;
}

}  // namespace

BW_KERNELS(move) = {
    {"copy", bind_copy, true},
    {},
};

}  // namespace brickwork::BW_ISA
