#!/usr/bin/python3
# SPDX-License-Identifier: ISC
# certs.py - a CA and the certificates of nodes, by openssl(1)
"""
    certs.py FOLDER NAME[,ADDRESS..] ..

writes FOLDER/ca.pem and, for each node, FOLDER/NAME.pem and FOLDER/NAME.key,
which only their owner can read; and prints the line for each node's bgpd.conf.
A certificate names its node (DNS), its addresses, and
spiffe://cluster.local/node/NAME.  A CA that is there already signs; so nodes
can be added later.  For tests and demos: the CA's key lies beside the rest.
"""
import os
import subprocess
import sys
import time

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
TRUST = "spiffe://cluster.local/node/"


def openssl(*words, text=None):
    done = subprocess.run(("openssl",) + words, input=text, text=True,
                          capture_output=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(words)}: {done.stderr}")
    return done.stdout


class Authority:
    def __init__(self, folder, name="ca"):
        self.folder = str(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.name = name
        self.ca = self.path(f"{name}.pem")
        self.key = self.path(f"{name}.key")
        if not os.path.exists(self.ca):
            self.found()

    def path(self, name):
        return os.path.join(self.folder, name)

    def found(self):
        openssl("req", "-x509", *CURVE, "-keyout", self.key, "-out", self.ca,
                "-days", "3650", "-subj", f"/O=bgpd/CN={self.name}",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        os.chmod(self.key, 0o600)

    def issue(self, name, *addresses, names=None, days=90, file=None,
              seconds=None):
        """The certificate's file and the key's, put there by rename."""
        file = file or name
        certificate, key = self.path(f"{file}.pem"), self.path(f"{file}.key")
        if names is None:
            names = [f"DNS:{name}", f"URI:{TRUST}{name}"]
            names += [f"IP:{address}" for address in addresses]
        request = openssl("req", "-new", *CURVE, "-keyout", key + ".new",
                          "-subj", f"/O=bgpd/CN={name}")
        extensions = self.path(f"{file}.ext")
        with open(extensions, "w", encoding="ascii") as out:
            out.write("basicConstraints=critical,CA:FALSE\n"
                      "keyUsage=critical,digitalSignature\n"
                      "extendedKeyUsage=serverAuth,clientAuth\n")
            if names:
                out.write(f"subjectAltName={','.join(names)}\n")
        if seconds is None:
            openssl("x509", "-req", "-CA", self.ca, "-CAkey", self.key,
                    "-set_serial", str(int.from_bytes(os.urandom(8), "big")),
                    "-days", str(days), "-extfile", extensions,
                    "-out", certificate + ".new", text=request)
        else:
            self.sign_until(time.time() + seconds, request, extensions,
                            certificate + ".new")
        os.remove(extensions)
        os.chmod(key + ".new", 0o600)
        os.rename(key + ".new", key)
        os.rename(certificate + ".new", certificate)
        return certificate, key

    def register(self):
        """What openssl(1) needs to keep an account of what it signs."""
        index, config = self.path("index.txt"), self.path("ca.cnf")
        open(index, "a", encoding="ascii").close()
        with open(config, "w", encoding="ascii") as out:
            out.write("[ca]\ndefault_ca=it\n[it]\n"
                      f"database={index}\ndefault_md=sha256\n"
                      f"default_crl_days=30\nnew_certs_dir={self.folder}\n"
                      "unique_subject=no\nrand_serial=yes\npolicy=any\n"
                      "[any]\norganizationName=optional\n"
                      "commonName=supplied\n")
        return ("ca", "-config", config, "-cert", self.ca,
                "-keyfile", self.key)

    def sign_until(self, end, request, extensions, certificate):
        """By the second, which x509(1) cannot."""
        openssl(*self.register(), "-batch", "-notext", "-in", "/dev/stdin",
                "-enddate", time.strftime("%Y%m%d%H%M%SZ", time.gmtime(end)),
                "-extfile", extensions, "-out", certificate, text=request)

    def revoke(self, *certificates):
        """A list of these, as a file."""
        words = self.register()
        for certificate in certificates:
            openssl(*words, "-revoke", certificate)
        crl = self.path(f"{self.name}.crl")
        openssl(*words, "-gencrl", "-out", crl)
        return crl

    def settings(self, name, more=""):
        """The block that makes a node use what was issued to it."""
        return (f"tls {{ ca {self.ca}; certificate {self.path(name)}.pem; "
                f"key {self.path(name)}.key; {more} }}")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.strip())
    authority = Authority(os.path.abspath(sys.argv[1]))
    for word in sys.argv[2:]:
        name, *addresses = word.split(",")
        certificate, key = authority.issue(name, *addresses)
        print(f"{name}: tls {{ ca {authority.ca}; certificate {certificate}; "
              f"key {key} }}")


if __name__ == "__main__":
    main()
