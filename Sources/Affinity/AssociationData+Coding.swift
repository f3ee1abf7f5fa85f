internal import Platform

/// The form of version 1, numbers with their most significant byte first:
///
///     version 1 | pins 1 | lineage 16 | origin 6 | epoch 4 | policy hash 8 | virtual host hash 8
///     | generation 4
///
/// and for each pin
///
///     service 8 | owner 8 | generation 4 | origin 6 | reason 1
extension AssociationData {
    /// The version that is written.
    public static let version: UInt8 = 1
    /// The bytes before the pins.
    public static let headBytes = 48
    /// The largest form, with four pins.
    public static let maximumBytes = headBytes + PinSet.capacity * PinSet.bytesPerPin

    /// How many bytes ``encode(into:)`` writes.
    public var encodedBytes: Int { Self.headBytes + pins.count * PinSet.bytesPerPin }

    /// Appends the binary form.
    ///
    /// - Throws: ``AffinityError/noRoom``; then nothing was written.
    public func encode(into output: inout OutputSpan<UInt8>) throws(AffinityError) {
        guard output.freeCapacity >= encodedBytes else { throw .noRoom }
        output.append(Self.version)
        output.append(UInt8(truncatingIfNeeded: pins.count))
        output.append(number: lineage.high, width: 8)
        output.append(number: lineage.low, width: 8)
        output.append(number: origin.seconds, width: 6)
        output.append(number: UInt64(epoch), width: 4)
        output.append(number: policyHash, width: 8)
        output.append(number: virtualHostHash, width: 8)
        output.append(number: UInt64(generation), width: 4)
        pins.encode(into: &output)
    }

    /// Reads the binary form; all of `bytes` must be it.
    public init(decoding bytes: Span<UInt8>) throws(AffinityError) {
        var reader = ByteReader(bytes)
        let version = try reader.byte()
        guard version == Self.version else { throw .unknownVersion(version) }
        let pinCount = Int(try reader.byte())
        lineage = Lineage(high: try reader.number(width: 8), low: try reader.number(width: 8))
        origin = WallTime(seconds: try reader.number(width: 6))
        epoch = UInt32(truncatingIfNeeded: try reader.number(width: 4))
        policyHash = try reader.number(width: 8)
        virtualHostHash = try reader.number(width: 8)
        generation = UInt32(truncatingIfNeeded: try reader.number(width: 4))
        pins = try PinSet(decoding: &reader, count: pinCount)
        guard reader.isAtEnd else { throw .trailingBytes }
    }
}

extension PinSet {
    /// The bytes of a pin in association data.
    static let bytesPerPin = 27

    /// Appends the pins; the caller has checked that there is room.
    func encode(into output: inout OutputSpan<UInt8>) {
        for position in 0..<count {
            let pin = self[position]
            output.append(number: pin.service.rawValue, width: 8)
            output.append(number: pin.owner.rawValue, width: 8)
            output.append(number: UInt64(pin.generation), width: 4)
            output.append(number: pin.origin.seconds, width: 6)
            output.append(pin.reason.rawValue)
        }
    }

    /// Reads `count` pins.
    init(decoding reader: inout ByteReader, count: Int) throws(AffinityError) {
        guard count <= Self.capacity else { throw .tooManyPins(count) }
        self.init()
        for _ in 0..<count {
            let service = ServiceKey(rawValue: try reader.number(width: 8))
            let owner = InstanceKey(rawValue: try reader.number(width: 8))
            let generation = UInt32(truncatingIfNeeded: try reader.number(width: 4))
            let origin = WallTime(seconds: try reader.number(width: 6))
            let number = try reader.byte()
            guard let reason = Reason(rawValue: number) else { throw .unknownReason(number) }
            guard pin(for: service) == nil else { throw .repeatedService }
            put(Pin(service: service, owner: owner, generation: generation, origin: origin, reason: reason))
        }
    }
}
