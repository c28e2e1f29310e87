// Decides from measured times whether a team of threads pays for the steps of one plan.
#pragma once
#include <cstdint>

namespace brickwork {

// A steady clock.
double seconds_now();

// The bits are the same either way, so this may look at the clock. It tries both ways where the
// work is large enough to hope, keeps the faster, and looks again now and then: a neighbour may
// come or go. Trying stays near one percent of the time, ten where the system keeps taking cores
// away.
class Tuner {
 public:
  // `flops`: the work of one step.
  Tuner(int threads, double flops);

  // Whether there is anything to decide; if not, steps run alone.
  bool active() const { return active_; }
  // Whether the next steps shall run on the team.
  bool shared() const { return active_ && mode_ == kShared; }
  // How long to run before the next report, in seconds.
  double patience() const;
  // Tells what `steps` steps took in the mode that shared() gave; `now` is seconds_now().
  void report(double seconds, std::int64_t steps, double now);

 private:
  enum Mode { kAlone, kShared };
  void try_mode(Mode mode);

  bool active_;
  Mode mode_;
  bool trying_ = true;
  int reports_ = 0;         // of the mode on trial
  double tried_ = 0;        // seconds that the trial has taken
  double cost_[2];          // seconds a step
  double last_trial_ = 0;
  std::int64_t preempted_ = 0;  // of this process, then
};

}  // namespace brickwork
