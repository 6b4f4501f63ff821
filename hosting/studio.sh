#!/usr/bin/env bash
# Whisper Portal in a JupyterLab space of SageMaker Studio, to be called in its terminal.
#
#   hosting/studio.sh        installs what is missing, starts the portal and prints the address to open
#   hosting/studio.sh stop   stops it, the embedded endpoint too
#
# Both may be repeated. The portal outlives the terminal, not the space. PORT=8600 takes another port.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

port=${PORT:-8501}
folder=${PORTAL_DATA_DIR:-$HOME/.whisper-portal}
log=$folder/studio-$port.log
pid_file=$folder/studio-$port.pid

# Studio's proxy is a neighbour in the same container and takes its own prefix off: the portal knows nothing of it.
settings=(--server.port="$port" --server.address=127.0.0.1 --server.baseUrlPath= --server.headless=true)

# The file outlives the space, whose next start may have given the number to another program.
is_running() {
    [ -r "$pid_file" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(<"$pid_file")/cmdline" | grep -q "server.port=$port "
}

is_answering() {
    .venv/bin/python - "$port" 2>/dev/null <<'EOF'
import http.client, sys
portal = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
portal.request("GET", "/_stcore/health")
sys.exit(portal.getresponse().status != 200)
EOF
}

fail() {
    echo "$1" >&2
    exit 1
}

start() {
    make --silent --no-print-directory install
    if ! is_running; then
        ! is_answering || fail "Another program has port $port. Take another one: PORT=8600 hosting/studio.sh"
        mkdir -p "$folder"
        # In a session of its own: neither Ctrl-C nor the end of the terminal reaches it.
        setsid .venv/bin/streamlit run app.py "${settings[@]}" >"$log" 2>&1 </dev/null &
        echo $! >"$pid_file"
    fi
    SECONDS=0
    until is_answering; do
        is_running || fail "The portal did not start. Its log, $log, ends so: $(tail -n 5 "$log")"
        ((SECONDS < 60)) || fail "The portal does not answer after a minute. Look into its log: $log"
        sleep 0.1
    done
    echo "Whisper Portal: $(.venv/bin/python -m components.deployment.studio_address "$port")"
    echo "hosting/studio.sh stop stops it; its log is $log"
}

stop() {
    if ! is_running; then
        echo "The portal does not run on port $port."
        return
    fi
    kill "$(<"$pid_file")"
    SECONDS=0
    while is_running; do
        ((SECONDS < 30)) || fail "The portal has not ended after 30 s. Look into its log: $log"
        sleep 0.1
    done
    rm "$pid_file"
    echo "The portal is stopped."
}

case ${1:-start} in
start) start ;;
stop) stop ;;
*) fail "Usage: hosting/studio.sh [start|stop]" ;;
esac
