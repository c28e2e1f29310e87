// A failing disk: preloaded before the C library (LD_PRELOAD), it counts the system calls on a
// folder, and makes the k-th of them fail.
//
//   faulty_watch(folder)         count calls on this folder and what is in it
//   faulty_arm(k, error, how)    make the k-th call from now on fail; k = 0: none
//   faulty_calls()               the number of calls since then
//   faulty_failed()              the name of the call that failed, or ""
//   faulty_nameless(allowed)     whether files without names (O_TMPFILE) are available
//   faulty_slow(microseconds)    wait before each call, from the opening of a file for writing to
//                                the end of the folder's fsync
//   faulty_stage()               1 during that time, else 0: shared with processes forked later
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Once: this call alone. Lasting: this one and all after it but unlink, as on a disk that is full.
// Short: half of what was to be written or read. Spoilt: what is read is not what was written.
enum { kOnce, kLasting, kShort, kSpoilt };

static char root[PATH_MAX];
static int target_call, error_number, how, calls, nameless = 1, delay;
static const char* failed = "";
static volatile int* stage;
static char watched[1024];  // by descriptor: 1 a file, 2 a folder

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void faulty_watch(const char* folder) {
  snprintf(root, sizeof root, "%s", folder);
  if (stage == NULL) {
    stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  }
  *stage = 0;
}
void faulty_arm(int k, int error, int kind) {
  target_call = k;
  error_number = error;
  how = kind;
  calls = 0;
  failed = "";
}
int faulty_calls(void) { return calls; }
const char* faulty_failed(void) { return failed; }
void faulty_nameless(int allowed) { nameless = allowed; }
void faulty_slow(int microseconds) { delay = microseconds; }
int faulty_stage(void) { return stage == NULL ? 0 : *stage; }

static int inside(const char* path) {
  const size_t size = strlen(root);
  return size > 0 && path != NULL &&
         (strncmp(path, root, size) == 0 || strcmp(path, "/proc/self/fd") == 0);
}
static int seen(int fd) { return fd >= 0 && fd < (int)sizeof watched ? watched[fd] : 0; }
static void see(int fd, int kind) {
  if (fd >= 0 && fd < (int)sizeof watched) watched[fd] = (char)kind;
}

// Counts a call; returns whether it should fail.
static int wrong(const char* name) {
  if (stage != NULL && *stage && delay) usleep((useconds_t)delay);
  ++calls;
  const int hit = target_call > 0 && (calls == target_call ||
                                      (how == kLasting && calls > target_call));
  if (hit && !*failed) failed = name;
  return hit;
}
// The same for calls that cannot be short or spoilt.
static int fails(const char* name) {
  if (!wrong(name) || how == kShort || how == kSpoilt) return 0;
  errno = error_number;
  return 1;
}

static int opened(int dir, const char* path, int flags, mode_t mode) {
  static int (*real)(int, const char*, int, ...) = NULL;
  if (real == NULL) real = REAL(openat);
  if (!inside(path)) {
    const int other = real(dir, path, flags, mode);
    see(other, 0);
    return other;
  }
  if ((flags & O_TMPFILE) == O_TMPFILE && !nameless) {
    errno = EOPNOTSUPP;
    return -1;
  }
  if (fails("open")) return -1;
  const int fd = real(dir, path, flags, mode);
  see(fd, (flags & O_DIRECTORY) && (flags & O_TMPFILE) != O_TMPFILE ? 2 : 1);
  if (fd >= 0 && stage != NULL && (flags & O_ACCMODE) != O_RDONLY) *stage = 1;
  return fd;
}

#define MODE(flags)                              \
  mode_t mode = 0;                               \
  if ((flags) & (O_CREAT | O_TMPFILE)) {         \
    va_list rest;                                \
    va_start(rest, flags);                       \
    mode = va_arg(rest, mode_t);                 \
    va_end(rest);                                \
  }
