import Affinity
import Balancing
import Platform
import TestSupport
import Testing

/// One test for each cell of the table of pins and statuses. The owner stands at position 0 and a running
/// instance at position 1, unless the cell says otherwise.
@Suite struct PlacementTests {
    private func decide(
        _ owner: InstanceState, others: [InstanceState] = [instance(1)], heldSince: UInt64? = nil,
        at second: UInt64 = 100
    ) throws -> Decision {
        Placement.decide(
            pin: pin(0), absence: .new, service: try service([owner] + others),
            heldSince: heldSince.map { .seconds($0) }, now: .seconds(second))
    }

    private func decideNew(
        _ instances: [InstanceState], absence: Reason = .new, heldSince: UInt64? = nil
    ) throws -> Decision {
        Placement.decide(
            pin: nil, absence: absence, service: try service(instances),
            heldSince: heldSince.map { .seconds($0) },
            now: .seconds(100))
    }

    // MARK: pinned, ready

    @Test func `pinned and running goes to the owner`() throws {
        #expect(try decide(instance(0, .running)) == .send(0))
    }

    @Test func `pinned and starting is held for the owner`() throws {
        #expect(try decide(instance(0, .starting)) == .hold(0, until: .seconds(110)))
    }

    @Test func `pinned and still starting at the hold timeout is placed again`() throws {
        #expect(try decide(instance(0, .starting), heldSince: 91) == .hold(0, until: .seconds(101)))
        #expect(try decide(instance(0, .starting), heldSince: 90) == .choose(.ownerStartTimeout))
    }

    @Test func `pinned and running while it was held goes to the owner`() throws {
        #expect(try decide(instance(0, .running), heldSince: 10) == .send(0))
    }

    @Test func `pinned and not running is placed again at once`() throws {
        #expect(try decide(instance(0, .notRunning)) == .choose(.ownerDown))
    }

    // MARK: pinned, draining

    @Test func `pinned and draining goes to the owner until the drain deadline`() throws {
        #expect(try decide(instance(0, .running, .draining, drainDeadline: 101)) == .send(0))
    }

    @Test func `pinned and drained is placed again`() throws {
        #expect(try decide(instance(0, .running, .draining, drainDeadline: 100)) == .choose(.ownerDrained))
    }

    @Test func `pinned and draining without a deadline goes to the owner`() throws {
        #expect(try decide(instance(0, .running, .draining)) == .send(0))
    }

