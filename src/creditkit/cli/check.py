"""`creditkit check`: a verdict on a deployment."""

from __future__ import annotations

from typing import Any

import click

from .options import PATH, options_of

_option = options_of("check")


@click.command()
@click.argument("target", envvar="CREDITKIT_CHECK_TARGET", required=False, default="", metavar="[URL|NAME]")
@_option(
    "--mode",
    "read sends nothing that could change anything; write works on records of its own; full also fuzzes."
    " Default: write on this machine, read anywhere else.",
    type=click.Choice(["read", "write", "full"]),
)
@_option("--token", "Token of a member of staff; better in the environment.", variable="CREDITKIT_TOKEN")
@_option("--token-owner", "Token of the owner of a customer.", variable="CREDITKIT_TOKEN_OWNER")
@_option("--token-support", "Token of global support.", variable="CREDITKIT_TOKEN_SUPPORT")
@_option("--token-nobody", "Token of a user without any role.", variable="CREDITKIT_TOKEN_NOBODY")
@_option("--insecure", "Do not verify the certificate.", is_flag=True, default=None)
@_option("--ca", "Certificates to trust, in PEM form.", type=PATH, metavar="FILE")
@_option("--proxy", "Proxy to go through.", metavar="URL")
@_option("--rate", "Most requests a second. Default: no limit.", type=float, metavar="N")
@_option("--timeout", "Longest wait for an answer. Default: 10.", type=float, metavar="SECONDS")
@_option(
    "--customer", "A customer that may be given credits; may be repeated.", multiple=True, metavar="UUID"
)
@_option("--config", "File of named targets. Default: creditkit.toml.", type=PATH, metavar="FILE")
@_option("--journal", "Ownership journal. Default: in the user's state folder.", type=PATH, metavar="FILE")
@_option("--only", "A requirement or a group to judge; may be repeated.", multiple=True, metavar="ID|GROUP")
@_option("--report", "Folder to write the report to, or to replay from.", type=PATH, metavar="DIR")
@_option("--waivers", "File of waivers.", type=PATH, metavar="FILE")
@_option("--expect", "Release, or file of deviations, that is expected.", metavar="RELEASE|FILE")
@_option("--quiet", "Print the verdict and nothing else.", is_flag=True)
@_option("--list", "List the requirements, and stop.", is_flag=True)
@_option("--explain", "Tell all about one requirement, and stop.", metavar="ID")
@_option("--doctor", "Say whether a check could work, and what to do if not.", is_flag=True)
@_option("--cleanup", "Delete what a run left over that was killed.", is_flag=True)
@_option("--replay", "Judge one finding of the run in --report again.", metavar="FINDING")
@_option("--diff", "Say what changed between two reports.", type=PATH, nargs=2, metavar="RUN1 RUN2")
@click.pass_context
def check(context: click.Context, /, **given: Any) -> int:
    """Judge a deployment by the contract.

    The deployment is given by its base URL, or by the name of a target in creditkit.toml.
    """
    from creditkit.conformance import command, settings  # the other subcommands need no client

    actions = [name for name in ("list", "explain", "doctor", "cleanup", "replay", "diff") if given[name]]
    if len(actions) > 1:
        raise click.UsageError(f"--{actions[0]} and --{actions[1]} are two things to do", context)
    action = actions[0] if actions else "check"
    if action == "list":
        return command.list_requirements(given["only"])
    if action == "explain":
        return command.explain_requirement(given["explain"])
    if action == "diff":
        return command.compare_runs(*given["diff"])
    if not given["target"] and action != "replay":
        raise click.UsageError("Missing the deployment: its base URL, or a name in creditkit.toml.", context)
    options = settings.Options(
        target=given["target"],
        mode=given["mode"],
        tokens={
            "staff": given["token"],
            "owner": given["token_owner"],
            "support": given["token_support"],
            "nobody": given["token_nobody"],
        },
        insecure=given["insecure"],
        ca=given["ca"],
        proxy=given["proxy"],
        rate=given["rate"],
        timeout=given["timeout"],
        customers=given["customer"],
        config=given["config"],
        journal=given["journal"],
        only=given["only"],
        report=given["report"],
        waivers=given["waivers"],
        expect=given["expect"],
        quiet=given["quiet"],
    )
    if action == "replay":
        return command.replay_finding(given["replay"], options)
    if action == "doctor":
        return command.examine_deployment(options)
    if action == "cleanup":
        return command.clean_up_deployment(options)
    return command.check_deployment(options)
