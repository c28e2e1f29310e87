#include "pass.hpp"

#include <stdexcept>
#include <string>

#include "dispatch.hpp"

namespace brickwork {
namespace {

double number(const View& v, std::int64_t i) {
  switch (v.dtype) {
    case DType::f32: return static_cast<const float*>(v.data)[i];
    case DType::f64: return static_cast<const double*>(v.data)[i];
    case DType::i32: return static_cast<const std::int32_t*>(v.data)[i];
    case DType::i64: return static_cast<double>(static_cast<const std::int64_t*>(v.data)[i]);
    case DType::boolean: return static_cast<const bool*>(v.data)[i];
  }
  return 0;
}

}  // namespace

void shuffle_order(std::uint32_t* order, std::int64_t n, std::int64_t seed, std::int64_t pass) {
  static const Kernel* const kernel = find_kernel("shuffle");
  View view;
  view.data = order;
  view.dtype = DType::i32;
  view.size = n;
  const std::int64_t ints[] = {seed, pass};
  const Request request{&view, 1, nullptr, 0, ints, 2, nullptr, 0, nullptr, 1, nullptr, nullptr};
  Call call;
  call.p[0] = order;
  if (const char* why = kernel->bind(request, call)) throw std::invalid_argument(why);
  Worker worker;
  call.run(call, 0, call.rows, worker);
}

Pass::Pass(PassSpec spec) : spec_(std::move(spec)), tuner_(1, 0) {
  if (spec_.rows < 1) throw std::invalid_argument("Pass: there are no rows");
  if (spec_.batch < 1) throw std::invalid_argument("Pass: batch must be at least 1");
  if (spec_.steps < 0) throw std::invalid_argument("Pass: steps must be at least 1");
  if (spec_.shuffle && spec_.rows > 0xffffffffll) {
    throw std::invalid_argument("Pass: more than 2^32 rows cannot be shuffled");
  }
  if (spec_.feeds.size() != spec_.step->inputs().size()) {
    throw std::invalid_argument("Pass: got " + std::to_string(spec_.feeds.size()) +
                                " feeds, the step has " +
                                std::to_string(spec_.step->inputs().size()) + " inputs");
  }
  spec_.batch = std::min(spec_.batch, spec_.rows);
  per_pass_ = spec_.drop ? spec_.rows / spec_.batch : (spec_.rows - 1) / spec_.batch + 1;
  if (spec_.steps == 0 || spec_.steps > per_pass_) spec_.steps = per_pass_;
  epochs_per_pass_ = (per_pass_ - 1) / spec_.steps + 1;
  if (spec_.shuffle) order_.resize(static_cast<std::size_t>(spec_.rows));
  for (const Plan* plan : {spec_.begin, spec_.end}) {
    if (plan != nullptr && !plan->inputs().empty()) {
      throw std::invalid_argument("Pass: begin and end take no inputs");
    }
  }
  if (spec_.step->threads() > 1) barrier_ = std::make_unique<Barrier>(spec_.step->threads());
  if (spec_.end == nullptr) return;
  for (const int id : spec_.end->outputs()) {
    std::size_t count = 1;
    for (const Dim& dim : spec_.end->buffers()[static_cast<std::size_t>(id)].dims) {
      if (dim.k != 0) throw std::invalid_argument("Pass: an output of end grows with the batch");
      if (dim.c < 0 || __builtin_mul_overflow(count, static_cast<std::size_t>(dim.c), &count)) {
        throw std::invalid_argument("Pass: an output of end has no size");
      }
    }
    results_ += count;
  }
}

void Pass::open() {
  const std::int64_t rest = spec_.drop ? 0 : spec_.rows % spec_.batch;
  full_ = std::make_unique<Lease>(*spec_.step, spec_.batch);
  if (rest != 0) partial_ = std::make_unique<Lease>(*spec_.step, rest);
  if (spec_.begin != nullptr) begin_ = std::make_unique<Lease>(*spec_.begin, spec_.batch);
  if (spec_.end != nullptr) end_ = std::make_unique<Lease>(*spec_.end, spec_.batch);
  check_feeds(*full_->get());
  if (partial_ != nullptr) check_feeds(*partial_->get());
  if (!tuned_) tuner_ = Tuner(spec_.step->threads(), full_->get()->flops());
  tuned_ = true;
}

void Pass::check_feeds(Bound& bound) const {
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    const View& v = bound.input_view(static_cast<int>(i));
    const Feed& f = spec_.feeds[i];
    std::int64_t wanted = 1;
    for (int d = 1; d < v.rank; ++d) wanted *= v.dims[d];
    if (v.rank < 1 || v.dims[0] != bound.batch() || f.rows() < spec_.rows || f.width() != wanted) {
      throw std::invalid_argument("Pass: feed " + std::to_string(i) + " has " +
                                  std::to_string(f.rows()) + " rows of " +
                                  std::to_string(f.width()) + " values, expected " +
                                  std::to_string(spec_.rows) + " of " + std::to_string(wanted));
    }
  }
}

