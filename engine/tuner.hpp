// Decides by measurement whether the steps of one plan are faster with a team of threads.
#pragma once
#include <cstdint>

#include "system.hpp"

namespace brickwork {

// A steady clock.
double seconds_now();

// Results are bitwise the same in both modes, so the choice may depend on the clock. Both are tried
// if the work is large enough, the faster one is kept, and the trial is repeated from time to time,
// since other processes come and go. Trials take about one percent of the time, or ten percent
// while the system preempts the process often. Where much work runs on one thread, the reason is a
// neighbour that may be gone soon, such as a BLAS thread that spins for some milliseconds after its
// last product: the team is tried again soon, and later and later if that was in vain.
class Tuner {
 public:
  // `flops`: the work of one step; `counter`: how often this process was preempted so far.
  Tuner(int threads, double flops, std::int64_t (*counter)() = &preemptions);

  // Whether there is anything to decide; if not, steps run on one thread.
  bool active() const { return active_; }
  // Whether the next steps should run on the team.
  bool shared() const { return active_ && mode_ == kShared; }
  // How long to run before the next report, in seconds.
  double patience() const;
  // Reports the time of `steps` steps in the mode that shared() returned; `now` is seconds_now().
  void report(double seconds, std::int64_t steps, double now);

 private:
  enum Mode { kAlone, kShared };
  void try_mode(Mode mode);

  double wait() const;

  std::int64_t (*counter_)();
  bool active_;
  bool plenty_;  // so much work that a free core must help
  Mode mode_;
  bool trying_ = true;
  int reports_ = 0;         // of the mode on trial
  int in_vain_ = 0;         // trials in a row that plenty of work came out of on one thread
  double tried_ = 0;        // seconds that the trial has taken
  double cost_[2];          // seconds per step
  double last_trial_ = 0;
  std::int64_t preempted_ = 0;  // preemptions of this process at the last trial
};

}  // namespace brickwork
