#!/usr/bin/env python3
"""A remote module in Python, with its standard library alone: it answers every reading of a
temperature with the mean of the latest, as many as its argument "window" says.

It speaks the wire of Azure IoT Edge v1, which is what a gateway's outprocess loader speaks: frames on
two Unix sockets, each of which the remote listens at, and the gateway connects to.

  socket   00 53 50 00 00 10 00 00 from both sides; then frames, each 01 | u64 length | frame
  data     A1 60 | u32 total | u32 nprops | (key NUL value NUL)* | u32 length | content
  control  A1 6C | 01 | type | u32 total | body;  type 1 CREATE, 2 REPLY, 3 START, 4 DESTROY
  CREATE   01 | 10 | u32 size, uri NUL | u32 size, args NUL

All numbers are big endian.
"""
import collections
import json
import os
import select
import socket
import struct
import sys

HANDSHAKE = b"\0SP\0\0\x10\0\0"
CREATE, REPLY, START, DESTROY = 1, 2, 3, 4
OK, CONNECTION_ERROR, NOT_CREATED = 0, 1, 2


class Pair:
    """One side of a nanomsg PAIR socket: it listens, and takes one connection."""

    def __init__(self, address):
        self.path = address.removeprefix("ipc://")
        if os.path.exists(self.path):
            os.unlink(self.path)  # left behind by one that was killed
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(1)
        self.connection = None

    def socket(self):
        """What to wait at: for the connection, and then for what comes over it."""
        return self.connection or self.listener

    def accept(self):
        self.connection, _ = self.listener.accept()
        self.connection.sendall(HANDSHAKE)
        if self._read(len(HANDSHAKE)) != HANDSHAKE:
            raise EOFError("no PAIR socket on the other side")

    def _read(self, n):
        data = self.connection.recv(n, socket.MSG_WAITALL)
        if len(data) < n:
            raise EOFError("the gateway is gone")
        return data

    def receive(self):
        _, length = struct.unpack(">BQ", self._read(9))
        return self._read(length)

    def send(self, frame):
        self.connection.sendall(struct.pack(">BQ", 1, len(frame)) + frame)

    def close(self):
        self.listener.close()
        if self.connection:
            self.connection.close()
        os.unlink(self.path)


def parse_create(frame):
    """Returns the address for messages and the arguments, which are JSON."""
    texts, at = [], 10
    for _ in range(2):
        (size,) = struct.unpack_from(">I", frame, at)
        texts.append(frame[at + 4 : at + 4 + size - 1].decode())
        at += 4 + size
    return texts[0], json.loads(texts[1])


def parse_message(frame):
    """Returns the properties and the content of a data frame."""
    (count,) = struct.unpack_from(">I", frame, 6)
    *texts, rest = frame[10:].split(b"\0", 2 * count)
    properties = dict(zip(texts[::2], texts[1::2]))
    return properties, rest[4:]


def make_message(properties, content):
    texts = b"".join(key + b"\0" + value + b"\0" for key, value in properties.items())
    body = struct.pack(">I", len(properties)) + texts + struct.pack(">I", len(content)) + content
    return b"\xa1\x60" + struct.pack(">I", 6 + len(body)) + body


class Mean:
    """The module."""

    def __init__(self, args):
        self.latest = collections.deque(maxlen=(args or {}).get("window", 10))

    def receive(self, properties, content):
        """Returns the content of the answer; None: there is none."""
        try:
            self.latest.append(float(json.loads(content)["temperature"]))
        except (ValueError, KeyError, TypeError):
            return None  # a registration, say
        return json.dumps({"mean": round(sum(self.latest) / len(self.latest), 2)}).encode()


class Remote:
    def __init__(self, address):
        self.control = Pair(address)
        self.message = None
        self.module = None

    def serve(self):
        """Serves one gateway until it says DESTROY, or is gone."""
        self.control.accept()
        going = True
        while going:
            sockets = [pair.socket() for pair in (self.control, self.message) if pair]
            ready, _, _ = select.select(sockets, [], [])
            if self.message is None or self.message.socket() not in ready:
                going = self.obey(self.control.receive())
            elif self.message.connection is None:
                self.message.accept()
            else:
                self.answer()  # what was sent before DESTROY is received before it

    def answer(self):
        properties, content = parse_message(self.message.receive())
        answer = self.module.receive(properties, content)
        if answer is not None:
            self.message.send(make_message(properties, answer))

    def obey(self, frame):
        """Takes a control frame and returns whether to go on."""
        if frame[3] == CREATE:
            self.create(frame)
        return frame[3] != DESTROY

    def create(self, frame):
        if self.message:
            self.message.close()
            self.message = None
        try:
            address, args = parse_create(frame)
            self.module = Mean(args)
        except (struct.error, ValueError, AttributeError, TypeError):
            return self.reply(NOT_CREATED)
        try:
            self.message = Pair(address)
        except OSError as error:
            print(f"remote: {address}: {error}", file=sys.stderr)
            return self.reply(CONNECTION_ERROR)
        self.reply(OK)

    def reply(self, status):
        self.control.send(b"\xa1\x6c\x01" + struct.pack(">BIB", REPLY, 9, status))

    def close(self):
        for pair in (self.message, self.control):
            if pair:
                pair.close()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: remote.py ADDRESS, such as .build/remote.control")
    remote = Remote(sys.argv[1])
    try:
        remote.serve()
    except (EOFError, ConnectionError) as error:
        print(f"remote: {error}", file=sys.stderr)
    finally:
        remote.close()


if __name__ == "__main__":
    main()
