"""Certificates as an authority issues them, made anew for each run: the server's, and the intermediate one that signed it,
in one file. With a server's certificate alone OpenSSL looks in each full handshake for the chain that it was not given."""
import subprocess

from .processes import Refused

NAME = "limpet.test"
DAYS = "30"
KEYS = {
    "ecdsa": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:named_curve"],
    "rsa": ["-newkey", "rsa:2048"],
}
# Nothing of the machine's own openssl.cnf plays a part.
HEAD = "[req]\ndistinguished_name = name\nprompt = no\nx509_extensions = made\n[name]\n[made]\nsubjectKeyIdentifier = hash\n"
AUTHORITY = "basicConstraints = critical, CA:true\nkeyUsage = critical, keyCertSign, cRLSign\n"
SERVER = (
    "authorityKeyIdentifier = keyid\nbasicConstraints = critical, CA:false\nkeyUsage = critical, digitalSignature\n"
    f"extendedKeyUsage = serverAuth\nsubjectAltName = DNS:{NAME}, IP:127.0.0.1\n")


def make(folder):
    """Makes an ECDSA and an RSA hierarchy; the paths of chain and key by kind."""
    folder.mkdir()
    made = {}
    for kind in KEYS:
        root = _issue(folder, f"{kind}-root", kind, AUTHORITY, None)
        between = _issue(folder, f"{kind}-intermediate", kind, AUTHORITY, root)
        server = _issue(folder, f"{kind}-server", kind, SERVER, between)
        chain = folder / f"{kind}-chain.pem"
        chain.write_text(server[0].read_text() + between[0].read_text())
        made[kind] = (chain, server[1])
    return made


def _issue(folder, name, kind, says, issuer):
    """A key and a certificate for it, signed by `issuer` or by itself: (certificate, key)."""
    certificate, key, configuration = (folder / f"{name}.{end}" for end in ("pem", "key", "cnf"))
    configuration.write_text(HEAD + says)
    signer = ["-CA", issuer[0], "-CAkey", issuer[1]] if issuer else []
    subject = NAME if says is SERVER else name
    done = subprocess.run(
        ["openssl", "req", "-x509", "-config", configuration, "-subj", f"/O=Limpet benchmarks/CN={subject}", "-sha256",
         "-noenc", *KEYS[kind], *signer, "-days", DAYS, "-keyout", key, "-out", certificate],
        capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise Refused(f"openssl could not make {name}: {done.stderr.strip()}")
    return certificate, key
