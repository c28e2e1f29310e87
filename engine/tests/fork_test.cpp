// A child of fork() works: it makes its own threads, and does not wait for locks of threads that do
// not exist in it.
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "check.hpp"
#include "regression.hpp"

using namespace brickwork;
using namespace brickwork::tests;

namespace {

int run_team() {
  Team team(3);
  std::atomic<int> count{0};
  team.run([](void* c, int) { ++*static_cast<std::atomic<int>*>(c); }, &count);
  return count;
}

void child_after_fork() {
  CHECK(run_team() == 3);
  Gate gate;
  std::atomic<bool> locked{false}, over{false};
  std::thread holder([&] {
    gate.lock();
    locked = true;
    while (!over) std::this_thread::yield();
    gate.unlock();
  });
  while (!locked) std::this_thread::yield();
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    gate.lock();
    gate.unlock();
    gate.lock_shared();
    gate.unlock_shared();
    _exit(run_team() == 3 ? 0 : 1);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  over = true;
  holder.join();
  CHECK(run_team() == 3);
}

}  // namespace

int main() {
  child_after_fork();
  return failures();
}
