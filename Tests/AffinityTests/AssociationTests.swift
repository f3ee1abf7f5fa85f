import Affinity
import Platform
import TestSupport
import Testing

@Suite struct AssociationTests {
    private let policy = AssociationPolicy(
        virtualHostHash: 1, policyHash: 2, epoch: 5, lifetime: .seconds(1000))

    private func data(_ pins: Pin...) -> AssociationData {
        var set = PinSet()
        for pin in pins { set.put(pin) }
        return AssociationData(
            lineage: .sample(1), origin: WallTime(seconds: 50), epoch: 5, policyHash: 2, virtualHostHash: 1,
            generation: 4, pins: set)
    }

    private func expectReason(_ reason: Reason, of pin: Pin, in association: inout Association) {
        let told = association.reasonOfUse(pin)
        #expect(told == reason)
    }

    @Test func `a resumed association carries the same data again`() {
        let data = data(pin(first), pin(second, at: mail))
        #expect(Association(resuming: data).data(under: policy) == data)
    }

    @Test func `a refused session gives its pins to a new lineage`() {
        let association = Association(
            refused: data(pin(first)), minted: .sample(2), at: WallTime(seconds: 90), reason: .policyChanged)
        #expect(association.lineage == .sample(2))
        #expect(association.predecessor == .sample(1))
        #expect(association.origin == WallTime(seconds: 90))
        #expect(association.pins.pin(for: portal) == pin(first))
        #expect(association.absence == .policyChanged)
        #expect(association.generation == 5)
    }

    @Test func `a session that was to go on and did not gives its pins to a new lineage likewise`() {
        let refused = Association(
            refused: data(pin(first)), minted: .sample(2), at: WallTime(seconds: 90), reason: .lineageExpired)
        let late = Association(
            refused: Association(resuming: data(pin(first))), minted: .sample(2), at: WallTime(seconds: 90),
            reason: .lineageExpired)
        #expect(late.data(under: policy) == refused.data(under: policy))
        #expect(late.predecessor == .sample(1))
        #expect(late.absence == .lineageExpired)
    }

    @Test func `a session without pins lacks an association and one with pins only that for the service`() {
        #expect(Association(resuming: data()).absence == .noAssociation)
        #expect(Association(resuming: data(pin(first))).absence == .new)
    }

    @Test func `a pin that moves raises the generation`() {
        var association = Association(resuming: data(pin(first)))
        var isChanged = association.take(pin(first))
        #expect(!isChanged)
        #expect(association.generation == 4)
        isChanged = association.take(pin(second, generation: 1))
        #expect(isChanged)
        #expect(association.generation == 5)
        #expect(association.data(under: policy).pins.pin(for: portal)?.owner == second)
    }

    @Test func `pins of other connections come in before a ticket is written`() {
        let table = AssociationTable(start: .seconds(0))
        _ = table.reserve(.sample(1), pin(second, generation: 1), now: .seconds(1))
        _ = table.reserve(.sample(1), pin(third, at: mail), now: .seconds(1))
        var association = Association(resuming: data(pin(first)))
        association.refresh(from: table, at: .seconds(1))
        #expect(association.pins.pin(for: portal)?.owner == second)
        #expect(association.pins.pin(for: mail)?.owner == third)
        #expect(association.generation == 6)
    }

    @Test func `an older pin of the table does not come in`() {
        let table = AssociationTable(start: .seconds(0))
        _ = table.reserve(.sample(1), pin(second), now: .seconds(1))
        var association = Association(resuming: data(pin(first, generation: 1)))
        association.refresh(from: table, at: .seconds(1))
        #expect(association.pins.pin(for: portal)?.owner == first)
    }

    @Test func `only the first request has the reason of the placement at the handshake`() {
        var association = Association(minted: .sample(1), at: WallTime(seconds: 1))
        association.announceLater(pin(first), .new)
        expectReason(.pinned, of: pin(second, at: mail), in: &association)
        expectReason(.new, of: pin(first), in: &association)
        expectReason(.pinned, of: pin(first), in: &association)
    }

    @Test func `a pin that has moved since the handshake is simply used`() {
        var association = Association(minted: .sample(1), at: WallTime(seconds: 1))
        association.announceLater(pin(first), .new)
        expectReason(.pinned, of: pin(second, generation: 1), in: &association)
    }

    @Test func `an absence noted after the handshake is the reason of its placement`() {
        var association = Association(minted: .sample(1), at: WallTime(seconds: 1))
        association.announceLater(pin(first), .new)
        association.noteAbsence(.noAssociation)
        expectReason(.noAssociation, of: pin(first), in: &association)
        #expect(association.absence == .noAssociation)
    }

    @Test func `an adopted association brings its lineage and raises the generation`() {
        var association = Association(minted: .sample(2), at: WallTime(seconds: 1))
        association.take(pin(first))
        association.adopt(Association(resuming: data(pin(second))))
        #expect(association.lineage == .sample(1))
        #expect(association.pins.pin(for: portal)?.owner == second)
        #expect(association.generation == 5)
    }

    @Test func `an adopted association does not shorten the life of the session that was just made`() {
        var association = Association(minted: .sample(2), at: WallTime(seconds: 5000))
        association.adopt(Association(resuming: data(pin(second))))
        #expect(association.origin == WallTime(seconds: 5000))
    }

    @Test func `a joined association keeps its lineage and takes in the pins that it lacks`() {
        var association = Association(minted: .sample(2), at: WallTime(seconds: 1))
        association.take(pin(first))
        association.join(Association(resuming: data(pin(second), pin(third, at: mail))))
        #expect(association.lineage == .sample(2))
        #expect(association.predecessor == .sample(1))
        #expect(association.pins.pin(for: portal)?.owner == first)
        #expect(association.pins.pin(for: mail)?.owner == third)
    }

    @Test func `what is known of a lost session is not covered by a later absence`() {
        var association = Association(
            minted: .sample(2), at: WallTime(seconds: 1), absence: .unknownTicketKey)
        association.announceLater(pin(first), .unknownTicketKey)
        association.noteAbsence(.noAssociation)
        #expect(association.absence == .unknownTicketKey)
        expectReason(.unknownTicketKey, of: pin(first), in: &association)
    }
}
