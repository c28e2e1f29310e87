// The micro-kernel: MR rows by NR vectors of C stay in registers while k runs from its start to its
// end. Every element is therefore one chain of fused multiply-adds in the order of k, whatever the
// tile it falls into, so that no split of the rows over threads can change a bit.
#pragma once

#include "simd.hpp"

namespace brickwork::BW_ISA {

// Operations on C before it is stored, in this order. All pointers may be null.
template <class T>
struct Epilogue {
  const T* bias = nullptr;  // [n], added to every row
  int act = 0;  // 1: relu, which lets NaN through
  const T* mask = nullptr;  // [m, n]: C = 0 where mask <= 0 (relu backward); NaN keeps C
  int64_t ld_mask = 0;
  bool any() const { return bias || act || mask; }
};

enum class GemmKind : int { nn, tn, nt };

// For a product computed in several parts of k; see GemmArgs::part.
enum GemmPart : int { kWhole = 0, kContinue = 1, kUnfinished = 2 };

template <class T>
struct GemmArgs {
  const T* a;
  int64_t lda;
  const T* b;
  int64_t ldb;
  T* c;
  int64_t ldc;
  int64_t m, n, k;
  Epilogue<T> epilogue = {};
  int part = kWhole;  // kContinue: add to C. kUnfinished: leave the epilogue to a later part.
};

template <class T>
using GemmFn = void (*)(const GemmArgs<T>&, int64_t lo, int64_t hi, void* scratch);

namespace mm {

// Accumulators fill the registers, except those for a row of B and an element of A. (Double, which
// is used less, has 8 rows: as fast from a few rows on, with half the code.)
template <class T, int NR>
constexpr int kMaxRows = NR == 4            ? 3
                         : kRegisters == 32 ? (sizeof(T) == 8 ? 8 : 14)
                         : NR == 2          ? 6
                         : sizeof(T) == 8   ? 8
                                            : 12;

// Whether each step of the epilogue rounds what it makes, by Simd<T>::rounded.
template <class T>
constexpr bool kRounds = false;

// Columns [0, NR * W) of C; if Part is set, the last vector is only partly used.
template <class T, int W, int NR, bool Part>
struct Strip {
  using S = Simd<T, W>;
  using V = typename S::V;
  using Mask = typename S::Mask;

  BW_INLINE V load(const T* p, int j, Mask last) {
    return Part && j == NR - 1 ? S::load(p + j * W, last) : S::load(p + j * W);
  }

  BW_INLINE void store(T* p, int j, V v, Mask last) {
    if (Part && j == NR - 1)
      S::store(p + j * W, v, last);
    else
      S::store(p + j * W, v);
  }

  template <int MR>
  BW_INLINE void settle(V (&acc)[MR][NR]) {
    if constexpr (kRounds<T>) {
      BW_UNROLL for (int r = 0; r < MR; ++r) {
        BW_UNROLL for (int j = 0; j < NR; ++j) acc[r][j] = S::rounded(acc[r][j]);
      }
    }
  }

  template <int MR>
  BW_INLINE void finish(V (&acc)[MR][NR], const Epilogue<T>& e, int64_t row, Mask last) {
    settle<MR>(acc);
    if (e.bias) {
      BW_UNROLL for (int j = 0; j < NR; ++j) {
        const V bias = load(e.bias, j, last);
        BW_UNROLL for (int r = 0; r < MR; ++r) acc[r][j] = acc[r][j] + bias;
      }
      settle<MR>(acc);
    }
    if (e.act == 1) {
      BW_UNROLL for (int r = 0; r < MR; ++r) {
        BW_UNROLL for (int j = 0; j < NR; ++j) acc[r][j] = S::relu(acc[r][j]);
      }
    }
    if (e.mask) {
      const T* gate = e.mask + row * e.ld_mask;
      BW_UNROLL for (int r = 0; r < MR; ++r) {
        BW_UNROLL for (int j = 0; j < NR; ++j) {
          acc[r][j] = S::gated(acc[r][j], load(gate + r * e.ld_mask, j, last));
        }
      }
    }
  }

