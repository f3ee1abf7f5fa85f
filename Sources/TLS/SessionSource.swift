/// Where an accepted session came from.
enum SessionSource {
    /// A sealed ticket.
    case ticket
    /// The delegate's session cache.
    case cache
}
