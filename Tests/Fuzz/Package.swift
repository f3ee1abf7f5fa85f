// swift-tools-version: 6.3
import PackageDescription

/// The fuzz targets. They are a package of their own because they are built with libFuzzer's coverage, which no other
/// program may get: `Tests/Fuzz/run` builds and runs them.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Extern"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// The program `<name>Fuzzer`, which `Tests/Fuzz/run` knows as `<name>`.
func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: "\(name)Fuzzer", dependencies: ["CFuzzer", .product(name: "Parsers", package: "limpet")],
        swiftSettings: settings, linkerSettings: [.unsafeFlags(["-use-ld=lld"])])
}

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "limpet", path: "../..")],
    targets: [
        .target(name: "CFuzzer"),
        fuzzer("Request"),
        fuzzer("Response"),
        fuzzer("Chunked"),
        fuzzer("Session"),
        fuzzer("Downgrade"),
        fuzzer("Service"),
        fuzzer("Upgrade"),
        fuzzer("ProxyHeader"),
        fuzzer("Status"),
        fuzzer("Control"),
        fuzzer("Configuration"),
        fuzzer("Route"),
    ]
)
