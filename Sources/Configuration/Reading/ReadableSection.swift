/// A value that a mapping of the file describes.
protocol ReadableSection {
    /// Reads the keys of a section. What is wrong is reported to the section, with some other value in its place:
    /// a configuration with problems is never handed out.
    init(reading section: SectionReader)
}
