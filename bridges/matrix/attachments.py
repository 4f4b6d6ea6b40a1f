"""Files on Matrix: fetched from the homeserver within a bound, and decrypted once their hash is known to be right.

Client-Server API v1.15, "Content repository" (authenticated media, MSC3916) and "Sending encrypted attachments".
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote, urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientTimeout
from Crypto.Cipher import AES

from bridges.matrix.client import MatrixClient
from bridges.matrix.encoding import from_base64
from bridges.matrix.errors import Refused, TokenDead, error_for
from bridges.network import Misconfigured, NetworkError, Permanent, Transient

LARGEST = 100 * 1024 * 1024
"""Bytes."""
PIECE = 64 * 1024
"""Bytes handed out at a time."""
IN_MEMORY = 1024 * 1024
"""Bytes of an encrypted file that wait in memory for their hash; what is more waits on disk, still encrypted."""
_TIMEOUT = ClientTimeout(total=600, sock_connect=30, sock_read=60)
_REDIRECTS = 3
_MXC = re.compile(r"mxc://([A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?)/([A-Za-z0-9_=\-]+)")


# --- fetching ---------------------------------------------------------------------------------------------------------


async def download(client: MatrixClient, mxc: str, *, limit: int = LARGEST) -> AsyncIterator[bytes]:
    """The bytes behind an `mxc://` address, at most `limit` of them, in pieces of up to `PIECE`.

    Raise Permanent (no such file, too large, not an address) or Transient. The access token goes to the homeserver only.
    """
    found = _MXC.fullmatch(mxc)
    if found is None:
        raise Permanent("this is not the address of a file on Matrix")
    place = "/".join(quote(part, safe="") for part in found.groups())
    count = 0
    try:
        async with _answer(client, place) as answer:
            if (answer.content_length or 0) > limit:
                raise Permanent(_too_large(limit))
            async for piece in answer.content.iter_chunked(PIECE):
                count += len(piece)
                if count > limit:
                    raise Permanent(_too_large(limit))
                yield piece
    except TimeoutError:
        raise Transient(f"{client.homeserver} did not hand out the file in time") from None
    except (ClientError, OSError) as error:
        raise Transient(f"cannot fetch the file from {client.homeserver}: {type(error).__name__}") from error


def _too_large(limit: int) -> str:
    return f"the file is larger than {limit / 1024 / 1024:.0f} MiB"


@asynccontextmanager
async def _answer(client: MatrixClient, place: str) -> AsyncIterator[ClientResponse]:
    """The answer that carries the file: from the authenticated place or, on an older server, from the open one."""
    try:
        async with _following(client, f"/_matrix/client/v1/media/download/{place}", token=True) as answer:
            yield answer
            return
    except Refused as refusal:
        if refusal.code != "M_UNRECOGNIZED":
            raise
    async with _following(client, f"/_matrix/media/v3/download/{place}", token=False) as answer:
        yield answer


@asynccontextmanager
async def _following(client: MatrixClient, path: str, *, token: bool) -> AsyncIterator[ClientResponse]:
    """The answer at the path or where the server sends us. Only the first request carries the token."""
    url = f"{client.homeserver}{path}?allow_redirect=true&timeout_ms=20000"
    headers = {"Authorization": f"Bearer {client.access_token}"} if token else {}
    for _ in range(_REDIRECTS + 1):
        # aiohttp would follow by itself; that the token stays behind shall not hang on that.
        async with client.session().get(
            url, headers=headers, allow_redirects=False, timeout=_TIMEOUT, ssl=client.trusted
        ) as answer:
            if answer.status not in {301, 302, 303, 307, 308}:
                if answer.status != 200:
                    raise await _trouble(answer)
                yield answer
                return
            url, headers = urljoin(url, answer.headers.get("Location", "")), {}
            if urlsplit(url).scheme not in {"https", urlsplit(client.homeserver).scheme}:
                raise Permanent("the homeserver sends us to an address that is not encrypted")
    raise Permanent("the homeserver sends us from one address to the next")


async def _trouble(answer: ClientResponse) -> NetworkError:
    raw = await answer.content.read(10_000)
    try:
        body = json.loads(raw)
    except ValueError:
        body = {}
    known: Mapping[str, Any] = body if isinstance(body, dict) else {}
    if answer.status in {404, 405} and "errcode" not in known:
        return Refused("the homeserver has no such file", "M_UNRECOGNIZED", answer.status)
    error = error_for(answer.status, known, answer.headers.get("Retry-After"), datetime.now(UTC))
    if isinstance(error, TokenDead):
        return Transient("the access token died")  # the sync loop meets the same and acts
    return Permanent(str(error)) if isinstance(error, Misconfigured) else error


# --- decrypting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lock:
    key: bytes = field(repr=False)
    iv: bytes
    digest: bytes

    @classmethod
    def of(cls, file: Mapping[str, Any]) -> _Lock:
        """Raise Permanent for an `EncryptedFile` that is none."""
        key, hashes = file.get("key"), file.get("hashes")
        if not isinstance(key, Mapping) or not isinstance(hashes, Mapping):
            raise Permanent("the file came without its key")
        if file.get("v") != "v2" or key.get("kty") != "oct" or key.get("alg") != "A256CTR":
            raise Permanent("the file is encrypted in a way the desk does not know")
        try:
            lock = cls(from_base64(key.get("k")), from_base64(file.get("iv")), from_base64(hashes.get("sha256")))
        except ValueError:
            raise Permanent("the file's key cannot be read") from None
        if (len(lock.key), len(lock.iv), len(lock.digest)) != (32, 16, 32):
            raise Permanent("the file's key cannot be read")
        return lock


async def decrypt_attachment(
    file: Mapping[str, Any], ciphertext: AsyncIterator[bytes], *, limit: int = LARGEST
) -> AsyncIterator[bytes]:
    """The clear bytes of an encrypted file, whose `file` object (`EncryptedFile`) came with the message.

    No byte is handed out before the hash over all of them was found right. Raise Permanent when it is not, when the
    object makes no sense or the file has more than `limit` bytes, besides what `ciphertext` raises.
    """
    lock = _Lock.of(file)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        size = await _keep(ciphertext, kept, lock, limit)
        start = int.from_bytes(lock.iv[8:], "big")
        if start + size // 16 + 1 > 2**64:
            raise Permanent("the file's key cannot be read")
        # WebCrypto's clients count in the lower 64 bits.
        cipher = AES.new(lock.key, AES.MODE_CTR, nonce=lock.iv[:8], initial_value=start)
        kept.seek(0)
        while piece := kept.read(PIECE):
            yield cipher.decrypt(piece)


async def _keep(ciphertext: AsyncIterator[bytes], kept: IO[bytes], lock: _Lock, limit: int) -> int:
    """Write it all down, and see that it is what was sent. Its length in bytes."""
    digest, size = hashlib.sha256(), 0
    try:
        async for piece in ciphertext:
            size += len(piece)
            if size > limit:
                raise Permanent(_too_large(limit))
            digest.update(piece)
            kept.write(piece)
    finally:
        if isinstance(ciphertext, AsyncGenerator):
            await ciphertext.aclose()
    if not hmac.compare_digest(digest.digest(), lock.digest):
        raise Permanent("the file is not the one that was sent: its hash is wrong")
    return size
