"""Asks a shop whether it is alive, on a new connection fifty times a second, until it is asked to end. Prints the 99th
percentile in milliseconds and fails where that is more than 100, or where an answer was not 200.
    probe.py SHOP"""

import http.client
import signal
import sys
import threading
import time
from urllib.parse import urlsplit

LIMIT, PAUSE = 0.1, 0.02
address = urlsplit(sys.argv[1]).netloc
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
times, failures = [], []
while not ended.wait(PAUSE):
    begun = time.perf_counter()
    try:
        connection = http.client.HTTPConnection(address, timeout=5)
        connection.request("GET", "/health/live")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            failures.append(answer.status)
    except OSError as error:
        failures.append(error)
    times.append(time.perf_counter() - begun)
times.sort()
p99 = times[int(len(times) * 0.99)]
print(f"{len(times)} probes: median {times[len(times) // 2] * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, {len(failures)} failed")
sys.exit(p99 > LIMIT or bool(failures) or len(times) < 100)
