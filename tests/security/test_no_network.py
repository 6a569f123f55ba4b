"""S15: from a new project to an exported model, nothing asks for a connection."""

import subprocess
import sys
from pathlib import Path

from tests.tiny import make_model

LOOP = """
import sys
tried = []
def hook(name, arguments):
    if name in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request",
                "http.client.connect"):
        # A socket of this machine's own (AF_UNIX) has a path or bytes for an address.
        if not (name == "socket.connect" and isinstance(arguments[1], (str, bytes))):
            tried.append((name, str(arguments[1:])[:100]))
    if name in ("pickle.find_class", "os.system"):
        tried.append((name, str(arguments)[:100]))
sys.addaudithook(hook)
from pathlib import Path
from prefdesk.cli import main
folder, model = Path(sys.argv[1]), sys.argv[2]
(folder / "p.csv").write_text("prompt\\nWhy?\\nHow?\\n")
(folder / "r.csv").write_text("rater,completion,score\\nAna,1,7\\nBen,1,6\\nAna,2,3\\nBen,2,4\\n")
project = str(folder / "a.prefdesk")
for arguments in (
    ["new", project], ["import", project, str(folder / "p.csv")],
    ["model", "use", project, model],
    ["sample", project, "--per-prompt", "2", "--max-new-tokens", "4"],
    ["rate", project, "--from", str(folder / "r.csv"), "--new-raters"],
    ["agree", project], ["rewards", project], ["status", project], ["check", project],
    ["export", project, "ratings", str(folder / "out.csv")],
):
    print(arguments[0], main(arguments), file=sys.stderr)
print("tried", tried)
import socket
socket.socket().connect_ex(("127.0.0.1", 9))
print("heard", len(tried))
"""


def loop(folder: Path) -> subprocess.CompletedProcess[str]:
    model = make_model(folder / "model")
    return subprocess.run(
        [sys.executable, "-c", LOOP, str(folder), str(model)],
        capture_output=True,
        text=True,
        timeout=280,
        check=True,
    )


def test_that_the_whole_loop_asks_for_no_connection(tmp_path: Path) -> None:
    done = loop(tmp_path)
    # The second line shows that the hook would have heard of one.
    assert done.stdout.splitlines()[-2:] == ["tried []", "heard 1"]
    assert (tmp_path / "out.csv").is_file(), done.stderr
