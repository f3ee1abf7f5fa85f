#pragma once
/* Without _GNU_SOURCE: with it the system's structures would differ from those that Swift's own Glibc module holds, and
   a program that sees both modules does not compile. What glibc shows only under it is declared here. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* errno is a macro: Swift cannot read it by itself. */
static inline int limpet_errno(void) { return errno; }

/* epoll_event is a packed union in C: these two spell what Swift cannot. */
static inline int limpet_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = tag;
    return epoll_ctl(epoll, operation, descriptor, &event);
}
static inline uint64_t limpet_epoll_tag(const struct epoll_event *event) { return event->data.u64; }

/* prctl and fcntl are variadic, which Swift does not import. */
static inline int limpet_forbid_core_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int limpet_make_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/* The cpu_set_t macros. */
extern int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
static inline int limpet_processor_count(void) {
    cpu_set_t set;
    __CPU_ZERO_S(sizeof(set), &set);
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? __CPU_COUNT_S(sizeof(set), &set) : 1;
}

extern int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);
static inline int limpet_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

extern int pthread_setname_np(pthread_t thread, const char *name);

/* open is variadic; a log is appended to by one thread and not inherited. */
static inline int limpet_open_append(const char *path) {
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}
static inline int limpet_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }
static inline void limpet_wait_writable(int descriptor) {
    struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
    (void)poll(&entry, 1, 1000);
}
static inline int limpet_open_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

/* Above `minimum`, so that the copy is out of the way of a child's own numbers. */
static inline int limpet_duplicate_above(int descriptor, int minimum) {
    return fcntl(descriptor, F_DUPFD_CLOEXEC, minimum);
}
static inline int limpet_open_null(void) { return open("/dev/null", O_RDWR | O_CLOEXEC); }

/* The environment, which Swift takes for a global variable that anybody may change. */
extern char **environ;
static inline char **limpet_environment(void) { return environ; }
