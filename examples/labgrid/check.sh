#!/usr/bin/env bash
# Checks a network on a board of a labgrid farm: reserves a place, acquires it, deploys, checks, and releases it.
#
#   bash check.sh model.bdm board=pico [options of bd-edge check]
#
# LG_COORDINATOR names the coordinator, as for labgrid-client. PYTHON names a Python that has labgrid.
set -euo pipefail
model=$1
filter=$2
shift 2

# Waits until a place with this tag is free. Sets LG_TOKEN, by which the place + is the reserved one.
reservation=$(labgrid-client reserve --wait --shell "$filter")
eval "$reservation"
release() {
  labgrid-client -p + release || true
  labgrid-client cancel-reservation "$LG_TOKEN"
}
trap release EXIT
labgrid-client -p + acquire
port=$("${PYTHON:-python3}" "$(dirname "$0")/place_port.py" +)
bd-edge check "$model" --deploy --port "$port" "$@"
