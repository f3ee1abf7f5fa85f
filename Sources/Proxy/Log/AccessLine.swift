internal import Affinity
internal import HTTP
internal import Platform
internal import Runtime
internal import TLS

/// Writes one line of the access log, as JSON or in the combined format, straight into a buffer.
struct AccessLine {
    let client: ClientConnection
    let now: MonotonicTime
    let handshakeNanoseconds: UInt64

    /// `{"time":…}` and a line end. Durations are in milliseconds with three decimals. The names of the service and of the
    /// instance are those of the configuration, which have nothing that JSON would escape; empty, like nil for the reason: the
    /// request was not placed.
    func writeJSON(
        _ record: ExchangeRecord, lineage: Lineage?, service: Span<UInt8>, instance: Span<UInt8>,
        reason: Reason?, into buffer: ByteBuffer
    ) {
        let text = record.text
        let bytes = text.bytes
        buffer.append("{\"time\":")
        writeThousandths(WallTime.nowMilliseconds, into: buffer)
        writeRequest(record, into: buffer)
        writeText("client", address: client.client, into: buffer)
        // A token.
        writePlain("method", text[.method].bytes(in: bytes.readable), into: buffer)
        writeText("host", text[.host].bytes(in: bytes.readable), into: buffer)
        writeText("path", text[.target].bytes(in: bytes.readable), into: buffer)
        buffer.append(",\"protocol\":\"")
        buffer.append(record.protocolName)
        buffer.append("\"")
        writeNumber(",\"status\":", UInt64(record.status), into: buffer)
        writeNumber(",\"bytes\":", record.sentBytes, into: buffer)
        if let received = record.tunnelBytes { writeNumber(",\"received\":", received, into: buffer) }
        writeDuration(",\"duration_ms\":", now.nanoseconds(since: record.began), into: buffer)
        writeDuration(",\"handshake_ms\":", handshakeNanoseconds, into: buffer)
        writeDuration(",\"queue_ms\":", record.queueNanoseconds(at: now), into: buffer)
        writeDuration(",\"connect_ms\":", record.connectNanoseconds(at: now), into: buffer)
        writeDuration(",\"first_byte_ms\":", record.firstByteNanoseconds(at: now), into: buffer)
        writeTLS(into: buffer)
        if let lineage {
            buffer.append(",\"lineage\":\"")
            buffer.append(hexadecimal: lineage.high, width: 16)
            buffer.append(hexadecimal: lineage.low, width: 16)
            buffer.append("\"")
        }
        writePlain("service", service, into: buffer)
        writePlain("instance", instance, into: buffer)
        if let reason {
            buffer.append(",\"reason\":\"")
            buffer.append(reason.name)
            buffer.append("\"")
        }
        if record.isCutOff { buffer.append(",\"cut_off\":true") }
        buffer.append("}\n")
    }

    /// The combined format of Apache httpd and nginx, followed by instance and reason.
    func writeCombined(
        _ record: ExchangeRecord, instance: Span<UInt8>, reason: Reason?, into buffer: ByteBuffer
    ) {
        let text = record.text
        let bytes = text.bytes
        writeAddress(client.client, into: buffer)
        buffer.append(" - - [")
        CalendarText.write(WallTime.now, into: buffer)
        buffer.append("] \"")
        JSONText.write(text[.method].bytes(in: bytes.readable), into: buffer)
        buffer.append(" ")
        JSONText.write(text[.target].bytes(in: bytes.readable), into: buffer)
        buffer.append(" ")
        buffer.append(record.protocolName)
        buffer.append("\" ")
        buffer.append(decimal: UInt64(record.status))
        buffer.append(" ")
        buffer.append(decimal: record.sentBytes)
        buffer.append(" ")
        writeQuoted(text[.referrer].bytes(in: bytes.readable), into: buffer)
        buffer.append(" ")
        writeQuoted(text[.agent].bytes(in: bytes.readable), into: buffer)
        buffer.append(" ")
        if instance.count == 0 { buffer.append("-") } else { buffer.append(instance) }
        buffer.append(" ")
        buffer.append(reason?.name ?? "-")
        buffer.append("\n")
    }

    /// The identity that the service got: the client's where it is trusted, or our own.
    private func writeRequest(_ record: ExchangeRecord, into buffer: ByteBuffer) {
        let given = record.text[.identity]
        guard given.isEmpty else {
            let bytes = record.text.bytes
            return writeText("request", given.bytes(in: bytes.readable), into: buffer)
        }
        guard let identity = record.requestID else { return }
        writeKey("request", into: buffer)
        buffer.append("\"")
        identity.write(into: buffer)
        buffer.append("\"")
    }

    /// Text of a client's in quotes, or a hyphen for none.
    private func writeQuoted(_ text: Span<UInt8>, into buffer: ByteBuffer) {
        buffer.append("\"")
        if text.count == 0 { buffer.append("-") } else { JSONText.write(text, into: buffer) }
        buffer.append("\"")
    }

    private func writeTLS(into buffer: ByteBuffer) {
        guard let tls = client.tls, let version = tls.version else { return }
        buffer.append(",\"tls\":\"")
        buffer.append(version.name)
        buffer.append("\",\"cipher\":\"")
        tls.withCipherName { buffer.append($0) }
        buffer.append("\",\"resumption\":\"")
        buffer.append(tls.resumptionKind.name)
        buffer.append("\"")
    }

    @inline(__always)
    private func writeText(_ key: StaticString, _ value: Span<UInt8>, into buffer: ByteBuffer) {
        guard value.count > 0 else { return }
        writeKey(key, into: buffer)
        buffer.append("\"")
        JSONText.write(value, into: buffer)
        buffer.append("\"")
    }

    /// The same with text that has nothing to escape.
    @inline(__always)
    private func writePlain(_ key: StaticString, _ value: Span<UInt8>, into buffer: ByteBuffer) {
        guard value.count > 0 else { return }
        writeKey(key, into: buffer)
        buffer.append("\"")
        buffer.append(value)
        buffer.append("\"")
    }

    private func writeText(_ key: StaticString, address: SocketAddress, into buffer: ByteBuffer) {
        writeKey(key, into: buffer)
        buffer.append("\"")
        writeAddress(address, into: buffer)
        buffer.append("\"")
    }

    @inline(__always)
    private func writeKey(_ key: StaticString, into buffer: ByteBuffer) {
        buffer.append(",\"")
        buffer.append(key)
        buffer.append("\":")
    }

    @inline(__always)
    private func writeNumber(_ key: StaticString, _ value: UInt64, into buffer: ByteBuffer) {
        buffer.append(key)
        buffer.append(decimal: value)
    }

    @inline(__always)
    private func writeDuration(_ key: StaticString, _ nanoseconds: UInt64, into buffer: ByteBuffer) {
        buffer.append(key)
        // Most of them: what takes no step of the loop takes no time.
        guard nanoseconds >= 1000 else { return buffer.append("0.000") }
        writeThousandths(nanoseconds / 1000, into: buffer)
    }

    /// Thousandths of what the log counts in, with a point before the last three digits.
    private func writeThousandths(_ value: UInt64, into buffer: ByteBuffer) {
        buffer.append(decimal: value / 1000)
        buffer.append(".")
        buffer.append(threeDecimals: value)
    }

    private func writeAddress(_ address: SocketAddress, into buffer: ByteBuffer) {
        guard case .ip(let ip, _) = address else { return buffer.append("unix") }
        AddressText.write(ip, into: buffer)
    }
}