int open(const char* path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char* path, int flags, ...) {
  MODE(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int dir, const char* path, int flags, ...) { MODE(flags) return opened(dir, path, flags, mode); }
int openat64(int dir, const char* path, int flags, ...) {
  MODE(flags) return opened(dir, path, flags | O_LARGEFILE, mode);
}

DIR* opendir(const char* path) { return inside(path) && fails("opendir") ? NULL : REAL(opendir)(path); }

ssize_t write(int fd, const void* from, size_t size) {
  if (seen(fd) && wrong("write")) {
    if (how == kShort && size > 1) size /= 2;
    if (how == kOnce || how == kLasting) return errno = error_number, -1;
  }
  return REAL(write)(fd, from, size);
}
ssize_t pwrite64(int fd, const void* from, size_t size, off64_t at) {
  return seen(fd) && fails("pwrite") ? -1 : REAL(pwrite64)(fd, from, size, at);
}
ssize_t pwrite(int fd, const void* from, size_t size, off_t at) {
  return seen(fd) && fails("pwrite") ? -1 : REAL(pwrite)(fd, from, size, at);
}
ssize_t read(int fd, void* to, size_t size) {
  const int bad = seen(fd) && wrong("read");
  if (bad && (how == kOnce || how == kLasting)) return errno = error_number, -1;
  if (bad && how == kShort && size > 1) size = 1;
  const ssize_t got = REAL(read)(fd, to, size);
  if (bad && how == kSpoilt && got > 0) *(char*)to ^= 1;
  return got;
}
int fsync(int fd) {
  const int kind = seen(fd);
  if (kind && fails("fsync")) return -1;
  const int result = REAL(fsync)(fd);
  if (kind == 2 && stage != NULL) *stage = 0;
  return result;
}
int fdatasync(int fd) { return seen(fd) && fails("fdatasync") ? -1 : REAL(fdatasync)(fd); }
int fchmod(int fd, mode_t mode) { return seen(fd) && fails("fchmod") ? -1 : REAL(fchmod)(fd, mode); }
off64_t lseek64(int fd, off64_t to, int from) {
  return seen(fd) && fails("lseek") ? -1 : REAL(lseek64)(fd, to, from);
}
off_t lseek(int fd, off_t to, int from) {
  return seen(fd) && fails("lseek") ? -1 : REAL(lseek)(fd, to, from);
}
int fstat64(int fd, struct stat64* to) { return seen(fd) && fails("fstat") ? -1 : REAL(fstat64)(fd, to); }
int fstat(int fd, struct stat* to) { return seen(fd) && fails("fstat") ? -1 : REAL(fstat)(fd, to); }
int stat64(const char* path, struct stat64* to) {
  return inside(path) && fails("stat") ? -1 : REAL(stat64)(path, to);
}
int stat(const char* path, struct stat* to) { return inside(path) && fails("stat") ? -1 : REAL(stat)(path, to); }
int lstat64(const char* path, struct stat64* to) {
  return inside(path) && fails("lstat") ? -1 : REAL(lstat64)(path, to);
}
int fstatat64(int dir, const char* path, struct stat64* to, int flags) {
  return inside(path) && fails("fstatat") ? -1 : REAL(fstatat64)(dir, path, to, flags);
}
// As on Linux: the descriptor is closed, whatever the result.
int close(int fd) {
  const int bad = seen(fd) && fails("close"), error = errno;
  see(fd, 0);
  const int result = REAL(close)(fd);
  return bad ? (errno = error, -1) : result;
}
int link(const char* from, const char* to) { return inside(to) && fails("link") ? -1 : REAL(link)(from, to); }
int linkat(int from_dir, const char* from, int to_dir, const char* to, int flags) {
  return inside(to) && fails("linkat") ? -1 : REAL(linkat)(from_dir, from, to_dir, to, flags);
}
int rename(const char* from, const char* to) {
  return inside(to) && fails("rename") ? -1 : REAL(rename)(from, to);
}
int renameat(int from_dir, const char* from, int to_dir, const char* to) {
  return inside(to) && fails("renameat") ? -1 : REAL(renameat)(from_dir, from, to_dir, to);
}
