// swift-tools-version: 6.3
import PackageDescription

/// One set of rules for every target: language mode 6, explicit imports and existentials, unsafe code that
/// is marked where it stands, and no warning that stays.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // Classes of a loop are confined to its thread: a dynamic check at each access to a property would find nothing. What
    // the modules call of each other for each request is small: it is inlined.
    .unsafeFlags(
        ["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

/// A module of ours: `Sources/<name>`, with the modules of lower layers that it may import.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a module: `Tests/<name>Tests`.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "limpet",
    products: [
        .executable(name: "limpet", targets: ["limpet"]),
        // For the package of the fuzz targets.
        .library(
            name: "Parsers",
            targets: [
                "Administration", "Configuration", "Framing", "HTTP", "HTTP1", "HTTP2", "Interfaces",
                "Monitoring", "Platform", "ProxyProtocol", "Runtime", "StatusFrames",
            ]),
        // For the package of the load client.
        .library(
            name: "Measured",
            targets: [
                "Affinity", "Balancing", "Demonstration", "HTTP", "HTTP1", "Platform", "Runtime", "TLS",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // C: each has exactly one importer in Sources.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "CFreeLists"),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),

        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"])]),

        // 0
        module("Platform", ["CLinux"]),
        // 1
        module("Runtime", ["Platform"]),
        // 2
        module("TLS", ["Platform", "Runtime", "CFreeLists", "COpenSSL"]),
        module("ProxyProtocol", ["Platform"]),
        module("HTTP", ["Runtime"]),
        module("HTTP1", ["HTTP", "Runtime"]),
        module("HTTP2", ["HTTP", "HTTP1", "Platform", "Runtime", "CNghttp2"]),
        module("Framing", ["Platform", "Runtime"]),
        module("StatusFrames", ["Framing", "Platform"]),
        module("Compression", ["Runtime", "CBrotli", "CZlib"]),
        // 3
        module("Configuration", ["Platform", yams]),
        module("Affinity", ["Platform", "TLS"]),
        module("Balancing", ["Affinity", "Platform"]),
        // 4
        module("Interfaces", ["Configuration", "Platform", "Runtime"]),
        module(
            "Monitoring",
            [
                "Affinity", "Balancing", "Configuration", "Framing", "HTTP", "HTTP1", "Platform", "Runtime",
                "StatusFrames", "TLS", "CAres",
            ]),
        // 5
        module(
            "Administration",
            [
                "Affinity", "Balancing", "Configuration", "Framing", "Interfaces", "Monitoring", "Platform",
                "Runtime", "StatusFrames",
            ]),
        module(
            "Proxy",
            [
                "Administration", "Affinity", "Balancing", "Compression", "Configuration", "HTTP", "HTTP1",
                "HTTP2", "Interfaces", "Monitoring",
                "Platform", "ProxyProtocol", "Runtime", "TLS",
            ]),
        module("Node", ["Configuration", "Framing", "Platform", "Runtime", "StatusFrames", "TLS"]),
        // 6
        module("Demonstration", ["HTTP", "HTTP1", "Platform", "Runtime", "TLS"]),
        // 7
        .executableTarget(
            name: "limpet",
            dependencies: [
                "Administration", "Balancing", "Configuration", "Demonstration", "Interfaces", "Node",
                "Platform", "Proxy", "TLS",
                argumentParser, logging,
            ],
            swiftSettings: strict),

        // What the end-to-end tests drive the gateway with.
        .target(
            name: "TestSupport", dependencies: ["Affinity", "HTTP", "HTTP2", "Platform", "TLS", "CNghttp2"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        tests(of: "Platform"),
        tests(of: "Runtime", ["Platform"]),
        tests(of: "TLS", ["Platform", "Runtime"]),
        tests(of: "ProxyProtocol", ["Platform"]),
        tests(of: "HTTP1", ["HTTP", "Runtime"]),
        tests(of: "HTTP2", ["HTTP", "HTTP1", "Platform", "Runtime", "TestSupport"]),
        tests(of: "Framing", ["Platform", "Runtime"]),
        tests(of: "StatusFrames", ["Framing", "Platform"]),
        tests(of: "Compression", ["Runtime", "TestSupport"]),
        tests(of: "Configuration", ["Platform"]),
        tests(of: "Affinity", ["Platform", "TLS", "TestSupport"]),
        tests(of: "Balancing", ["Affinity", "Platform", "TestSupport"]),
        tests(
            of: "Monitoring",
            ["Affinity", "Balancing", "Configuration", "Platform", "Runtime", "StatusFrames", "TLS"]),
        tests(
            of: "Administration",
            ["Balancing", "Configuration", "Framing", "Interfaces", "Platform", "Runtime", "TestSupport"]),
        tests(of: "Interfaces", ["Configuration", "Platform", "Runtime"]),
        tests(of: "Node", ["Configuration", "Platform", "Runtime", "StatusFrames", "TestSupport"]),
        tests(
            of: "Proxy",
            [
                "Affinity", "Balancing", "Configuration", "HTTP", "HTTP1", "Monitoring", "Platform",
                "Runtime", "TLS", "TestSupport",
            ]),
        tests(of: "Demonstration", ["Platform", "TLS"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Demonstration", "HTTP", "HTTP2", "Platform", "Runtime", "TLS", "TestSupport", "limpet",
            ],
            swiftSettings: strict),
    ]
)
