import Affinity
import Platform

let portal = ServiceKey(rawValue: 100)
let mail = ServiceKey(rawValue: 200)
let first = InstanceKey(rawValue: 1)
let second = InstanceKey(rawValue: 2)
let third = InstanceKey(rawValue: 3)

/// A pin of the service `portal`.
func pin(
    _ owner: InstanceKey, at service: ServiceKey = portal, generation: UInt32 = 0, origin: UInt64 = 7,
    reason: Reason = .new
) -> Pin {
    Pin(
        service: service, owner: owner, generation: generation, origin: WallTime(seconds: origin),
        reason: reason)
}

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
