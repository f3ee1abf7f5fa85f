import Configuration
import Testing

@testable import Proxy

@Suite struct VirtualHostIdentityTests {
    private func identity(_ certificates: (path: String, names: [String])...) -> VirtualHostIdentity {
        VirtualHostIdentity(
            certificates.map { path, names in
                var certificate = CertificateConfiguration(certificate: path, key: "key")
                certificate.names = names
                return certificate
            })
    }

    @Test func `names make a host, in whatever order, whatever the files are called`() {
        let known = identity(("a.pem", ["a.test", "b.test"]))
        #expect(identity(("a.pem", ["b.test", "a.test", "b.test"])) == known)
        #expect(identity(("b.pem", ["a.test", "b.test"])) == known)
        #expect(identity(("rsa.pem", ["b.test", "a.test"]), ("a.pem", ["a.test", "b.test"])) == known)
        #expect(identity(("rsa.pem", []), ("a.pem", ["a.test", "b.test"])) == known)
        #expect(identity(("a.pem", ["a.test"])) != known)
        #expect(identity(("a.pem", [])) != known)
    }

    @Test func `without names the first file makes a host, and others may join it`() {
        let known = identity(("a.pem", []))
        #expect(identity(("a.pem", []), ("a-rsa.pem", [])) == known)
        #expect(identity(("b.pem", [])) != known)
    }

    @Test func `no name is taken for a path, and no two names for one`() {
        #expect(identity(("a.test", [])) != identity(("x", ["a.test"])))
        #expect(identity(("x", ["a.test", "b.test"])) != identity(("x", ["a.testb.test"])))
        #expect(identity(("x", ["a"])).hash != identity(("x", ["b"])).hash)
        #expect(identity(("x", ["a"])).sessionContext.count == 32)
    }

    @Test func `the folder of the configuration makes no other host`() throws {
        let text = """
            listeners: [{ address: "127.0.0.1:0" }]
            tls: { certificates: [{ certificate: certs/a.pem, key: a.key }] }
            services: { portal: { instances: [{ id: a@b, address: "127.0.0.1:1" }] } }
            routes: [{ service: portal }]
            """
        let identities = try ["/etc/limpet/limpet.yaml", "limpet.yaml"].map { file in
            VirtualHostIdentity(try GatewayConfiguration.parse(text, file: file).tls.certificates)
        }
        #expect(identities[0] == identities[1])
    }
}