void Pass::close() {
  team_.reset();
  for (auto* lease : {&full_, &partial_, &begin_, &end_}) lease->reset();
}

void Pass::begin() {
  if (begin_ != nullptr) begin_->get()->run();
}

void Pass::end(double* results) {
  if (end_ == nullptr) return;
  Bound& bound = *end_->get();
  bound.run();
  const int count = static_cast<int>(spec_.end->outputs().size());
  for (int i = 0; i < count; ++i) {
    const View& view = bound.output(i);
    for (std::int64_t k = 0; k < view.size; ++k) *results++ = number(view, k);
  }
}

void Pass::order_rows(std::int64_t data_pass) {
  if (!spec_.shuffle || data_pass == ordered_) return;
  shuffle_order(order_.data(), spec_.rows, spec_.seed, data_pass);
  ordered_ = data_pass;
}

int Pass::run(std::int64_t epoch, std::int64_t step, std::int64_t count, std::int64_t* done) {
  const std::int64_t index = first_step(epoch) + step;
  order_rows(spec_.restart ? 0 : (epoch - spec_.first_epoch) / epochs_per_pass_);
  count = std::min(count, per_pass_ - index);
  if (tuner_.shared() && has_team()) return run_shared(index, count, done);
  for (std::int64_t i = 0; i < count; ++i) {
    if (const int stop = fill(index + i).run()) return stop;
    ++*done;
  }
  return kGoOn;
}

// The workspace of this step, with its inputs filled.
Bound& Pass::fill(std::int64_t index) {
  Bound& bound = bound_for(index);
  const std::int64_t first = index * spec_.batch;
  const std::uint32_t* order = spec_.shuffle ? order_.data() : nullptr;
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    const Feed& feed = spec_.feeds[i];
    void* direct = order == nullptr ? feed.direct(first) : nullptr;
    bound.point(static_cast<int>(i), direct);
    if (direct == nullptr) {
      feed.gather(order, first, 0, bound.batch(), bound.input(static_cast<int>(i)));
    }
  }
  return bound;
}

bool Pass::has_team() {
  if (spec_.step->timed.load(std::memory_order_relaxed)) return false;
  if (spec_.step->threads() > most_threads()) return false;
  if (team_ == nullptr) team_ = std::make_unique<Team>(spec_.step->threads());
  return team_->size() == spec_.step->threads();
}

struct Pass::Share {
  Pass* pass;
  std::int64_t index, count;
  std::int64_t done = 0;
  int stop = kGoOn;
};

int Pass::run_shared(std::int64_t index, std::int64_t count, std::int64_t* done) {
  for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
    full_->get()->point(static_cast<int>(i), nullptr);
    if (partial_ != nullptr) partial_->get()->point(static_cast<int>(i), nullptr);
  }
  Share share{this, index, count};
  team_->run(&Pass::work, &share);
  *done += share.done;
  return share.stop;
}

// The work of each thread for some steps. All see the same `stop` at the same step.
void Pass::work(void* context, int thread) {
  auto& share = *static_cast<Share*>(context);
  Pass& pass = *share.pass;
  const PassSpec& spec = pass.spec_;
  const std::int64_t threads = spec.step->threads();
  const std::uint32_t* order = spec.shuffle ? pass.order_.data() : nullptr;
  std::int64_t done = 0;
  int stop = kGoOn;
  for (; done < share.count; ++done) {
    Bound& bound = pass.bound_for(share.index + done);
    const std::int64_t first = (share.index + done) * spec.batch;
    const std::int64_t lo = bound.batch() * thread / threads;
    const std::int64_t hi = bound.batch() * (thread + 1) / threads;
    for (std::size_t i = 0; i < spec.feeds.size(); ++i) {
      spec.feeds[i].gather(order, first, lo, hi, bound.input(static_cast<int>(i)));
    }
    stop = bound.run_shared(thread, *pass.barrier_);
    if (stop != kGoOn) break;
  }
  if (thread == 0) {
    share.done = done;
    share.stop = stop;
  }
}

}  // namespace brickwork
