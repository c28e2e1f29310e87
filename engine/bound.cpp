#include "bound.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>
#include <stdexcept>

#include "dispatch.hpp"
#include "system.hpp"

namespace brickwork {
namespace {

constexpr std::int64_t kLine = 64;   // alignment of every buffer
constexpr std::int64_t kSlack = 64;  // readable bytes after the last one

std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) throw std::bad_alloc();
  return product;
}

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) throw std::bad_alloc();
  return sum;
}

std::int64_t round_up(std::int64_t bytes) { return plus(bytes, kLine - 1) / kLine * kLine; }

// Multiplications and additions of an instruction, for the debug table. An elementwise step counts
// as one.
double count_flops(const Instruction& i, const View* outs, const View* ins, double rows,
                   double columns) {
  if (i.code) return rows * columns * static_cast<double>(i.code->steps.size());
  if (i.kernel == "matmul" || i.kernel == "matmul_bf16" || i.kernel == "batch_matmul") {
    const bool transposed = !i.ints.empty() && i.ints[0].c != 0;
    const View& a = ins[0];
    const View& c = outs[0];
    if (a.rank == 0 || c.size == 0) return 0;
    const double columns_of_a = static_cast<double>(a.dims[a.rank - 1]);
    const double rows_of_a = static_cast<double>(a.size) / std::max(columns_of_a, 1.0);
    double inner = transposed ? rows_of_a : columns_of_a;
    if (transposed && i.kernel == "batch_matmul") inner = static_cast<double>(a.dims[a.rank - 2]);
    return 2 * inner * static_cast<double>(c.size);
  }
  std::int64_t largest = 0;
  for (std::size_t o = 0; o < i.outs.size(); ++o) largest = std::max(largest, outs[o].size);
  for (std::size_t o = 0; o < i.ins.size(); ++o) largest = std::max(largest, ins[o].size);
  return static_cast<double>(largest);
}

}  // namespace

Arena::Arena(std::int64_t bytes) {
  const std::int64_t all = round_up(plus(bytes, kSlack));
  data_ = static_cast<char*>(take_aligned(kLine, static_cast<std::size_t>(all)));
  if (data_ == nullptr) throw std::bad_alloc();
  // Full-width loads may read the slack; it must not look like a signalling NaN or trigger MSan.
  std::memset(data_ + bytes, 0, static_cast<std::size_t>(all - bytes));
}

Arena::~Arena() { free_aligned(data_); }

Bound::Bound(Plan& plan, std::int64_t batch, std::uint64_t version)
    : plan_(plan), batch_(batch), version_(version) {
  if (batch < 0) throw std::invalid_argument("batch size " + std::to_string(batch) + " < 0");
  const std::size_t inputs = plan.inputs().size();
  homes_.resize(inputs);
  patches_.resize(inputs);
  lay_out();
  pointed_ = homes_;
  const auto count = plan.instructions().size();
  calls_.reserve(count);
  spans_.resize(plan.threads() > 1 ? count * static_cast<std::size_t>(plan.threads()) : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const Instruction& instruction = plan.instructions()[i];
    try {
      bind(static_cast<int>(i));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("instruction " + std::to_string(i) + " (" + instruction.kernel +
                                  ", " + instruction.label + ") at batch size " +
                                  std::to_string(batch) + ": " + error.what());
    }
    barriers_.push_back(instruction.barrier);
    chunks_.push_back(instruction.part.chunk);
    if (i > 0 && chunks_[i - 1] > 0) pair(i - 1);
    if (instruction.part.rule == Part::once) {
      Worker worker;
      int stop = kGoOn;
      worker.stop = &stop;
      calls_[i].run(calls_[i], 0, calls_[i].rows, worker);
      first_ = i + 1;
    }
  }
  if (!chunks_.empty() && chunks_.back() > 0) {
    throw std::invalid_argument("the last instruction has nothing to take turns with");
  }
  for (const int id : plan.outputs()) outputs_.push_back(view(id));
  tuner_ = Tuner(plan.threads(), flops());
}