    @Test func `pinned and draining and starting is held until the drain deadline at most`() throws {
        #expect(
            try decide(instance(0, .starting, .draining, drainDeadline: 105))
                == .hold(0, until: .seconds(105)))
        #expect(
            try decide(instance(0, .starting, .draining, drainDeadline: 200))
                == .hold(0, until: .seconds(110)))
        #expect(try decide(instance(0, .starting, .draining)) == .hold(0, until: .seconds(110)))
    }

    @Test func `pinned and drained while starting is placed again`() throws {
        #expect(try decide(instance(0, .starting, .draining, drainDeadline: 100)) == .choose(.ownerDrained))
    }

    @Test func `pinned and draining and still starting at the hold timeout is placed again`() throws {
        #expect(
            try decide(instance(0, .starting, .draining, drainDeadline: 200), heldSince: 90)
                == .choose(.ownerStartTimeout))
    }

    @Test func `pinned and draining and not running is placed again at once`() throws {
        #expect(try decide(instance(0, .notRunning, .draining, drainDeadline: 200)) == .choose(.ownerDown))
    }

    @Test func `a drain deadline does not matter to an owner that is ready again`() throws {
        #expect(try decide(instance(0, .running, .ready, drainDeadline: 50)) == .send(0))
    }

    // MARK: pinned, disabled

    @Test(arguments: WorkingStatus.allCases)
    func `pinned and disabled is placed again whatever the status`(status: WorkingStatus) throws {
        #expect(try decide(instance(0, status, .disabled)) == .choose(.ownerDisabled))
    }

    // MARK: pinned, other cases

    @Test func `a pin to an instance that is gone is rebalanced`() throws {
        let decision = Placement.decide(
            pin: pin(7), absence: .new, service: try service([instance(0), instance(1)]), heldSince: nil,
            now: .seconds(100))
        #expect(decision == .choose(.rebalanced))
    }

    @Test func `an owner of weight zero keeps its pins`() throws {
        #expect(try decide(instance(0, weight: 0)) == .send(0))
        #expect(try decide(instance(0, weight: 0, .starting)) == .hold(0, until: .seconds(110)))
    }

    @Test func `a pin whose owner is down waits for another that is starting`() throws {
        #expect(
            try decide(instance(0, .notRunning), others: [instance(1, .starting)])
                == .hold(nil, until: .seconds(110)))
    }

    @Test func `a pin whose owner is down is refused where nothing runs or starts`() throws {
        #expect(try decide(instance(0, .notRunning), others: [instance(1, .notRunning)]) == .unavailable)
        #expect(try decide(instance(0, .notRunning), others: []) == .unavailable)
    }

    @Test func `at the hold timeout a starting owner is given up even where nothing else runs`() throws {
        #expect(
            try decide(instance(0, .starting), others: [instance(1, .notRunning)], heldSince: 90)
                == .unavailable)
        #expect(
            try decide(instance(0, .starting), others: [instance(1, .starting)], heldSince: 90)
                == .unavailable)
    }

    @Test func `a pin does not go to an instance that takes none`() throws {
        for other in [
            instance(1, .running, .draining), instance(1, .running, .disabled), instance(1, weight: 0),
            instance(1, .notRunning),
        ] {
            #expect(try decide(instance(0, .notRunning), others: [other]) == .unavailable)
        }
    }

    // MARK: new

    @Test func `new goes to an instance that is running and ready`() throws {
        #expect(try decideNew([instance(0, .starting), instance(1)]) == .choose(.new))
    }

    @Test func `new is held where all are starting`() throws {
        #expect(
            try decideNew([instance(0, .starting), instance(1, .starting)])
                == .hold(nil, until: .seconds(110)))
    }

    @Test func `new is held where one is starting and none is running`() throws {
        #expect(
            try decideNew([instance(0, .starting), instance(1, .notRunning)])
                == .hold(nil, until: .seconds(110)))
    }

    @Test func `new is refused at the hold timeout`() throws {
        #expect(try decideNew([instance(0, .starting)], heldSince: 91) == .hold(nil, until: .seconds(101)))
        #expect(try decideNew([instance(0, .starting)], heldSince: 90) == .unavailable)
    }

    @Test func `new is refused where none is running or starting`() throws {
        #expect(try decideNew([instance(0, .notRunning), instance(1, .notRunning)]) == .unavailable)
    }

    @Test func `new is refused where there is no instance at all`() throws {
        #expect(try decideNew([]) == .unavailable)
    }

    @Test(arguments: WorkingStatus.allCases, [AdministrativeState.draining, .disabled])
    func `new never goes to nor waits for an instance that is draining or disabled`(
        status: WorkingStatus, administrative: AdministrativeState
    ) throws {
        #expect(try decideNew([instance(0, status, administrative)]) == .unavailable)
    }

    @Test(arguments: WorkingStatus.allCases)
    func `new never goes to nor waits for an instance of weight zero`(status: WorkingStatus) throws {
        #expect(try decideNew([instance(0, weight: 0, status)]) == .unavailable)
    }

    @Test(arguments: [Reason.new, .unknownTicketKey, .lineageExpired, .policyChanged, .noAssociation])
    func `the reason why there is no pin is kept`(reason: Reason) throws {
        #expect(try decideNew([instance(0)], absence: reason) == .choose(reason))
    }
}
