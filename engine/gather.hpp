// Copies rows of the caller's arrays into a batch, for any dtype, strides and byte order.
#pragma once
#include <cstdint>

#include "kernel.hpp"

namespace brickwork {

// The dtypes of the caller's arrays. Values are converted to the plan's dtypes when copied.
enum class Item : std::uint8_t { f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64, boolean };

constexpr int kMaxSourceRank = 32;

// An array of the caller: strides are in bytes, of any sign; data need not be aligned.
struct Source {
  const char* data = nullptr;
  Item item = Item::f32;
  bool swapped = false;  // the other byte order
  int rank = 0;
  std::int64_t dims[kMaxSourceRank] = {};
  std::int64_t strides[kMaxSourceRank] = {};
};

// A sparse matrix in CSR format: row r has numbers[k] in column columns[k] for k from starts[r] up
// to starts[r + 1], and 0 elsewhere. No column occurs twice in a row.
struct Compressed {
  Source numbers;                 // of one dimension
  const char* columns = nullptr;  // int32 or, where `wide`, int64; so are starts
  const char* starts = nullptr;
  bool wide = false;
  std::int64_t rows = 0;
  std::int64_t width = 0;
};

// An array as rows along its first axis, and how to write them as dtype `to`.
//
// Conversions keep a value if `to` can represent it. Integers saturate, so an id that is out of
// range remains so; NaN becomes the least integer.
class Feed {
 public:
  Feed() = default;
  Feed(const Source& source, DType to);
  // Throws std::invalid_argument if starts or columns lead outside the matrix.
  Feed(const Compressed& matrix, DType to);

  std::int64_t rows() const { return rows_; }
  std::int64_t width() const { return width_; }  // values in a row

  // Writes rows [lo, hi) of the batch that starts at `first`, at `out` + lo rows. Row i of the data
  // pass is order[i], or i where `order` is null.
  void gather(const std::uint32_t* order, std::int64_t first, std::int64_t lo, std::int64_t hi,
              void* out) const {
    run_(*this, order != nullptr ? order + first : nullptr, first, lo, hi, static_cast<char*>(out));
  }

  // The address of row `first`, if the rows already have the layout of a batch; else null.
  void* direct(std::int64_t first) const {
    return direct_ ? const_cast<char*>(data_ + first * row_stride_) : nullptr;
  }

 private:
  using Run = void (*)(const Feed&, const std::uint32_t* order, std::int64_t first, std::int64_t lo,
                       std::int64_t hi, char* out);
  struct Rows;
  friend struct Rows;

  const char* data_ = nullptr;
  std::int64_t row_stride_ = 0;  // bytes
  std::int64_t row_bytes_ = 0;  // bytes of a row as written
  Run run_ = nullptr;
  std::int64_t rows_ = 0;
  std::int64_t width_ = 0;
  bool direct_ = false;
  bool swapped_ = false;
  Compressed sparse_;  // has starts if the rows are those of a sparse matrix
  int inner_rank_ = 0;  // axes within a row, with contiguous neighbours merged
  std::int64_t dims_[kMaxSourceRank] = {};
  std::int64_t strides_[kMaxSourceRank] = {};
};

}  // namespace brickwork
