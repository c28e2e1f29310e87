// CHECK(condition): counts and prints what failed; a test's main returns failures().
#pragma once
#include <atomic>
#include <cstdio>

inline std::atomic<int>& failed_checks() {
  static std::atomic<int> count{0};
  return count;
}

inline int failures() {
  if (failed_checks() == 0) std::puts("ok");
  return failed_checks() == 0 ? 0 : 1;
}

#define CHECK(condition)                                                   \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);  \
      ++failed_checks();                                                   \
    }                                                                      \
  } while (0)
