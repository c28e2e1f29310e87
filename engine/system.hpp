// What systems do differently, in one place: memory, time on the processor, signals, forks. No
// other file asks which system it is compiled for.
#pragma once
#include <cstddef>
#include <cstdint>
#include <thread>

namespace brickwork {

// Memory that starts at a multiple of `alignment`, a power of two; null where there is no more.
void* take_aligned(std::size_t alignment, std::size_t bytes) noexcept;
void free_aligned(void* memory) noexcept;

// Memory before a page that cannot be touched: returns its end, behind which a read or write is a
// fault. For tests; throws std::bad_alloc.
char* take_guarded(std::size_t bytes);
void free_guarded(char* end, std::size_t bytes) noexcept;

// How often the system has taken a core away from this process; always 0 where it does not tell.
std::int64_t preemptions();

// A thread that takes no signals: they are for the threads of the caller. What a fault raises
// stays, for a handler that wants to say where it was. Throws std::system_error.
std::thread deaf_thread(void (*work)(void*), void* context);

// Calls these around each fork() of this process from now on, where the system has forks.
void around_forks(void (*before)(), void (*in_parent)(), void (*in_child)());

}  // namespace brickwork
