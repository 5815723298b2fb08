"""Runs compiled modules in a runtime outside of JavaScript, with the ABI of docs/compile.md only.

    python3 run_images.py wasmtime|wasm3 < jobs.json > logits.json

jobs: [{"wasm": path, "images": [base64, ...]}, ...]; results: [[{"classIndex": n, "logits": [...]}, ...], ...]
"""

import base64
import json
import struct
import sys


class Wasmtime:
    def __init__(self, wasm):
        import wasmtime

        self.store = wasmtime.Store()
        module = wasmtime.Module(self.store.engine, wasm)
        self.exports = wasmtime.Instance(self.store, module, []).exports(self.store)

    def call(self, name):
        return self.exports[name](self.store)

    def read(self, address, length):
        return bytes(self.exports["memory"].read(self.store, address, address + length))

    def write(self, address, data):
        self.exports["memory"].write(self.store, data, address)


class Wasm3:
    def __init__(self, wasm):
        import wasm3

        environment = wasm3.Environment()
        self.runtime = environment.new_runtime(64 * 1024)
        self.runtime.load(environment.parse_module(wasm))

    def call(self, name):
        return self.runtime.find_function(name)()

    def read(self, address, length):
        return bytes(self.runtime.get_memory(0)[address : address + length])

    def write(self, address, data):
        self.runtime.get_memory(0)[address : address + len(data)] = data


def run(module, image):
    if module.call("abi") != 1 or module.call("inputBytes") != len(image):
        raise SystemExit("the module has another ABI or input")
    module.write(module.call("input"), image)
    class_index = module.call("run")
    count = module.call("logitCount")
    return {"classIndex": class_index, "logits": struct.unpack(f"<{count}i", module.read(module.call("logits"), 4 * count))}


Runtime = {"wasmtime": Wasmtime, "wasm3": Wasm3}[sys.argv[1]]
results = []
for job in json.load(sys.stdin):
    with open(job["wasm"], "rb") as file:
        module = Runtime(file.read())
    results.append([run(module, base64.b64decode(image)) for image in job["images"]])
json.dump(results, sys.stdout)
