#!/bin/sh
# Print the newest Python that can make Fanlight's environment; nothing if there is none.
# An argument such as 3.11 asks for that version alone.
#
# Lambda's newest runtime that the layers are tested with comes first. pyenv puts a `python3.13` on
# the PATH for versions that are installed but not selected, and it only prints an error; Debian has
# Pythons without ensurepip. So each candidate is tried, and pyenv's versions are looked for as well.
usable='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

for version in ${1:-3.13 3.12 3.11}; do
  for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
    if "$python" -c "$usable" 2>/dev/null; then
      command -v "$python"
      exit
    fi
  done
done
if [ $# -eq 0 ] && python3 -c "$usable" 2>/dev/null; then
  command -v python3
fi
