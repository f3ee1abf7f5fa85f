internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// nginx, Apache httpd and gunicorn as platform services, as an operator would run them.
@Suite(.logOnFailure) struct RealServiceTests {
    @Test func `nginx, Apache httpd and gunicorn start, lose their main process, and leave nothing behind`()
        throws
    {
        var plan = NodePlan()
        plan.services = 3
        plan.prepare = Self.prepare
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            for (number, service) in stage.services.enumerated() {
                let clients = try stage.settled(3, reaching: service)
                let process = stage.process(of: service)
                let group = try #require(ProcessTable.group(of: process))
                // Their workers outlive the main process, and would keep its address.
                kill(process, SIGKILL)
                try stage.wait(for: "running -> starting (process restarting: signal 9)", of: service)
                try stage.wait(for: "-> running", of: service, times: 2)
                #expect(stage.waitForProcess(of: service, after: process) != process)
                #expect(Deadline().poll { kill(-group, 0) != 0 }, "workers of service \(number) are left")
                try stage.expectOwners(clients)
            }
        }
    }

    /// The entries of the three in `local-services`; their files are written into `folder`.
    private static func prepare(
        _ services: [NodeService], _ folder: TemporaryFolder
    ) throws -> [NodePlan.Override] {
        // Apache cannot listen on a UNIX socket: an address of the loopback network that nobody else has.
        let host = "127.\(Int.random(in: 100...200)).\(Int.random(in: 1...250)).\(Int.random(in: 1...250))"
        let folderPath = folder.path
        try writeNginx(services[0], folder)
        try writeApache(services[1], host, folder)
        try writeApplication(services[2], folder)
        let socket = services[2].endpoint.text
        return [
            .init(settings: [
                "run": "[nginx, -c, \(folderPath)/nginx.conf, -e, stderr]",
                "stop": "{ signal: QUIT, grace: 5s }",
            ]),
            .init(
                endpoint: .ipv4(address: host, port: 8080),
                settings: [
                    "run": "[apache2, -f, \(folderPath)/apache.conf, -DFOREGROUND]",
                    "stop": "{ signal: WINCH, grace: 5s }",
                ]),
            .init(settings: [
                "run": "[gunicorn, --workers, \"2\", --bind, \"\(socket)\", \"application:app\"]",
                "directory": folderPath, "readiness": "notify",
            ]),
        ]
    }

    private static func writeNginx(_ service: NodeService, _ folder: TemporaryFolder) throws {
        let folderPath = folder.path
        try folder.write(
            """
            worker_processes 2; pid \(folderPath)/nginx.pid; error_log stderr; daemon off;
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path \(folderPath)/nginx-body; proxy_temp_path \(folderPath)/nginx-proxy;
              fastcgi_temp_path \(folderPath)/nginx-fastcgi; uwsgi_temp_path \(folderPath)/nginx-uwsgi;
              scgi_temp_path \(folderPath)/nginx-scgi;
              server {
                listen \(service.endpoint.text);
                add_header X-Served-By \(service.identity) always;
                add_header X-Incarnation nginx always;
                location / { return 200 "nginx\\n"; }
              }
            }
            """, to: "nginx.conf")
    }

    private static func writeApache(_ service: NodeService, _ host: String, _ folder: TemporaryFolder) throws
    {
        let folderPath = folder.path
        try folder.write(
            """
            ServerRoot /usr/lib/apache2
            LoadModule mpm_event_module modules/mod_mpm_event.so
            LoadModule authz_core_module modules/mod_authz_core.so
            LoadModule headers_module modules/mod_headers.so
            LoadModule alias_module modules/mod_alias.so
            ServerName limpet.test
            Listen \(host):8080
            PidFile \(folderPath)/apache.pid
            Mutex file:\(folderPath) default
            DefaultRuntimeDir \(folderPath)
            ErrorLog /dev/stderr
            StartServers 2
            User nobody
            Group nogroup
            AliasMatch ^/.*$ \(folderPath)/page.txt
            <Directory \(folderPath)>
              Require all granted
            </Directory>
            Header always set X-Served-By \(service.identity)
            Header always set X-Incarnation apache
            """, to: "apache.conf")
        try folder.write("apache\n", to: "page.txt")
    }

    private static func writeApplication(_ service: NodeService, _ folder: TemporaryFolder) throws {
        try folder.write(
            """
            def app(environ, start_response):
                start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "9"),
                    ("X-Served-By", "\(service.identity)"), ("X-Incarnation", "gunicorn")])
                return [b"gunicorn\\n"]
            """, to: "application.py")
    }
}
