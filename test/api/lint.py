"""The public description has no fault that a linter finds. Usage: lint.py WEB_FOLDER OPENAPI_YAML"""
import os
import pathlib
import subprocess
import sys

web, document = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
program = web / "node_modules/@redocly/cli/bin/cli.js"
if not program.exists():
    sys.exit(f"there is no {program}: tools/packages.sh installs it")
quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "1"}
done = subprocess.run(["node", program, "lint", "--format=stylish", document], env={**os.environ, **quiet}, cwd=web,
                      capture_output=True, text=True)
print(done.stdout, done.stderr)
sys.exit(done.returncode)
