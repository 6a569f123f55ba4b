/* Writes down what a program does to the files of one folder: every write with its bytes, every
 * sync, and every change of a name. Preloaded into a process by recording.py.
 *
 * RECORDED_FOLDER   the folder, absolute and without links; what lies deeper is not recorded
 * RECORDED_MARKS    a file elsewhere; what is written to it becomes a mark between the records
 * RECORD            where the records go
 *
 * One lock is held from before a call to after its record, so the records are in the order in
 * which the disk saw the calls, whatever the threads do. A call that could change a file and is
 * not written down ends the process: a silent gap would make every crash state too kind. */
#include "opening.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NOTHING, FILE_IN_FOLDER, FOLDER, MARKS };

/* Little-endian; `size` bytes follow: data, one name, or two names with a zero between them. */
struct __attribute__((packed)) record {
    uint8_t what;
    uint64_t file;
    int64_t at;
    uint32_t size;
};

static enum kind kinds[MOST_HANDLES];
static uint64_t files[MOST_HANDLES];
static const char *folder, *marks;
static size_t folder_length;
static int record_handle = -1;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    folder = getenv("RECORDED_FOLDER");
    marks = getenv("RECORDED_MARKS");
    const char *path = getenv("RECORD");
    if (!folder || !marks || !path)
        return;
    folder_length = strlen(folder);
    record_handle = syscall(SYS_openat, AT_FDCWD, path,
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    unsetenv("LD_PRELOAD"); /* for this process only: two would mix their records */
}

static void give_up(const char *why) {
    fprintf(stderr, "recorder: %s\n", why);
    abort();
}

static void put(const void *data, size_t size) {
    const char *from = data;
    while (size) {
        ssize_t n = syscall(SYS_write, record_handle, from, size);
        if (n <= 0)
            give_up("the record cannot be written");
        from += n;
        size -= n;
    }
}

static void note(char what, uint64_t file, int64_t at, const void *data, size_t size) {
    struct record head = {what, file, at, size};
    put(&head, sizeof head);
    put(data, size);
}

static enum kind kind_of(const char *path) {
    if (record_handle < 0 || !path)
        return NOTHING;
    if (!strcmp(path, marks))
        return MARKS;
    if (strncmp(path, folder, folder_length))
        return NOTHING;
    const char *rest = path + folder_length;
    if (!*rest)
        return FOLDER;
    return *rest == '/' && !strchr(rest + 1, '/') ? FILE_IN_FOLDER : NOTHING;
}

static const char *name_in(const char *path) { return path + folder_length + 1; }

static enum kind kind(int handle) {
    return handle >= 0 && handle < MOST_HANDLES ? kinds[handle] : NOTHING;
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
    enum kind found = kind_of(path);
    if (found == NOTHING) {
        int handle = syscall(SYS_openat, at, path, flags, mode);
        if (handle >= 0 && handle < MOST_HANDLES)
            kinds[handle] = NOTHING;
        return handle;
    }
    pthread_mutex_lock(&guard);
    int existed = !syscall(SYS_faccessat, at, path, F_OK);
    int handle = syscall(SYS_openat, at, path, flags, mode);
    if (handle >= MOST_HANDLES || (handle >= 0 && found == FILE_IN_FOLDER && flags & O_APPEND))
        give_up("a file was opened in a way that is not written down");
    if (handle >= 0) {
        struct stat status;
        if (fstat(handle, &status))
            give_up("fstat failed");
        kinds[handle] = found;
        files[handle] = status.st_ino;
        const char *name = name_in(path);
        if (found == FILE_IN_FOLDER)
            note(existed ? 'o' : 'c', status.st_ino, !!(flags & O_TRUNC), name, strlen(name));
    }
    int error = errno;
    pthread_mutex_unlock(&guard);
    errno = error;
    return handle;
}

int __open_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return open_any(at, path, flags, 0); }
int __openat64_2(int at, const char *path, int flags) { return open_any(at, path, flags, 0); }

int close(int handle) {
    if (handle >= 0 && handle < MOST_HANDLES)
        kinds[handle] = NOTHING;
    return syscall(SYS_close, handle);
}

static ssize_t write_any(int handle, const void *data, size_t size, off_t at, int moves) {
    if (kind(handle) == NOTHING)
        return moves ? syscall(SYS_write, handle, data, size)
                     : syscall(SYS_pwrite64, handle, data, size, at);
    pthread_mutex_lock(&guard);
    if (moves)
        at = syscall(SYS_lseek, handle, 0, SEEK_CUR);
    ssize_t n = moves ? syscall(SYS_write, handle, data, size)
                      : syscall(SYS_pwrite64, handle, data, size, at);
    int error = errno;
    if (n > 0)
        note(kinds[handle] == MARKS ? 'm' : 'w', files[handle], at, data, n);
    pthread_mutex_unlock(&guard);
    errno = error;
    return n;
}

