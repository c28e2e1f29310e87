// Preloaded below Python: lets an allocation of the libraries under watch fail, and knows which of
// their blocks were not given back. The engine runs as it is shipped, without a hook of its own.
// C's functions suffice: operator new calls them, from libstdc++ or from the engine's own copy of it.
//
//   c++ -std=c++20 -O1 -shared -fPIC allocations.cpp -o allocations.so
//   LD_PRELOAD=allocations.so python ...      (allocations.py speaks to it)
#include <errno.h>
#include <link.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

struct Range {
  std::uintptr_t from, to;
};
constexpr int kRanges = 64;
Range watched[kRanges];
std::atomic<int> ranges{0};

std::atomic<bool> armed{false};
std::atomic<bool> lasting{false};
std::atomic<long> seen{0}, wanted{0}, failures{0};

bool by_watched(const void* caller) {
  const auto at = reinterpret_cast<std::uintptr_t>(caller);
  for (int i = 0, n = ranges.load(std::memory_order_acquire); i < n; ++i) {
    if (at >= watched[i].from && at < watched[i].to) return true;
  }
  return false;
}

// Whether this allocation is the one that shall fail.
bool fails() {
  if (!armed.load()) return false;
  const long number = ++seen;
  if (number != wanted && !(lasting && wanted > 0 && number > wanted)) return false;
  ++failures;
  errno = ENOMEM;
  return true;
}

// The blocks that are out: open addressing, one lock.
constexpr std::size_t kBlocks = 1 << 20;
constexpr std::uintptr_t kGone = 1;
std::uintptr_t blocks[kBlocks];
std::atomic<long> live{0};
std::atomic_flag lock = ATOMIC_FLAG_INIT;

std::size_t place_of(std::uintptr_t block) { return (block >> 4) * 0x9e3779b97f4a7c15u >> 44; }

void* kept(void* block) {
  if (block == nullptr) return block;
  const auto value = reinterpret_cast<std::uintptr_t>(block);
  while (lock.test_and_set(std::memory_order_acquire)) {}
  std::size_t i = place_of(value);
  while (blocks[i] > kGone) i = (i + 1) % kBlocks;
  blocks[i] = value;
  ++live;
  lock.clear(std::memory_order_release);
  return block;
}

void given_back(void* block) {
  if (block == nullptr || ranges.load(std::memory_order_relaxed) == 0) return;
  const auto value = reinterpret_cast<std::uintptr_t>(block);
  while (lock.test_and_set(std::memory_order_acquire)) {}
  std::size_t i = place_of(value);
  while (blocks[i] != 0 && blocks[i] != value) i = (i + 1) % kBlocks;
  if (blocks[i] == value) {
    blocks[i] = kGone;
    --live;
  }
  lock.clear(std::memory_order_release);
}

void* made(std::size_t bytes, std::size_t alignment, const void* caller) {
  const bool ours = by_watched(caller);
  if (ours && fails()) return nullptr;
  void* block = alignment == 0 ? __libc_malloc(bytes) : __libc_memalign(alignment, bytes);
  return ours ? kept(block) : block;
}

}  // namespace

#define CALLER __builtin_return_address(0)

extern "C" {

// Watches what is loaded now and has `part` in its path; the number of its pieces.
int watch(const char* part) {
  return dl_iterate_phdr([](dl_phdr_info* info, std::size_t, void* wanted_part) {
    if (std::strstr(info->dlpi_name, static_cast<const char*>(wanted_part)) == nullptr) return 0;
    for (int i = 0; i < info->dlpi_phnum && ranges < kRanges; ++i) {
      const auto& header = info->dlpi_phdr[i];
      if (header.p_type != PT_LOAD || !(header.p_flags & PF_X)) continue;
      const std::uintptr_t from = info->dlpi_addr + header.p_vaddr;
      watched[ranges] = {from, from + header.p_memsz};
      ++ranges;
    }
    return 0;
  }, const_cast<char*>(part)) + ranges;
}

// From now on the n-th allocation of those under watch fails, and all after it if `all` is set.
void arm(long n, int all) {
  seen = failures = 0;
  wanted = n;
  lasting = all != 0;
  armed = true;
}

// Ends that; how many failed.
long disarm() {
  armed = false;
  return failures;
}

long allocations() { return seen; }
long live_blocks() { return live; }

void* malloc(std::size_t bytes) { return made(bytes, 0, CALLER); }
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return made(bytes, alignment, CALLER);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) {
  *block = made(bytes, alignment, CALLER);
  return *block == nullptr ? ENOMEM : 0;
}

void* calloc(std::size_t count, std::size_t bytes) {
  const bool ours = by_watched(CALLER);
  if (ours && fails()) return nullptr;
  void* block = __libc_calloc(count, bytes);
  return ours ? kept(block) : block;
}

void* realloc(void* old, std::size_t bytes) {
  const bool ours = by_watched(CALLER);
  if (ours && fails()) return nullptr;
  given_back(old);
  void* block = __libc_realloc(old, bytes);
  return ours ? kept(block) : block;
}

void free(void* block) {
  given_back(block);
  __libc_free(block);
}
}
