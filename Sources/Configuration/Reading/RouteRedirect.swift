/// The redirect of a route, which says where to: `{ to: https }`.
struct RouteRedirect: ReadableSection {
    let redirect: RedirectConfiguration

    init(reading section: SectionReader) {
        _ = section.required("to", .word(), placeholder: RedirectConfiguration.Target.https)
        redirect = RedirectConfiguration(reading: section)
    }
}
