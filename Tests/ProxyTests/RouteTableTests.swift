import Configuration
import Testing

@testable import Proxy

@Suite struct RouteTableTests {
    /// A table of hosts, as files write them, and paths.
    private func table(_ routes: [(host: String, path: String)]) -> RouteTable {
        RouteTable(
            routes.map { host, path in
                var route = RouteConfiguration(action: .service("any"))
                route.path = path
                route.host =
                    host == "*"
                    ? .any : host.hasPrefix("*.") ? .subdomains(of: String(host.dropFirst(2))) : .exact(host)
                return route
            })
    }

    private func route(_ table: RouteTable, _ host: String, _ path: String) -> Int? {
        table.route(host: Array(host.utf8).span, path: Array(path.utf8).span)
    }

    @Test func `an exact host counts more than a wildcard, and that more than any`() {
        let table = table([("*", "/"), ("*.example.com", "/"), ("www.example.com", "/")])
        #expect(route(table, "www.example.com", "/") == 2)
        #expect(route(table, "ftp.example.com", "/") == 1)
        #expect(route(table, "example.com", "/") == 0)
        #expect(route(table, "example.org", "/") == 0)
        #expect(route(table, "", "/") == 0)
    }

    @Test func `hosts are compared whatever their case`() {
        let table = table([("www.example.com", "/"), ("*.example.org", "/")])
        #expect(route(table, "WWW.Example.COM", "/") == 0)
        #expect(route(table, "A.EXAMPLE.org", "/") == 1)
    }

    @Test func `a wildcard holds names at any depth, and the longest one wins`() {
        let table = table([("*.com", "/"), ("*.example.com", "/"), ("*.a.example.com", "/")])
        #expect(route(table, "x.com", "/") == 0)
        #expect(route(table, "x.y.com", "/") == 0)
        #expect(route(table, "x.example.com", "/") == 1)
        #expect(route(table, "x.y.example.com", "/") == 1)
        #expect(route(table, "b.a.example.com", "/") == 2)
        #expect(route(table, "c.b.a.example.com", "/") == 2)
        #expect(route(table, "com", "/") == nil)
    }

    @Test func `the longest path wins, in whatever order they stand`() {
        let table = table([("*", "/a"), ("*", "/a/b/c"), ("*", "/"), ("*", "/a/b")])
        #expect(route(table, "h", "/") == 2)
        #expect(route(table, "h", "/x") == 2)
        #expect(route(table, "h", "/a") == 0)
        #expect(route(table, "h", "/a/x") == 0)
        #expect(route(table, "h", "/a/b/x") == 3)
        #expect(route(table, "h", "/a/b/c") == 1)
        #expect(route(table, "h", "/a/b/c/d") == 1)
    }

    @Test(arguments: [
        ("/a", true), ("/a/", true), ("/a/b", true), ("/a?q", true), ("/ab", false), ("/", false),
        ("/A", false),
        ("/a;p", false), ("/a%2Fb", false), ("", false), ("*", false),
    ])
    func `a path covers whole segments`(path: String, isCovered: Bool) {
        #expect(route(table([("*", "/a")]), "h", path) == (isCovered ? 0 : nil))
    }

    @Test func `what is no path is for the root`() {
        let table = table([("*", "/a"), ("*", "/")])
        #expect(route(table, "h", "*") == 1)
        #expect(route(table, "h", "") == 1)
    }

    @Test func `a host without a fitting path falls through to the less specific ones`() {
        let table = table([("www.example.com", "/a"), ("*.example.com", "/b"), ("*", "/c")])
        #expect(route(table, "www.example.com", "/a") == 0)
        #expect(route(table, "www.example.com", "/b") == 1)
        #expect(route(table, "www.example.com", "/c") == 2)
        #expect(route(table, "www.example.com", "/d") == nil)
        #expect(route(table, "ftp.example.com", "/a") == nil)
    }

    @Test func `a table without routes leads nowhere`() {
        #expect(route(table([]), "h", "/") == nil)
    }

    @Test func `many hosts are found, each with its own route`() {
        let names = (0..<500).map { "host-\($0).example.com" }
        let table = table(names.map { ($0, "/") })
        #expect(names.enumerated().allSatisfy { route(table, $1, "/x") == $0 })
        #expect(route(table, "host-500.example.com", "/") == nil)
    }

    /// The service that a host leads to alone, where route n leads to `services[n]`.
    private func sole(_ table: RouteTable, _ host: String, _ services: [Int?]) -> Int? {
        table.soleService(hosts: [Array(host.utf8)]) { services[$0] }
    }

    @Test func `a host whose routes lead to one service has that one alone`() {
        let table = table([("a.test", "/"), ("a.test", "/x"), ("*", "/")])
        #expect(sole(table, "a.test", [7, 7, 8]) == 7, "the root hides what is less specific")
        #expect(sole(table, "a.test", [7, 9, 8]) == nil)
        #expect(sole(table, "b.test", [7, 9, 8]) == 8)
    }

    @Test func `routes that a host falls through to count for it`() {
        let table = table([("a.test", "/x"), ("*.test", "/y"), ("*", "/")])
        #expect(sole(table, "a.test", [1, 1, 1]) == 1)
        #expect(sole(table, "a.test", [1, 1, 2]) == nil)
        #expect(sole(table, "a.test", [1, 2, 1]) == nil)
        #expect(sole(table, "b.test", [2, 1, 1]) == 1, "the route of another host does not")
    }

    @Test func `a redirect is no service, and where nothing leads there is none`() {
        let both = table([("a.test", "/"), ("a.test", "/x")])
        #expect(sole(both, "a.test", [1, nil]) == nil)
        #expect(sole(table([("a.test", "/")]), "a.test", [nil]) == nil)
        #expect(sole(table([]), "a.test", []) == nil)
    }

    @Test func `several hosts have one service alone only if all do that lead anywhere`() {
        let table = table([("a.test", "/"), ("b.test", "/"), ("*.c.test", "/")])
        let services = [1, 1, 2]
        let sole = { (hosts: [String]) in
            table.soleService(hosts: hosts.map { Array($0.utf8) }) { services[$0] }
        }
        #expect(sole(["a.test", "b.test"]) == 1)
        #expect(sole(["a.test", "nowhere.test"]) == 1)
        #expect(sole(["a.test", "*.c.test"]) == nil)
        #expect(sole(["nowhere.test"]) == nil && sole([]) == nil)
    }

    @Test func `a wildcard name stands for its domain`() {
        let table = table([("*.test", "/"), ("*", "/")])
        #expect(sole(table, "*.test", [3, 4]) == 3)
    }

    @Test func `a wildcard name stands for the exact hosts that it covers too`() {
        let table = table([("a.test", "/"), ("b.a.test", "/"), ("*", "/")])
        #expect(sole(table, "*.test", [3, 3, 4]) == nil, "a.test leads elsewhere than the others")
        #expect(sole(table, "*.TEST", [3, 3, 4]) == nil)
        #expect(sole(table, "*.test", [4, 3, 4]) == 4, "a wildcard covers one label alone")
        #expect(sole(table, "*.a.test", [3, 4, 4]) == 4)
        #expect(sole(table, "*.other.test", [3, 3, 4]) == 4)
    }
}