View Bound::view(int buffer) const { return views_[static_cast<std::size_t>(buffer)]; }

std::int64_t Bound::bytes_of(DType dtype) const { return item_bytes(dtype) * plan_.models(); }

void Bound::lay_out() {
  const std::vector<Buffer>& buffers = plan_.buffers();
  std::int64_t used = 0;
  std::vector<std::int64_t> places(buffers.size());
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const Buffer& b = buffers[i];
    View v;
    v.dtype = b.dtype;
    v.rank = static_cast<int>(b.dims.size());
    for (int d = 0; d < v.rank; ++d) {
      v.dims[d] = b.dims[static_cast<std::size_t>(d)].at(batch_);
      if (v.dims[d] < 0)
        throw std::invalid_argument("buffer " + std::to_string(i) + " has a negative dimension");
      v.size = times(v.size, v.dims[d]);
    }
    if (b.kind == Kind::temp || b.kind == Kind::input) {
      places[i] = used;
      used = plus(used, round_up(times(v.size, bytes_of(b.dtype))));
    }
    views_.push_back(v);
  }
  arena_ = std::make_unique<Arena>(used);
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const Buffer& b = buffers[i];
    View& v = views_[i];
    const std::int64_t offset = b.offset.at(batch_);
    const auto fit = [&](std::int64_t whole) {
      if (offset < 0 || offset > whole || v.size > whole - offset) {
        std::int64_t end;
        if (__builtin_add_overflow(offset, v.size, &end)) end = offset;
        throw std::invalid_argument("buffer " + std::to_string(i) + " wants elements [" +
                                    std::to_string(offset) + ", " + std::to_string(end) + ") of " +
                                    std::to_string(whole));
      }
    };
    if (b.kind == Kind::temp || b.kind == Kind::input) {
      v.data = arena_->data() + places[i];
      if (b.kind == Kind::input) homes_[static_cast<std::size_t>(b.of)] = v.data;
    } else if (b.kind == Kind::view) {
      const View& base = views_[static_cast<std::size_t>(b.of)];
      fit(base.size);
      v.data = static_cast<char*>(base.data) + offset * bytes_of(b.dtype);
    } else if (b.kind == Kind::state) {
      if (!plan_.knows_states()) {
        throw StatesMoved("the plan does not know where its states are: call set_states");
      }
      const StateArray& state = plan_.states()[static_cast<std::size_t>(b.of)];
      fit(state.size / plan_.models());
      v.data = static_cast<char*>(state.data) + offset * bytes_of(b.dtype);
    } else {
      const std::int64_t bytes = times(v.size, item_bytes(b.dtype));
      const auto given = static_cast<std::int64_t>(b.bytes.size());
      if (given != bytes) {
        throw std::invalid_argument("constant " + std::to_string(i) + " has " +
                                    std::to_string(given) + " bytes, needs " +
                                    std::to_string(bytes));
      }
      owned_.push_back(std::make_unique<Arena>(times(bytes, plan_.models())));
      char* data = owned_.back()->data();
      v.data = data;
      if (plan_.models() == 1) {
        std::copy(b.bytes.begin(), b.bytes.end(), data);
      } else {  // each value once for each model
        const auto item = static_cast<std::size_t>(item_bytes(b.dtype));
        for (std::size_t at = 0; at < b.bytes.size(); at += item) {
          for (int m = 0; m < plan_.models(); ++m, data += item) {
            std::memcpy(data, b.bytes.data() + at, item);
          }
        }
      }
    }
  }
}

void* Bound::own(void* self, std::int64_t bytes) {
  auto* bound = static_cast<Bound*>(self);
  bound->owned_.push_back(std::make_unique<Arena>(bytes));
  void* data = bound->owned_.back()->data();
  std::memset(data, 0, static_cast<std::size_t>(bytes));
  return data;
}

