"""What `creditkit review` prints, writes and ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from creditkit import cli
from creditkit.review.report import FORMATS

from .reviews import CONTRACT, EARLIER, saved

ROOT = Path(__file__).parents[2]
FACTS = "operation,place,name,type\ncredits_list,query,page,integer\n"


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["review", *map(str, arguments)])
    return int(ended.value.code or 0)


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return saved(tmp_path).relative_to(tmp_path)


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def words(out: str) -> Sequence[str]:
    return out.splitlines()


def test_our_contracts_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ROOT / "openapi.yaml") == 0
    out = capsys.readouterr().out
    assert "No fault and 196 of 196 documented facts in place." in out
    assert "changes: no earlier contract was named; --base names a git revision or a file" in out


def test_faults_end_a_lint_with_1(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", spec) == 1
    out = capsys.readouterr().out
    assert out.startswith("FAIL  Not ready: openapi.yaml")
    assert "openapi.yaml:" in out


def test_a_breaking_change_ends_a_comparison_with_1(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(EARLIER, encoding="utf-8")
    assert run("diff", old, spec, "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["parts"] == ["diff"]
    judged = [remark["change"] for remark in document["remarks"] if remark["level"] == "error"]
    assert judged
    assert all(change["witness"] for change in judged)
    assert run("diff", spec, spec) == 0


def test_a_contract_is_compared_with_itself_in_git(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    assert run("diff", spec, "--against-git", "HEAD") == 0
    spec.write_text(EARLIER, encoding="utf-8")
    assert run("diff", spec, "--against-git", "HEAD") == 1
    assert "compared with HEAD:openapi.yaml" in capsys.readouterr().out
    assert run(spec, "--base", "HEAD", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["parts"] == ["diff", "lint"]


def test_a_base_may_be_a_file(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(CONTRACT, encoding="utf-8")
    run(spec, "--base", "old.yaml")
    assert "compared with old.yaml" in capsys.readouterr().out


def test_a_gap_ends_a_trace_with_1_and_names_it(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "facts.csv").write_text(FACTS + "credits_list,query,size,integer\n", encoding="utf-8")
    assert run("trace", spec, "--facts", "facts.csv") == 1
    out = capsys.readouterr().out
    assert (
        "credits_list.query.size: the parameter size (integer) is documented and not in the contract" in out
    )
    assert "credits_list         1/2" in out


def test_facts_of_another_api_are_left_out_and_that_is_said(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(spec)
    assert (
        "trace: the contract says none of the documented facts of Customer Credits" in capsys.readouterr().out
    )
    (tmp_path / "facts.csv").write_text(FACTS, encoding="utf-8")
    run(spec, "--facts", "facts.csv", "--format", "json")
    document = json.loads(capsys.readouterr().out)
    assert (document["parts"], document["trace"]["documented"]) == (["lint", "trace"], 1)


def test_waivers_turn_a_review_green_and_one_that_is_not_needed_turns_it_red(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("lint", spec, "--format", "json")
    rules = {remark["rule"] for remark in json.loads(capsys.readouterr().out)["remarks"]}
    assert rules
    terms = 'reason = "known"\nowner = "Kim"\nuntil = 9999-12-31\n'
    waivers = tmp_path / "waivers.toml"
    waivers.write_text("".join(f'[[waiver]]\nrule = "{rule}"\n{terms}' for rule in rules), encoding="utf-8")
    assert run("lint", spec, "--waivers", "waivers.toml") == 0
    assert run("lint", ROOT / "openapi.yaml", "--waivers", "waivers.toml") == 1
    assert "is not needed any more" in capsys.readouterr().out


def test_a_report_has_all_files_and_a_format_goes_into_a_file(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("lint", spec, "--report", "report", "--format", "sarif", "--output", "log.sarif")
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "log.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert (tmp_path / "report" / "review.html").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_printed(spec: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", spec, "--format", form) == 1
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["lint", "none.yaml"], 7, "none.yaml: cannot be read"),
        (["lint", "."], 7, "is a folder"),
        (["lint", "broken.yaml"], 7, "broken.yaml:2:"),
        (["lint", "other.yaml"], 7, "not an OpenAPI contract"),
        (["lint", "openapi.yaml", "--max-size", "0.001"], 0, ""),
        (["lint", "large.yaml", "--max-size", "0.001"], 7, "large.yaml"),
        (["diff", "openapi.yaml"], 2, "a comparison is between two contracts"),
        (["diff", "openapi.yaml", "openapi.yaml", "--against-git", "HEAD"], 2, "a comparison is between two"),
        (["diff", "openapi.yaml", "--against-git", "HEAD"], 7, "is in no git repository"),
        (["trace", "openapi.yaml", "--facts", "none.csv"], 2, "none.csv: cannot be read"),
        (["openapi.yaml", "--waivers", "none.toml"], 2, "none.toml: cannot be read"),
        (["lint", "openapi.yaml", "--report", "openapi.yaml"], 5, "cannot write the report to openapi.yaml"),
        (["lint", "openapi.yaml", "--format", "pdf"], 2, "'pdf' is not one of"),
        (["lint"], 2, "Missing argument 'SPEC'"),
    ],
)
def test_bad_input_is_one_line_and_has_an_exit_code(
    spec: Path, arguments: list[str], code: int, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\n"
    spec.write_text(clean, encoding="utf-8")
    Path("broken.yaml").write_text("openapi: 3.0.3\n  paths: {\n", encoding="utf-8")
    Path("other.yaml").write_text("a: b\n", encoding="utf-8")
    Path("large.yaml").write_text(clean + "# " + "x" * 1_000, encoding="utf-8")
    assert run(*arguments) == code
    err = capsys.readouterr().err
    assert complaint in err
    assert "Traceback" not in err


def test_the_name_of_a_command_may_be_left_out_also_behind_an_option(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--format", "json", spec) == run("all", spec, "--format", "json") == 1
    assert capsys.readouterr().out.count('"form": "creditkit-review/1"') == 2


def test_a_reader_who_has_read_enough_is_no_error(tmp_path: Path) -> None:
    command = (
        f"'{sys.executable}' -m creditkit.cli review trace '{ROOT / 'openapi.yaml'}' --format csv | head -n 1"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "state,fact,element,file,line,column,pointer,text\n"
    assert done.stderr == ""


def test_a_review_starts_without_the_mock_and_the_check() -> None:
    script = f"""
import sys
from creditkit import cli
try:
    cli.main(["review", {str(ROOT / "openapi.yaml")!r}])
except SystemExit:
    pass
slow = {{"connexion", "starlette", "uvicorn", "schemathesis", "tinydb", "hypothesis", "httpx"}}
print(sorted(slow & {{name.split(".")[0] for name in sys.modules}}))
print([name for name in sys.modules if name.startswith(("creditkit.mock", "creditkit.conformance"))])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["[]", "[]"]


def test_a_reference_that_was_not_followed_proves_nothing_and_is_told(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(CONTRACT, encoding="utf-8")
    remote = "https://elsewhere.example/credit.yaml"
    spec.write_text(CONTRACT.replace("#/components/schemas/Credit'", f"{remote}'"), encoding="utf-8")
    assert run("diff", old, spec) == 0
    told = " ".join(words(capsys.readouterr().out))
    assert "breaking 0, possible 1" in told
    assert f"`{remote}` was not read" in told
    assert "Not looked at" in told
    assert f"{remote}: it stands on another host" in told
