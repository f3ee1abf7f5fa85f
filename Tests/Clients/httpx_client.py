"""Asks with httpx over HTTP/2: many requests at the same time over one connection, then over a new one with the cookies.

Usage: httpx_client.py PORT AUTHORITIES REQUESTS

Prints a line of JSON for each of the two connections: the version of the protocol, the bodies, and how many cookies the
client holds then.
"""

import asyncio
import json
import ssl
import sys

import httpx


async def ask(client, base, number):
    if number % 4 == 3:
        return await client.post(f"{base}/{number}", content=b"y" * 20000)
    return await client.get(f"{base}/{number}", headers={"x-number": str(number)})


async def main():
    port, authorities, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    cookies = httpx.Cookies()
    for _ in range(2):
        context = ssl.create_default_context(cafile=authorities)
        async with httpx.AsyncClient(http2=True, verify=context, cookies=cookies, timeout=10, trust_env=False) as client:
            base = f"https://localhost:{port}"
            # The first one opens the connection; all others share it.
            answers = [await client.get(f"{base}/first")]
            answers += await asyncio.gather(*(ask(client, base, number) for number in range(count)))
            for answer in answers:
                answer.raise_for_status()
            cookies.update(client.cookies)
            said = {
                "versions": sorted({answer.http_version for answer in answers}),
                "bodies": [answer.text for answer in answers],
                "cookies": len(client.cookies.jar),
            }
            print(json.dumps(said))


asyncio.run(main())
