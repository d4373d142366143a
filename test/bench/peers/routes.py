"""Lists the IPv4 routes of the main table with pyroute2, once per line of standard input.

Usage: routes.py DESTINATION,DESTINATION…
"""

import gc
import json
import socket
import sys
import time

from pyroute2 import IPRoute

RT_TABLE_MAIN = 254


def listed(ipr, sampled):
    start = time.perf_counter()
    routes = list(ipr.get_routes(family=socket.AF_INET))
    took = time.perf_counter() - start
    main = [route for route in routes if route["table"] == RT_TABLE_MAIN]
    sample = []
    for route in main:
        attrs = dict(route["attrs"])
        if attrs.get("RTA_DST") in sampled:
            sample.append(
                f"{attrs['RTA_DST']}/{route['dst_len']} via {attrs['RTA_GATEWAY']} dev {attrs['RTA_OIF']}"
            )
    return {"ms": took * 1000, "count": len(main), "sample": sample}


with IPRoute() as ipr:
    for _ in sys.stdin:
        # Collects the garbage of the last round, so that this round is not charged for it.
        gc.collect()
        print(json.dumps(listed(ipr, set(sys.argv[1].split(",")))), flush=True)