ssize_t write(int handle, const void *data, size_t size) {
    return write_any(handle, data, size, 0, 1);
}
ssize_t pwrite(int handle, const void *data, size_t size, off_t at) {
    return write_any(handle, data, size, at, 0);
}
ssize_t pwrite64(int handle, const void *data, size_t size, off64_t at) {
    return write_any(handle, data, size, at, 0);
}

static int truncate_any(int handle, off_t size) {
    if (kind(handle) == NOTHING)
        return syscall(SYS_ftruncate, handle, size);
    pthread_mutex_lock(&guard);
    int failed = syscall(SYS_ftruncate, handle, size), error = errno;
    if (!failed)
        note('t', files[handle], size, "", 0);
    pthread_mutex_unlock(&guard);
    errno = error;
    return failed;
}
int ftruncate(int handle, off_t size) { return truncate_any(handle, size); }
int ftruncate64(int handle, off64_t size) { return truncate_any(handle, size); }

static int sync_any(int handle, long call) {
    if (kind(handle) == NOTHING)
        return syscall(call, handle);
    pthread_mutex_lock(&guard);
    int failed = syscall(call, handle), error = errno;
    if (!failed)
        note(kinds[handle] == FOLDER ? 'd' : 's', files[handle], 0, "", 0);
    pthread_mutex_unlock(&guard);
    errno = error;
    return failed;
}
int fsync(int handle) { return sync_any(handle, SYS_fsync); }
int fdatasync(int handle) { return sync_any(handle, SYS_fdatasync); }

static int unlink_any(int at, const char *path, int flags) {
    if (kind_of(path) != FILE_IN_FOLDER)
        return syscall(SYS_unlinkat, at, path, flags);
    pthread_mutex_lock(&guard);
    int failed = syscall(SYS_unlinkat, at, path, flags), error = errno;
    if (!failed)
        note('u', 0, 0, name_in(path), strlen(name_in(path)));
    pthread_mutex_unlock(&guard);
    errno = error;
    return failed;
}
int unlink(const char *path) { return unlink_any(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_any(at, path, flags); }

static int name_any(char what, int from_at, const char *from, int to_at, const char *to, int flags) {
    long call = what == 'r' ? SYS_renameat2 : SYS_linkat;
    int inside = (kind_of(from) == FILE_IN_FOLDER) + (kind_of(to) == FILE_IN_FOLDER);
    if (!inside)
        return syscall(call, from_at, from, to_at, to, flags);
    if (inside == 1)
        give_up("a file was moved into or out of the folder");
    pthread_mutex_lock(&guard);
    int failed = syscall(call, from_at, from, to_at, to, flags), error = errno;
    if (!failed) {
        char names[2 * 4096];
        int n = snprintf(names, sizeof names, "%s%c%s", name_in(from), 0, name_in(to));
        note(what, 0, 0, names, n);
    }
    pthread_mutex_unlock(&guard);
    errno = error;
    return failed;
}
int rename(const char *from, const char *to) {
    return name_any('r', AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_at, const char *from, int to_at, const char *to) {
    return name_any('r', from_at, from, to_at, to, 0);
}
int link(const char *from, const char *to) {
    return name_any('l', AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    return name_any('l', from_at, from, to_at, to, flags);
}

/* Copies inside the kernel: refused, so that the program falls back to reads and writes. */
static ssize_t refuse(void) {
    errno = EINVAL;
    return -1;
}
ssize_t sendfile(int out, int in, off_t *from, size_t n) {
    return kind(out) ? refuse() : syscall(SYS_sendfile, out, in, from, n);
}
ssize_t sendfile64(int out, int in, off64_t *from, size_t n) {
    return kind(out) ? refuse() : syscall(SYS_sendfile, out, in, from, n);
}
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t n, unsigned flags) {
    return kind(out) ? refuse() : syscall(SYS_copy_file_range, in, from, out, to, n, flags);
}

ssize_t writev(int handle, const struct iovec *parts, int n) {
    if (kind(handle))
        give_up("writev is not written down");
    return syscall(SYS_writev, handle, parts, n);
}
int fallocate(int handle, int mode, off_t at, off_t size) {
    if (kind(handle))
        give_up("fallocate is not written down");
    return syscall(SYS_fallocate, handle, mode, at, size);
}
int posix_fallocate(int handle, off_t at, off_t size) {
    if (kind(handle))
        give_up("posix_fallocate is not written down");
    return syscall(SYS_fallocate, handle, 0, at, size) ? errno : 0;
}
