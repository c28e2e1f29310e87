// The tuner's choices in a made-up time: what two modes cost as a function of the clock.
#include "tuner.hpp"

#include <cstdint>
#include <functional>

#include "check.hpp"

namespace {

using brickwork::Tuner;

// Runs steps of these costs, in seconds, until `end`; returns the steps done and how many of them
// on the team.
struct Run {
  double end;
  std::function<double(double)> alone, shared;
  double flops = 1e9;

  std::int64_t steps = 0, on_team = 0, last_on_team = 0;

  void go() {
    Tuner tuner(2, flops, [] { return std::int64_t{0}; });
    double now = 0;
    while (now < end) {
      const bool team = tuner.shared();
      double taken = 0;
      std::int64_t count = 0;
      while (taken == 0 || taken < tuner.patience()) {
        taken += team ? shared(now + taken) : alone(now + taken);
        ++count;
      }
      now += taken;
      tuner.report(taken, count, now);
      steps += count;
      if (team) on_team += count;
      last_on_team = team ? count : 0;
    }
  }
};

auto always(double seconds) {
  return [seconds](double) { return seconds; };
}

void much_work_takes_the_team() {
  Run run{0.2, always(9e-4), always(5e-4)};
  run.go();
  CHECK(run.on_team >= run.steps - 3);
}

// A thread of a BLAS spins for 30 ms on the second core.
void a_neighbour_that_goes_is_noticed() {
  Run run{0.1, always(9e-4), [](double now) { return now < 0.03 ? 1.7e-3 : 5e-4; }};
  run.go();
  CHECK(run.last_on_team > 0);
  CHECK(run.on_team > 80);  // of the 140 that the team can do then
}

void a_neighbour_that_stays_is_left_alone() {
  Run run{10, always(9e-4), always(1.7e-3)};
  run.go();
  CHECK(run.on_team < 100);  // a hundredth of the steps, and the early ones
  CHECK(run.on_team > 20);
}

void little_work_is_not_tried_more_often() {
  Run run{1, always(1e-5), always(2e-5), 1e6};
  run.go();
  CHECK(run.on_team < run.steps / 50);
}

}  // namespace

int main() {
  much_work_takes_the_team();
  a_neighbour_that_goes_is_noticed();
  a_neighbour_that_stays_is_left_alone();
  little_work_is_not_tried_more_often();
  return failures();
}
