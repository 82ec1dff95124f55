"""`token create`, `user create`."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from inspection.cli.output import one_clear_line
from inspection.models import ROLES
from inspection.services import access

tokens = AppGroup("token", help="API tokens.")
users = AppGroup("user", help="Staff accounts.")


@tokens.command("create")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--label", required=True, help="Whose token it is, or what it is for.")
def create_token(role: str, label: str) -> None:
    """Make a token; it is printed once, alone on the last line."""
    with one_clear_line():
        click.echo(access.create_token(role=role, label=label))


@users.command("create")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_user(email: str, role: str, password_stdin: bool) -> None:
    """Make a staff account that can sign in on the pages."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with one_clear_line():
        user = access.create_user(email, role=role, password=password)
    click.echo(f"{user.email} ({user.role})")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(tokens)
    app.cli.add_command(users)
