internal import Platform
internal import Runtime
internal import TLS

/// What every run stands on: a plan, what clients bring to a handshake, and a loop.
struct LoadStage {
    let plan: LoadPlan
    let loop: EventLoop
    private let kind: LoadKind
    private let context: ClientContext

    init(_ kind: LoadKind, _ plan: LoadPlan) throws(LoadError) {
        self.kind = kind
        self.plan = plan
        do {
            context = try ClientContext(kind.settings)
        } catch {
            throw .tls(error)
        }
        do {
            loop = try EventLoop()
        } catch {
            throw .system(error)
        }
    }

    /// Begins a connection that tells `owner` what becomes of it.
    func connect(_ number: Int, session: [UInt8]? = nil, for owner: any LoadOwner) {
        LoadConnection(number, kind, plan, context: context, session: session, loop: loop, owner: owner)
            .begin()
    }

    /// Lets the loop go on as long as that holds.
    func turn(while goesOn: () -> Bool) throws(LoadError) {
        while goesOn() { try turnOnce(waiting: true) }
    }

    /// Handles what there is; `waiting`: or else the next thing that comes.
    func turnOnce(waiting: Bool) throws(LoadError) {
        do {
            try loop.runOnce(waiting: waiting)
        } catch {
            throw .system(error)
        }
    }
}
