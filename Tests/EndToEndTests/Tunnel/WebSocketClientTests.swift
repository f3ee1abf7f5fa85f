internal import TestSupport
internal import Testing

/// The clients and services that people use, over ws and wss.
@Suite(.logOnFailure)
struct WebSocketClientTests {
    @Test func `websockets talks in all kinds of messages, pings, and closes from either side`() throws {
        try WebSocketServices(1).withListeners { plain, secure, authority, gateway in
            _ = try PythonProgram.run("websocket_client.py", ["talk", plain])
            _ = try PythonProgram.run("websocket_client.py", ["talk", secure, authority])
            let records = try gateway.accessRecords(4)
            #expect(records.allSatisfy { $0.number(AccessKey.status) == 101 })
            #expect(records.allSatisfy { $0.values[AccessKey.cutOff] == nil })
        }
    }

    @Test(arguments: ["h1", "auto"])
    func `websockets talks to services within TLS, and reaches the owner of its session`(word: String) throws
    {
        let certificates = try ServiceCertificates()
        try WebSocketServices(3, certificates).withListeners(protocol: word) { plain, secure, authority, _ in
            _ = try PythonProgram.run("websocket_client.py", ["talk", plain])
            _ = try PythonProgram.run("websocket_client.py", ["talk", secure, authority])
            _ = try PythonProgram.run("websocket_client.py", ["large", secure, authority])
            _ = try PythonProgram.run("websocket_client.py", ["session", secure, authority])
        }
    }

    @Test func `ten megabytes go there and back`() throws {
        try WebSocketServices(1).withListeners { plain, secure, authority, gateway in
            _ = try PythonProgram.run("websocket_client.py", ["large", plain])
            _ = try PythonProgram.run("websocket_client.py", ["large", secure, authority])
            let first = try #require(try gateway.accessRecords(4).first)
            let bytes = try #require(first.number(AccessKey.bytes))
            let received = try #require(first.number("received"))
            #expect(bytes > 20e6 && received > 20e6)
        }
    }

    @Test func `a WebSocket reaches the owner of its session, by cookie and by TLS session`() throws {
        try WebSocketServices(3).withListeners { plain, secure, authority, gateway in
            _ = try PythonProgram.run("websocket_client.py", ["cookie", plain])
            _ = try PythonProgram.run("websocket_client.py", ["session", secure, authority])
            let records = try gateway.accessRecords(64)
            #expect(records.count { $0.text(AccessKey.reason) == "pinned" } == 48)
        }
    }
}
