import Configuration
import Platform
import Runtime
import TLS
import Testing

@testable import Monitoring

struct ProbeTests {
    private let test: TestLoop

    init() throws {
        test = try TestLoop()
    }

    private func plan(_ change: (inout HealthConfiguration) -> Void) -> ProbePlan {
        var health = HealthConfiguration()
        health.timeout = .seconds(5)
        change(&health)
        return ProbePlan(health, address: .name("portal.example", port: 9001), tls: nil)
    }

    private func http(_ change: (inout HealthConfiguration) -> Void = { _ in }) -> ProbePlan {
        plan {
            $0.type = .http
            $0.path = "/healthz"
            change(&$0)
        }
    }

    private func outcome(_ plan: ProbePlan, at address: SocketAddress) throws -> ProbeOutcome? {
        var outcome: ProbeOutcome?
        let probe = Probe(plan, of: address, loop: test.loop) { outcome = $0 }
        let isOver = try test.run { outcome != nil }
        #expect(isOver)
        #expect(!probe.isAttached)
        return outcome
    }

    private func outcome(_ plan: ProbePlan, of script: ScriptedService.Script) throws -> ProbeOutcome? {
        let service = try ScriptedService(script, loop: test.loop)
        defer { service.stop() }
        let result = try outcome(plan, at: service.address)
        #expect(service.connectionCount == 1)
        return result
    }

    private func answer(_ text: String, closes: Bool = true) -> ScriptedService.Script {
        .answer([text.replacing("\n", with: "\r\n")], closes: closes)
    }

    // MARK: TCP

    @Test func `a connection satisfies a TCP probe`() throws {
        #expect(try outcome(plan { $0.type = .tcp }, of: .silence).isSuccess)
    }

    @Test func `a connection that is closed at once satisfies a TCP probe`() throws {
        #expect(try outcome(plan { $0.type = .tcp }, of: .close).isSuccess)
    }

    @Test func `a refused connection is a failure`() throws {
        let service = try ScriptedService(.silence, loop: test.loop)
        service.stop()
        let result = try outcome(plan { $0.type = .tcp }, at: service.address)
        guard case .failed(let failure) = result, case .connect(let error) = failure else {
            Issue.record("\(String(describing: result))")
            return
        }
        #expect(error.number == 111)
        #expect(failure.isConnectFailure)
    }

    @Test func `a UNIX socket is probed like any other`() throws {
        let path = "/tmp/limpet-probe-\(SecureRandom.word())"
        let service = try ScriptedService(
            answer("HTTP/1.1 204 No Content\n\n"), on: "unix:\(path)", loop: test.loop)
        defer {
            service.stop()
            removeFile(path)
        }
        #expect(try outcome(http(), at: .unix(path: path)).isSuccess)
    }

    @Test func `a UNIX socket that is not there is a failure`() throws {
        let result = try outcome(
            plan { $0.type = .tcp }, at: .unix(path: "/tmp/limpet-none-\(SecureRandom.word())"))
        guard case .failed(.connect(let error)) = result else {
            Issue.record("\(String(describing: result))")
            return
        }
        #expect(error.number == 2)
    }

    @Test func `a probe may ask at another port`() throws {
        let plan = plan { $0.port = 7 }
        #expect(plan.target(for: .ip(IPAddress(v4: 1), port: 80)) == .ip(IPAddress(v4: 1), port: 7))
        #expect(plan.target(for: .unix(path: "/a")) == .unix(path: "/a"))
    }

    // MARK: HTTP

    @Test(arguments: [200, 204, 301, 399]) func `an expected status is a success`(status: Int) throws {
        #expect(try outcome(http(), of: answer("HTTP/1.1 \(status) \nContent-Length: 0\n\n")).isSuccess)
    }

    @Test(arguments: [400, 404, 500, 503, 999]) func `another status is a failure`(status: Int) throws {
        let result = try outcome(http(), of: answer("HTTP/1.1 \(status) \nContent-Length: 0\n\n"))
        #expect(result == .failed(.status(status)))
    }

    @Test func `what is expected can be configured`() throws {
        let plan = http { $0.expect = [200...200, 401...403] }
        #expect(try outcome(plan, of: answer("HTTP/1.1 402 \nContent-Length: 0\n\n")).isSuccess)
        #expect(try outcome(plan, of: answer("HTTP/1.1 204 \n\n")) == .failed(.status(204)))
    }

    @Test func `the request is a GET with a host, and asks to close`() throws {
        let service = try ScriptedService(answer("HTTP/1.1 200 \nContent-Length: 0\n\n"), loop: test.loop)
        defer { service.stop() }
        _ = try outcome(http(), at: service.address)
        let lines = String(decoding: service.received, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.first == "GET /healthz HTTP/1.1")
        #expect(lines.contains("Host: portal.example:9001"))
        #expect(lines.contains("Connection: close"))
        #expect(lines.suffix(2) == ["", ""])
    }

    @Test func `the host can be configured`() throws {
        guard case .http(let request, _) = http({ $0.host = "inner.example" }).question else {
            Issue.record("not an HTTP probe")
            return
        }
        #expect(String(decoding: request, as: UTF8.self).contains("\r\nHost: inner.example\r\n"))
    }

    @Test func `the answer may come byte by byte`() throws {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        #expect(try outcome(http(), of: .answer(text.map { String($0) }, closes: false)).isSuccess)
    }

