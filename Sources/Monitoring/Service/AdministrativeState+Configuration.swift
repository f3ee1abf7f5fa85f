internal import Balancing
internal import Configuration

extension AdministrativeState {
    /// The state that an instance is configured to start with.
    init(_ state: InstanceConfiguration.State) {
        self =
            switch state {
            case .ready: .ready
            case .draining: .draining
            case .disabled: .disabled
            }
    }
}
