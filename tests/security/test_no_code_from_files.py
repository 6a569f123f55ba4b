"""S1, S2, S6: nothing that comes in a file is run, and nothing in the program could run it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from prefdesk.store import engine
from tests.conftest import REPOSITORY
from tests.tiny import make_model

SOURCES = sorted((REPOSITORY / "prefdesk").rglob("*.py"))

MODULES = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
CALLS = {"eval", "exec", "compile", "__import__"}
ATTRIBUTES = {"torch.load", "torch.jit.load", "torch.hub.load", "yaml.load", "numpy.load"}
ARGUMENTS = {"allow_pickle", "weights_only", "trust_remote_code"}


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def dangers(code: str) -> list[str]:
    """What in a program could run what a file says."""
    found: list[str] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or ""] * ((node.module or "").split(".")[0] in MODULES)
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            found += [name] * (name in CALLS or name.replace("np.", "numpy.") in ATTRIBUTES)
            allowed = [k for k in node.keywords if k.arg in ARGUMENTS]
            found += [
                str(k.arg)
                for k in allowed
                if not (isinstance(k.value, ast.Constant) and k.value.value is False)
            ]
            found += ["shell=True"] * any(k.arg == "shell" for k in node.keywords)
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_that_no_line_of_the_program_can_run_a_file(source: Path) -> None:
    assert dangers(source.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "torch.load('x')",
        "np.load('x', allow_pickle=True)",
        "eval('1')",
        "f(trust_remote_code=True)",
        "subprocess.run('x', shell=True)",
    ],
)
def test_that_the_gate_finds_such_lines(code: str) -> None:
    assert dangers(code)


WATCHED = """
import sys
BAD = ("pickle.find_class", "socket.connect", "socket.getaddrinfo", "os.system", "os.exec",
       "os.posix_spawn", "ctypes.dlopen.evil")
seen = []
def hook(name, arguments):
    if name in BAD or (name == "import" and "evil" in str(arguments[0])):
        seen.append((name, str(arguments)[:80]))
    if name == "subprocess.Popen" and "--try-template" not in arguments[1]:
        seen.append((name, str(arguments)[:80]))
sys.path.insert(0, sys.argv[1])
import prefdesk.models.load  # what libraries do while they load is not a folder's doing
sys.addaudithook(hook)
from prefdesk.errors import PrefdeskError
from prefdesk.models import load_policy
try:
    load_policy(sys.argv[1], device="cpu")
    print("loaded", seen)
except PrefdeskError as error:
    print("refused", type(error).__name__, seen)
"""


def edited(folder: Path, name: str, **changes: object) -> None:
    file = folder / name
    body = json.loads(file.read_text()) if file.is_file() else {}
    file.write_text(json.dumps(body | changes))


EVIL = {"AutoConfig": "evil.Config", "AutoModelForCausalLM": "evil.Model"}


def test_that_no_setting_of_a_model_folder_runs_or_fetches_anything(tmp_path: Path) -> None:
    """Each CVE of its kind at once; a module `evil` lies where it would be found."""
    folder = make_model(tmp_path / "model")
    (tmp_path / "model" / "evil").mkdir()
    (tmp_path / "model" / "evil" / "__init__.py").write_text("open('trap', 'w')")
    edited(
        folder,
        "config.json",
        trust_remote_code=True,
        _attn_implementation_internal="evil/kernels",
        attn_implementation="evil/kernels",
        _name_or_path="evil/model",
        custom_pipelines={"x": {"impl": "evil.Pipe"}},
        quantization_config=None,
        torch_dtype="evil",
        megatron_core="evil.core",
    )
    edited(
        folder, "generation_config.json", custom_generate="evil/generate", trust_remote_code=True
    )
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(folder)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=tmp_path,
        check=False,
    )
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr
    assert not (tmp_path / "trap").exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "generation_config.json"])
def test_that_a_folder_that_maps_to_code_is_refused(tmp_path: Path, file: str) -> None:
    from prefdesk.errors import UnsafeModel
    from prefdesk.models import inspect

    folder = make_model(tmp_path / "model")
    edited(folder, file, auto_map=EVIL)
    with pytest.raises(UnsafeModel, match="auto_map"):
        inspect(folder)


@pytest.mark.parametrize(
    "version, sound",
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_that_the_engine_has_a_floor(version: tuple[int, ...], sound: bool) -> None:
    assert engine.has_wal_fault(version) is not sound


def test_that_the_engine_in_use_is_above_it() -> None:
    assert not engine.has_wal_fault(tuple(map(int, engine.version().split("."))))
