#include "tuner.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "system.hpp"

namespace brickwork {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::infinity();
constexpr double kTooLittle = 2e5;  // flops: some 5 us, for which a second core gains nothing
constexpr double kPlenty = 2e7;     // flops: start with the team
constexpr double kLongStep = 2e-3;  // seconds: too expensive for trying the other mode
constexpr double kCrowded = 20;     // preemptions per second that indicate other busy processes
constexpr int kTrialReports = 3;
constexpr double kTrialPatience = 1e-4;
constexpr double kPatience = 1e-3;

}  // namespace

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Tuner::Tuner(int threads, double flops)
    : active_(threads > 1 && flops > kTooLittle),
      mode_(flops > kPlenty ? kShared : kAlone),
      cost_{kUnknown, kUnknown} {}

double Tuner::patience() const { return trying_ && active_ ? kTrialPatience : kPatience; }

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
    preempted_ = preemptions();
  } else {
    known += 0.25 * (cost - known);
    const double since = now - last_trial_;
    const double wait = std::max(0.1, 100 * tried_);
    if (since > wait) return try_mode(other);
    if (since > 0.1 * wait && static_cast<double>(preemptions() - preempted_) > kCrowded * since) {
      return try_mode(other);
    }
  }
  // Ties go to one thread, which leaves the other core to other processes.
  mode_ = cost_[kShared] < 0.97 * cost_[kAlone] ? kShared : kAlone;
}

}  // namespace brickwork
