import Affinity
import Platform
import TLS
import TestSupport
import Testing

@Suite struct CookieTests {
    private let key = AuthenticationKey(bytes("a key of thirty-two bytes, enough").span)

    private func cookie(pins count: Int = 1) -> AffinityCookie {
        var pins = PinSet()
        for number in 0..<UInt64(count) {
            pins.put(pin(InstanceKey(rawValue: number + 5), at: ServiceKey(rawValue: number), generation: 3))
        }
        return AffinityCookie(
            lineage: .sample(4), origin: WallTime(seconds: 1_790_000_000), generation: 2, pins: pins)
    }

    private func text(_ cookie: AffinityCookie, by seal: CookieSeal) throws -> [UInt8] {
        try [UInt8](capacity: CookieSeal.maximumTextBytes) { output throws(AffinityError) in
            try seal.write(cookie, into: &output)
        }
    }

    private func read(_ text: some Sequence<UInt8>, by seal: CookieSeal) throws(AffinityError)
        -> AffinityCookie
    {
        try seal.read(Array(text).span)
    }

    @Test(arguments: 0...4)
    func `what is sealed is read again`(pins: Int) throws {
        let text = try text(cookie(pins: pins), by: CookieSeal(key: key))
        #expect(text.count <= CookieSeal.maximumTextBytes)
        #expect(try read(text, by: CookieSeal(key: key)) == cookie(pins: pins))
    }

    @Test func `the value is base64url without padding`() throws {
        let text = try text(cookie(), by: CookieSeal(key: key))
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        #expect(text.allSatisfy(alphabet.contains))
        #expect(text.count == 95)
    }

    @Test func `every changed character is refused`() throws {
        let seal = try CookieSeal(key: key)
        let good = try text(cookie(), by: seal)
        for index in good.indices {
            for other in bytes("A_z0=% ;\0") where other != good[index] {
                var bad = good
                bad[index] = other
                #expect(throws: AffinityError.self) { try read(bad, by: seal) }
            }
        }
    }

    @Test func `every cut and every addition is refused`() throws {
        let seal = try CookieSeal(key: key)
        let good = try text(cookie(), by: seal)
        for count in 0..<good.count {
            #expect(throws: AffinityError.self) { try read(good.prefix(count), by: seal) }
        }
        for addition in ["A", "AA", "AAA", "AAAA", "="] {
            let bad = good + bytes(addition)
            #expect(throws: AffinityError.self) { try read(bad, by: seal) }
        }
    }

    @Test func `a cookie of another key is not authentic`() throws {
        let text = try text(cookie(), by: CookieSeal(key: AuthenticationKey()))
        #expect(throws: AffinityError.notAuthentic) { try read(text, by: CookieSeal(key: key)) }
    }

    @Test func `a text that is too long is refused at once`() throws {
        let text = [UInt8](repeating: 65, count: 100_000)
        #expect(throws: AffinityError.malformedText) { try read(text, by: CookieSeal(key: key)) }
    }

    @Test func `chance bytes are refused`() throws {
        let seal = try CookieSeal(key: key)
        var source = Mixer(state: 2)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...220, using: &source)).map { _ in
                UInt8.random(in: 0...255, using: &source)
            }
            #expect(throws: AffinityError.self) { try read(text, by: seal) }
        }
    }

    @Test func `an authentic cookie is an association`() throws {
        let association = Association(cookie())
        #expect(association.lineage == .sample(4))
        #expect(association.generation == 2)
        #expect(association.pins == cookie().pins)
        #expect(AffinityCookie(association) == cookie())
    }

    // MARK: fields

    private func value(of name: String, in field: String) -> String? {
        let field = bytes(field)
        guard let range = CookieField.value(of: bytes(name).span, in: field.span) else { return nil }
        return String(decoding: field[range], as: UTF8.self)
    }

    @Test(arguments: [
        ("n=v", "v"), ("a=b; n=v", "v"), ("n=v; a=b", "v"), ("a=b;n=v;c=d", "v"), ("n=\"v\"", "v"),
        (" n=v\t", "v"),
        ("n=1; n=2", "1"), ("nn=1; n=2", "2"), ("n; n=2", "2"), ("n=", ""), ("n=a=b", "a=b"), ("n=\"", "\""),
        ("n=\"\"", ""), (";;n=v", "v"),
    ])
    func `a cookie is found in its field`(field: String, expected: String) {
        #expect(value(of: "n", in: field) == expected)
    }

    @Test(arguments: ["", ";", "n", "N=v", "an=v", "a=n=v", "=v", "n =v", " ", "na=v"])
    func `a cookie of another name is not found`(field: String) {
        #expect(value(of: "n", in: field) == nil)
    }

    @Test func `the field that sets a cookie has its attributes and can be read`() throws {
        let seal = try CookieSeal(key: key)
        let name = bytes("__Host-limpet")
        let field = try [UInt8](capacity: CookieField.maximumBytes(nameBytes: name.count)) {
            output throws(AffinityError) in
            try CookieField.append(name: name.span, cookie(), sealedBy: seal, isSecure: true, to: &output)
        }
        let text = String(decoding: field, as: UTF8.self)
        #expect(text.hasPrefix("__Host-limpet="))
        #expect(text.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Secure"))
        let found = CookieField.value(of: name.span, in: field.span)
        let range = try #require(found)
        #expect(try read(field[range], by: seal) == cookie())
    }

    @Test func `without room no field is written`() throws {
        let seal = try CookieSeal(key: key)
        let name = bytes("n")
        let field = [UInt8](capacity: CookieField.maximumBytes(nameBytes: 1) - 1) { output in
            #expect(throws: AffinityError.noRoom) {
                try CookieField.append(
                    name: name.span, cookie(), sealedBy: seal, isSecure: false, to: &output)
            }
        }
        #expect(field.isEmpty)
    }
}
