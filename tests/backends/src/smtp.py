"""A mail server for tests. Every message that it takes goes to a port of the test: a line `FROM TO LENGTH`, and its bytes.

smtp.py PORT TEST_PORT [USER PASSWORD | CERTIFICATE KEY]
"""

import asyncio
import socket
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, test):
        self.test = test

    async def handle_RCPT(self, server, session, envelope, address, options):
        # What servers say often repeats the address.
        if address.startswith("unknown@"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("busy@"):
            return f"451 4.3.0 <{address}>: try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = f"{envelope.mail_from} {envelope.rcpt_tos[0]} {len(envelope.content)}\n"
        self.test.sendall(head.encode() + envelope.content)
        return "250 OK"


async def main(port, test_port, *more):
    options = {"enable_SMTPUTF8": True}
    context = None
    if more and more[0].startswith("-----BEGIN"):
        with open("certificate", "w") as certificate, open("key", "w") as key:
            certificate.write(more[0])
            key.write(more[1])
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain("certificate", "key")
    elif more:
        expected = tuple(word.encode() for word in more)

        def authenticate(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login, data.password) == expected, handled=False)

        options |= {"auth_required": True, "auth_require_tls": False, "authenticator": authenticate}
    handler = Handler(socket.create_connection(("127.0.0.1", int(test_port))))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, **options), "127.0.0.1", int(port), ssl=context)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
