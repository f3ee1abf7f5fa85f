#include "CFreeLists.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

/*
 * Sizes come in three ranges, whose steps grow so that rounding up wastes little of a block. The blocks of a list have room
 * for `steps * step + EXTRA` bytes: what malloc(3) makes of a multiple of 16, less the word that it needs itself.
 */
enum {
    EXTRA = 8,
    SMALL_STEP = 16,
    SMALL_LAST = 64,
    MIDDLE_STEP = 64,
    MIDDLE_FIRST = SMALL_LAST * SMALL_STEP / MIDDLE_STEP + 1,
    MIDDLE_LAST = 128,
    LARGE_STEP = 1024,
    LARGE_FIRST = MIDDLE_LAST * MIDDLE_STEP / LARGE_STEP + 1,
    LARGE_LAST = 32,

    MIDDLE_BASE = SMALL_LAST,
    LARGE_BASE = MIDDLE_BASE + MIDDLE_LAST,
    LIST_COUNT = LARGE_BASE + LARGE_LAST + 1,
};

/* The most bytes that one list, and all lists of a thread, keep. */
static const size_t list_limit = 128 << 10;
static const size_t thread_limit = 2 << 20;

/* A free block: its first word leads to the next one. */
struct block {
    struct block *next;
};

/* Blocks of one size, and how many bytes they are. */
struct list {
    struct block *first;
    size_t held;
};

/* What a thread keeps. */
struct lists {
    size_t held;
    enum { FRESH, KEEPING, OVER } state;
    struct list all[LIST_COUNT];
};

/* The list of a size, and the room of its blocks. */
struct place {
    size_t list;
    size_t room;
};

static const struct place nowhere = {LIST_COUNT, 0};

static _Thread_local struct lists lists;
static pthread_key_t ending;
static pthread_once_t ending_once = PTHREAD_ONCE_INIT;
static bool has_ending;

static struct place place(size_t base, size_t steps, size_t step) {
    return (struct place){base + steps, steps * step + EXTRA};
}

/* The place whose blocks have room for `count` bytes. */
static struct place place_for(size_t count) {
    size_t least = count > SMALL_STEP + EXTRA ? count - EXTRA : SMALL_STEP;
    if (least <= SMALL_LAST * SMALL_STEP) return place(0, (least + SMALL_STEP - 1) / SMALL_STEP, SMALL_STEP);
    if (least <= MIDDLE_LAST * MIDDLE_STEP)
        return place(MIDDLE_BASE, (least + MIDDLE_STEP - 1) / MIDDLE_STEP, MIDDLE_STEP);
    if (least <= LARGE_LAST * LARGE_STEP)
        return place(LARGE_BASE, (least + LARGE_STEP - 1) / LARGE_STEP, LARGE_STEP);
    return nowhere;
}

/* The place of a block of `usable` bytes: that with the most room that it has. */
static struct place place_of(size_t usable) {
    if (usable < SMALL_STEP + EXTRA) return nowhere;
    size_t most = usable - EXTRA;
    if (most < MIDDLE_FIRST * MIDDLE_STEP) {
        size_t steps = most / SMALL_STEP;
        return place(0, steps < SMALL_LAST ? steps : SMALL_LAST, SMALL_STEP);
    }
    if (most < LARGE_FIRST * LARGE_STEP) {
        size_t steps = most / MIDDLE_STEP;
        return place(MIDDLE_BASE, steps < MIDDLE_LAST ? steps : MIDDLE_LAST, MIDDLE_STEP);
    }
    if (most < (LARGE_LAST + 1) * LARGE_STEP) return place(LARGE_BASE, most / LARGE_STEP, LARGE_STEP);
    return nowhere;
}

/* The thread ends. What is freed after this, by destructors of other keys, is not kept. */
static void free_all(void *unused) {
    (void)unused;
    lists.state = OVER;
    for (size_t index = 0; index < LIST_COUNT; index++) {
        struct list *list = &lists.all[index];
        while (list->first) {
            struct block *block = list->first;
            list->first = block->next;
            free(block);
        }
        list->held = 0;
    }
    lists.held = 0;
}

static void make_ending(void) { has_ending = pthread_key_create(&ending, free_all) == 0; }

/* The first block that this thread might keep: asks for the end of the thread to be told. */
static bool begin_to_keep(void) {
    if (lists.state == OVER) return false;
    pthread_once(&ending_once, make_ending);
    lists.state = has_ending && pthread_setspecific(ending, &lists) == 0 ? KEEPING : OVER;
    return lists.state == KEEPING;
}

/* Whether this thread keeps one more block of that size. */
static bool has_room_for(struct place place) {
    return lists.all[place.list].held + place.room <= list_limit && lists.held + place.room <= thread_limit
        && (lists.state == KEEPING || begin_to_keep());
}

bool limpet_lists_are_used(void) {
#ifdef IS_SANITIZED
    return false;
#else
    return true;
#endif
}

void *limpet_lists_allocate(size_t count, const char *file, int line) {
    (void)file, (void)line;
    if (count == 0) return NULL;
    struct place place = place_for(count);
    if (place.list == LIST_COUNT) return malloc(count);
    struct list *list = &lists.all[place.list];
    struct block *block = list->first;
    if (!block) return malloc(place.room);
    list->first = block->next;
    list->held -= place.room;
    lists.held -= place.room;
    return block;
}

void limpet_lists_free(void *memory, const char *file, int line) {
    (void)file, (void)line;
    if (!memory) return;
    struct place place = place_of(malloc_usable_size(memory));
    if (place.list == LIST_COUNT || !has_room_for(place)) {
        free(memory);
        return;
    }
    struct list *list = &lists.all[place.list];
    struct block *block = memory;
    block->next = list->first;
    list->first = block;
    list->held += place.room;
    lists.held += place.room;
}

void *limpet_lists_resize(void *block, size_t count, const char *file, int line) {
    if (!block) return limpet_lists_allocate(count, file, line);
    if (count == 0) {
        limpet_lists_free(block, file, line);
        return NULL;
    }
    struct place place = place_for(count);
    return realloc(block, place.list == LIST_COUNT ? count : place.room);
}

size_t limpet_lists_held(void) { return lists.held; }
