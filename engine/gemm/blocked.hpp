// Products of any size as strips of C, with B in place or packed into panels.
#pragma once

#include "kernel.hpp"
#include "pack.hpp"

namespace brickwork::BW_ISA::mm {

template <class T>
constexpr int64_t kPanel = 2 * kLanes<T>;

// Rows this far apart (in bytes) fall into the same few sets of the first cache and into as many
// pages: from here on, operands are packed.
constexpr int64_t kBigStride = 4096;
// A panel takes so little of each row of B (one line, with AVX2) that a page's lines are of few sets
// long before: for many rows of A, packing pays from here on.
template <class T>
constexpr int64_t kLongRow = 32 * kPanel<T> * int64_t(sizeof(T));
constexpr int64_t kMany = 128;
constexpr int64_t kBigLeft = 2 << 20;  // bytes of a transposed A that its strided reads can't keep
constexpr int kGroup = 4;  // panels packed at a time
constexpr int64_t kFew = 32;  // rows for which packing does not pay
constexpr int64_t kTall = 512;  // rows of A packed at a time
template <class T>
constexpr int64_t kDeep = 4096 / int64_t(sizeof(T));  // steps of k at a time
template <class T>
constexpr int64_t kSkew = 64 / int64_t(sizeof(T));  // moves each packed row of A to another set

// Advances to the next columns of a product.
template <class T>
BW_INLINE void advance(GemmArgs<T>& g, int64_t columns) {
  g.c += columns;
  if (g.epilogue.bias) g.epilogue.bias += columns;
  if (g.epilogue.mask) g.epilogue.mask += columns;
}

// B in place.
template <class T, bool Trans>
static void unpacked(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  if (lo >= hi) return;
  GemmArgs<T> s = g;
  int64_t left = g.n;
  const auto step = [&](GemmFn<T> fn, int64_t columns) {
    s.n = columns;
    fn(s, lo, hi, nullptr);
    s.b += columns;
    advance(s, columns);
    left -= columns;
  };
  while (hi - lo <= kMaxRows<T, 4> && left >= kWide<T>) step(wide_strip<T, Trans>, kWide<T>);
  while (left >= kPanel<T>) step(strip<T, kLanes<T>, 2, false, Trans>, kPanel<T>);
  if (left > 0) step(strip_for<T, Trans>(left), left);
}

// A panel of op(B): k steps of `cols` columns.
template <class T, bool Turned>
BW_INLINE void pack_panel(T* room, const T* b, int64_t ldb, int64_t k, int64_t cols) {
  constexpr int L = kLanes<T>;
  if constexpr (Turned) {
    if (cols > L)
      turn_panel<T, 2 * L>(room, b, ldb, cols, k);
    else
      turn_panel<T, L>(room, b, ldb, cols, k);
  } else {
    if (cols > L)
      copy_panel<T, 2 * L>(room, b, ldb, k, cols);
    else
      copy_panel<T, L>(room, b, ldb, k, cols);
  }
}

// Rows [0, rows) of s by panels of its B, which are copied to `room`, transposed if Turned. Panels
// are copied in groups, since a row of one panel is too little to read from a page at a time.
template <class T, bool Turned>
static void panels(GemmArgs<T> s, int64_t rows, T* room) {
  constexpr int64_t P = kPanel<T>, kWidth = Turned ? P : kGroup * P;
  const T* b = s.b;
  const int64_t ldb = s.ldb;
  for (int64_t left = s.n; left > 0; left -= kWidth) {
    const int64_t width = left < kWidth ? left : kWidth;
    if (!Turned && width == kWidth) {
      copy_panels<T, int(P), kGroup>(room, b, ldb, s.k);
    } else {
      for (int64_t at = 0; at < width; at += P) {
        const int64_t cols = width - at < P ? width - at : P;
        pack_panel<T, Turned>(room + at * s.k, b + at, ldb, s.k, cols);
      }
    }
    for (int64_t at = 0; at < width; at += P) {
      s.n = width - at < P ? width - at : P;
      s.b = room + at * s.k;
      s.ldb = s.n > kLanes<T> ? P : kLanes<T>;
      strip_for<T, false>(s.n)(s, 0, rows, nullptr);
      advance(s, s.n);
    }
    b += Turned ? width * ldb : width;
  }
}

template <class T>
static void copy_rows(T* dst, int64_t ldd, const T* src, int64_t lds, int64_t rows, int64_t cols) {
  for (int64_t i = 0; i < rows; ++i) {
    __builtin_memcpy(dst + i * ldd, src + i * lds, uint64_t(cols) * sizeof(T));
  }
}

// For each block of rows and of k: op(A)'s block, packed if its rows are far apart, times B's
// panels, packed if its rows are.
template <class T, GemmKind Kind>
static void blocked(const GemmArgs<T>& g, int64_t lo, int64_t hi, void* scratch) {
  constexpr bool kTrans = Kind == GemmKind::tn, kTurned = Kind == GemmKind::nt;
  T* const panel = (T*)scratch;
  T* const left = panel + kDeep<T> * kPanel<T> * kGroup;
  const int64_t row_bytes = g.ldb * int64_t(sizeof(T));
  const bool pack_b = kTurned || row_bytes >= kBigStride ||
                      (!kTrans && row_bytes >= kLongRow<T> && hi - lo >= kMany);
  if (!kTurned && hi - lo < kFew) return unpacked<T, kTrans>(g, lo, hi, scratch);
  const int64_t blocks = g.k > 0 ? (g.k + kDeep<T> - 1) / kDeep<T> : 1;
  for (int64_t row = lo; row < hi; row += kTall) {
    const int64_t rows = hi - row < kTall ? hi - row : kTall;
    for (int64_t block = 0; block < blocks; ++block) {
      const int64_t k0 = g.k * block / blocks;
      GemmArgs<T> s = g;
      s.k = g.k * (block + 1) / blocks - k0;
      s.a += kTrans ? k0 * g.lda + row : row * g.lda + k0;
      s.b += kTurned ? k0 : k0 * g.ldb;
      s.c += row * g.ldc;
      if (s.epilogue.mask) s.epilogue.mask += row * s.epilogue.ld_mask;
      if (block > 0) s.part |= kContinue;
      if (block + 1 < blocks) s.part |= kUnfinished;
      if (kTrans || g.lda * int64_t(sizeof(T)) >= kBigStride) {
        s.lda = s.k + kSkew<T>;
        if constexpr (kTrans)
          transpose(left, s.lda, s.a, g.lda, rows, 0, s.k);
        else
          copy_rows(left, s.lda, s.a, g.lda, rows, s.k);
        s.a = left;
      }
      if (pack_b)
        panels<T, kTurned>(s, rows, panel);
      else
        unpacked<T, false>(s, 0, rows, nullptr);
    }
  }
}

template <class T>
constexpr int64_t kPackedBytes =
    (kDeep<T> * kPanel<T> * kGroup + kTall * (kDeep<T> + kSkew<T>)) * int64_t(sizeof(T));

// B^T with few steps of k, on the stack.
template <class T>
static void nt_shallow(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  alignas(64) T panel[kPanel<T> * kPanel<T>];
  if (lo >= hi) return;
  GemmArgs<T> s = g;
  s.a += lo * g.lda;
  s.c += lo * g.ldc;
  if (s.epilogue.mask) s.epilogue.mask += lo * s.epilogue.ld_mask;
  panels<T, true>(s, hi - lo, panel);
}

}  // namespace brickwork::BW_ISA::mm
