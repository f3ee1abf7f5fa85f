#pragma once
#include <stdbool.h>
#include <stddef.h>

/*
 * An allocator for programs that take and give back the same few sizes again and again: each thread keeps what was
 * freed in lists by size, and takes it from there. Beneath is malloc(3), so a block may be freed by any thread, and by
 * free(3). The signatures are those of CRYPTO_set_mem_functions(3); file and line are not used.
 */

/* Whether lists are of use in this build: the sanitizers have to see each allocation. */
bool limpet_lists_are_used(void);

/* A block of at least `count` bytes; NULL if `count` is 0 or there is no memory. */
void *limpet_lists_allocate(size_t count, const char *file, int line);

/* The block, or another one with the same beginning, with room for `count` bytes. Without a block it allocates; without
 * bytes it frees and returns NULL. */
void *limpet_lists_resize(void *block, size_t count, const char *file, int line);

/* Keeps the block for the next who needs one of its size on this thread, or frees it when enough are kept. */
void limpet_lists_free(void *block, const char *file, int line);

/* How many bytes the lists of this thread hold. */
size_t limpet_lists_held(void);
