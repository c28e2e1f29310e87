// Matrix products compared with OpenBLAS, for the shapes of the benchmark's training jobs.
//
//   pip install scipy-openblas32          # in a throwaway environment
//   g++ -O3 -std=c++20 -fno-math-errno -fno-trapping-math -ffp-contract=off -march=x86-64-v4
//       -mprefer-vector-width=512 -DBW_ISA=avx512 gemm_bench.cpp -o gemm_bench -ldl -pthread
//   ./gemm_bench .../scipy_openblas32/lib/libscipy_openblas.so [2] [job]
//
// One row a product: GFLOP/s on one thread of ours and of OpenBLAS; with the argument 2 also on two
// threads, ours by halves of the rows, OpenBLAS by its own pool. Minima over rounds by turns.
#include "../gemm/gemm.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <time.h>

using namespace brickwork::BW_ISA;
using Sgemm = void (*)(int order, int ta, int tb, int m, int n, int k, float alpha, const float* a,
                       int lda, const float* b, int ldb, float beta, float* c, int ldc);

static Sgemm blas;
static void (*blas_threads)(int);

static double seconds(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

static float* buffer(int64_t count) {
  float* p = (float*)std::aligned_alloc(64, size_t((count * 4 + 4096 + 63) / 64 * 64));
  for (int64_t i = 0; i < count; ++i) p[i] = float(i % 17) / 16 - 0.5f;
  return p;
}

struct Case {
  GemmKind kind;
  int64_t m, n, k;
  GemmArgs<float> args;
  GemmFn<float> fn;
  void* scratch[2];

  Case(GemmKind kind_, int64_t m_, int64_t n_, int64_t k_) : kind(kind_), m(m_), n(n_), k(k_) {
    const bool ta = kind == GemmKind::tn, tb = kind == GemmKind::nt;
    args = {buffer(m * k), ta ? m : k, buffer(k * n), tb ? k : n, buffer(m * n), n, m, n, k, {}};
    fn = gemm_select<float>(kind, m, n, k);
    for (void*& s : scratch) s = buffer(gemm_scratch<float>(kind, m, n, k) / 4 + 16);
  }
  ~Case() {
    for (const void* p : {(const void*)args.a, (const void*)args.b, (const void*)args.c,
                          (const void*)scratch[0], (const void*)scratch[1]})
      std::free((void*)p);
  }
  void ours() const { fn(args, 0, m, scratch[0]); }
  void theirs() const {
    constexpr int kRowMajor = 101, kPlain = 111, kTransposed = 112;
    blas(kRowMajor, kind == GemmKind::tn ? kTransposed : kPlain,
         kind == GemmKind::nt ? kTransposed : kPlain, int(m), int(n), int(k), 1, args.a,
         int(args.lda), args.b, int(args.ldb), 0, args.c, int(args.ldc));
  }
  double flops() const { return 2.0 * double(m) * double(n) * double(k); }
};

// Seconds per call, over `reps` calls. One thread is timed by its CPU time, which other processes
// affect less.
template <class F>
static double timed(int64_t reps, F&& call, clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  const double start = seconds(clock);
  for (int64_t i = 0; i < reps; ++i) {
    call();
    asm volatile("" ::: "memory");
  }
  return (seconds(clock) - start) / double(reps);
}

// The fastest single call within a second: on two threads an average would mostly measure other
// processes.
template <class F>
static double fastest(F&& call) {
  double best = 1e9;
  for (const double until = seconds(CLOCK_MONOTONIC) + 1; seconds(CLOCK_MONOTONIC) < until;) {
    best = std::min(best, timed(1, call, CLOCK_MONOTONIC));
  }
  return best;
}

// Two threads with half of the rows each, synchronized before and after every product.
static double fastest_pair(const Case& c) {
  std::atomic<int64_t> arrived{0};
  std::atomic<bool> over{false};
  const auto meet = [&](int64_t count) {
    arrived.fetch_add(1);
    for (int64_t spins = 0; arrived.load() < 2 * count; ++spins) {
      if (spins < 2000)
        __builtin_ia32_pause();
      else
        std::this_thread::yield();
    }
  };
  const int64_t mid = c.m / 2;
  std::thread other([&] {
    for (int64_t meetings = 0;;) {
      meet(++meetings);
      if (over) return;
      c.fn(c.args, mid, c.m, c.scratch[1]);
      meet(++meetings);
    }
  });
  int64_t meetings = 0;
  double best = 1e9;
  for (const double until = seconds(CLOCK_MONOTONIC) + 1; seconds(CLOCK_MONOTONIC) < until;) {
    meet(++meetings);
    const double start = seconds(CLOCK_MONOTONIC);
    c.fn(c.args, 0, mid, c.scratch[0]);
    meet(++meetings);
    best = std::min(best, seconds(CLOCK_MONOTONIC) - start);
  }
  over = true;
  meet(++meetings);
  other.join();
  return best;
}

static void measure(const char* job, const Case& c, bool pair) {
  const int rounds = 15;
  const double guess = std::max(timed(3, [&] { c.ours(); }), 1e-9);
  const int64_t reps = std::max<int64_t>(1, int64_t(0.004 / guess));
  double t[4] = {1e9, 1e9, 1e9, 1e9};
  blas_threads(1);
  for (int r = 0; r < rounds; ++r) {
    t[0] = std::min(t[0], timed(reps, [&] { c.ours(); }));
    t[1] = std::min(t[1], timed(reps, [&] { c.theirs(); }));
  }
  const char* name = c.kind == GemmKind::nn ? "NN" : c.kind == GemmKind::tn ? "TN" : "NT";
  const double g = c.flops() / 1e9;
  std::printf("%-22s %s %4ld %4ld %4ld  %10.1f ns %7.1f  blas %7.1f  %5.2fx", job, name, long(c.m),
              long(c.n), long(c.k), t[0] * 1e9, g / t[0], g / t[1], t[1] / t[0]);
  if (pair && t[0] > 4e-6) {
    t[2] = fastest_pair(c);
    blas_threads(2);
    t[3] = fastest([&] { c.theirs(); });
    blas_threads(1);
    std::printf("  | two: %7.1f  blas %7.1f  %5.2fx", g / t[2], g / t[3], t[3] / t[2]);
  }
  std::printf("\n");
  std::fflush(stdout);
}

int main(int argc, char** argv) {
  if (argc < 2) {
    return std::fprintf(stderr, "usage: gemm_bench libscipy_openblas.so [2] [job]\n"), 2;
  }
  void* lib = dlopen(argv[1], RTLD_NOW);
  if (!lib) return std::fprintf(stderr, "%s\n", dlerror()), 2;
  blas = (Sgemm)dlsym(lib, "scipy_cblas_sgemm");
  blas_threads = (void (*)(int))dlsym(lib, "scipy_openblas_set_num_threads");
  if (!blas || !blas_threads) {
    return std::fprintf(stderr, "no scipy_cblas_sgemm in %s\n", argv[1]), 2;
  }
  const bool pair = argc > 2 && !std::strcmp(argv[2], "2");
  const std::string only = argc > 3 ? argv[3] : "";

  struct Job {
    const char* name;
    int64_t batch;
    std::vector<int64_t> widths;
  };
  const Job jobs[] = {{"4-8-6-1", 10, {4, 8, 6, 1}},
                      {"8-12-8-1", 10, {8, 12, 8, 1}},
                      {"64-32-10", 32, {64, 32, 10}},
                      {"13-64-64-1", 64, {13, 64, 64, 1}},
                      {"54-128-64-7", 256, {54, 128, 64, 7}},
                      {"784-512-512-10", 128, {784, 512, 512, 10}},
                      {"1024-2048-2048-100", 512, {1024, 2048, 2048, 100}}};
  for (const Job& job : jobs) {
    if (!only.empty() && only != job.name) continue;
    for (size_t l = 0; l + 1 < job.widths.size(); ++l) {
      const int64_t in = job.widths[l], out = job.widths[l + 1];
      measure(job.name, Case(GemmKind::nn, job.batch, out, in), pair);
      measure(job.name, Case(GemmKind::tn, in, out, job.batch), pair);
      if (l > 0) measure(job.name, Case(GemmKind::nt, job.batch, in, out), pair);
    }
  }
}
