#include "gather.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace brickwork {
namespace {

struct Half {
  std::uint16_t bits;
};

double value_of(Half h) {
  const int exponent = h.bits >> 10 & 31, fraction = h.bits & 1023;
  double v = exponent == 0    ? std::ldexp(fraction, -24)
             : exponent == 31 ? (fraction ? NAN : INFINITY)
                              : std::ldexp(1024 + fraction, exponent - 25);
  return h.bits & 0x8000 ? -v : v;
}

std::int64_t item_size(Item item) {
  switch (item) {
    case Item::i8:
    case Item::u8:
    case Item::boolean: return 1;
    case Item::f16:
    case Item::i16:
    case Item::u16: return 2;
    case Item::f32:
    case Item::i32:
    case Item::u32: return 4;
    case Item::f64:
    case Item::i64:
    case Item::u64: return 8;
  }
  return 0;
}

bool same(Item item, DType to) {
  switch (to) {
    case DType::f32: return item == Item::f32;
    case DType::f64: return item == Item::f64;
    case DType::i32: return item == Item::i32;
    case DType::i64: return item == Item::i64;
    case DType::boolean: return item == Item::boolean;
  }
  return false;
}

template <class From>
From load(const char* p, bool swapped) {
  unsigned char bytes[sizeof(From)];
  std::memcpy(bytes, p, sizeof bytes);
  if (swapped) {
    for (std::size_t i = 0; i < sizeof bytes / 2; ++i) {
      const unsigned char b = bytes[i];
      bytes[i] = bytes[sizeof bytes - 1 - i];
      bytes[sizeof bytes - 1 - i] = b;
    }
  }
  From value;
  std::memcpy(&value, bytes, sizeof bytes);
  return value;
}

template <class To, class From>
To convert(From from) {
  if constexpr (std::is_same_v<From, Half>) {
    return convert<To>(value_of(from));
  } else if constexpr (std::is_same_v<To, bool>) {
    return from != 0;
  } else if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(from);
  } else if constexpr (std::is_floating_point_v<From>) {
    // The limit itself may round up in From; compare with the power of two above it.
    constexpr To least = std::numeric_limits<To>::min();
    constexpr From top = -static_cast<From>(least);
    if (!(from >= static_cast<From>(least))) return least;
    return from < top ? static_cast<To>(from) : std::numeric_limits<To>::max();
  } else if constexpr (std::is_unsigned_v<From>) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<To>::max());
    return static_cast<std::uint64_t>(from) > most ? std::numeric_limits<To>::max()
                                                   : static_cast<To>(from);
  } else {
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): an int8 is a number with a sign, no character
    const auto wide = static_cast<std::int64_t>(from);
    if (wide < std::numeric_limits<To>::min()) return std::numeric_limits<To>::min();
    if (wide > std::numeric_limits<To>::max()) return std::numeric_limits<To>::max();
    return static_cast<To>(wide);
  }
}

// Number k of a sparse matrix's columns or starts.
inline std::int64_t index(const Compressed& m, const char* where, std::int64_t k) {
  return m.wide ? reinterpret_cast<const std::int64_t*>(where)[k]
                : reinterpret_cast<const std::int32_t*>(where)[k];
}

void check(const Compressed& m) {
  const std::int64_t stored = m.numbers.dims[0];
  std::int64_t last = 0;
  for (std::int64_t r = 0; r <= m.rows; ++r) {
    const std::int64_t start = index(m, m.starts, r);
    if (start < last || start > stored || (r == 0 && start != 0)) {
      throw std::invalid_argument("sparse rows: start " + std::to_string(r) + " is " +
                                  std::to_string(start) + ", of " + std::to_string(stored) +
                                  " numbers");
    }
    last = start;
  }
  for (std::int64_t k = 0; k < last; ++k) {
    const std::int64_t column = index(m, m.columns, k);
    if (column < 0 || column >= m.width) {
      throw std::invalid_argument("sparse rows: column " + std::to_string(column) +
                                  ", expected 0 to " + std::to_string(m.width - 1));
    }
  }
}

inline void copy16(char* out, const char* in) { std::memcpy(out, in, 16); }

