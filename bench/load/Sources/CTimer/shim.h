#ifndef LIMPET_LOAD_TIMER_H
#define LIMPET_LOAD_TIMER_H

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* A timer that becomes readable every `nanoseconds`, from now on; -1 if there is none to be had. */
static inline int limpet_load_timer(long nanoseconds) {
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct itimerspec times;
    times.it_value.tv_sec = times.it_interval.tv_sec = nanoseconds / 1000000000;
    times.it_value.tv_nsec = times.it_interval.tv_nsec = nanoseconds % 1000000000;
    if (descriptor >= 0 && timerfd_settime(descriptor, 0, &times, NULL) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* Takes what a timer has counted, so that it is no longer readable. */
static inline void limpet_load_timer_take(int descriptor) {
    unsigned long long count;
    ssize_t got = read(descriptor, &count, sizeof count);
    (void)got;
}

#endif
