#include "tuner.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace brickwork {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::infinity();
constexpr double kTooLittle = 2e5;  // flops: some 5 us, for which a second core gains nothing
constexpr double kPlenty = 2e7;     // flops: start with the team
constexpr double kLongStep = 2e-3;  // seconds: too expensive for trying the other mode
constexpr double kCrowded = 20;     // preemptions per second that indicate other busy processes
constexpr int kTrialReports = 3;
constexpr double kFirstWait = 2e-3;  // seconds, where plenty of work runs on one thread
constexpr int kSoon = 7;             // trials in vain, after which the usual time is waited
constexpr double kTrialPatience = 1e-4;
constexpr double kPatience = 1e-3;

}  // namespace

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Tuner::Tuner(int threads, double flops, std::int64_t (*counter)())
    : counter_(counter),
      active_(threads > 1 && flops > kTooLittle),
      plenty_(flops > kPlenty),
      mode_(plenty_ ? kShared : kAlone),
      cost_{kUnknown, kUnknown} {}

double Tuner::patience() const { return trying_ && active_ ? kTrialPatience : kPatience; }

// Seconds from one trial to the next.
double Tuner::wait() const {
  const double usual = std::max(0.1, 100 * tried_);
  if (mode_ == kShared || !plenty_ || in_vain_ > kSoon) return usual;
  return std::min(usual, std::max(kFirstWait, tried_) * static_cast<double>(1 << in_vain_));
}

void Tuner::try_mode(Mode mode) {
  mode_ = mode;
  trying_ = true;
  reports_ = 0;
  tried_ = 0;
  cost_[mode] = kUnknown;
}

void Tuner::report(double seconds, std::int64_t steps, double now) {
  if (!active_ || steps <= 0) return;
  const double cost = seconds / static_cast<double>(steps);
  double& known = cost_[mode_];
  const Mode other = mode_ == kAlone ? kShared : kAlone;
  if (trying_) {
    known = std::min(known, cost);
    tried_ += seconds;
    if (++reports_ < kTrialReports && cost < kLongStep) return;
    trying_ = false;
    if (cost_[other] == kUnknown && cost < kLongStep) return try_mode(other);
    last_trial_ = now;
    preempted_ = counter_();
  } else {
    known += 0.25 * (cost - known);
    const double since = now - last_trial_;
    if (since > wait()) return try_mode(other);
    if (since > 0.1 * wait() && static_cast<double>(counter_() - preempted_) > kCrowded * since) {
      return try_mode(other);
    }
  }
  // Ties go to one thread, which leaves the other core to other processes.
  mode_ = cost_[kShared] < 0.97 * cost_[kAlone] ? kShared : kAlone;
  if (mode_ == kShared) {
    in_vain_ = 0;
  } else if (now == last_trial_) {
    ++in_vain_;
  }
}

}  // namespace brickwork
