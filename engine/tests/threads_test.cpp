// Threads: teams, barriers, concurrent loops, predictions during training. Run it under TSan:
//   cmake -S . -B build/tsan -G Ninja -DBRICKWORK_PYTHON=OFF -DBRICKWORK_TESTS=ON
//     -DBRICKWORK_SANITIZE=thread && ninja -C build/tsan && ctest --test-dir build/tsan
#include <cmath>
#include <cstring>
#include <shared_mutex>
#include <stdexcept>
#include <thread>

#include "check.hpp"
#include "regression.hpp"
#include "sweep.hpp"

using namespace brickwork;
using namespace brickwork::tests;

namespace {

constexpr std::int64_t kRows = 600, kFeatures = 96, kTargets = 64, kBatch = 250;

const std::vector<float> kX = numbers(kRows * kFeatures), kY = numbers(kRows * kTargets);

// Trains some epochs in slices of `slice` steps.
std::vector<float> train(int threads, std::int64_t slice) {
  Regression model(kFeatures, kTargets, threads);
  Pass pass({model.step.get(),
             nullptr,
             nullptr,
             {feed_of(kX, kFeatures), feed_of(kY, kTargets)},
             kRows,
             kBatch,
             true,
             3});
  Loop loop(pass, nullptr, 4, 0, 1);
  Status status = Status::steps;
  while (status != Status::done) {
    loop.open();
    {
      const std::lock_guard guard(*model.gate);
      status = loop.run(100, slice, false);
    }
    loop.close();
    CHECK(status == Status::done || status == Status::steps);
  }
  CHECK(loop.steps_done() == 12);
  return model.weights;
}

// One step on a team, regardless of the tuner.
std::vector<float> step_on_team(int threads) {
  Regression model(kFeatures, kTargets, threads);
  Lease bound(*model.step, kBatch);
  std::memcpy(bound->input(0), kX.data(), kBatch * kFeatures * 4);
  std::memcpy(bound->input(1), kY.data(), kBatch * kTargets * 4);
  if (threads == 1) {
    CHECK(bound->run() == kGoOn);
    return model.weights;
  }
  Team team(threads);
  CHECK(team.size() == threads);
  Barrier barrier(threads);
  struct Both {
    Bound& bound;
    Barrier& barrier;
  } both{*bound, barrier};
  team.run(
      [](void* c, int t) {
        auto& b = *static_cast<Both*>(c);
        CHECK(b.bound.run_shared(t, b.barrier) == kGoOn);
      },
      &both);
  return model.weights;
}

void same_bits_on_any_team() {
  const std::vector<float> alone = step_on_team(1);
  for (const int threads : {2, 3, 5, 8}) CHECK(step_on_team(threads) == alone);
  const std::vector<float> whole = train(1, 0);
  CHECK(train(2, 0) == whole);
  CHECK(train(2, 1) == whole);
  CHECK(train(3, 5) == whole);
}

void loops_side_by_side() {
  const std::vector<float> expected = train(1, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] { CHECK(train(1 + t % 2, t) == expected); });
  }
  for (std::thread& t : threads) t.join();
}

// Every prediction must be that of a finished step: all weights of one version. Here y = 0 and
// x = 1, so each step subtracts one number from every weight and all columns stay equal.
void predictions_beside_training() {
  Regression model(8, 4, 2);
  std::fill(model.weights.begin(), model.weights.end(), 1.0f);
  const std::vector<float> x(100 * 8, 0.01f), y(100 * 4, 0.0f);
  Pass pass({model.step.get(), nullptr, nullptr, {feed_of(x, 8), feed_of(y, 4)}, 100, 10, true, 1});
  Loop loop(pass, nullptr, 3000, 0, 1);
  std::atomic<bool> over{false};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!over) {
        Lease bound(*model.predict, 1);
        for (int i = 0; i < 8; ++i) static_cast<float*>(bound->input(0))[i] = 1;
        const std::shared_lock guard(*model.gate);
        CHECK(bound->run() == kGoOn);
        const auto* out = static_cast<const float*>(bound->output(0).data);
        CHECK(out[0] == out[1] && out[1] == out[2] && out[2] == out[3]);
      }
    });
  }
  Status status = Status::time;
  while (status != Status::done) {
    loop.open();
    {
      const std::lock_guard guard(*model.gate);
      status = loop.run(0.001, 0, false);
    }
    loop.close();
    std::this_thread::yield();
  }
  over = true;
  for (std::thread& t : readers) t.join();
}

