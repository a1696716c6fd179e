import base64, json, os, resource, signal, subprocess, sys, threading


def run(request):
    """Runs one program as the request says, tells its output as it comes, and gives its exit code (negative: a signal)."""
    for name in ("work", "home", "tmp"):
        os.makedirs(request[name], exist_ok=True)
    for link, target in request["links"].items():
        os.makedirs(os.path.dirname(link), exist_ok=True)
        os.symlink(target, link)

    def limit():
        most = {
            resource.RLIMIT_DATA: request["data_bytes"],
            resource.RLIMIT_NPROC: request["processes"],
            resource.RLIMIT_CORE: 0,
        }
        for kind, limit in most.items():
            resource.setrlimit(kind, (limit, limit))

    program = subprocess.Popen(
        request["argv"], cwd=request["work"], env=request["env"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, bufsize=0, start_new_session=True, preexec_fn=limit,
    )
    telling = threading.Lock()

    def tell(stream, pipe):
        while True:
            data = os.read(pipe.fileno(), 8192)
            if not data:
                return
            with telling:
                # In ASCII: what carries it may cut it anywhere.
                print(json.dumps([stream, base64.b64encode(data).decode("ascii")]), flush=True)

    readers = [
        threading.Thread(target=tell, args=pair, daemon=True)
        for pair in (("stdout", program.stdout), ("stderr", program.stderr))
    ]
    for reader in readers:
        reader.start()
    code = program.wait()
    for reader in readers:
        reader.join(0.5)
    try:
        # What it left behind, which may still hold the output.
        os.killpg(program.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    for reader in readers:
        reader.join(2)
    return code
