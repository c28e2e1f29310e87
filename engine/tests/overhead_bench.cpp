// The overhead of the engine over its kernels: prints nanoseconds, the best of many runs.
#include <chrono>
#include <cstdio>
#include <vector>

#include "loop.hpp"

using namespace brickwork;

namespace {

double best_of(int repeats, auto work) {
  double best = 1e9;
  for (int r = 0; r < repeats; ++r) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    if (taken.count() < best) best = taken.count();
  }
  return best;
}

Buffer temp(std::vector<Dim> dims) {
  Buffer b;
  b.dims = std::move(dims);
  return b;
}

Buffer input(int index, std::int64_t width) {
  Buffer b = temp({{0, 1}, {width, 0}});
  b.kind = Kind::input;
  b.of = index;
  return b;
}

// `count` kernels that each write one number.
Plan chain(int count, int threads, bool barriers) {
  std::vector<Instruction> code(static_cast<std::size_t>(count));
  for (Instruction& i : code) {
    i.kernel = "fill";
    i.outs.push_back(1);
    i.reals.push_back(1.0);
    i.barrier = barriers;
  }
  return Plan({input(0, 4), temp({})}, code, {}, threads, nullptr);
}

void bench_calls() {
  Plan none = chain(0, 1, false), many = chain(100, 1, false);
  Bound empty(none, 10, 0), full(many, 10, 0);
  constexpr int n = 20000;
  const double base = best_of(20,
                              [&] {
                                for (int i = 0; i < n; ++i) empty.run();
                              }) /
                      n;
  const double all = best_of(20,
                             [&] {
                               for (int i = 0; i < n / 10; ++i) full.run();
                             }) /
                     (n / 10);
  std::printf("empty step            %8.2f ns\n", base);
  std::printf("call of a tiny kernel %8.2f ns\n", (all - base) / 100);
}

void bench_loop(std::int64_t rows, std::int64_t width, bool shuffle) {
  std::vector<float> data(static_cast<std::size_t>(rows * width));
  Source source;
  source.data = reinterpret_cast<const char*>(data.data());
  source.rank = 2;
  source.dims[0] = rows, source.dims[1] = width;
  source.strides[0] = width * 4, source.strides[1] = 4;
  Plan plan({input(0, width)}, {}, {}, 1, nullptr);
  PassSpec spec{&plan, nullptr, nullptr, {Feed(source, DType::f32)}, rows, 10, shuffle, 1};
  Pass pass(spec);
  const std::int64_t epochs = 2000000 / rows + 1;
  const double taken = best_of(7, [&] {
    Loop loop(pass, nullptr, epochs, 0, 1);
    loop.open();
    loop.run(100, 0, false);
    loop.close();
  });
  std::printf("step of 10 rows, gather %2lld floats of %7lld rows%s %8.2f ns\n",
              static_cast<long long>(width), static_cast<long long>(rows),
              shuffle ? ", shuffled" : ", in order",
              taken / static_cast<double>(epochs * pass.steps(0)));
}

void bench_shuffle(std::int64_t n) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(n));
  int pass = 0;
  const double taken = best_of(30, [&] { shuffle_order(order.data(), n, 1, ++pass); });
  std::printf("shuffle of %8lld rows %8.2f ns a row\n", static_cast<long long>(n),
              taken / static_cast<double>(n));
}

void bench_threads() {
  constexpr int n = 1000;
  Plan plan = chain(n, 2, true);
  Bound bound(plan, 10, 0);
  Team team(2);
  Barrier barrier(2);
  struct Both {
    Bound& bound;
    Barrier& barrier;
  } both{bound, barrier};
  const auto job = [](void* context, int thread) {
    auto& b = *static_cast<Both*>(context);
    b.bound.run_shared(thread, b.barrier);
  };
  std::printf("barrier, 2 threads    %8.2f ns\n", best_of(50, [&] { team.run(job, &both); }) / n);
  const double fork = best_of(2000, [&] { team.run([](void*, int) {}, nullptr); });
  std::printf("fork and join         %8.2f ns\n", fork);
}

}  // namespace

int main() {
  bench_calls();
  for (const std::int64_t rows : {1000, 100000}) {
    for (const bool shuffle : {false, true}) bench_loop(rows, 4, shuffle);
  }
  bench_loop(1000, 54, true);
  bench_loop(10, 4, true);
  for (const std::int64_t n : {100, 1000, 100000, 1000000}) bench_shuffle(n);
  bench_threads();
}
