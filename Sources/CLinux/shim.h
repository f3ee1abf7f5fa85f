#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
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
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
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

/* The GNU form of strerror_r returns its text; Swift would see whichever of the two forms the macros choose. */
static inline const char *limpet_error_text(int number, char *buffer, size_t size) {
    return strerror_r(number, buffer, size);
}

/* prctl and fcntl are variadic, which Swift does not import. */
static inline int limpet_forbid_core_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int limpet_make_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/* The cpu_set_t macros. */
static inline int limpet_processor_count(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

/* With _GNU_SOURCE these take a transparent union, which Swift cannot make. */
static inline int limpet_bind(int descriptor, const struct sockaddr *address, socklen_t length) {
    return bind(descriptor, address, length);
}
static inline int limpet_connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    return connect(descriptor, address, length);
}
static inline int limpet_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
static inline int limpet_getsockname(int descriptor, struct sockaddr *address, socklen_t *length) {
    return getsockname(descriptor, address, length);
}
static inline ssize_t limpet_sendto(
    int descriptor, const void *bytes, size_t count, const struct sockaddr *address, socklen_t length) {
    return sendto(descriptor, bytes, count, MSG_NOSIGNAL, address, length);
}

/* open is variadic; a log is appended to by one thread and not inherited. */
static inline int limpet_open_append(const char *path) {
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}
static inline int limpet_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }
static inline void limpet_wait_writable(int descriptor) {
    struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
    (void)poll(&entry, 1, 1000);
}
