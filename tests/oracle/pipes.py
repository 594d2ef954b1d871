"""How a question is put to the programs."""
import shlex
import subprocess


def output(stage, rows=b""):
    """What a command writes of these rows, and its status."""
    done = subprocess.run(stage, input=rows, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout, done.returncode % 256


def lines(rows):
    """As text.  Bytes are split at their line feeds, text would be at more."""
    return [row.decode() for row in rows.splitlines(keepends=True)]


class Pipe:
    """A pipeline; said as a shell would take it, and run to have its lines and its greatest status."""

    def __init__(self, *stages):
        self.stages = stages

    def __str__(self):
        return " | ".join(map(shlex.join, self.stages))

    def run(self):
        rows, status = b"", 0
        for stage in self.stages:
            rows, one = output(stage, rows)
            status = max(status, one)
        return lines(rows), status