inline void copy_short(char* out, const char* in, std::int64_t bytes) {
  if (bytes >= 16) {
    for (std::int64_t b = 0; b + 16 <= bytes; b += 16) copy16(out + b, in + b);
    copy16(out + bytes - 16, in + bytes - 16);
  } else {
    for (std::int64_t b = 0; b < bytes; ++b) out[b] = in[b];
  }
}

}  // namespace

struct Feed::Rows {
  static const char* row(const Feed& f, const std::uint32_t* order, std::int64_t first,
                         std::int64_t i) {
    return f.data_ +
           (order != nullptr ? static_cast<std::int64_t>(order[i]) : first + i) * f.row_stride_;
  }

  // Rows of N bytes that only need to be copied.
  template <int N>
  static void copy(const Feed& f, const std::uint32_t* order, std::int64_t first, std::int64_t lo,
                   std::int64_t hi, char* out) {
    if (order == nullptr) {
      for (std::int64_t i = lo; i < hi; ++i) std::memcpy(out + i * N, row(f, order, first, i), N);
      return;
    }
    const char* const data = f.data_;
    const std::int64_t stride = f.row_stride_;
    for (std::int64_t i = lo; i < hi; ++i) {
      std::memcpy(out + i * N, data + static_cast<std::int64_t>(order[i]) * stride, N);
    }
  }

  static void copy_any(const Feed& f, const std::uint32_t* order, std::int64_t first,
                       std::int64_t lo, std::int64_t hi, char* out) {
    const std::int64_t bytes = f.row_bytes_;
    if (order == nullptr && f.row_stride_ == bytes) {
      std::memcpy(out + lo * bytes, f.data_ + (first + lo) * bytes,
                  static_cast<std::size_t>((hi - lo) * bytes));
    } else if (bytes <= 256) {
      for (std::int64_t i = lo; i < hi; ++i) {
        copy_short(out + i * bytes, row(f, order, first, i), bytes);
      }
    } else {
      for (std::int64_t i = lo; i < hi; ++i) {
        std::memcpy(out + i * bytes, row(f, order, first, i), static_cast<std::size_t>(bytes));
      }
    }
  }

  template <class From, class To>
  static To* run(const Feed& f, const char* in, std::int64_t count, std::int64_t stride, To* out) {
    if (!f.swapped_ && stride == static_cast<std::int64_t>(sizeof(From))) {
      for (std::int64_t i = 0; i < count; ++i) {
        out[i] = convert<To>(load<From>(in + i * static_cast<std::int64_t>(sizeof(From)), false));
      }
    } else {
      for (std::int64_t i = 0; i < count; ++i) {
        out[i] = convert<To>(load<From>(in + i * stride, f.swapped_));
      }
    }
    return out + count;
  }

  template <class From, class To>
  static To* axis(const Feed& f, int a, const char* in, To* out) {
    if (a == f.inner_rank_ - 1) return run<From>(f, in, f.dims_[a], f.strides_[a], out);
    for (std::int64_t i = 0; i < f.dims_[a]; ++i) {
      out = axis<From>(f, a + 1, in + i * f.strides_[a], out);
    }
    return out;
  }

  // Rows of a sparse matrix. They were checked, but the caller may have written to them since: no
  // index may lead outside the batch.
  template <class From, class To>
  static void scatter(const Feed& f, const std::uint32_t* order, std::int64_t first,
                      std::int64_t lo, std::int64_t hi, char* out) {
    const Compressed& m = f.sparse_;
    To* to = reinterpret_cast<To*>(out) + lo * m.width;
    std::memset(to, 0, static_cast<std::size_t>((hi - lo) * f.row_bytes_));
    for (std::int64_t i = lo; i < hi; ++i, to += m.width) {
      const std::int64_t row = order != nullptr ? order[i] : first + i;
      const std::int64_t end = std::min(index(m, m.starts, row + 1), m.numbers.dims[0]);
      for (std::int64_t k = std::max<std::int64_t>(index(m, m.starts, row), 0); k < end; ++k) {
        const std::int64_t column = index(m, m.columns, k);
        if (column < 0 || column >= m.width) continue;
        to[column] = convert<To>(load<From>(f.data_ + k * f.row_stride_, f.swapped_));
      }
    }
  }

