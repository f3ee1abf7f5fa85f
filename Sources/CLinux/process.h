#pragma once
/* Processes that are started with an identity, limits and a session of their own, and the messages that they send. What
   runs between fork and exec must be async-signal-safe (signal-safety(7)): it stands here in C. */
#include "shim.h"
#include <dirent.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <time.h>

extern int setgroups(size_t count, const gid_t *groups);
extern int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count);

struct limpet_limit {
    int resource;
    uint64_t value;
};

/* All that a new process is to be. Its descriptors 0, 1 and 2 are copies of those given; it inherits no other. */
struct limpet_process_plan {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory; /* null: ours */
    int descriptors[3];
    int changes_identity;
    uid_t user;
    gid_t group;
    const gid_t *groups;
    size_t group_count;
    const struct limpet_limit *limits;
    size_t limit_count;
    uint64_t soft_descriptors; /* its soft limit of open descriptors; 0: as the limits have it, or ours */
    int is_detached; /* a session of its own, and no child of ours */
    int patience_milliseconds; /* how long it may take until it is the program */
};

/* The step that failed, as the parent is told. */
enum limpet_process_step {
    LIMPET_STEP_NONE,
    LIMPET_STEP_FORK,
    LIMPET_STEP_GROUP,
    LIMPET_STEP_DESCRIPTORS,
    LIMPET_STEP_LIMITS,
    LIMPET_STEP_IDENTITY,
    LIMPET_STEP_DIRECTORY,
    LIMPET_STEP_EXECUTE,
    LIMPET_STEP_TIME
};

struct limpet_process_report {
    int32_t identifier;
    int32_t step;
    int32_t error;
};

static inline void limpet_process_fail(int pipe, enum limpet_process_step step) {
    struct limpet_process_report report = {.identifier = 0, .step = step, .error = errno};
    ssize_t written = write(pipe, &report, sizeof(report));
    (void)written;
    _exit(127);
}

/* Becomes the program; runs in the child, and does not return. */
static inline void limpet_process_become(const struct limpet_process_plan *plan, int pipe) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int number = 1; number < 65; number++) {
        if (number != SIGKILL && number != SIGSTOP) (void)sigaction(number, &action, NULL);
    }
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 0; number < 3; number++) {
        if (dup2(plan->descriptors[number], number) < 0) limpet_process_fail(pipe, LIMPET_STEP_DESCRIPTORS);
    }
    for (size_t index = 0; index < plan->limit_count; index++) {
        struct rlimit limit = {plan->limits[index].value, plan->limits[index].value};
        if (setrlimit((__rlimit_resource_t)plan->limits[index].resource, &limit) != 0) {
            limpet_process_fail(pipe, LIMPET_STEP_LIMITS);
        }
    }
    if (plan->soft_descriptors > 0) {
        struct rlimit limit;
        if (getrlimit(RLIMIT_NOFILE, &limit) != 0) limpet_process_fail(pipe, LIMPET_STEP_LIMITS);
        limit.rlim_cur = plan->soft_descriptors < limit.rlim_max ? plan->soft_descriptors : limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limpet_process_fail(pipe, LIMPET_STEP_LIMITS);
    }
    if (plan->changes_identity
        && (setgroups(plan->group_count, plan->groups) != 0 || setgid(plan->group) != 0 || setuid(plan->user) != 0)) {
        limpet_process_fail(pipe, LIMPET_STEP_IDENTITY);
    }
    if (plan->directory && chdir(plan->directory) != 0) limpet_process_fail(pipe, LIMPET_STEP_DIRECTORY);
    (void)execve(plan->path, plan->arguments, plan->environment);
    limpet_process_fail(pipe, LIMPET_STEP_EXECUTE);
}

/* Waits until `descriptor` can be read, or is at its end; 0 if that does not come in time. */
static inline int limpet_process_await(int descriptor, int milliseconds) {
    struct timespec begin, now;
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    int64_t rest = milliseconds;
    for (;;) {
        struct pollfd entry = {.fd = descriptor, .events = POLLIN};
        int count = poll(&entry, 1, (int)rest);
        /* What poll(2) itself cannot do, reading will tell. */
        if (count > 0 || (count < 0 && errno != EINTR)) return 1;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        rest = milliseconds - (now.tv_sec - begin.tv_sec) * 1000 - (now.tv_nsec - begin.tv_nsec) / 1000000;
        if (rest <= 0) return 0;
    }
}

