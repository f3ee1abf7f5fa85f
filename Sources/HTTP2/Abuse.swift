/// What costs the peer little and us much, so that it is counted and has a budget.
@frozen
public enum Abuse: UInt8, CaseIterable, Sendable {
    /// Streams that the peer resets (Rapid Reset, CVE-2023-44487).
    case reset
    /// Streams that the peer makes us reset or refuse (MadeYouReset, CVE-2025-8671), and requests that are refused for their fields.
    case provokedReset
    /// SETTINGS and GOAWAY frames.
    case settings
    /// PING frames, acknowledgements too.
    case ping
    /// PRIORITY, PRIORITY_UPDATE and frames of unknown types.
    case priority
    /// DATA and HEADERS on streams that are over or were never opened.
    case strayFrame
    /// DATA without content and HEADERS without fields, which end nothing.
    case emptyFrame
    /// WINDOW_UPDATE frames beyond what our DATA frames call for.
    case windowUpdate
    /// More CONTINUATION frames, settings in a frame, or acknowledgements that wait than make sense.
    case flood
}
