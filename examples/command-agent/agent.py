#!/usr/bin/env python3
"""A coding agent in a few lines that knows no protocol: Lineclear gives it a prompt on its standard input, and it
prints JSON lines. It plans and reviews notes; a real one would ask a model. See config.toml beside it."""

import json
import pathlib
import re
import sys


def tell(**event):
    print(json.dumps(event), flush=True)


def block(value):
    """The form in which Lineclear wants plans and verdicts."""
    return f"\n```json\n{json.dumps(value)}\n```\n"


def section(prompt, title):
    found = re.search(rf"^## {title}.*\n((?:(?!## ).*\n?)*)", prompt, re.M)
    return found.group(1).strip() if found else ""


def plan(prompt):
    task = section(prompt, "Task")
    files = re.findall(r"\b[\w-]+\.(?:md|txt)\b", task) or ["notes.txt"]
    tell(type="progress", description=f"Planning {len(files)} files", progress=0.5)
    chunks = [{"title": f"Write {name}", "files": [name]} for name in files]
    tell(type="text", text=f"# Plan\n\nOne file after the other.{block({'chunks': chunks})}")


def code(prompt):
    name = re.search(r"^Files: ([\w.-]+)", prompt, re.M).group(1)
    path = pathlib.Path(name)
    operation = "modify" if path.exists() else "create"
    path.write_text(section(prompt, "Task") + "\n")
    tell(type="file", path=name, operation=operation)
    tell(type="text", text=f"Wrote {name}.")


def review(prompt):
    missing = [name for name in re.findall(r"\(([\w.-]+)\)$", section(prompt, "Chunks"), re.M) if not pathlib.Path(name).exists()]
    verdict = {"verdict": "changes", "findings": [f"{name} is not there" for name in missing]} if missing else {"verdict": "approved"}
    tell(type="text", text=f"I looked at every file.{block(verdict)}")


prompt = sys.stdin.read()
role = re.match(r"You are the (\w+)", prompt)
work = {"planner": plan, "coder": code, "reviewer": review}.get(role.group(1) if role else "")
if not work:
    sys.exit("This prompt names no role that I know.")
work(prompt)
tell(type="usage", input_tokens=len(prompt) // 4, output_tokens=50, model="rules")
