// swift-tools-version: 6.3
import PackageDescription

/// What measures: the load client and the simulation. A package of its own, so that the product does not depend on a
/// histogram; `bench/build` builds it.
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
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let measured = Target.Dependency.product(name: "Measured", package: "limpet")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "limpet-load",
    products: [
        .executable(name: "limpet-load", targets: ["LoadClient"]),
        .executable(name: "limpet-scale", targets: ["Simulation"]),
    ],
    dependencies: [
        .package(name: "limpet", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CTimer"),
        .executableTarget(
            name: "LoadClient",
            dependencies: [
                "CTimer", measured, argumentParser,
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Simulation", dependencies: [measured, argumentParser], swiftSettings: strict),
    ]
)
