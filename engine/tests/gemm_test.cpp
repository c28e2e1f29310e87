// Matrix products compared with plain loops of higher precision. Operands end at an inaccessible
// page, so that a read or write after them crashes; memory between C's rows must not change.
//
// An emulator takes minutes for all sizes: with the argument "quick" or BW_QUICK in the environment
// only a third of the small sizes and few of the large ones are tested.
#include "../gemm/gemm.hpp"

#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <vector>

#include "../system.hpp"

using namespace brickwork::BW_ISA;

static int failures = 0;

#define CHECK(condition, ...)               \
  do {                                      \
    if (!(condition) && ++failures <= 20) { \
      std::printf("FAIL %s: ", #condition); \
      std::printf(__VA_ARGS__);             \
      std::printf("\n");                    \
    }                                       \
  } while (0)

// Memory followed by an inaccessible page.
class Guarded {
 public:
  explicit Guarded(size_t bytes) : end_(brickwork::take_guarded(bytes)), bytes_(bytes) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { brickwork::free_guarded(end_, bytes_); }
  template <class T>
  T* last(int64_t count) {  // room for exactly `count` elements before the guard
    return (T*)end_ - count;
  }

 private:
  char* end_;
  size_t bytes_;
};

static uint64_t state = 88172645463325252ull;
static uint64_t random_bits() {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}
template <class T>
static void randomise(T* p, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    p[i] = T(int64_t(random_bits() >> 40) - (1 << 23)) / (1 << 23);
}

static int64_t extent(int64_t rows, int64_t cols, int64_t ld) {
  return rows && cols ? (rows - 1) * ld + cols : 0;
}

struct Memory {
  Guarded a, b, c, bias, mask;
  explicit Memory(size_t bytes) : a(bytes), b(bytes), c(bytes), bias(bytes), mask(bytes) {}
};

template <class T>
struct Problem {
  GemmKind kind;
  GemmArgs<T> g;
  int64_t c_extent;
  bool trans_a() const { return kind == GemmKind::tn; }
  bool trans_b() const { return kind == GemmKind::nt; }
  T a(int64_t i, int64_t kk) const { return trans_a() ? g.a[kk * g.lda + i] : g.a[i * g.lda + kk]; }
  T b(int64_t kk, int64_t j) const { return trans_b() ? g.b[j * g.ldb + kk] : g.b[kk * g.ldb + j]; }
  const char* name() const { return trans_a() ? "tn" : trans_b() ? "nt" : "nn"; }
};

constexpr int kBias = 1, kRelu = 2, kMask = 4;

template <class T>
static Problem<T> make(Memory& mem, GemmKind kind, int64_t m, int64_t n, int64_t k, int epilogue,
                       int64_t gap) {
  Problem<T> p{kind, {}, 0};
  const bool ta = p.trans_a(), tb = p.trans_b();
  const int64_t ar = ta ? k : m, ac = ta ? m : k, br = tb ? n : k, bc = tb ? k : n;
  auto fill = [](Guarded& where, int64_t count) {
    T* at = where.last<T>(count);
    randomise(at, count);
    return at;
  };
  p.g.m = m, p.g.n = n, p.g.k = k;
  p.g.lda = ac + gap, p.g.ldb = bc + gap, p.g.ldc = n + gap;
  p.g.a = fill(mem.a, extent(ar, ac, p.g.lda));
  p.g.b = fill(mem.b, extent(br, bc, p.g.ldb));
  p.c_extent = extent(m, n, p.g.ldc);
  p.g.c = fill(mem.c, p.c_extent);
  if (epilogue & kBias) p.g.epilogue.bias = fill(mem.bias, n);
  if (epilogue & kRelu) p.g.epilogue.act = 1;
  if (epilogue & kMask) {
    p.g.epilogue.ld_mask = n + gap;
    p.g.epilogue.mask = fill(mem.mask, extent(m, n, n + gap));
  }
  return p;
}

// Sometimes selected for another batch size: that may change the algorithm, but not the result.
template <class T>
static void run(const Problem<T>& p, int64_t lo, int64_t hi) {
  const int64_t more = int64_t(random_bits() % 3) * 100;
  const int64_t m = p.g.m + (p.trans_a() ? 0 : more), k = p.g.k + (p.trans_a() ? more : 0);
  const int64_t bytes = gemm_scratch<T>(p.kind, m, p.g.n, k);
  void* scratch = bytes ? brickwork::take_aligned(64, size_t(bytes)) : nullptr;
  gemm_select<T>(p.kind, m, p.g.n, k)(p.g, lo, hi, scratch);
  brickwork::free_aligned(scratch);
}

template <class T>
struct Wider {
  typedef double type;
};
template <>
struct Wider<double> {
  typedef long double type;
};

template <class T>
static void against_reference(const Problem<T>& p, const T* before, int64_t lo, int64_t hi) {
  using Wide = typename Wider<T>::type;
  const auto& g = p.g;
  const auto& e = g.epilogue;
  const Wide eps = std::numeric_limits<T>::epsilon();
  for (int64_t at = 0; at < p.c_extent; ++at) {
    const int64_t i = at / g.ldc, j = at % g.ldc;
    if (j >= g.n || i < lo || i >= hi) {
      CHECK(!std::memcmp(g.c + at, before + at, sizeof(T)),
            "%s %ld %ld %ld: C[%ld, %ld] overwritten", p.name(), long(g.m), long(g.n), long(g.k),
            long(i), long(j));
      continue;
    }
    Wide want = 0, size = 0;
    for (int64_t kk = 0; kk < g.k; ++kk) {
      const Wide term = Wide(p.a(i, kk)) * p.b(kk, j);
      want += term, size += std::fabs(term);
    }
    if (e.bias) want += e.bias[j], size += std::fabs(Wide(e.bias[j]));
    const bool kept = !e.mask || e.mask[i * e.ld_mask + j] > 0;
    if ((e.act && want < 0) || !kept) want = 0;
    CHECK(std::fabs(g.c[at] - want) <= eps * (g.k + 2) * size,
          "%s m=%ld n=%ld k=%ld [%ld, %ld]: %.9g, not %.9g", p.name(), long(g.m), long(g.n),
          long(g.k), long(i), long(j), double(g.c[at]), double(want));
  }
}

// One product: correct, and bitwise the same for any split of its rows.
template <class T>
static void product(Memory& mem, GemmKind kind, int64_t m, int64_t n, int64_t k, int epilogue,
                    int64_t gap) {
  const Problem<T> p = make<T>(mem, kind, m, n, k, epilogue, gap);
  const std::vector<T> before(p.g.c, p.g.c + p.c_extent);
  run(p, 0, m);
  against_reference(p, before.data(), 0, m);
  const std::vector<T> whole(p.g.c, p.g.c + p.c_extent);
  auto restore = [&] { std::copy(before.begin(), before.end(), p.g.c); };

  const int64_t first = m ? int64_t(random_bits() % uint64_t(m)) : 0;
  const int64_t second = first + int64_t(random_bits() % uint64_t(m - first + 1));
  restore();
  run(p, first, second);
  if (first || second < m) against_reference(p, before.data(), first, second);
  run(p, second, m);
  run(p, 0, first);
  CHECK(whole.empty() || !std::memcmp(p.g.c, whole.data(), sizeof(T) * whole.size()),
        "%s %ld %ld %ld split at %ld, %ld: other bits", p.name(), long(m), long(n), long(k),
        long(first), long(second));
}

template <class T>
static void ragged_shapes(bool quick) {
  Memory mem(1 << 16);
  const std::initializer_list<int64_t> sizes = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                                10, 11, 12, 13, 14, 15, 16, 17, 18, 23,
                                                24, 25, 27, 28, 29, 31, 32, 33, 35, 40};
  int turn = 0;
  const auto skipped = [&](int64_t size) { return quick && size % 3 != 1 && size != 8; };
  for (int64_t m : sizes)
    for (int64_t n : sizes)
      for (int64_t k : sizes) {
        if (skipped(m) || skipped(n) || skipped(k)) continue;
        for (GemmKind kind : {GemmKind::nn, GemmKind::tn, GemmKind::nt}) {
          product<T>(mem, kind, m, n, k, turn % 8, turn / 8 % 2 ? turn % 5 : 0);
          turn += 1 + (turn % 3 == 0);
        }
      }
}