  template <class From, class To>
  static void cast(const Feed& f, const std::uint32_t* order, std::int64_t first, std::int64_t lo,
                   std::int64_t hi, char* out) {
    if (f.sparse_.starts != nullptr) return scatter<From, To>(f, order, first, lo, hi, out);
    To* to = reinterpret_cast<To*>(out) + lo * f.width_;
    for (std::int64_t i = lo; i < hi; ++i) to = axis<From>(f, 0, row(f, order, first, i), to);
  }

  template <class From>
  static Run cast_to(DType to) {
    switch (to) {
      case DType::f32: return cast<From, float>;
      case DType::f64: return cast<From, double>;
      case DType::i32: return cast<From, std::int32_t>;
      case DType::i64: return cast<From, std::int64_t>;
      case DType::boolean: return cast<From, bool>;
    }
    return nullptr;
  }

  static Run cast_from(Item item, DType to) {
    switch (item) {
      case Item::f16: return cast_to<Half>(to);
      case Item::f32: return cast_to<float>(to);
      case Item::f64: return cast_to<double>(to);
      case Item::i8: return cast_to<std::int8_t>(to);
      case Item::i16: return cast_to<std::int16_t>(to);
      case Item::i32: return cast_to<std::int32_t>(to);
      case Item::i64: return cast_to<std::int64_t>(to);
      case Item::u8: return cast_to<std::uint8_t>(to);
      case Item::u16: return cast_to<std::uint16_t>(to);
      case Item::u32: return cast_to<std::uint32_t>(to);
      case Item::u64: return cast_to<std::uint64_t>(to);
      case Item::boolean: return cast_to<std::uint8_t>(to);
    }
    return nullptr;
  }

  static Run copy_of(std::int64_t bytes) {
    switch (bytes) {
      case 4: return copy<4>;
      case 8: return copy<8>;
      case 16: return copy<16>;
      case 32: return copy<32>;
      case 64: return copy<64>;
      default: return copy_any;
    }
  }
};

Feed::Feed(const Source& s, DType to) : data_(s.data), swapped_(s.swapped) {
  rows_ = s.rank > 0 ? s.dims[0] : 1;
  row_stride_ = s.rank > 0 ? s.strides[0] : 0;
  width_ = 1;
  for (int a = 1; a < s.rank; ++a) {
    width_ *= s.dims[a];
    if (s.dims[a] == 1) continue;
    const int last = inner_rank_ - 1;
    if (last >= 0 && strides_[last] == s.strides[a] * s.dims[a]) {
      dims_[last] *= s.dims[a];
      strides_[last] = s.strides[a];
    } else {
      dims_[inner_rank_] = s.dims[a];
      strides_[inner_rank_++] = s.strides[a];
    }
  }
  const std::int64_t size = item_size(s.item);
  if (inner_rank_ == 0) {
    dims_[0] = 1;
    strides_[0] = size;
    inner_rank_ = 1;
  }
  // The values of a broadcast array need not exist in memory, so its width is not limited.
  if (__builtin_mul_overflow(width_, item_bytes(to), &row_bytes_)) {
    throw std::overflow_error("a row of " + std::to_string(width_) + " values is too long");
  }
  const bool solid =
      inner_rank_ == 1 && strides_[0] == size && same(s.item, to) && !(s.swapped && size > 1);
  run_ = solid ? Rows::copy_of(row_bytes_) : Rows::cast_from(s.item, to);
  const bool aligned =
      reinterpret_cast<std::uintptr_t>(data_) % static_cast<std::uintptr_t>(item_bytes(to)) == 0;
  direct_ = solid && aligned && (row_stride_ == row_bytes_ || rows_ <= 1);
}

Feed::Feed(const Compressed& m, DType to)
    : data_(m.numbers.data),
      row_stride_(m.numbers.strides[0]),
      run_(Rows::cast_from(m.numbers.item, to)),
      rows_(m.rows),
      width_(m.width),
      swapped_(m.numbers.swapped),
      sparse_(m) {
  if (__builtin_mul_overflow(width_, item_bytes(to), &row_bytes_)) {
    throw std::overflow_error("a row of " + std::to_string(width_) + " values is too long");
  }
  check(m);
}

}  // namespace brickwork
