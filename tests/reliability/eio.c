/* Fails one call of a program on the files of one folder. Preloaded into a process by failing.py.
 *
 * FAIL_FOLDER   the folder, absolute and without links; what lies deeper is left alone
 * FAIL_CALLS    the letters of the calls that count: r(ead), w(rite), s(ync), t(runcate)
 * FAIL_AT       which of those calls fails with EIO, from 1; 0 fails none
 * FAIL_COUNT    a file; at its end the process writes how many calls there were
 *
 * Only that one call fails, and what it was to write is not written. That is the unkind case: a
 * system reports a failed sync once, and the next one succeeds. */
#include "opening.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char counted[MOST_HANDLES];
static const char *folder, *calls;
static size_t folder_length;
static long fail_at, seen;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    folder = getenv("FAIL_FOLDER");
    calls = getenv("FAIL_CALLS");
    fail_at = atol(getenv("FAIL_AT") ? getenv("FAIL_AT") : "0");
    folder_length = folder ? strlen(folder) : 0;
    unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAIL_COUNT");
    if (!path)
        return;
    char text[32];
    int size = snprintf(text, sizeof text, "%ld", seen);
    int handle = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (handle >= 0 && syscall(SYS_write, handle, text, size) == size)
        syscall(SYS_close, handle);
}

static int inside(const char *path) {
    if (!folder || !path || strncmp(path, folder, folder_length) || path[folder_length] != '/')
        return 0;
    return !strchr(path + folder_length + 1, '/') && !strstr(path, ".lock");
}

static int fails(int handle, char what) {
    if (handle < 0 || handle >= MOST_HANDLES || !counted[handle] || !calls || !strchr(calls, what))
        return 0;
    pthread_mutex_lock(&guard);
    int failed = ++seen == fail_at;
    pthread_mutex_unlock(&guard);
    if (failed)
        errno = EIO;
    return failed;
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
    int handle = syscall(SYS_openat, at, path, flags, mode);
    if (handle >= 0 && handle < MOST_HANDLES)
        counted[handle] = inside(path);
    return handle;
}

int close(int handle) {
    if (handle >= 0 && handle < MOST_HANDLES)
        counted[handle] = 0;
    return syscall(SYS_close, handle);
}

ssize_t write(int handle, const void *data, size_t size) {
    return fails(handle, 'w') ? -1 : syscall(SYS_write, handle, data, size);
}
ssize_t pwrite(int handle, const void *data, size_t size, off_t at) {
    return fails(handle, 'w') ? -1 : syscall(SYS_pwrite64, handle, data, size, at);
}
ssize_t pwrite64(int handle, const void *data, size_t size, off64_t at) {
    return fails(handle, 'w') ? -1 : syscall(SYS_pwrite64, handle, data, size, at);
}
ssize_t read(int handle, void *data, size_t size) {
    return fails(handle, 'r') ? -1 : syscall(SYS_read, handle, data, size);
}
ssize_t pread(int handle, void *data, size_t size, off_t at) {
    return fails(handle, 'r') ? -1 : syscall(SYS_pread64, handle, data, size, at);
}
ssize_t pread64(int handle, void *data, size_t size, off64_t at) {
    return fails(handle, 'r') ? -1 : syscall(SYS_pread64, handle, data, size, at);
}
int fsync(int handle) { return fails(handle, 's') ? -1 : syscall(SYS_fsync, handle); }
int fdatasync(int handle) { return fails(handle, 's') ? -1 : syscall(SYS_fdatasync, handle); }
int ftruncate(int handle, off_t size) {
    return fails(handle, 't') ? -1 : syscall(SYS_ftruncate, handle, size);
}
int ftruncate64(int handle, off64_t size) {
    return fails(handle, 't') ? -1 : syscall(SYS_ftruncate, handle, size);
}
