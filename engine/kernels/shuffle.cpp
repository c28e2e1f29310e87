// The order of rows in one pass over the data: Fisher-Yates on counter-based random numbers.
//
// order starts as 0, 1, .., n - 1. For i = n - 1 down to 1, order[i] and order[j] are swapped,
//   j = floor(r * (i + 1) / 2^32),  r = word (i mod 2) of threefry2x32(key, (pass, floor(i / 2)))
// with key = random_key(seed, stream 0). A pure function of (n, seed, pass): training can resume
// anywhere without replaying earlier passes. The multiplication biases no row by more than
// n / 2^32.
#include <string.h>

#include "random.hpp"
#include "simd.hpp"

namespace brickwork::BW_ISA {
namespace {

constexpr std::int64_t kBlock = 128;  // counters at a time

void run_shuffle(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  if (lo >= hi) return;
  auto* order = static_cast<std::uint32_t*>(c.p[0]);
  const std::int64_t n = c.n[0];
  const Words key = random_key(c.n[1], 0);
  const auto pass = static_cast<std::uint32_t>(c.n[2]);
  for (std::int64_t i = 0; i < n; ++i) order[i] = static_cast<std::uint32_t>(i);
  alignas(64) std::uint32_t words[2][kBlock];
  for (std::int64_t first = (n - 1) / 2 / kBlock * kBlock; first >= 0; first -= kBlock) {
    // The last block has fewer; whole vectors are computed anyway, which is cheaper.
    const std::int64_t count = ((n + 1) / 2 - first + 15) / 16 * 16;
    for (std::int64_t b = 0; b < (count < kBlock ? count : kBlock); ++b) {
      const Words w = threefry2x32(key, {pass, static_cast<std::uint32_t>(first + b)});
      words[0][b] = w.a;
      words[1][b] = w.b;
    }
    const std::int64_t top = 2 * (first + kBlock) - 1;
    for (std::int64_t i = n - 1 < top ? n - 1 : top; i >= 2 * first && i > 0; --i) {
      const std::uint64_t r = words[i & 1][i / 2 - first];
      const std::uint64_t j = r * static_cast<std::uint64_t>(i + 1) >> 32;
      const std::uint32_t other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
  }
}

// Of several models, each with its own seed: entry i of model m is order[i * models + m]. Swaps of
// one model wait for each other, so those of all models are done side by side.
void run_shuffle_models(const Call& c, std::int64_t lo, std::int64_t hi, Worker&) {
  if (lo >= hi) return;
  constexpr std::int64_t M = kLanesF, kCounters = 32;
  auto* order = static_cast<std::uint32_t*>(c.p[0]);
  const std::int64_t n = c.n[0];
  const auto pass = static_cast<std::uint32_t>(c.n[2]);
  Words key[M];
  for (int m = 0; m < M; ++m) {
    std::int64_t seed;
    memcpy(&seed, static_cast<const char*>(c.p[1]) + m * sizeof seed, sizeof seed);
    key[m] = random_key(seed, 0);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    for (int m = 0; m < M; ++m) order[i * M + m] = static_cast<std::uint32_t>(i);
  }
  alignas(64) std::uint32_t words[kCounters][2][M];
  for (std::int64_t first = (n - 1) / 2 / kCounters * kCounters; first >= 0; first -= kCounters) {
    const std::int64_t count = (n + 1) / 2 - first < kCounters ? (n + 1) / 2 - first : kCounters;
    for (std::int64_t b = 0; b < count; ++b) {
      for (int m = 0; m < M; ++m) {
        const Words w = threefry2x32(key[m], {pass, static_cast<std::uint32_t>(first + b)});
        words[b][0][m] = w.a;
        words[b][1][m] = w.b;
      }
    }
    const std::int64_t top = 2 * (first + kCounters) - 1;
    for (std::int64_t i = n - 1 < top ? n - 1 : top; i >= 2 * first && i > 0; --i) {
      const std::uint32_t* const r = words[i / 2 - first][i & 1];
      std::uint32_t* const here = order + i * M;
      for (int m = 0; m < M; ++m) {
        const std::uint64_t j = std::uint64_t{r[m]} * static_cast<std::uint64_t>(i + 1) >> 32;
        std::uint32_t* const there = order + static_cast<std::int64_t>(j) * M;
        const std::uint32_t other = there[m];
        there[m] = here[m];
        here[m] = other;
      }
    }
  }
}

// outs [order int32 (n)], ints [seed, pass]; of several models ins [seeds int64 (models)].
const char* bind_shuffle(const Request& r, Call& c) {
  if (r.n_outs != 1 || r.n_ints != 2) return "needs an output and 2 integers";
  if (r.n_ins != (r.models > 1)) return "needs a seed, or of several models those of all";
  if (r.outs[0].dtype != DType::i32) return "the order is int32";
  if (r.outs[0].size > 0xffffffffll) return "has more than 2^32 rows";
  c.n[0] = r.outs[0].size;
  c.n[1] = r.ints[0];
  c.n[2] = r.ints[1];
  c.rows = 1;
  c.run = r.models > 1 ? run_shuffle_models : run_shuffle;
  return nullptr;
}

}  // namespace

BW_KERNELS(shuffle) = {
    {"shuffle", bind_shuffle, true},
    {},
};
}  // namespace brickwork::BW_ISA
