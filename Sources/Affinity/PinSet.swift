internal import Platform

/// Up to four pins, for different services, without an allocation: what a ticket carries.
public struct PinSet: Sendable {
    /// How many pins there is room for.
    public static let capacity = 4

    /// How many pins there are.
    public private(set) var count = 0

    private var storage = InlineArray<4, Pin>(
        repeating: Pin(
            service: ServiceKey(rawValue: 0), owner: InstanceKey(rawValue: 0), origin: .init(seconds: 0),
            reason: .new))

    /// No pins.
    public init() {}

    /// Whether there are no pins.
    public var isEmpty: Bool { count == 0 }

    /// The pin at a position in 0..<count, in no particular order.
    public subscript(position: Int) -> Pin {
        precondition(position < count, "a position beyond the last pin")
        return storage[position]
    }

    /// The pin for a service.
    public func pin(for service: ServiceKey) -> Pin? {
        for position in 0..<count where storage[position].service == service {
            return storage[position]
        }
        return nil
    }

    /// Puts a pin in, in the place of the one for the same service, or else, if the set is full, of the one
    /// with the oldest origin; not if its own is no newer, so that a set which is full of the newest pins
    /// stays as it is.
    ///
    /// - Returns: whether the set has changed.
    @discardableResult
    public mutating func put(_ pin: Pin) -> Bool {
        for position in 0..<count where storage[position].service == pin.service {
            guard storage[position] != pin else { return false }
            storage[position] = pin
            return true
        }
        if count < Self.capacity {
            storage[count] = pin
            count += 1
            return true
        }
        var oldest = 0
        for position in 1..<count where storage[position].origin < storage[oldest].origin {
            oldest = position
        }
        guard storage[oldest].origin < pin.origin else { return false }
        storage[oldest] = pin
        return true
    }
}

extension PinSet: Equatable {
    /// Whether both have the same pins in the same order.
    public static func == (left: PinSet, right: PinSet) -> Bool {
        guard left.count == right.count else { return false }
        for position in 0..<left.count where left[position] != right[position] {
            return false
        }
        return true
    }
}
