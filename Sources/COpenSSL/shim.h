#pragma once
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* What follows spells macros, which Swift cannot import, as functions. Nothing here decides anything. */

/* Options and modes: 64-bit shifts in OpenSSL's headers. */
static inline uint64_t limpet_op_no_ticket(void) { return SSL_OP_NO_TICKET; }
static inline uint64_t limpet_op_no_renegotiation(void) { return SSL_OP_NO_RENEGOTIATION; }
static inline uint64_t limpet_op_no_compression(void) { return SSL_OP_NO_COMPRESSION; }
static inline uint64_t limpet_op_server_preference(void) { return SSL_OP_CIPHER_SERVER_PREFERENCE; }
static inline uint64_t limpet_op_prioritize_chacha(void) { return SSL_OP_PRIORITIZE_CHACHA; }

static inline void limpet_ctx_allow_moving_write_buffer(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}
static inline void limpet_ssl_release_buffers(SSL *ssl) { SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS); }
static inline void limpet_ctx_set_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}
static inline int limpet_ctx_set_versions(SSL_CTX *context, int minimum, int maximum) {
    return SSL_CTX_set_min_proto_version(context, minimum) && SSL_CTX_set_max_proto_version(context, maximum);
}
static inline int limpet_ssl_set_versions(SSL *ssl, int minimum, int maximum) {
    return SSL_set_min_proto_version(ssl, minimum) && SSL_set_max_proto_version(ssl, maximum);
}
static inline int limpet_ctx_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline int limpet_ssl_set_groups(SSL *ssl, const char *list) {
    return (int)SSL_set1_groups_list(ssl, list);
}
static inline int limpet_ctx_set_signatures(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_sigalgs_list(context, list);
}
/* The server's key share; to be freed. NULL if there was no exchange of keys, as in abbreviated handshakes of TLS 1.2. */
static inline EVP_PKEY *limpet_ssl_peer_share(SSL *ssl) {
    EVP_PKEY *share = NULL;
    return SSL_get_peer_tmp_key(ssl, &share) ? share : NULL;
}
static inline int limpet_ssl_set_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline void limpet_ctx_set_server_name_callback(SSL_CTX *context, int (*callback)(SSL *, int *, void *)) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
}
static inline int limpet_x509_count(STACK_OF(X509) *chain) { return chain ? sk_X509_num(chain) : 0; }
static inline X509 *limpet_x509_at(STACK_OF(X509) *chain, int index) { return sk_X509_value(chain, index); }
static inline int limpet_general_name_count(GENERAL_NAMES *names) { return names ? sk_GENERAL_NAME_num(names) : 0; }
static inline GENERAL_NAME *limpet_general_name_at(GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
/* The text of a DNS name or the octets of an IP address; NULL for every other kind of name. */
static inline const ASN1_STRING *limpet_general_name_string(const GENERAL_NAME *name, int kind) {
    if (name->type != kind) return NULL;
    return kind == GEN_DNS ? (const ASN1_STRING *)name->d.dNSName : (const ASN1_STRING *)name->d.iPAddress;
}

/* BIO: the retry flags are macros. */
static inline void limpet_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void limpet_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

/* Errors: packing is inline code with casts that differ between the minor versions. */
static inline int limpet_error_library(unsigned long code) { return ERR_GET_LIB(code); }
static inline int limpet_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

/* HMAC: parameters point at their strings, so they are made where the strings live. */
static inline int limpet_mac_init_sha256(EVP_MAC_CTX *context, const unsigned char *key, size_t count) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[2] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    return EVP_MAC_init(context, key, count, parameters);
}

/* Tickets: with the callback that gives an HMAC_CTX a keyed context can be copied for each ticket. The one that gives an
 * EVP_MAC_CTX makes OpenSSL look HMAC up by its name each time, and us key it anew. Both calls and type are marked as
 * deprecated since 3.0; no release has taken them away. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
typedef int (*limpet_ticket_callback)(
    SSL *, unsigned char *, unsigned char *, EVP_CIPHER_CTX *, HMAC_CTX *, int);
static inline void limpet_ctx_set_ticket_callback(SSL_CTX *context, limpet_ticket_callback callback) {
    SSL_CTX_set_tlsext_ticket_key_cb(context, callback);
}
/* A context with this key, for SHA-256 as `digest`; NULL if there is no memory. */
static inline HMAC_CTX *limpet_hmac_new(const unsigned char *key, int count, const EVP_MD *digest) {
    HMAC_CTX *context = HMAC_CTX_new();
    if (context && HMAC_Init_ex(context, key, count, digest, NULL) != 1) {
        HMAC_CTX_free(context);
        return NULL;
    }
    return context;
}
static inline int limpet_hmac_copy(HMAC_CTX *to, HMAC_CTX *from) { return HMAC_CTX_copy(to, from); }
static inline void limpet_hmac_free(HMAC_CTX *context) { HMAC_CTX_free(context); }
#pragma clang diagnostic pop

static inline void limpet_free_wiped(void *memory, size_t count) { OPENSSL_clear_free(memory, count); }
static inline void *limpet_allocate(size_t count) { return OPENSSL_zalloc(count); }
static inline void limpet_free(void *memory) { OPENSSL_free(memory); }

/* Certificates: typed stacks are made of macros. */
static inline STACK_OF(X509) *limpet_x509_stack(void) { return sk_X509_new_null(); }
static inline int limpet_x509_push(STACK_OF(X509) *chain, X509 *certificate) {
    return sk_X509_push(chain, certificate);
}
static inline void limpet_x509_stack_free(STACK_OF(X509) *chain) { sk_X509_pop_free(chain, X509_free); }
static inline GENERAL_NAMES *limpet_x509_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
