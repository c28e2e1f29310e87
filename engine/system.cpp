#include "system.hpp"

#include <cstdlib>
#include <new>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#ifndef NOMINMAX  // libstdc++ may define it
#define NOMINMAX
#endif
#include <malloc.h>
#include <windows.h>
#else
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace brickwork {
namespace {

// `bytes` rounded up to whole pages.
std::size_t whole_pages(std::size_t bytes, std::size_t page) {
  return (bytes + page - 1) / page * page;
}

}  // namespace

#if defined(_WIN32)

void* take_aligned(std::size_t alignment, std::size_t bytes) noexcept {
  return _aligned_malloc(bytes, alignment);
}

void free_aligned(void* memory) noexcept { _aligned_free(memory); }

namespace {

std::size_t page_bytes() {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return info.dwPageSize;
}

}  // namespace

char* take_guarded(std::size_t bytes) {
  const std::size_t page = page_bytes(), room = whole_pages(bytes, page);
  auto* base = static_cast<char*>(
      VirtualAlloc(nullptr, room + page, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
  DWORD before;
  if (base == nullptr || !VirtualProtect(base + room, page, PAGE_NOACCESS, &before)) {
    throw std::bad_alloc();
  }
  return base + room;
}

void free_guarded(char* end, std::size_t bytes) noexcept {
  VirtualFree(end - whole_pages(bytes, page_bytes()), 0, MEM_RELEASE);
}

// Windows counts context switches for its own tools only, and has no signals or forks.
std::int64_t preemptions() { return 0; }

std::thread deaf_thread(void (*work)(void*), void* context) { return std::thread(work, context); }

void around_forks(void (*)(), void (*)(), void (*)()) {}

#else

void* take_aligned(std::size_t alignment, std::size_t bytes) noexcept {
  // std::aligned_alloc takes multiples of the alignment only.
  return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

void free_aligned(void* memory) noexcept { std::free(memory); }

namespace {

std::size_t page_bytes() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

// While in scope, signals are blocked for this thread and for threads that it creates.
class Deaf {
 public:
  Deaf() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
      sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~Deaf() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Deaf(const Deaf&) = delete;
  Deaf& operator=(const Deaf&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

char* take_guarded(std::size_t bytes) {
  const std::size_t page = page_bytes(), room = whole_pages(bytes, page);
  void* base =
      mmap(nullptr, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  char* const end = static_cast<char*>(base) + room;
  if (mprotect(end, page, PROT_NONE) != 0) throw std::bad_alloc();
  return end;
}

void free_guarded(char* end, std::size_t bytes) noexcept {
  const std::size_t page = page_bytes(), room = whole_pages(bytes, page);
  munmap(end - room, room + page);
}

std::int64_t preemptions() {
  rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_nivcsw : 0;
}

std::thread deaf_thread(void (*work)(void*), void* context) {
  const Deaf deaf;
  return std::thread(work, context);
}

void around_forks(void (*before)(), void (*in_parent)(), void (*in_child)()) {
  pthread_atfork(before, in_parent, in_child);
}

#endif

}  // namespace brickwork