    @Test func `a body of known length is read, then the probe is over`() throws {
        #expect(
            try outcome(http(), of: answer("HTTP/1.1 200 \nContent-Length: 3\n\nabc", closes: false))
                .isSuccess)
    }

    @Test func `a chunked answer is good when the service closes`() throws {
        let text = "HTTP/1.1 200 \nTransfer-Encoding: chunked\n\n1\na\n0\n\n"
        #expect(try outcome(http(), of: answer(text)).isSuccess)
    }

    @Test func `a body that is longer than a probe reads is left unread`() throws {
        let body = String(repeating: "x", count: 100_000)
        #expect(try outcome(http(), of: answer("HTTP/1.1 200 \n\n\(body)", closes: false)).isSuccess)
    }

    @Test func `a good head whose body never ends is a success when the time is over`() throws {
        let plan = http { $0.timeout = .milliseconds(40) }
        #expect(try outcome(plan, of: answer("HTTP/1.1 200 \n\nx", closes: false)).isSuccess)
    }

    @Test func `an endless head is refused at the limit`() throws {
        let field = "X: \(String(repeating: "x", count: 20_000))"
        #expect(try outcome(http(), of: answer("HTTP/1.1 200 \n\(field)\n\n")) == .failed(.oversizeResponse))
    }

    @Test func `endless informational heads are refused at the limit`() throws {
        let heads = String(repeating: "HTTP/1.1 102 \n\n", count: 2000)
        #expect(try outcome(http(), of: answer(heads)) == .failed(.oversizeResponse))
    }

    @Test(arguments: ["SSH-2.0-x\n\n", "HTTP/1.1 20 \n\n", "HTTP/1.1 200 \nA : b\n\n"])
    func `what is no HTTP answer is a failure`(text: String) throws {
        #expect(try outcome(http(), of: answer(text)) == .failed(.malformedResponse))
    }

    @Test func `silence is a failure when the time is over`() throws {
        let plan = http { $0.timeout = .milliseconds(40) }
        #expect(try outcome(plan, of: .silence) == .failed(.timedOut(.response)))
    }

    @Test func `a connection that closes without an answer is a failure`() throws {
        #expect(try outcome(http(), of: answer("HTTP/1.1 200 OK\nContent")) == .failed(.closedEarly))
    }

    @Test func `a reset is a failure`() throws {
        guard case .failed(.lost) = try outcome(http(), of: .reset) else {
            Issue.record("a reset passed")
            return
        }
    }

    // MARK: TLS

    private func tls(_ change: (inout HealthConfiguration) -> Void = { _ in }) throws -> ProbePlan {
        var health = HealthConfiguration()
        health.type = .tls
        health.timeout = .seconds(5)
        change(&health)
        var settings = ClientSettings()
        settings.verifiesServer = false
        return ProbePlan(
            health, address: .name("portal.example", port: 9001), tls: try ClientContext(settings))
    }

    @Test func `a handshake satisfies a TLS probe, whoever has signed the certificate`() throws {
        let service = try SecureService(loop: test.loop)
        defer { service.stop() }
        #expect(try outcome(tls { $0.host = "probe.test" }, at: service.address).isSuccess)
        #expect(try outcome(tls(), at: service.address).isSuccess)
        #expect(try test.run { service.handshakeCount == 2 })
    }

    @Test func `what speaks no TLS fails a TLS probe`() throws {
        let result = try outcome(tls(), of: answer("HTTP/1.1 400 Bad Request\n\n"))
        guard case .failed(.handshake(let reason)) = result else {
            Issue.record("\(String(describing: result))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `a silent service fails a TLS probe when the time is over`() throws {
        let result = try outcome(tls { $0.timeout = .milliseconds(40) }, of: .silence)
        #expect(result == .failed(.timedOut(.handshake)))
    }

    @Test(arguments: [
        ("inner.example", "inner.example"), ("inner.example:8443", "inner.example"), ("192.0.2.1", nil),
        ("192.0.2.1:8443", nil), ("[2001:db8::1]:8443", nil), ("[2001:db8::1]", nil),
    ])
    func `the server name is the host without a port, and never an address`(host: String, name: String?)
        throws
    {
        guard let security = try tls({ $0.host = host }).security else {
            Issue.record("not a TLS probe")
            return
        }
        #expect(security.names.server == name)
    }

    // MARK: The end

    @Test func `a probe that is cancelled says nothing and leaves nothing`() throws {
        let service = try ScriptedService(.silence, loop: test.loop)
        defer { service.stop() }
        var isTold = false
        let probe = Probe(http(), of: service.address, loop: test.loop) { _ in isTold = true }
        #expect(try test.run { service.openCount == 1 })
        probe.cancel()
        #expect(try test.run { service.openCount == 0 })
        #expect(!isTold)
        #expect(test.handlerCount == 1)
    }

    @Test func `each failure has words of its own`() {
        let failures: [ProbeFailure] = [
            refused, .timedOut(.connect), .timedOut(.handshake), .timedOut(.response), .closedEarly,
            .lost(SystemError("recv", number: 104)), .handshake("x"), .status(500), .malformedResponse,
            .oversizeResponse,
        ]
        #expect(Set(failures.map(\.description)).count == failures.count)
        #expect(failures.filter(\.isConnectFailure) == [refused, .timedOut(.connect)])
    }
}
