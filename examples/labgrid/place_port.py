"""Prints the port of a labgrid place for bd-edge: place_port.py PLACE.

The place must be acquired. The coordinator is the one of LG_COORDINATOR, as for labgrid-client.
"""
import sys

from labgrid import Target
from labgrid.remote.client import UserError
from labgrid.resource.remote import RemotePlace

if len(sys.argv) != 2:
    sys.exit("Usage: place_port.py PLACE")
target = Target("board")
try:
    RemotePlace(target, name=sys.argv[1])
except UserError as error:
    sys.exit(str(error))
port = target.get_resource("NetworkSerialPort")
if port.extra.get("proxy_required"):
    sys.exit(f"The exporter of {port.host}:{port.port} is reached by SSH only; open a tunnel with `ssh -L`.")
print(f"rfc2217://{port.host}:{port.port}")
