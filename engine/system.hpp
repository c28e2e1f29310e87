// Everything that differs between operating systems: memory, CPU time, signals, forks. No other
// file depends on the system that it is compiled for.
#pragma once
#include <cstddef>
#include <cstdint>
#include <thread>

namespace brickwork {

// Memory that starts at a multiple of `alignment`, a power of two; null if there is none left.
void* take_aligned(std::size_t alignment, std::size_t bytes) noexcept;
void free_aligned(void* memory) noexcept;

// Memory before an inaccessible page: returns its end, after which a read or write faults. For
// tests; throws std::bad_alloc.
char* take_guarded(std::size_t bytes);
void free_guarded(char* end, std::size_t bytes) noexcept;

// How often the system has preempted this process; always 0 if it does not report that.
std::int64_t preemptions();

// A thread with signals blocked: they are for the threads of the caller. Those of faults are not
// blocked, so that a handler can report where they occurred. Throws std::system_error.
std::thread deaf_thread(void (*work)(void*), void* context);

// Calls these functions around each fork() of this process from now on, if the system has forks.
void around_forks(void (*before)(), void (*in_parent)(), void (*in_child)());

}  // namespace brickwork