void Bound::bind(int index) {
  const Instruction& instruction = plan_.instructions()[static_cast<std::size_t>(index)];
  View outs[kMaxPointers], ins[kMaxPointers];
  std::int64_t ints[kMaxInts];
  std::vector<MapStep> steps;
  MapCode code{};
  Call call;
  int slot = 0;
  double bytes = 0;
  const auto place = [&](const std::vector<int>& ids, View* views) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      views[i] = view(ids[i]);
      bytes += static_cast<double>(views[i].size * item_bytes(views[i].dtype));
      call.p[slot] = views[i].data;
      const Buffer& root =
          plan_.buffers()[static_cast<std::size_t>(root_of(plan_.buffers(), ids[i]))];
      if (root.kind == Kind::input) {
        const auto input = static_cast<std::size_t>(root.of);
        patches_[input].push_back(
            {index, slot, static_cast<char*>(views[i].data) - static_cast<char*>(homes_[input])});
      }
      ++slot;
    }
  };
  place(instruction.outs, outs);
  place(instruction.ins, ins);
  for (std::size_t i = 0; i < instruction.ints.size(); ++i) {
    ints[i] = instruction.ints[i].at(batch_);
  }
  if (instruction.code) {
    const Code& c = *instruction.code;
    for (const Step& s : c.steps) {
      MapStep step{s.op.c_str(), s.dst, {0, 0, 0}, static_cast<int>(s.src.size())};
      std::copy(s.src.begin(), s.src.end(), step.src);
      steps.push_back(step);
    }
    code = {c.rows.at(batch_),
            c.columns.at(batch_),
            c.spreads.data(),
            steps.data(),
            static_cast<int>(steps.size()),
            c.slots.data(),
            static_cast<int>(c.slots.size())};
  }
  const Request request{outs,
                        static_cast<int>(instruction.outs.size()),
                        ins,
                        static_cast<int>(instruction.ins.size()),
                        ints,
                        static_cast<int>(instruction.ints.size()),
                        instruction.reals.data(),
                        static_cast<int>(instruction.reals.size()),
                        instruction.code ? &code : nullptr,
                        plan_.threads(),
                        plan_.models(),
                        plan_.retired().data(),
                        &Bound::own,
                        this};
  if (const char* why = instruction.found->bind(request, call)) throw std::invalid_argument(why);
  if (call.run == nullptr || call.rows < 0) throw std::logic_error("bind set no run or rows");
  bytes_.push_back(bytes);
  flops_.push_back(count_flops(instruction, outs, ins, static_cast<double>(code.rows),
                               static_cast<double>(code.columns)));
  calls_.push_back(call);
  if (plan_.threads() > 1) share(instruction, call);
}

// Whether a call may alternate with the next one: threads must divide both in the same way.
void Bound::pair(std::size_t index) {
  const auto& first = plan_.instructions()[index];
  const auto& second = plan_.instructions()[index + 1];
  if (calls_[index].rows != calls_[index + 1].rows || second.barrier || second.part.chunk > 0 ||
      first.part.rule != second.part.rule || first.part.rule == Part::once) {
    throw std::invalid_argument("instructions " + std::to_string(index) +
                                " and the next cannot "
                                "take turns");
  }
  turns_ = true;
}

void Bound::run_turns(std::size_t index, std::int64_t lo, std::int64_t hi, Worker& worker) const {
  const std::int64_t chunk = chunks_[index];
  for (; lo < hi; lo += chunk) {
    const std::int64_t end = std::min(lo + chunk, hi);
    calls_[index].run(calls_[index], lo, end, worker);
    calls_[index + 1].run(calls_[index + 1], lo, end, worker);
  }
}

void Bound::share(const Instruction& instruction, const Call& call) {
  const std::int64_t threads = plan_.threads();
  const std::size_t count = plan_.instructions().size();
  const std::size_t index = calls_.size() - 1;
  const auto border = [&](std::int64_t t) -> std::int64_t {
    if (instruction.part.rule != Part::rows) return t == 0 ? 0 : call.rows;
    return static_cast<std::int64_t>(static_cast<__int128>(call.rows) * t / threads);
  };
  for (std::int64_t t = 0; t < threads; ++t) {
    spans_[static_cast<std::size_t>(t) * count + index] = {border(t), border(t + 1)};
  }
}

