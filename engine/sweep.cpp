#include "sweep.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#include "threads.hpp"
#include "tuner.hpp"

namespace brickwork {
namespace {

// Work of less than this many seconds is finished before other threads wake up.
constexpr double kTeamPays = 60e-6;

}  // namespace

struct Sweep::Share {
  Sweep& sweep;
  double until;
  std::atomic<int> stop{kGoOn};
};

Sweep::Sweep(SweepSpec spec)
    : spec_(std::move(spec)),
      portions_(spec_.portion > 0 && spec_.rows > 0 ? (spec_.rows - 1) / spec_.portion + 1 : 0) {
  const Plan& plan = *spec_.plan;
  if (plan.models() > 1) throw std::invalid_argument("Sweep: the plan is for several models");
  if (spec_.rows < 1) throw std::invalid_argument("Sweep: rows must be at least 1");
  if (spec_.portion < 1) throw std::invalid_argument("Sweep: portion must be at least 1");
  if (spec_.threads < 1) throw std::invalid_argument("Sweep: threads must be at least 1");
  if (plan.writes_state()) throw std::invalid_argument("Sweep: the plan writes a state");
  if (spec_.feeds.size() != plan.inputs().size() || spec_.outputs.size() != plan.outputs().size()) {
    throw std::invalid_argument("Sweep: the plan has another number of inputs or outputs");
  }
  const std::int64_t rest = spec_.rows % spec_.portion;
  const std::int64_t whole = spec_.rows / spec_.portion;
  for (std::int64_t t = 0; t < std::min<std::int64_t>(spec_.threads, whole); ++t) {
    full_.push_back(std::make_unique<Lease>(*spec_.plan, spec_.portion));
    check(*full_.back()->get());
  }
  if (rest != 0) {
    partial_ = std::make_unique<Lease>(*spec_.plan, rest);
    check(*partial_->get());
  }
  Bound& bound = *(rest != 0 ? partial_ : full_.at(0))->get();
  for (std::size_t i = 0; i < spec_.outputs.size(); ++i) {
    const View& v = bound.output(static_cast<int>(i));
    row_bytes_.push_back(v.size / bound.batch() * item_bytes(v.dtype));
  }
}

void Sweep::check(Bound& bound) const {
  const auto leads = [&](const View& v) { return v.rank > 0 && v.dims[0] == bound.batch(); };
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    const View& v = bound.input_view(static_cast<int>(i));
    const Feed& f = spec_.feeds[i];
    if (!leads(v) || f.rows() < spec_.rows || f.width() != v.size / bound.batch()) {
      throw std::invalid_argument("Sweep: input " + std::to_string(i) + " has other rows");
    }
  }
  for (std::size_t i = 0; i < spec_.outputs.size(); ++i) {
    if (!leads(bound.output(static_cast<int>(i)))) {
      throw std::invalid_argument("Sweep: output " + std::to_string(i) + " has no rows");
    }
  }
}

std::int64_t Sweep::done() const {
  return std::min(spec_.rows, next_.load(std::memory_order_relaxed) * spec_.portion);
}

// Computes the next portion, if there is one.
int Sweep::take(int thread) {
  const std::int64_t index = next_.fetch_add(1, std::memory_order_relaxed);
  if (index >= portions_) return kGoOn;
  const std::int64_t first = index * spec_.portion;
  const bool last = partial_ != nullptr && index == portions_ - 1;
  Bound& bound = *(last ? partial_ : full_[static_cast<std::size_t>(thread)])->get();
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    const Feed& feed = spec_.feeds[i];
    void* direct = feed.direct(first);
    bound.point(static_cast<int>(i), direct);
    if (direct == nullptr) {
      feed.gather(nullptr, first, 0, bound.batch(), bound.input(static_cast<int>(i)));
    }
  }
  const int stop = bound.run();
  if (stop != kGoOn) return stop;
  for (std::size_t i = 0; i < spec_.outputs.size(); ++i) {
    const std::int64_t bytes = row_bytes_[i];
    std::memcpy(spec_.outputs[i] + first * bytes, bound.output(static_cast<int>(i)).data,
                static_cast<std::size_t>(bound.batch() * bytes));
  }
  return kGoOn;
}

void Sweep::work(void* context, int thread) {
  auto& share = *static_cast<Share*>(context);
  Sweep& sweep = share.sweep;
  while (sweep.next_.load(std::memory_order_relaxed) < sweep.portions_ &&
         share.stop.load(std::memory_order_relaxed) == kGoOn && seconds_now() < share.until) {
    if (const int stop = sweep.take(thread)) share.stop.store(stop, std::memory_order_relaxed);
  }
}

int Sweep::run(double seconds) {
  const double start = seconds_now();
  if (next_.load() == 0 && portions_ > 0) {
    if (const int stop = take(0)) return stop;
    cost_ = seconds_now() - start;
  }
  Share share{*this, start + seconds};
  const double left = static_cast<double>(portions_ - next_.load()) * cost_;
  const int threads = std::min(static_cast<int>(full_.size()), most_threads().load());
  Team team(left > kTeamPays ? std::max(threads, 1) : 1);
  team.run(&Sweep::work, &share);
  return share.stop.load();
}

}  // namespace brickwork