template <class T>
static void large_shapes(bool quick) {
  Memory mem(24 << 20);
  const int64_t shapes[][3] = {{128, 784, 512},  {64, 2048, 70},  {70, 2050, 33},  {33, 100, 2048},
                               {300, 65, 300},   {50, 1024, 600}, {600, 1030, 20}, {29, 1100, 1030},
                               {1, 513, 784},    {2, 700, 900},   {784, 1, 128},   {128, 1, 784},
                               {100, 10, 512},   {512, 10, 128},  {3, 3000, 5},    {100, 6, 300},
                               {40, 1030, 1100}, {520, 1030, 70}, {40, 1030, 20},  {33, 40, 1100}};
  int turn = 0;
  for (auto& s : shapes) {
    if (quick && s[0] * s[1] * s[2] > 2000000) continue;
    for (GemmKind kind : {GemmKind::nn, GemmKind::tn, GemmKind::nt}) {
      product<T>(mem, kind, s[0], s[1], s[2], 0, 0);
      product<T>(mem, kind, s[0], s[1], s[2], turn % 8, turn % 2 * 3);
      ++turn;
    }
  }
}

// NaN and infinity propagate, and zeros elsewhere do not hide them.
template <class T>
static void not_a_number() {
  Memory mem(1 << 20);
  const T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity();
  for (GemmKind kind : {GemmKind::nn, GemmKind::tn, GemmKind::nt})
    for (int64_t m : {1, 5, 14, 30})
      for (int64_t n : {1, 3, 8, 16, 21, 40, 70})
        for (int64_t k : {1, 7, 33, 70}) {
          Problem<T> p = make<T>(mem, kind, m, n, k, kBias | kRelu, 0);
          std::memset((T*)p.g.b, 0, sizeof(T) * size_t(n * k));
          const int64_t row = m / 2, kk = k / 2;
          T* poison = (T*)p.g.a + (p.trans_a() ? kk * p.g.lda + row : row * p.g.lda + kk);
          for (T value : {nan, inf}) {  // 0 * inf is NaN
            *poison = value;
            run(p, 0, m);
            for (int64_t i = 0; i < m; ++i)
              for (int64_t j = 0; j < n; ++j)
                CHECK(std::isnan(p.g.c[i * n + j]) == (i == row),
                      "%s %ld %ld %ld: NaN at [%ld, %ld]: %g", p.name(), long(m), long(n), long(k),
                      long(i), long(j), double(p.g.c[i * n + j]));
          }
          Problem<T> q = make<T>(mem, kind, m, n, k, 0, 0);
          run(q, 0, m);
          const std::vector<T> plain(q.g.c, q.g.c + m * n);
          std::vector<T> gate(size_t(m * n), nan);
          q.g.epilogue.mask = gate.data(), q.g.epilogue.ld_mask = n;
          run(q, 0, m);
          CHECK(!std::memcmp(q.g.c, plain.data(), sizeof(T) * plain.size()),
                "a NaN in the mask keeps C");
        }
}

