/*
 * The floor: the leanest TLS-terminating HTTP/1.1 relay that OpenSSL and the kernel allow, to see how far a gateway is
 * from the limit. One epoll loop a thread, one read and one write a direction, heads scanned only for their end and for
 * Content-Length; OpenSSL allocates from the same free lists as in Limpet. It trusts everybody and checks nothing: never use it for anything but measuring.
 *
 *     floor PORT SERVICE_PORT WORKERS CERTIFICATE KEY [CERTIFICATE KEY]
 */
#define _GNU_SOURCE
#include "connection.h"
#include <CFreeLists.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { batch = 256, worker_limit = 64 };

static SSL_CTX *context;
static BIO_METHOD *method;
static struct sockaddr_in service_address;
static uint16_t port;

/* Each worker's own. */
__thread int poller;
static __thread struct connection *pool, *leaving;
static __thread char *plain;

/* ---- connections --------------------------------------------------------------------------------------------------- */

static struct connection *make(enum kind kind, int descriptor) {
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL) die("calloc");
    c->kind = kind;
    c->descriptor = descriptor;
    /* Room to write is asked for when there was none: otherwise each connection would begin with an event for nothing. */
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (kind == listener) event.events = EPOLLIN;
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) die("epoll_ctl");
    return c;
}

static void unpool(struct connection *c) {
    if (!c->is_pooled) return;
    if (c->previous) c->previous->next = c->next;
    else pool = c->next;
    if (c->next) c->next->previous = c->previous;
    c->next = c->previous = NULL;
    c->is_pooled = false;
}

static void give(struct connection *c) {
    c->peer = NULL;
    c->is_pooled = true;
    c->previous = NULL;
    c->next = pool;
    if (pool) pool->previous = c;
    pool = c;
}

static void leave(struct connection *c) {
    if (c->is_closed) return;
    c->is_closed = true;
    unpool(c);
    if (c->ssl) {
        /* Without it OpenSSL takes the end for a failure and forgets the session. */
        SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(c->ssl);
    }
    close(c->descriptor);
    free(c->head);
    free(c->pending);
    struct connection *peer = c->peer;
    c->peer = NULL;
    c->next = leaving;
    leaving = c;
    if (peer) {
        peer->peer = NULL;
        leave(peer);
    }
}

static struct connection *take(void) {
    struct connection *c = pool;
    if (c) {
        unpool(c);
        return c;
    }
    /* To the loopback interface this never waits. */
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int yes = 1;
    if (descriptor < 0) return NULL;
    if (connect(descriptor, (struct sockaddr *)&service_address, sizeof service_address) != 0) {
        close(descriptor);
        return NULL;
    }
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return make(service, descriptor);
}

/* ---- the exchange -------------------------------------------------------------------------------------------------- */

static void request(struct connection *c, const char *bytes, size_t count) {
    if (c->peer == NULL && c->head_count == 0 && count >= 4 && memcmp(bytes + count - 4, "\r\n\r\n", 4) == 0) {
        struct connection *to = take();
        if (to == NULL) return leave(c);
        c->peer = to;
        to->peer = c;
        to->has_head = false;
        transmit(to, (const unsigned char *)bytes, count);
        return;
    }
    if (c->head == NULL && (c->head = malloc(head_bytes)) == NULL) die("malloc");
    if (c->head_count + count > head_bytes) return leave(c);
    memcpy(c->head + c->head_count, bytes, count);
    c->head_count += count;
    if (c->peer || memmem(c->head, c->head_count, "\r\n\r\n", 4) == NULL) return;
    size_t whole = c->head_count;
    c->head_count = 0;
    request(c, c->head, whole);
}

static void client_ready(struct connection *c) {
    transit.input_start = transit.input_end = 0;
    ERR_clear_error();
    if (!c->is_established) {
        int result = SSL_do_handshake(c->ssl);
        uncork(c);
        if (result != 1) {
            if (SSL_get_error(c->ssl, result) != SSL_ERROR_WANT_READ) leave(c);
            return;
        }
        c->is_established = true;
    }
    while (!c->is_closed && (!c->is_drained || transit.input_start < transit.input_end || SSL_has_pending(c->ssl))) {
        int count = SSL_read(c->ssl, plain, 16 << 10);
        if (count > 0) {
            request(c, plain, (size_t)count);
            continue;
        }
        if (SSL_get_error(c->ssl, count) != SSL_ERROR_WANT_READ) leave(c);
        return;
    }
}

