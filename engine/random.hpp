// Counter-based random numbers: threefry2x32 with 20 rounds, the default generator of JAX.
//
// A number is a pure function of (key, counter), independent of the thread, tile or slice of an
// epoch. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once
#include "isa.hpp"

namespace brickwork::BW_ISA {
namespace {

struct Words {
  std::uint32_t a, b;
};

// The key of a stream of numbers. Streams of one seed never overlap; stream 0 is the row order.
inline Words random_key(std::int64_t seed, std::uint32_t stream) {
  const auto bits = static_cast<std::uint64_t>(seed);
  return {static_cast<std::uint32_t>(bits) ^ static_cast<std::uint32_t>(bits >> 32), stream};
}

template <int R0, int R1, int R2, int R3>
inline void threefry_rounds(std::uint32_t& a, std::uint32_t& b) {
  a += b, b = (b << R0 | b >> (32 - R0)) ^ a;
  a += b, b = (b << R1 | b >> (32 - R1)) ^ a;
  a += b, b = (b << R2 | b >> (32 - R2)) ^ a;
  a += b, b = (b << R3 | b >> (32 - R3)) ^ a;
}

// Straight-line code, so that a loop over counters vectorises.
inline Words threefry2x32(Words key, Words counter) {
  const std::uint32_t k0 = key.a, k1 = key.b, k2 = k0 ^ k1 ^ 0x1BD11BDAu;
  std::uint32_t a = counter.a + k0, b = counter.b + k1;
  threefry_rounds<13, 15, 26, 6>(a, b), a += k1, b += k2 + 1;
  threefry_rounds<17, 29, 16, 24>(a, b), a += k2, b += k0 + 2;
  threefry_rounds<13, 15, 26, 6>(a, b), a += k0, b += k1 + 3;
  threefry_rounds<17, 29, 16, 24>(a, b), a += k1, b += k2 + 4;
  threefry_rounds<13, 15, 26, 6>(a, b), a += k2, b += k0 + 5;
  return {a, b};
}

}  // namespace
}  // namespace brickwork::BW_ISA
