// Threads that share a step: a pool created on first use, teams leased from it, barriers.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace brickwork {

// Treats denormal numbers as zero while in scope, on this thread; they would slow steps tenfold.
// The previous mode is restored at the end, so that the caller's arithmetic does not change.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  std::uint64_t before_;
};

// The lock of the engine's small lists (idle threads, idle workspaces). It is held for some tens of
// nanoseconds, and across fork(), so that a child never finds it locked.
std::mutex& lists_mutex();

// Counts the forks of this process; a child that sees another count recreates its locks.
std::uint32_t fork_count();

// The most threads that work for one caller: plans made for more run on one, with the same results.
std::atomic<int>& most_threads();

struct Seat;

// Threads for one caller, returned to the pool at the end. A team may be smaller than requested if
// the system refuses more threads; the caller checks size().
class Team {
 public:
  using Job = void (*)(void* context, int thread);

  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(seats_.size()) + 1; }

  // Runs job(context, t) for each t in [0, size()), t = 0 on the calling thread, and waits for all.
  // The first exception of a job is rethrown here.
  void run(Job job, void* context);

 private:
  std::vector<Seat*> seats_;
};

// Ends the idle threads of the pool. They are recreated when needed.
void release_threads();

// A barrier at which the threads of a team wait for each other, and agree on whether to stop.
//
// Each thread writes its own word and reads those of the others: there is no contention, and two
// threads need one transfer of a cache line each way.
class Barrier {
 public:
  explicit Barrier(int threads) : flags_(static_cast<std::size_t>(threads)) {}

  // Waits for all; returns to all threads the highest `stop` (0 to 3) that one of them passed.
  int wait(int thread, int stop);

 private:
  struct alignas(64) Flag {
    // generation * 4 + stop. Two words alternate: a thread may be one barrier ahead of a reader.
    std::atomic<std::uint32_t> words[2] = {};
    std::uint32_t generation = 0;
  };
  std::vector<Flag> flags_;
};

}  // namespace brickwork
