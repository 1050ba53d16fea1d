"""`python -m tests.evals NAME`: what is measured, one command a subject, each printing tables beside a baseline."""

from __future__ import annotations

import typer

from tests.evals import criteria, index, retrieval, training

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.command("criteria")(criteria.command)
app.command("index")(index.command)
app.command("retrieval")(retrieval.command)
app.command("train")(training.command)


if __name__ == "__main__":
    app()
