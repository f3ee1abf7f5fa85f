/* How the floor's connections send and receive: what the kernel does not take is kept; OpenSSL reads ahead and gathers. */
#include "connection.h"
#include <errno.h>
#include <openssl/err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

__thread struct transit transit;

void die(const char *what) {
    perror(what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static void keep(struct connection *c, const unsigned char *bytes, size_t count) {
    if (c->pending_count + c->pending_start + count > c->pending_capacity) {
        c->pending_capacity = (c->pending_start + c->pending_count + count) * 2;
        c->pending = realloc(c->pending, c->pending_capacity);
        if (c->pending == NULL) die("realloc");
    }
    memcpy(c->pending + c->pending_start + c->pending_count, bytes, count);
    c->pending_count += count;
    if (c->is_armed) return;
    c->is_armed = true;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, c->descriptor, &event) != 0) die("epoll_ctl");
}

void transmit(struct connection *c, const unsigned char *bytes, size_t count) {
    if (c->pending_count == 0) {
        ssize_t sent = send(c->descriptor, bytes, count, MSG_NOSIGNAL);
        if (sent == (ssize_t)count) return;
        if (sent < 0) {
            if (errno != EAGAIN) return;
            sent = 0;
        }
        bytes += sent;
        count -= (size_t)sent;
    }
    keep(c, bytes, count);
}

void flush_pending(struct connection *c) {
    if (c->pending_count == 0) return;
    ssize_t sent = send(c->descriptor, c->pending + c->pending_start, c->pending_count, MSG_NOSIGNAL);
    if (sent <= 0) return;
    c->pending_start += (size_t)sent;
    c->pending_count -= (size_t)sent;
    if (c->pending_count > 0) return;
    free(c->pending);
    c->pending = NULL;
    c->pending_start = c->pending_capacity = 0;
}

void uncork(struct connection *c) {
    if (transit.output_count == 0) return;
    size_t count = transit.output_count;
    transit.output_count = 0;
    transmit(c, transit.output, count);
}

static int bio_write(BIO *bio, const char *bytes, int count) {
    struct connection *c = BIO_get_data(bio);
    if (transit.output_count + (size_t)count > output_bytes) uncork(c);
    memcpy(transit.output + transit.output_count, bytes, (size_t)count);
    transit.output_count += (size_t)count;
    return count;
}

static int bio_read(BIO *bio, char *bytes, int count) {
    struct connection *c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (transit.input_start == transit.input_end) {
        if (c->is_drained) {
            BIO_set_retry_read(bio);
            return -1;
        }
        ssize_t got = recv(c->descriptor, transit.input, input_bytes, 0);
        if (got <= 0) {
            if (got == 0 || errno != EAGAIN) return 0;
            c->is_drained = true;
            BIO_set_retry_read(bio);
            return -1;
        }
        /* An end that was announced with these bytes is announced no more. */
        if (got < input_bytes && !c->is_ending) c->is_drained = true;
        transit.input_start = 0;
        transit.input_end = (size_t)got;
    }
    size_t left = transit.input_end - transit.input_start;
    if ((size_t)count > left) count = (int)left;
    memcpy(bytes, transit.input + transit.input_start, (size_t)count);
    transit.input_start += (size_t)count;
    return count;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD *transit_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "floor");
    if (method == NULL) die("BIO_meth_new");
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_control);
    return method;
}
