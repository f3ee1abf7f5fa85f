internal import CFreeLists
internal import COpenSSL

/// Free lists of each thread beneath OpenSSL's allocator.
///
/// A handshake takes some three hundred blocks of a few dozen sizes and gives them back: more than the C library keeps at
/// hand for a thread. Blocks go around within the thread that frees them, each list and each thread keeps a bounded
/// number of bytes, and what is secret is wiped by OpenSSL before it is freed, as ever.
enum FreeLists {
    /// Puts the lists beneath OpenSSL.
    ///
    /// - Returns: whether they are there: false in builds with a sanitizer, and if OpenSSL has allocated anything before.
    static func install() -> Bool {
        guard limpet_lists_are_used() else { return false }
        return unsafe CRYPTO_set_mem_functions(
            limpet_lists_allocate, limpet_lists_resize, limpet_lists_free) == 1
    }

    /// How many bytes the lists of this thread hold.
    static var heldBytes: Int { limpet_lists_held() }

    /// A block of at least `count` bytes; nil for none.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        unsafe limpet_lists_allocate(count, nil, 0)
    }

    /// The block with room for `count` bytes, which may be elsewhere.
    static func resize(_ block: UnsafeMutableRawPointer?, to count: Int) -> UnsafeMutableRawPointer? {
        unsafe limpet_lists_resize(block, count, nil, 0)
    }

    /// Gives a block back.
    static func free(_ block: UnsafeMutableRawPointer?) {
        unsafe limpet_lists_free(block, nil, 0)
    }
}
