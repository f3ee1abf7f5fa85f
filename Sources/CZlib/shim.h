#pragma once
#include <zlib.h>

/// deflateInit2 is a macro. 16 more window bits ask for gzip's header and trailer instead of zlib's.
static inline int limpet_gzip_begin(z_stream *stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits + 16, memory_level, Z_DEFAULT_STRATEGY);
}