  // MR rows from `row` on. Every loop over the accumulators must be unrolled, or GNU 12 keeps them
  // in memory. Each is a function of its own: together they would save and spill registers that most
  // do without, which takes as long as a product of a few rows.
  template <int MR, bool Trans>
  static void tile(const GemmArgs<T>& g, int64_t row) {
    const Mask last = S::mask(g.n - (NR - 1) * W);
    const T* a = g.a + (Trans ? row : row * g.lda);
    T* const c = g.c + row * g.ldc;
    V acc[MR][NR];
    BW_UNROLL for (int r = 0; r < MR; ++r) {
      BW_UNROLL for (int j = 0; j < NR; ++j) acc[r][j] = V{};
    }
    if (g.part & kContinue) {
      BW_UNROLL for (int r = 0; r < MR; ++r) {
        BW_UNROLL for (int j = 0; j < NR; ++j) acc[r][j] = load(c + r * g.ldc, j, last);
      }
    }
    const T* b = g.b;
    for (int64_t kk = 0; kk < g.k; ++kk) {
      V bk[NR];
      BW_UNROLL for (int j = 0; j < NR; ++j) bk[j] = load(b, j, last);
      BW_UNROLL for (int r = 0; r < MR; ++r) {
        const V x = S::fill(a[Trans ? r : r * g.lda]);
        BW_UNROLL for (int j = 0; j < NR; ++j) acc[r][j] = S::fma(x, bk[j], acc[r][j]);
      }
      a += Trans ? g.lda : 1;
      b += g.ldb;
    }
    if constexpr (!Trans) {
      if (!(g.part & kUnfinished)) finish<MR>(acc, g.epilogue, row, last);
    }
    const int64_t ldc = g.ldc;  // otherwise it is read again after every store
    BW_UNROLL for (int r = 0; r < MR; ++r) {
      BW_UNROLL for (int j = 0; j < NR; ++j) store(c + r * ldc, j, acc[r][j], last);
    }
  }

  using Tile = void (*)(const GemmArgs<T>&, int64_t row);
  template <bool Trans, class Rows>
  struct Tiles;
  template <bool Trans, int... R>
  struct Tiles<Trans, Indices<R...>> {
    static constexpr Tile kOf[] = {tile<R + 1, Trans>...};
  };

  // Rows [lo, hi) of all g.n columns, in tiles as even as can be: 64 are 13 + 13 + 13 + 13 + 12.
  template <bool Trans>
  BW_INLINE void run(const GemmArgs<T>& g, int64_t lo, int64_t hi) {
    constexpr int kMax = kMaxRows<T, NR>;
    constexpr auto& of = Tiles<Trans, Upto<kMax>>::kOf;
    const int64_t rows = hi - lo;
    if (rows <= 0) return;
    if (rows <= kMax) return of[rows - 1](g, lo);
    const int64_t tiles = (rows + kMax - 1) / kMax, each = rows / tiles;
    for (int64_t longer = rows % tiles; lo < hi; --longer) {
      const int64_t mr = each + (longer > 0);
      of[mr - 1](g, lo);
      lo += mr;
    }
  }
};

// The epilogue as a separate pass: weight gradients have none, and in the micro-kernel it would be
// half of the code.
template <class T>
[[gnu::noinline]] static void finish_late(const GemmArgs<T>& g, int64_t lo, int64_t hi) {
  const Epilogue<T>& e = g.epilogue;
  for (int64_t i = lo; i < hi; ++i) {
    for (int64_t j = 0; j < g.n; ++j) {
      T x = g.c[i * g.ldc + j];
      if (e.bias) x += e.bias[j];
      if (e.act == 1) x = relu(x);
      if (e.mask) x = Simd<T, 1>::gated(x, e.mask[i * e.ld_mask + j]);
      g.c[i * g.ldc + j] = x;
    }
  }
}

template <class T, int W, int NR, bool Part, bool Trans>
static void strip(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  Strip<T, W, NR, Part>::template run<Trans>(g, lo, hi);
  if (Trans && !(g.part & kUnfinished) && g.epilogue.any()) finish_late(g, lo, hi);
}

// The strip for n <= 2 vectors: the narrowest is the fastest, since a core runs twice as many half
// vectors, and pads less.
template <class T, bool Trans, int W = kLanes<T>>
static GemmFn<T> strip_for(int64_t n) {
  if (n == 2 * int64_t(W)) return strip<T, W, 2, false, Trans>;
  if (n > W) return strip<T, W, 2, true, Trans>;
  if (n == W && !kMaskedIsFree) return strip<T, W, 1, false, Trans>;
  if (n == 1) return strip<T, 1, 1, false, Trans>;
  if constexpr (W * sizeof(T) > 16) {
    if (n <= W / 2) return strip_for<T, Trans, W / 2>(n);
  }
  return strip<T, W, 1, true, Trans>;
}

// Strips of four vectors, for up to three rows: more would not fit the registers, and with fewer
// vectors the multipliers would wait for each other.
template <class T>
constexpr int64_t kWide = 4 * kLanes<T>;

template <class T, bool Trans>
static void wide_strip(const GemmArgs<T>& g, int64_t lo, int64_t hi, void*) {
  Strip<T, kLanes<T>, 4, false>::template run<Trans>(g, lo, hi);
  if (Trans && !(g.part & kUnfinished) && g.epilogue.any()) finish_late(g, lo, hi);
}

}  // namespace mm
}  // namespace brickwork::BW_ISA
