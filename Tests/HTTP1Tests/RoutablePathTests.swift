import HTTP
import Runtime
import Testing

@Suite struct RoutablePathTests {
    private func routable(_ path: String) -> String? {
        let buffer = ByteBuffer(capacity: 1024)
        buffer.append("before/")
        let isClear = RoutablePath.write(Array(path.utf8).span, into: buffer)
        return isClear ? String(buffer.text.dropFirst(7)) : nil
    }

    @Test(arguments: [
        ("/", "/"), ("/a/b", "/a/b"), ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/a/b/..", "/a"),
        ("/a/b/../", "/a/"), ("/a/.", "/a"),
        ("/.", "/"), ("/a/..", "/"), ("/%61%2D%7e", "/a-~"), ("/a/%2e%2E/b", "/b"), ("/a/.%2e/b", "/b"),
        ("/...", "/..."), ("/.a", "/.a"),
        ("/a..", "/a.."), ("//a", "//a"), ("/a//../b", "/a/b"), ("/%20", "/%20"), ("/%2f", "/%2f"),
        ("/a%5Cb", "/a%5Cb"),
        ("/%C3%A4", "/%C3%A4"), ("/%25%32%65", "/%252e"), ("/a/b/c/../../d", "/a/d"),
        ("/a%2f.b", "/a%2f.b"), ("/a..%2fb", "/a..%2fb"),
    ])
    func `dot segments and needless escapes are undone`(path: String, result: String) {
        #expect(routable(path) == result)
    }

    @Test(arguments: [
        "/..", "/../a", "/a/../..", "/%2e%2e", "/a%00b", "/%", "/%4", "/%zz", "/%%32e", "/a%2",
        "/a/..%2fb/../c", "/a/..%2fb", "/a%2f../b",
        "/a%2F%2e%2e%2Fb", "/a%5c..", "/a/.%5cb", "/a%5c../../b", "/a/../../../b",
    ])
    func `a path that could mean several things is refused`(path: String) {
        #expect(routable(path) == nil)
    }
}
