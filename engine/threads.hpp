// Threads that share a step: a pool that is made when first needed, teams leased from it, barriers.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace brickwork {

// Treats denormal numbers as zero while in scope, on this thread; they would slow steps tenfold.
// The former state comes back at the end: the process that called us keeps its own arithmetic.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  std::uint64_t before_;
};

// The one lock of the engine's small lists (idle threads, idle workspaces). It is held for some
// tens of nanoseconds and across fork(), so that a child never finds it locked.
std::mutex& lists_mutex();

// Counts the forks of this process; a child that sees another number rebuilds its locks.
std::uint32_t fork_count();

// No more threads than this work for one caller: what was planned for more runs on one, with the
// same bits.
std::atomic<int>& most_threads();

struct Seat;

// Threads for one caller, returned to the pool at the end. A team may be smaller than asked for
// where the system refuses more threads; the caller looks at size().
class Team {
 public:
  using Job = void (*)(void* context, int thread);

  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(seats_.size()) + 1; }

  // Runs job(context, t) for each t in [0, size()), t = 0 on the calling thread, and waits for all.
  // The first exception of a job is thrown again here.
  void run(Job job, void* context);

 private:
  std::vector<Seat*> seats_;
};

// Ends the idle threads of the pool. They come back when needed.
void release_threads();

// Where the threads of a team wait for each other, and agree on whether to stop.
//
// Each thread writes a word of its own and reads the others': no word is fought for, and two
// threads meet in one hand-over of a cache line each way.
class Barrier {
 public:
  explicit Barrier(int threads) : flags_(static_cast<std::size_t>(threads)) {}

  // Waits for all; returns the highest `stop` (0 to 3) that a thread came with, to all the same.
  int wait(int thread, int stop);

 private:
  struct alignas(64) Flag {
    // generation * 4 + stop. Two words in turn: a thread may be one barrier ahead of a reader.
    std::atomic<std::uint32_t> words[2] = {};
    std::uint32_t generation = 0;
  };
  std::vector<Flag> flags_;
};

}  // namespace brickwork
