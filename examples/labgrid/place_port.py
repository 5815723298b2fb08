"""Prints the port of a labgrid place for bd-edge: place_port.py PLACE.

The place must be acquired. The coordinator is the one of LG_COORDINATOR, as for labgrid-client.
"""
import sys

from labgrid import Target
from labgrid.remote.client import UserError
from labgrid.resource.remote import RemotePlace
from labgrid.util.proxy import proxymanager

target = Target("board")
try:
    RemotePlace(target, name=sys.argv[1])
except UserError as error:
    sys.exit(str(error))
# An SSH proxy of the exporter becomes a port of this computer.
host, port = proxymanager.get_host_and_port(target.get_resource("NetworkSerialPort"))
print(f"rfc2217://{host}:{port}")