/* The length of the head and the body behind it; false if the head is not whole. */
static bool measure(const char *bytes, size_t count, size_t *whole) {
    const char *end = memmem(bytes, count, "\r\n\r\n", 4);
    if (end == NULL) return false;
    size_t length = (size_t)(end - bytes) + 4;
    *whole = length;
    for (const char *line = bytes; line < end; line++) {
        line = memchr(line, '\n', (size_t)(end - line));
        if (line == NULL) break;
        if (end - line > 16 && strncasecmp(line + 1, "content-length: ", 16) == 0) {
            *whole = length + strtoul(line + 17, NULL, 10);
            break;
        }
    }
    return true;
}

static void service_ready(struct connection *s) {
    while (!s->is_closed && !s->is_drained) {
        struct connection *c = s->peer;
        if (c && c->pending_count > 0) return;
        ssize_t got = recv(s->descriptor, transit.input, input_bytes, 0);
        if (got < 0 && errno == EAGAIN) {
            s->is_drained = true;
            return;
        }
        if (got <= 0 || c == NULL) return leave(s);
        if (got < input_bytes && !s->is_ending) s->is_drained = true;
        if (!s->has_head) {
            if (!measure((char *)transit.input, (size_t)got, &s->rest)) return leave(s);
            s->has_head = true;
        }
        ERR_clear_error();
        /* TLS 1.3: the ticket goes out with the first answer, and not in a packet of its own. */
        if (!c->has_ticket) {
            c->has_ticket = true;
            SSL_new_session_ticket(c->ssl);
        }
        if (SSL_write(c->ssl, transit.input, (int)got) != (int)got) return leave(s);
        uncork(c);
        s->rest -= (size_t)got < s->rest ? (size_t)got : s->rest;
        if (s->rest == 0) {
            c->peer = NULL;
            give(s);
            if (c->head_count > 0 && memmem(c->head, c->head_count, "\r\n\r\n", 4)) {
                size_t whole = c->head_count;
                c->head_count = 0;
                request(c, c->head, whole);
            }
        }
    }
}

static void accept_all(struct connection *l) {
    int descriptor;
    while ((descriptor = accept4(l->descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = make(client, descriptor);
        BIO *bio = BIO_new(method);
        c->ssl = SSL_new(context);
        if (bio == NULL || c->ssl == NULL) die("SSL_new");
        BIO_set_data(bio, c);
        BIO_set_init(bio, 1);
        SSL_set_bio(c->ssl, bio, bio);
        SSL_set_accept_state(c->ssl);
    }
}

static void ready(struct connection *c, uint32_t events) {
    if (c->is_closed) return;
    if (c->kind == listener) return accept_all(c);
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->is_ending = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->is_drained = false;
    if ((events & EPOLLOUT) && c->pending_count > 0) {
        flush_pending(c);
        if (c->pending_count == 0 && c->kind == client && c->peer) service_ready(c->peer);
    }
    if (c->is_closed || c->is_drained) return;
    if (c->kind == client) client_ready(c);
    else service_ready(c);
}

static void *work(void *unused) {
    (void)unused;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct epoll_event events[batch];
    int yes = 1;
    transit.input = malloc(input_bytes);
    transit.output = malloc(output_bytes);
    plain = malloc(16 << 10);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (transit.input == NULL || transit.output == NULL || plain == NULL || poller < 0 || descriptor < 0) die("start");
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
    /* What is accepted inherits it. */
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) die("bind");
    if (listen(descriptor, 4096) != 0) die("listen");
    make(listener, descriptor);
    for (;;) {
        int count = epoll_wait(poller, events, batch, -1);
        for (int index = 0; index < count; index++) ready(events[index].data.ptr, events[index].events);
        while (leaving) {
            struct connection *gone = leaving;
            leaving = gone->next;
            free(gone);
        }
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 6 && count != 8) {
        fputs("usage: floor PORT SERVICE_PORT WORKERS CERTIFICATE KEY [CERTIFICATE KEY]\n", stderr);
        return 64;
    }
    port = (uint16_t)atoi(arguments[1]);
    service_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
    service_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int workers = atoi(arguments[3]);
    if (workers < 1 || workers > worker_limit) return 64;
    signal(SIGPIPE, SIG_IGN);

    CRYPTO_set_mem_functions(limpet_lists_allocate, limpet_lists_resize, limpet_lists_free);
    context = SSL_CTX_new(TLS_server_method());
    if (context == NULL) die("SSL_CTX_new");
    for (int index = 4; index + 1 < count; index += 2) {
        if (SSL_CTX_use_certificate_chain_file(context, arguments[index]) != 1 ||
            SSL_CTX_use_PrivateKey_file(context, arguments[index + 1], SSL_FILETYPE_PEM) != 1)
            die(arguments[index]);
    }
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"floor", 5);
    method = transit_method();

    for (int index = 1; index < workers; index++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) != 0) die("pthread_create");
    }
    work(NULL);
}
