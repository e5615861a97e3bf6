"""Records of NAS-Bench-101's TFRecord files, as published, for tests."""

import base64
import json
import struct

from lissnas.oracles.importing.tfrecord import masked_checksums


def varint(value):
    """Return a number as protocol buffers write it."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def metrics(params, evaluations):
    """Return a ModelMetrics message of (epoch, time, train, val, test) each."""
    message = b""
    for evaluation in evaluations:
        body = b"".join(
            varint(number << 3 | 1) + struct.pack("<d", value)
            for number, value in enumerate(evaluation, start=1)
        )
        body += varint(6 << 3 | 2) + varint(4) + b"path"
        message += varint(1 << 3 | 2) + varint(len(body)) + body
    message += varint(2 << 3) + varint(params)
    return message + varint(3 << 3 | 1) + struct.pack("<d", 1234.5)


def framed(content):
    """Return one TFRecord."""
    header = struct.pack("<Q", len(content))
    checksums = masked_checksums([header]), masked_checksums([content])
    ends = [struct.pack("<I", int(found[0])) for found in checksums]
    return header + ends[0] + content + ends[1]


def record(name, epochs, spec, params, val, test):
    """Return the content of one record of NAS-Bench-101."""
    matrix = "".join(str(int(bit)) for row in spec["matrix"] for bit in row)
    evaluations = [
        (0.0, 0.0, 0.1, 0.1, 0.1),
        (epochs / 2, 50.0, 0.5, 0.4, 0.4),
        (float(epochs), 100.0, 1.0, val, test),
    ]
    encoded = base64.b64encode(metrics(params, evaluations)).decode()
    return json.dumps([name, epochs, matrix, ",".join(spec["ops"]), encoded]).encode()
