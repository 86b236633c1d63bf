"""libvirt's headers -> tests/data/header-values.tsv: what a C compiler makes of every constant.

    python tools/header_values.py INCLUDE_DIR

The tests compare the constants with it: the values come by another way than spec/api.json's.
INCLUDE_DIR is /usr/include where libvirt-dev of the newest release is installed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import gen_constants

OUTPUT = gen_constants.ROOT / "tests/data/header-values.tsv"


def main() -> None:
    (include,) = sys.argv[1:]
    formats = {c.c_name: "%s" if c.c_type == "string" else "%lld" for c in gen_constants.load()[0]}
    prints = (
        f'printf("{name}\\t{form}\\n", {"" if form == "%s" else "(long long) "}{name});\n'
        for name, form in sorted(formats.items())
    )
    program = (
        "#include <stdio.h>\n#include <libvirt/libvirt.h>\n#include <libvirt/virterror.h>\n"
        f'int main(void) {{\nprintf("%d\\n", LIBVIR_VERSION_NUMBER);\n{"".join(prints)}return 0;\n}}\n'
    )
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder, "values.c"), Path(folder, "values")
        source.write_text(program, "utf-8")
        subprocess.run(["cc", "-I", include, "-o", binary, source], check=True)
        printed = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
    OUTPUT.write_text(printed, "utf-8")


if __name__ == "__main__":
    main()
