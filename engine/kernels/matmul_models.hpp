// Products of several models side by side: every value is a vector, one lane for each model, so a
// product is the plain sum over k of vectors. Tiles of C stay in registers.
#pragma once
#include <string.h>

#include "simd.hpp"

namespace brickwork::BW_ISA {
namespace {

// C[m, n] = A B, with the strides of A and B for each of their indices, in values of one model.
template <class T>
struct ModelsProduct {
  const T* a;
  std::int64_t a_row, a_inner;
  const T* b;
  std::int64_t b_inner, b_column;
  T* c;
  std::int64_t n, k;
  const T* bias;  // of n values, or null
  const T* mask;  // as C, or null: the result is zero where it is not positive
  bool relu;
  T* packed;  // of k * (n + kTileRows) values, or null: read A and B where they are
};

// What the registers hold: the sums, a row of B and a value of A.
constexpr int kTileRows = BW_VECTOR_BYTES == 64 ? 5 : 3;
constexpr int kTileColumns = BW_VECTOR_BYTES == 64 ? 4 : 3;

// From this many values on, A or B is copied to where its tiles are contiguous: rows of many vectors
// are powers of two apart, and few of them fit the first cache at once.
constexpr std::int64_t kPackFrom = 512;

// An operand of a tile: its first value, and the distance of rows (or columns) and along k.
template <class T>
struct Panel {
  const T* first;
  std::int64_t across, inner;
};

// Keeps a vector in a register: the compiler would read it from memory again in every product.
template <class V>
inline void keep(V& v) {
#if defined(__AVX512F__) || defined(__aarch64__)
  __asm__(""
          : "+"
#if defined(__aarch64__)
            "w"
#else
            "v"
#endif
          (v));
#else
  static_cast<void>(v);
#endif
}

template <class T, int Rows, int Columns>
void models_tile(const ModelsProduct<T>& p, const Panel<T>& left_panel, const Panel<T>& right_panel,
                 std::int64_t i, std::int64_t j) {
  constexpr int L = BW_VECTOR_BYTES / static_cast<int>(sizeof(T));
  constexpr std::int64_t M = kLanesF;
  using V = Vec<T, L>;
  for (int l = 0; l < M; l += L) {
    const T* a = left_panel.first + l;
    const T* b = right_panel.first + l;
    const V zero{};
    V sum[Rows][Columns] = {};
    for (std::int64_t k = 0; k < p.k; ++k) {
      V right[Columns];
#pragma GCC unroll 8
      for (int x = 0; x < Columns; ++x) {
        right[x] = load<T, L>(b + x * right_panel.across * M);
        keep(right[x]);
      }
#pragma GCC unroll 8
      for (int y = 0; y < Rows; ++y) {
        V left = load<T, L>(a + y * left_panel.across * M);
        keep(left);
#pragma GCC unroll 8
        for (int x = 0; x < Columns; ++x) sum[y][x] = fma(left, right[x], sum[y][x]);
      }
      a += left_panel.inner * M;
      b += right_panel.inner * M;
    }
    const std::int64_t at = (i * p.n + j) * M + l;
    if (p.bias != nullptr) {
#pragma GCC unroll 8
      for (int x = 0; x < Columns; ++x) {
        const V bias = load<T, L>(p.bias + (j + x) * M + l);
#pragma GCC unroll 8
        for (int y = 0; y < Rows; ++y) sum[y][x] += bias;
      }
    }
    if (p.relu) {
#pragma GCC unroll 8
      for (int y = 0; y < Rows; ++y) {
#pragma GCC unroll 8
        for (int x = 0; x < Columns; ++x) sum[y][x] = sum[y][x] <= zero ? zero : sum[y][x];
      }
    }
    if (p.mask != nullptr) {
#pragma GCC unroll 8
      for (int y = 0; y < Rows; ++y) {
#pragma GCC unroll 8
        for (int x = 0; x < Columns; ++x) {
          const V mask = load<T, L>(p.mask + at + (y * p.n + x) * M);
          sum[y][x] = mask > zero ? sum[y][x] : zero;
        }
      }
    }
#pragma GCC unroll 8
    for (int y = 0; y < Rows; ++y) {
#pragma GCC unroll 8
      for (int x = 0; x < Columns; ++x) store<T, L>(p.c + at + (y * p.n + x) * M, sum[y][x]);
    }
  }
}

// Copies `width` rows or columns to where those of one k are next to each other.
template <class T>
Panel<T> pack(const Panel<T>& from, std::int64_t width, std::int64_t k, T* to) {
  constexpr std::int64_t M = kLanesF;
  for (std::int64_t at = 0; at < k; ++at) {
    for (std::int64_t x = 0; x < width; ++x) {
      const T* const value = from.first + (at * from.inner + x * from.across) * M;
      memcpy(to + (at * width + x) * M, value, M * sizeof(T));
    }
  }
  return {to, 1, width};
}

template <class T>
Panel<T> left_of(const ModelsProduct<T>& p, std::int64_t i, int rows) {
  const Panel<T> panel{p.a + i * p.a_row * kLanesF, p.a_row, p.a_inner};
  if (p.packed == nullptr) return panel;
  return pack(panel, rows, p.k, p.packed + p.k * p.n * kLanesF);
}

template <class T>
Panel<T> right_of(const ModelsProduct<T>& p, std::int64_t j, int columns) {
  if (p.packed != nullptr) return {p.packed + p.k * j * kLanesF, 1, columns};
  return {p.b + j * p.b_column * kLanesF, p.b_column, p.b_inner};
}

template <class T, int Rows, int Columns>
void models_columns(const ModelsProduct<T>& p, const Panel<T>& left, std::int64_t i,
                    std::int64_t j) {
  models_tile<T, Rows, Columns>(p, left, right_of(p, j, Columns), i, j);
}

template <class T, int Rows>
void models_rows(const ModelsProduct<T>& p, std::int64_t i) {
  const Panel<T> left = left_of(p, i, Rows);
  std::int64_t j = 0;
  for (; j + kTileColumns <= p.n; j += kTileColumns) {
    models_columns<T, Rows, kTileColumns>(p, left, i, j);
  }
  switch (p.n - j) {
    case 3:
      if constexpr (kTileColumns > 3) models_columns<T, Rows, 3>(p, left, i, j);
      break;
    case 2: models_columns<T, Rows, 2>(p, left, i, j); break;
    case 1: models_columns<T, Rows, 1>(p, left, i, j); break;
    default: break;
  }
}

// Rows [lo, hi) of C.
template <class T>
void models_product(const ModelsProduct<T>& p, std::int64_t lo, std::int64_t hi) {
  if (p.packed != nullptr) {
    for (std::int64_t j = 0; j < p.n; j += kTileColumns) {
      const std::int64_t columns = p.n - j < kTileColumns ? p.n - j : kTileColumns;
      pack(Panel<T>{p.b + j * p.b_column * kLanesF, p.b_column, p.b_inner}, columns, p.k,
           p.packed + p.k * j * kLanesF);
    }
  }
  std::int64_t i = lo;
  for (; i + kTileRows <= hi; i += kTileRows) models_rows<T, kTileRows>(p, i);
  switch (hi - i) {
    case 4:
      if constexpr (kTileRows > 4) models_rows<T, 4>(p, i);
      break;
    case 3:
      if constexpr (kTileRows > 3) models_rows<T, 3>(p, i);
      break;
    case 2: models_rows<T, 2>(p, i); break;
    case 1: models_rows<T, 1>(p, i); break;
    default: break;
  }
}

}  // namespace
}  // namespace brickwork::BW_ISA
