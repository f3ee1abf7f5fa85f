/* A connection of the floor, and its way to the socket. */
#pragma once
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

enum { input_bytes = 128 << 10, output_bytes = 320 << 10, head_bytes = 4 << 10 };

enum kind { listener, client, service };

struct connection {
    enum kind kind;
    int descriptor;
    SSL *ssl;                  /* clients */
    struct connection *peer;   /* whom it exchanges with now */
    struct connection *next;   /* in the pool, or among those to be freed */
    struct connection *previous;
    char *head;                /* the beginning of a head whose end has not come */
    size_t head_count;
    unsigned char *pending;    /* what the kernel has not taken */
    size_t pending_start, pending_count, pending_capacity;
    size_t rest;               /* services: what is still to come of the body */
    bool is_established, is_drained, is_ending, has_head, is_pooled, is_closed, is_armed, has_ticket;
};

/* Each worker's own: what was read ahead for the connection that is served now, and what it has to send. */
struct transit {
    unsigned char *input, *output;
    size_t input_start, input_end, output_count;
};
extern __thread struct transit transit;
/* Each worker's epoll instance. */
extern __thread int poller;

/* Says what failed, and ends the program. */
void die(const char *what);
/* Sends, or keeps what the kernel does not take. */
void transmit(struct connection *c, const unsigned char *bytes, size_t count);
/* Sends what was kept. */
void flush_pending(struct connection *c);
/* Sends what OpenSSL has written meanwhile. */
void uncork(struct connection *c);
/* OpenSSL's way to the socket: reads ahead, gathers writes. */
BIO_METHOD *transit_method(void);
