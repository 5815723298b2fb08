"""A server of RFC 2217 with pyserial's PortManager: rfc2217-server.py DEVICE. Prints its TCP port. One client at a time."""
import socket
import sys
import threading

import serial
import serial.rfc2217


class Connection:
    def __init__(self, client):
        self.client = client
        self.lock = threading.Lock()

    def write(self, data):
        with self.lock:
            self.client.sendall(data)


def forward(device, manager, connection, ended):
    """Sends what the device receives."""
    while not ended.is_set():
        data = device.read(device.in_waiting or 1)
        if data:
            try:
                connection.write(b"".join(manager.escape(data)))
            except OSError:
                return


def serve(device, client):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = Connection(client)
    manager = serial.rfc2217.PortManager(device, connection)
    ended = threading.Event()
    reader = threading.Thread(target=forward, args=(device, manager, connection, ended))
    reader.start()
    try:
        while data := client.recv(4096):
            device.write(b"".join(manager.filter(data)))
    except OSError:
        pass
    ended.set()
    reader.join()
    client.close()


class Pty(serial.Serial):
    """A pseudo-terminal has no modem lines."""

    cts = dsr = ri = cd = False

    def _update_dtr_state(self):
        pass

    def _update_rts_state(self):
        pass


device = Pty(sys.argv[1], timeout=0.02)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    serve(device, listener.accept()[0])
