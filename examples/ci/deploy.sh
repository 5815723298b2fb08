#!/usr/bin/env bash
# Deploys a network to an emulated board, and checks there that it computes the same logits as this machine.
#
#   bash deploy.sh model.bdm [board]      board: pico (default), m7, nrf51, posix, simulated
#
# It fails if an image has another class or other logits on the board.
set -euo pipefail
model=$1
board=${2:-pico}

# The first line of its output names the port. Port 0 takes a free one, so that two jobs can run on one machine.
exec 3< <(exec bd-edge simulate --board "$board" --listen 127.0.0.1:0 --json)
simulator=$!
trap 'kill "$simulator" 2> /dev/null || true' EXIT
read -r line <&3
port=$(node -e 'console.log(JSON.parse(process.argv[1]).port)' "$line")

bd-edge deploy "$model" --port "$port"
bd-edge check "$model" --port "$port" --limit "${IMAGES:-20}" --json > check.json
node -e '
  const { images, classMismatches, logitMismatches } = JSON.parse(require("node:fs").readFileSync("check.json", "utf8"));
  console.log(`${images} images: ${classMismatches} classes and ${logitMismatches} logits differ from the host`);
  process.exit(images > 0 && classMismatches === 0 && logitMismatches === 0 ? 0 : 1);
'
