#include "threads.hpp"

#include <exception>
#include <limits>
#include <memory>
#include <thread>
#include <utility>

#include "system.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace brickwork {
namespace {

// Long enough for the other threads of a step to arrive, short enough not to delay other processes.
constexpr int kSpins = 2000;

inline void pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

std::uint64_t read_control() {
#if defined(__x86_64__)
  return _mm_getcsr();
#elif defined(__aarch64__)
  std::uint64_t fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  return fpcr;
#else
  return 0;
#endif
}

void write_control([[maybe_unused]] std::uint64_t value) {
#if defined(__x86_64__)
  _mm_setcsr(static_cast<unsigned>(value));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(value));
#endif
}

#if defined(__x86_64__)
constexpr std::uint64_t kFlush = 0x8040;  // flush to zero, denormals are zero
#else
constexpr std::uint64_t kFlush = 1u << 24;
#endif

}  // namespace

FlushDenormals::FlushDenormals() : before_(read_control()) {
  if ((before_ & kFlush) != kFlush) write_control(before_ | kFlush);
}

FlushDenormals::~FlushDenormals() {
  if ((before_ & kFlush) != kFlush) write_control(before_);
}

// One worker thread of the pool, and the word that wakes it.
struct Seat {
  alignas(64) std::atomic<std::uint32_t> calls{0};
  std::atomic<bool> done{true};
  bool quit = false;
  Team::Job job = nullptr;
  void* context = nullptr;
  int thread = 0;
  std::exception_ptr error;
  std::thread self;
  Seat* next = nullptr;  // in the pool: a list that needs no memory, since destructors use it

  void work();
  void start(Team::Job j, void* c, int t);
  void join();
};

namespace {

struct Pool {
  std::mutex mutex;
  Seat* idle = nullptr;
  std::uint32_t forks = 0;
};

void before_fork();
void after_fork_in_parent();
void after_fork_in_child();

// Never destroyed: worker threads may outlive the end of main.
Pool& pool() {
  static Pool* const p = [] {
    auto* made = new Pool;
    around_forks(before_fork, after_fork_in_parent, after_fork_in_child);
    return made;
  }();
  return *p;
}

void before_fork() { pool().mutex.lock(); }

void after_fork_in_parent() { pool().mutex.unlock(); }

void after_fork_in_child() {
  // The threads do not exist in the child; their seats are leaked, not freed.
  pool().idle = nullptr;
  ++pool().forks;
  pool().mutex.unlock();
}

// An idle thread or a new one; null if the system has no more threads, or no memory.
Seat* take_seat() noexcept {
  {
    const std::lock_guard lock(pool().mutex);
    if (Seat* seat = pool().idle) {
      pool().idle = seat->next;
      return seat;
    }
  }
  try {
    auto seat = std::make_unique<Seat>();
    seat->self = deaf_thread([](void* s) { static_cast<Seat*>(s)->work(); }, seat.get());
    return seat.release();
  } catch (...) {
    return nullptr;
  }
}

}  // namespace

void Seat::work() {
  const FlushDenormals flush;
  std::uint32_t seen = 0;
  for (;;) {
    for (int i = 0; i < kSpins && calls.load(std::memory_order_acquire) == seen; ++i) pause();
    while (calls.load(std::memory_order_acquire) == seen) calls.wait(seen);
    ++seen;
    if (quit) return;
    try {
      job(context, thread);
    } catch (...) {
      error = std::current_exception();
    }
    done.store(true, std::memory_order_release);
  }
}

void Seat::start(Team::Job j, void* c, int t) {
  job = j, context = c, thread = t;
  done.store(false, std::memory_order_relaxed);
  calls.fetch_add(1, std::memory_order_release);
  calls.notify_one();
}

void Seat::join() {
  for (int i = 0; !done.load(std::memory_order_acquire); ++i) {
    if (i < kSpins) {
      pause();
    } else {
      std::this_thread::yield();
    }
  }
}

std::atomic<int>& most_threads() {
  static std::atomic<int> most{std::numeric_limits<int>::max()};
  return most;
}

std::mutex& lists_mutex() { return pool().mutex; }

std::uint32_t fork_count() { return pool().forks; }

Team::Team(int threads) {
  if (threads > 1) seats_.reserve(static_cast<std::size_t>(threads) - 1);
  for (int t = 1; t < threads; ++t) {
    Seat* seat = take_seat();
    if (seat == nullptr) break;
    seats_.push_back(seat);
  }
}

Team::~Team() {
  const std::lock_guard lock(pool().mutex);
  for (Seat* seat : seats_) {
    seat->next = pool().idle;
    pool().idle = seat;
  }
}

void Team::run(Job job, void* context) {
  std::exception_ptr error;
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    seats_[i]->start(job, context, static_cast<int>(i) + 1);
  }
  try {
    job(context, 0);
  } catch (...) {
    error = std::current_exception();
  }
  for (Seat* seat : seats_) {
    seat->join();
    if (seat->error != nullptr && error == nullptr) error = seat->error;
    seat->error = nullptr;
  }
  if (error != nullptr) std::rethrow_exception(error);
}

void release_threads() {
  Seat* idle;
  {
    const std::lock_guard lock(pool().mutex);
    idle = std::exchange(pool().idle, nullptr);
  }
  while (Seat* seat = idle) {
    idle = seat->next;
    seat->quit = true;
    seat->calls.fetch_add(1, std::memory_order_release);
    seat->calls.notify_one();
    seat->self.join();
    delete seat;
  }
}

int Barrier::wait(int thread, int stop) {
  Flag& mine = flags_[static_cast<std::size_t>(thread)];
  const std::uint32_t generation = ++mine.generation & 0x3fffffff;
  const std::uint32_t turn = generation & 1;
  mine.words[turn].store(generation << 2 | static_cast<std::uint32_t>(stop),
                         std::memory_order_release);
  std::uint32_t highest = static_cast<std::uint32_t>(stop);
  for (Flag& flag : flags_) {
    std::uint32_t word = flag.words[turn].load(std::memory_order_acquire);
    for (int i = 0; word >> 2 != generation; ++i) {
      if (i < kSpins) {
        pause();
      } else {
        std::this_thread::yield();
      }
      word = flag.words[turn].load(std::memory_order_acquire);
    }
    if ((word & 3) > highest) highest = word & 3;
  }
  return static_cast<int>(highest);
}

}  // namespace brickwork