template <class T>
static void passes() {
  Guarded from(1 << 16), to(1 << 16);
  for (int64_t m : {0, 1, 2, 3, 5, 8, 15, 16, 17, 33, 40})
    for (int64_t n : {1, 2, 3, 4, 7, 8, 9, 16, 31, 33, 64, 70, 130}) {
      T* z = from.last<T>(m * n);
      randomise(z, m * n);
      T* sum = to.last<T>(n);
      const int64_t mid = n / 3;
      colsum(sum, z, m, n, mid, n);
      colsum(sum, z, m, n, int64_t(0), mid);
      for (int64_t j = 0; j < n; ++j) {
        T want = 0;
        for (int64_t i = 0; i < m; ++i) want += z[i * n + j];
        CHECK(sum[j] == want, "colsum %ld x %ld, column %ld", long(m), long(n), long(j));
      }
      T* turned = to.last<T>(m * n);
      transpose(turned, m, z, n, n, m / 2, m);
      transpose(turned, m, z, n, n, int64_t(0), m / 2);
      for (int64_t i = 0; i < m; ++i)
        for (int64_t j = 0; j < n; ++j)
          CHECK(turned[j * m + i] == z[i * n + j], "transpose %ld x %ld [%ld, %ld]", long(m),
                long(n), long(i), long(j));
    }
}

template <class T>
static void all(bool quick) {
  ragged_shapes<T>(quick);
  large_shapes<T>(quick);
  not_a_number<T>();
  passes<T>();
}

int main(int argc, char** argv) {
  const bool quick = argc > 1 ? !std::strcmp(argv[1], "quick") : std::getenv("BW_QUICK") != nullptr;
  all<float>(quick);
  all<double>(quick);
  std::printf("%s: %d failures\n", failures ? "FAILED" : "ok", failures);
  return failures ? 1 : 0;
}
