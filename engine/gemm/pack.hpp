// Rearranging operands: transposition by register tiles, and panels of B.
#pragma once

#include "simd.hpp"

namespace brickwork::BW_ISA::mm {

// Lane p of the result within each 16-byte group: units of `U` lanes taken alternately from a and
// b, from the lower (Half = 0) or the upper half of the group.
template <int Q, int U, int Half, class V, int... I>
BW_INLINE V interleave(V a, V b, Indices<I...>) {
  constexpr int n = sizeof...(I);
  return __builtin_shufflevector(
      a, b, (I / Q * Q + I % Q / (2 * U) * U + I % U + Half * Q / 2 + I % Q / U % 2 * n)...);
}

template <class V, class W, int... I>
BW_INLINE W join(V a, V b, Indices<I...>) {
  return __builtin_shufflevector(a, b, I...);
}

// Up to W rows of src, read as 16 bytes of columns (Q of them), become Q full rows of dst, each a
// vector of W. Rows after the last are read as copies of it, into unused lanes.
template <class T, int W, bool Part>
struct Turn {
  static constexpr int Q = 16 / int(sizeof(T));
  using Narrow = Simd<T, Q>;

  template <int N>
  BW_INLINE typename Simd<T, N>::V gather(const T* const* rows, int64_t col, int64_t count) {
    if constexpr (N == Q) {
      return Part ? Narrow::load(rows[0] + col, Narrow::mask(count)) : Narrow::load(rows[0] + col);
    } else {
      return join<typename Simd<T, N / 2>::V, typename Simd<T, N>::V>(
          gather<N / 2>(rows, col, count), gather<N / 2>(rows + N / 2 / Q, col, count), Upto<N>{});
    }
  }

  // rows[] holds W row pointers ordered so that row i of every group of Q comes together:
  // rows[i * (W / Q) + group].
  BW_INLINE void run(const T* const* rows, int64_t col, int64_t count, T* dst, int64_t ldd) {
    using V = typename Simd<T, W>::V;
    V in[Q], out[Q];
    BW_UNROLL for (int i = 0; i < Q; ++i) in[i] = gather<W>(rows + i * (W / Q), col, count);
    if constexpr (Q == 4) {
      const V a = interleave<4, 1, 0>(in[0], in[1], Upto<W>{});
      const V b = interleave<4, 1, 0>(in[2], in[3], Upto<W>{});
      const V c = interleave<4, 1, 1>(in[0], in[1], Upto<W>{});
      const V d = interleave<4, 1, 1>(in[2], in[3], Upto<W>{});
      out[0] = interleave<4, 2, 0>(a, b, Upto<W>{});
      out[1] = interleave<4, 2, 1>(a, b, Upto<W>{});
      out[2] = interleave<4, 2, 0>(c, d, Upto<W>{});
      out[3] = interleave<4, 2, 1>(c, d, Upto<W>{});
    } else {
      out[0] = interleave<2, 1, 0>(in[0], in[1], Upto<W>{});
      out[1] = interleave<2, 1, 1>(in[0], in[1], Upto<W>{});
    }
    BW_UNROLL for (int i = 0; i < Q; ++i) {
      if (!Part || i < count) Simd<T, W>::store(dst + i * ldd, out[i]);
    }
  }
};

// dst[j, 0 .. W) = src[0 .. W, j] for j < cols. src has only `rows` rows, but at least Least.
template <class T, int W, int Least>
BW_INLINE void turn_rows(T* dst, int64_t ldd, const T* src, int64_t lds, int64_t rows,
                         int64_t cols) {
  constexpr int Q = 16 / int(sizeof(T));
  const T* at[W];
  BW_UNROLL for (int i = 0; i < W; ++i) {
    const int64_t row = i >= Least && i >= rows ? rows - 1 : i;
    at[i % Q * (W / Q) + i / Q] = src + row * lds;
  }
  if (cols < Q) return Turn<T, W, true>::run(at, 0, cols, dst, ldd);
  int64_t j = 0;
  for (; j + Q <= cols; j += Q) Turn<T, W, false>::run(at, j, Q, dst + j * ldd, ldd);
  if (j < cols) {  // the last columns again, so that no partial load is needed
    j = cols - Q;
    Turn<T, W, false>::run(at, j, Q, dst + j * ldd, ldd);
  }
}

// A panel of B^T: `rows` <= Width rows of src become columns of dst[cols, Width].
template <class T, int Width>
static void turn_panel(T* dst, const T* src, int64_t lds, int64_t rows, int64_t cols) {
  constexpr int W = Width < kLanes<T> ? Width : kLanes<T>;
  for (int64_t r = 0; r < rows; r += W, src += W * lds) {
    if (rows - r >= W)
      turn_rows<T, W, W>(dst + r, Width, src, lds, W, cols);
    else
      turn_rows<T, W, 1>(dst + r, Width, src, lds, rows - r, cols);
  }
}

// A panel of B: `cols` <= Width columns of src become dst[rows, Width].
template <class T, int Width>
static void copy_panel(T* dst, const T* src, int64_t lds, int64_t rows, int64_t cols) {
  constexpr int W = Width < kLanes<T> ? Width : kLanes<T>;
  using S = Simd<T, W>;
  if (cols == Width) {
    for (int64_t r = 0; r < rows; ++r, dst += Width, src += lds) {
      BW_UNROLL for (int j = 0; j < Width; j += W) S::store(dst + j, S::load(src + j));
    }
    return;
  }
  for (int64_t r = 0; r < rows; ++r, dst += Width, src += lds) {
    for (int64_t j = 0; j < cols; ++j) dst[j] = src[j];
  }
}

// `Count` whole panels of B, side by side in src and one after the other in dst.
template <class T, int Width, int Count>
static void copy_panels(T* dst, const T* src, int64_t lds, int64_t rows) {
  using S = Simd<T, kLanes<T>>;
  for (int64_t r = 0; r < rows; ++r, dst += Width, src += lds) {
    for (int p = 0; p < Count; ++p) {
      BW_UNROLL for (int j = 0; j < Width; j += kLanes<T>) {
        S::store(dst + p * rows * Width + j, S::load(src + p * Width + j));
      }
    }
  }
}

}  // namespace brickwork::BW_ISA::mm

namespace brickwork::BW_ISA {

// dst[c, r] = src[r, c] for all columns c < cols and rows r in [lo, hi) of src.
template <class T>
static void transpose(T* dst, int64_t ldd, const T* src, int64_t lds, int64_t cols, int64_t lo,
                      int64_t hi) {
  constexpr int L = mm::kLanes<T>;
  using S = mm::Simd<T, L>;
  int64_t r = lo;
  for (; r + L <= hi; r += L) {
    mm::turn_rows<T, L, L>(dst + r, ldd, src + r * lds, lds, L, cols);
  }
  if (r >= hi) return;
  const auto rest = S::mask(hi - r);  // turn_rows writes whole vectors, so it writes elsewhere
  for (int64_t c = 0; c < cols; c += L) {
    alignas(64) T block[L * L];
    const int64_t count = cols - c < L ? cols - c : L;
    mm::turn_rows<T, L, 1>(block, L, src + r * lds + c, lds, hi - r, count);
    for (int64_t j = 0; j < count; ++j) {
      S::store(dst + (c + j) * ldd + r, S::load(block + j * L), rest);
    }
  }
}

}  // namespace brickwork::BW_ISA