/* Starts a process as planned. Every descriptor of ours above 2 must be close-on-exec. On success its identifier is in
   the report and the step is none; otherwise there is no process, or, where time was over, one that has been killed: it
   may hang in the kernel, so it is not waited for here, and ends as a child of ours that nobody knows. */
static inline struct limpet_process_report limpet_process_start(const struct limpet_process_plan *plan) {
    struct limpet_process_report report = {0, LIMPET_STEP_FORK, 0};
    int ends[2], identity[2];
    if (pipe(ends) != 0) { report.error = errno; return report; }
    if (pipe(identity) != 0) { report.error = errno; close(ends[0]); close(ends[1]); return report; }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(identity[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(identity[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child < 0) {
        report.error = errno;
        close(ends[0]); close(ends[1]); close(identity[0]); close(identity[1]);
        return report;
    }
    if (child == 0) {
        if (plan->is_detached) {
            if (setsid() < 0) limpet_process_fail(ends[1], LIMPET_STEP_GROUP);
            pid_t grandchild = fork();
            if (grandchild < 0) limpet_process_fail(ends[1], LIMPET_STEP_FORK);
            if (grandchild > 0) {
                ssize_t written = write(identity[1], &grandchild, sizeof(grandchild));
                _exit(written == sizeof(grandchild) ? 0 : 127);
            }
        } else if (setsid() < 0) {
            /* Within a session anybody may join any group (setpgid(2)), whatever the user: so no session is shared. */
            limpet_process_fail(ends[1], LIMPET_STEP_GROUP);
        }
        limpet_process_become(plan, ends[1]);
    }
    close(ends[1]);
    close(identity[1]);
    report.identifier = child;
    pid_t started = child;
    if (plan->is_detached) {
        started = 0;
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        if (read(identity[0], &started, sizeof(started)) == sizeof(started)) report.identifier = started;
        else started = 0;
    }
    close(identity[0]);
    /* The pipe closes with exec: until then nothing of what follows is certain. A file system that does not answer
       holds chdir(2) and execve(2) up, for ever if need be. */
    if (!limpet_process_await(ends[0], plan->patience_milliseconds)) {
        if (started > 1) (void)kill(started, SIGKILL);
        close(ends[0]);
        return (struct limpet_process_report){.identifier = 0, .step = LIMPET_STEP_TIME, .error = ETIME};
    }
    struct limpet_process_report failure;
    ssize_t count;
    do { count = read(ends[0], &failure, sizeof(failure)); } while (count < 0 && errno == EINTR);
    close(ends[0]);
    if (count == sizeof(failure)) {
        if (!plan->is_detached) while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        return failure;
    }
    report.step = LIMPET_STEP_NONE;
    return report;
}

/* A child that has ended and is not forgotten yet, so that its identifier and its group are still its own; 0 for none.
   `status` is as waitpid(2) has it. */
static inline pid_t limpet_ended_child(int *status) {
    siginfo_t information;
    information.si_pid = 0;
    while (waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) < 0) {
        if (errno != EINTR) return 0;
    }
    *status = information.si_code == CLD_EXITED ? (information.si_status & 0xff) << 8 : information.si_status & 0x7f;
    return information.si_pid;
}
/* The same of one process, by its descriptor; 0 also if it is no child of ours. 3 is P_PIDFD (Linux 5.4). */
static inline pid_t limpet_ended_process(int descriptor, int *status) {
    siginfo_t information;
    information.si_pid = 0;
    while (waitid((idtype_t)3, (id_t)descriptor, &information, WEXITED | WNOHANG | WNOWAIT) < 0) {
        if (errno != EINTR) return 0;
    }
    *status = information.si_code == CLD_EXITED ? (information.si_status & 0xff) << 8 : information.si_status & 0x7f;
    return information.si_pid;
}
static inline void limpet_forget_child(pid_t child) {
    while (waitpid(child, NULL, WNOHANG) < 0 && errno == EINTR) {}
}

/* Children that nobody waits for leave nothing behind. */
static inline void limpet_bury_children(void) { (void)signal(SIGCHLD, SIG_IGN); }

/* Orphans below us become our children (PR_SET_CHILD_SUBREAPER). */
static inline int limpet_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }


/* The most descriptors that the kernel lets one message carry (SCM_MAX_FD). */
#define LIMPET_PASSED_LIMIT 253

/* A datagram with its sender as the kernel knows it, and how many descriptors came along. */
struct limpet_message {
    ssize_t count;
    pid_t process;
    uid_t user;
    int is_truncated;
    int passed_count;
};

struct limpet_credentials { pid_t process; uid_t user; gid_t group; };

static inline int limpet_pass_credentials(int descriptor) {
    int one = 1;
    return setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
}

/* No peer may pass descriptors (SO_PASSRIGHTS, Linux 6.16): those that nobody takes the kernel would close in our thread,
   and that may last as long as the peer likes. Nothing happens where there is no such option, or nothing to pass. */
static inline void limpet_refuse_descriptors(int descriptor) {
    int zero = 0;
    (void)setsockopt(descriptor, SOL_SOCKET, 83, &zero, sizeof(zero));
}

/* Closes a descriptor of somebody else's making; not for a thread that others wait for. SO_LINGER at least does not
   hold it up. */
static inline void limpet_close_passed(int descriptor) {
    struct linger none = {0, 0};
    (void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    (void)close(descriptor);
}

/* Receives a datagram. `passed` has room for LIMPET_PASSED_LIMIT descriptors, which are the caller's then: were there
   less room, the kernel would close the rest here and now. */
static inline struct limpet_message limpet_receive_message(int descriptor, void *bytes, size_t capacity, int *passed) {
    union {
        char bytes[CMSG_SPACE(LIMPET_PASSED_LIMIT * sizeof(int)) + CMSG_SPACE(sizeof(struct limpet_credentials)) + 256];
        struct cmsghdr alignment;
    } control;
    struct iovec vector = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes,
                            .msg_controllen = sizeof(control.bytes)};
    struct limpet_message message = {-1, 0, (uid_t)-1, 0, 0};
    message.count = recvmsg(descriptor, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (message.count < 0) return message;
    message.is_truncated = (header.msg_flags & MSG_TRUNC) != 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET) continue;
        if (part->cmsg_type == SCM_RIGHTS) {
            int count = (int)((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
            int room = LIMPET_PASSED_LIMIT - message.passed_count;
            if (count > room) count = room;
            memcpy(passed + message.passed_count, CMSG_DATA(part), (size_t)count * sizeof(int));
            message.passed_count += count;
        } else if (part->cmsg_type == 2 /* SCM_CREDENTIALS */
                   && part->cmsg_len >= CMSG_LEN(sizeof(struct limpet_credentials))) {
            struct limpet_credentials sender;
            memcpy(&sender, CMSG_DATA(part), sizeof(sender));
            message.process = sender.process;
            message.user = sender.user;
        }
    }
    return message;
}

/* The other end of a UNIX stream socket. */
static inline int limpet_peer_credentials(int descriptor, struct limpet_credentials *peer) {
    socklen_t length = sizeof(*peer);
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, peer, &length);
}

static inline int limpet_open_pipe_file(const char *path, int is_ours) {
    return open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (is_ours ? O_NONBLOCK : 0));
}
static inline int limpet_create_private(const char *path) {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}
/* Whoever put something else than a file there must not hold us up: its type is looked at when it is open. */
static inline int limpet_open_private(const char *path) {
    return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
}
/* Whether what `path` names lies in memory: tmpfs or ramfs (statfs(2)). */
static inline int limpet_is_in_memory(const char *path) {
    struct statfs information;
    if (statfs(path, &information) != 0) return 0;
    return (uint32_t)information.f_type == 0x01021994u || (uint32_t)information.f_type == 0x858458f6u;
}
static inline int limpet_lock_file(const char *path) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return -1;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_SETLK, &lock) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}
