#pragma once
/* The kernel's word on links and addresses (rtnetlink(7)): a socket that hears of every change. */
#include "shim.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* Joins the groups of links and of addresses, and asks for as much room as we may have. */
static inline int limpet_route_open(void) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (descriptor < 0) return -1;
    int room = 1 << 20;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                  .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    if (bind(descriptor, (struct sockaddr *)&address, sizeof(address)) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

/* The number that the kernel knows the socket by; 0 if there is none. */
static inline uint32_t limpet_route_port(int descriptor) {
    struct sockaddr_nl address;
    socklen_t length = sizeof(address);
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return 0;
    return address.nl_family == AF_NETLINK ? address.nl_pid : 0;
}

static inline ssize_t limpet_route_send(int descriptor, const void *bytes, size_t count) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    return sendto(descriptor, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&kernel, sizeof(kernel));
}

struct limpet_route_datagram {
    ssize_t count;
    uint32_t sender; /* 0: the kernel */
    int is_truncated;
};

static inline struct limpet_route_datagram limpet_route_receive(int descriptor, void *bytes, size_t capacity) {
    struct sockaddr_nl sender = {.nl_family = AF_UNSPEC};
    struct iovec vector = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr header = {
        .msg_name = &sender, .msg_namelen = sizeof(sender), .msg_iov = &vector, .msg_iovlen = 1};
    struct limpet_route_datagram datagram = {-1, UINT32_MAX, 0};
    datagram.count = recvmsg(descriptor, &header, MSG_DONTWAIT);
    if (datagram.count < 0) return datagram;
    if (header.msg_namelen == sizeof(sender) && sender.nl_family == AF_NETLINK) datagram.sender = sender.nl_pid;
    datagram.is_truncated = (header.msg_flags & MSG_TRUNC) != 0;
    return datagram;
}
