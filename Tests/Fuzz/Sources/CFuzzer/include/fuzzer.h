#pragma once
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's driver, for programs that bring a main of their own (llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library"). */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));

/* The same for Swift, which has no pointer to argv's pointer at hand. */
static inline int limpet_fuzz(int argc, char **argv, int (*test)(const uint8_t *bytes, size_t count)) {
    return LLVMFuzzerRunDriver(&argc, &argv, test);
}