void Bound::point(int index, void* data) {
  const auto input = static_cast<std::size_t>(index);
  if (data == nullptr) data = homes_[input];
  if (pointed_[input] == data) return;
  pointed_[input] = data;
  for (const Patch& p : patches_[input]) {
    calls_[static_cast<std::size_t>(p.call)].p[p.slot] = static_cast<char*>(data) + p.offset;
  }
}

double Bound::flops() const {
  double sum = 0;
  for (const double f : flops_) sum += f;
  return sum * plan_.models();
}

int Bound::run() {
  if (plan_.timed.load(std::memory_order_relaxed)) return run_timed();
  if (turns_) return run_in_turns();
  int stop = kGoOn;
  Worker worker{0, 1, &stop};
  const Call* const end = calls_.data() + calls_.size();
  for (const Call* call = calls_.data() + first_; call != end; ++call) {
    call->run(*call, 0, call->rows, worker);
    if (stop != kGoOn) break;
  }
  return stop;
}

int Bound::run_in_turns() {
  int stop = kGoOn;
  Worker worker{0, 1, &stop};
  for (std::size_t i = first_; i < calls_.size() && stop == kGoOn; ++i) {
    if (chunks_[i] > 0) {
      run_turns(i, 0, calls_[i].rows, worker);
      ++i;
    } else {
      calls_[i].run(calls_[i], 0, calls_[i].rows, worker);
    }
  }
  return stop;
}

int Bound::run_tuned() {
  if (!tuner_.active() || plan_.timed.load(std::memory_order_relaxed)) return run();
  const double start = seconds_now();
  int stop;
  Team team(tuner_.shared() && plan_.threads() <= most_threads() ? plan_.threads() : 1);
  if (team.size() == plan_.threads()) {
    Barrier barrier(team.size());
    struct Share {
      Bound& bound;
      Barrier& barrier;
      int stop;
    } share{*this, barrier, kGoOn};
    team.run(
        [](void* context, int thread) {
          auto& s = *static_cast<Share*>(context);
          const int stopped = s.bound.run_shared(thread, s.barrier);
          if (thread == 0) s.stop = stopped;
        },
        &share);
    stop = share.stop;
  } else {
    stop = run();
  }
  const double end = seconds_now();
  tuner_.report(end - start, 1, end);
  return stop;
}

int Bound::run_timed() {
  using Clock = std::chrono::steady_clock;
  int stop = kGoOn;
  Worker worker{0, 1, &stop};
  Clock::time_point before = Clock::now();
  for (std::size_t i = first_; i < calls_.size() && stop == kGoOn; ++i) {
    calls_[i].run(calls_[i], 0, calls_[i].rows, worker);
    const Clock::time_point after = Clock::now();
    plan_.add_timing(static_cast<int>(i), (after - before).count(), bytes_[i], flops_[i]);
    before = Clock::now();
  }
  return stop;
}

int Bound::run_shared(int thread, Barrier& barrier) {
  int stop = kGoOn;
  Worker worker{thread, plan_.threads(), &stop};
  const Span* span = spans_.data() + static_cast<std::size_t>(thread) * calls_.size();
  for (std::size_t i = first_; i < calls_.size(); ++i) {
    if (barriers_[i]) {
      stop = barrier.wait(thread, stop);
      if (stop != kGoOn) return stop;
    }
    if (chunks_[i] > 0) {
      if (stop == kGoOn) run_turns(i, span[i].lo, span[i].hi, worker);
      ++i;
    } else if (span[i].lo < span[i].hi && stop == kGoOn) {
      calls_[i].run(calls_[i], span[i].lo, span[i].hi, worker);
    }
  }
  return barrier.wait(thread, stop);
}

}  // namespace brickwork
