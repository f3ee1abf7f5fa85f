#pragma once
#include <ares.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The address of a node, most significant byte first: 4 or 16 bytes, or 0 for another family. The sockaddr
   structures are unions in all but name, which Swift reads only through casts. */
static inline int limpet_ares_address(const struct ares_addrinfo_node *node, uint8_t bytes[16]) {
    if (node->ai_addr == NULL) return 0;
    if (node->ai_family == AF_INET && node->ai_addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, &((const struct sockaddr_in *)node->ai_addr)->sin_addr, 4);
        return 4;
    }
    if (node->ai_family == AF_INET6 && node->ai_addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, &((const struct sockaddr_in6 *)node->ai_addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

/* How long the channel may be left alone, in milliseconds; -1 if it waits for nothing. */
static inline int64_t limpet_ares_wait_milliseconds(ares_channel channel) {
    struct timeval wait;
    if (ares_timeout(channel, NULL, &wait) == NULL) return -1;
    return (int64_t)wait.tv_sec * 1000 + (wait.tv_usec + 999) / 1000;
}

/* Whether a read would not block: c-ares reads a TCP socket once a call, an edge is announced once. */
static inline int limpet_ares_input_waits(int descriptor) {
    struct pollfd item = {.fd = descriptor, .events = POLLIN};
    return poll(&item, 1, 0) == 1 && (item.revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}