// Sixteen threads run one plan, each with its own batch size, every fourth as a sweep with helpers,
// while a team trains the same weights. As above, all columns of a prediction are equal.
void sixteen_ask_one_plan_beside_training() {
  constexpr std::int64_t kWide = 64;
  Regression model(kWide, kWide, 2);
  std::fill(model.weights.begin(), model.weights.end(), 1.0f);
  const std::vector<float> x(300 * kWide, 1e-4f), y(300 * kWide, 0.0f);
  Pass pass({model.step.get(),
             nullptr,
             nullptr,
             {feed_of(x, kWide), feed_of(y, kWide)},
             300,
             100,
             true,
             1});
  Loop loop(pass, nullptr, 1 << 30, 0, 1);
  std::atomic<int> asking{16};
  std::vector<std::thread> askers;
  const auto equal = [](const float* out, std::int64_t rows) {
    for (std::int64_t i = 1; i < rows * kWide; ++i) {
      if (out[i] != out[0]) return false;
    }
    return true;
  };
  for (int t = 0; t < 16; ++t) {
    askers.emplace_back([&, t] {
      const std::int64_t rows = 1 + t;
      std::vector<float> out(static_cast<std::size_t>(200 * kWide));
      for (int i = 0; i < 100; ++i) {
        if (t % 4 == 0) {
          Sweep sweep({model.predict.get(),
                       {feed_of(x, kWide)},
                       {reinterpret_cast<char*>(out.data())},
                       200,
                       16,
                       2});
          while (sweep.done() < 200) {
            const std::shared_lock guard(*model.gate);
            std::fill(out.begin(), out.end(), 0.0f);
            const std::int64_t before = sweep.done();
            CHECK(sweep.run(100) == kGoOn);
            CHECK(before > 0 || equal(out.data(), 200));
          }
        } else {
          Lease bound(*model.predict, rows);
          std::memcpy(bound->input(0), x.data(), static_cast<std::size_t>(rows * kWide * 4));
          const std::shared_lock guard(*model.gate);
          CHECK(bound->run() == kGoOn);
          CHECK(equal(static_cast<const float*>(bound->output(0).data), rows));
        }
        if (i % 30 == t) most_threads() = 1 + i % 2;
      }
      --asking;
    });
  }
  while (asking > 0) {
    loop.open();
    {
      const std::lock_guard guard(*model.gate);
      CHECK(loop.run(0.001, 0, false) == Status::time);
    }
    loop.close();
    std::this_thread::yield();
  }
  for (std::thread& t : askers) t.join();
  most_threads() = 1 << 20;
  CHECK(loop.steps_done() > 0 && model.weights[0] < 1.0f);
}

void stop_is_the_same_for_all() {
  Team team(4);
  Barrier barrier(team.size());
  struct Seen {
    Barrier& barrier;
    int stops[4][1000];
  } seen{barrier, {}};
  team.run(
      [](void* context, int thread) {
        auto& s = *static_cast<Seen*>(context);
        for (int i = 0; i < 1000; ++i) {
          s.stops[thread][i] = s.barrier.wait(thread, i % 7 == thread ? 1 + thread % 2 : 0);
        }
      },
      &seen);
  for (int i = 0; i < 1000; ++i) {
    const int expected = i % 7 < team.size() ? 1 + i % 7 % 2 : 0;
    for (int t = 0; t < team.size(); ++t) CHECK(seen.stops[t][i] == expected);
  }
}

void not_finite_stops_all_threads() {
  for (const int threads : {1, 2}) {
    Regression model(kFeatures, kTargets, threads);
    const std::vector<float> before = model.weights;
    std::vector<float> x = kX;
    for (float& v : x) v = INFINITY;
    Pass pass({model.step.get(),
               nullptr,
               nullptr,
               {feed_of(x, kFeatures), feed_of(kY, kTargets)},
               kRows,
               kBatch,
               true,
               3});
    Loop loop(pass, nullptr, 1, 0, 1);
    loop.open();
    for (int i = 0; i < 3; ++i) {
      CHECK(loop.run(100, 0, false) == Status::not_finite);
      CHECK(loop.step() == i + 1 && loop.steps_done() == 0);
    }
    CHECK(loop.run(100, 0, false) == Status::done);
    loop.close();
    CHECK(model.weights == before);
  }
}

void errors_of_workers_come_home() {
  Team team(3);
  for (const int thrower : {0, 1, 2}) {
    bool caught = false;
    int which = thrower;
    try {
      team.run(
          [](void* context, int thread) {
            if (thread == *static_cast<int*>(context)) throw std::runtime_error("worker");
          },
          &which);
    } catch (const std::runtime_error& error) {
      caught = std::string(error.what()) == "worker";
    }
    CHECK(caught);
  }
  team.run([](void*, int) {}, nullptr);
}

void teams_come_and_go() {
  std::vector<std::thread> threads;
  std::atomic<int> jobs{0};
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        Team team(3);
        team.run([](void* context, int) { ++*static_cast<std::atomic<int>*>(context); }, &jobs);
        if (i % 10 == 0) release_threads();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  CHECK(jobs == 3 * 50 * 3);
}

// The caller's floating-point mode is restored: outside the engine denormals are not flushed.
void denormals_outside() {
  volatile double tiny = 5e-324, factor = 1.0;
  {
    const FlushDenormals flush;
    CHECK(std::fpclassify(tiny * factor) == FP_ZERO);
  }
  CHECK(tiny * factor != 0);
  Regression model(4, 2, 2);
  const std::vector<float> x = numbers(40), y = numbers(20);
  Pass pass({model.step.get(), nullptr, nullptr, {feed_of(x, 4), feed_of(y, 2)}, 10, 3, true, 1});
  Loop loop(pass, nullptr, 5, 0, 1);
  loop.open();
  CHECK(loop.run(100, 0, false) == Status::done);
  loop.close();
  CHECK(tiny * factor != 0);
}

}  // namespace

int main() {
  same_bits_on_any_team();
  loops_side_by_side();
  predictions_beside_training();
  sixteen_ask_one_plan_beside_training();
  stop_is_the_same_for_all();
  not_finite_stops_all_threads();
  errors_of_workers_come_home();
  teams_come_and_go();
  denormals_outside();
  release_threads();
  return failures();
}
