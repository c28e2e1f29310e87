#include "loop.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace brickwork {

const char* status_name(Status status) {
  constexpr const char* names[] = {"time", "steps", "epoch", "done", "not_finite", "out_of_range"};
  return names[static_cast<int>(status)];
}

Loop::Loop(Pass& train, Pass* valid, std::int64_t epochs, std::int64_t initial_epoch,
           std::int64_t valid_every, std::int64_t initial_step)
    : train_(train),
      valid_(valid),
      epochs_(epochs),
      initial_epoch_(initial_epoch),
      epoch_(initial_epoch),
      valid_every_(valid_every),
      step_(initial_step),
      begun_(initial_step > 0),
      width_(train.results() + (valid != nullptr ? valid->results() : 0)),
      row_(width_) {
  if (epochs < 0 || initial_epoch < 0) throw std::invalid_argument("Loop: an epoch is negative");
  if (initial_epoch < train.spec().first_epoch) {
    throw std::invalid_argument("Loop: initial_epoch is before the pass's first_epoch");
  }
  if (valid_every < 1) throw std::invalid_argument("Loop: valid_every must be at least 1");
  if (initial_step < 0 || (initial_step > 0 && initial_step > train.steps(initial_epoch))) {
    throw std::invalid_argument("Loop: the epoch has fewer steps than initial_step");
  }
}

void Loop::open() {
  train_.open();
  if (valid_ != nullptr) valid_->open();
}

void Loop::close() {
  train_.close();
  if (valid_ != nullptr) valid_->close();
}

void Loop::begin_phase() {
  pass().begin();
  begun_ = true;
}

// Ends training or validation; returns whether that ends the epoch.
bool Loop::end_phase() {
  const bool goes_on = !validating_ && valid_ != nullptr && (epoch_ + 1) % valid_every_ == 0;
  if (!validating_) {
    train_.end(row_.data());
    std::fill(row_.begin() + static_cast<std::ptrdiff_t>(train_.results()), row_.end(),
              std::numeric_limits<double>::quiet_NaN());
  } else {
    valid_->end(row_.data() + train_.results());
  }
  // Without memory for it nothing has changed, and the next run ends the phase again.
  if (!goes_on) rows_.insert(rows_.end(), row_.begin(), row_.end());
  begun_ = false;
  step_ = 0;
  validating_ = goes_on;
  if (goes_on) return false;
  ++epoch_;
  return true;
}

// Whether the time is over. Sets how many steps may pass before the next check.
bool Loop::look_at_clock() {
  const double time = seconds_now();
  const double taken = time - last_look_;
  pass().tuner().report(taken, counted_, time);
  const double left = deadline_ - time;
  const double patience = std::min(pass().tuner().patience(), std::max(left, 0.0));
  const double counted = static_cast<double>(std::max<std::int64_t>(counted_, 1));
  const double each = std::max(taken / counted, 1e-8);
  budget_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(patience / each));
  last_look_ = time;
  counted_ = 0;
  return left <= 0;
}

Status Loop::run(double seconds, std::int64_t max_steps, bool stop_at_epoch) {
  const FlushDenormals flush;
  budget_ = 1;
  counted_ = 0;
  last_look_ = seconds_now();
  deadline_ = last_look_ + seconds;
  std::int64_t left = max_steps > 0 ? max_steps : std::numeric_limits<std::int64_t>::max();
  while (epoch_ < epochs_) {
    Pass& p = pass();
    if (!begun_) begin_phase();
    const std::int64_t count = std::min({budget_, left, p.steps(epoch_) - step_});
    std::int64_t done = 0;
    const int stop = p.run(epoch_, step_, count, &done);
    step_ += done;
    counted_ += done;
    budget_ -= done;
    left -= done;
    if (!validating_) steps_done_ += done;
    if (stop != kGoOn) {
      ++step_;  // the batch is skipped when the loop continues
      return stop == kNotFinite ? Status::not_finite : Status::out_of_range;
    }
    bool over = false;
    if (budget_ <= 0 || (p.tuner().active() && step_ == p.steps(epoch_))) over = look_at_clock();
    if (left == 0) return Status::steps;
    if (step_ == p.steps(epoch_) && end_phase() && stop_at_epoch && epoch_ < epochs_) {
      return Status::epoch;
    }
    if (over && epoch_ < epochs_) return Status::time;
  }
  return Status::done;
}

std::vector<double> Loop::current() {
  if (!validating_) {
    if (!begun_ || step_ == 0) return {};
    std::vector<double> results(train_.results());
    train_.end(results.data());
    return results;
  }
  std::vector<double> results = row_;
  if (begun_ && step_ > 0) {
    valid_->end(results.data() + train_.results());
  } else {
    results.resize(train_.results());
  }
  return results;
}

}  // namespace brickwork
