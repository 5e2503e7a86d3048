"""The deployment of an environment: the right account, its stacks in order, values from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from generator.config import Environment
from generator.console import Console
from generator.deploy import artifacts, local_swaps, order, parameters, run, template
from generator.deploy.cloud import Cloud
from generator.deploy.job import Job, Options, Tools
from generator.deploy.outcome import Outcome, Skipped, Stopped, error_of
from generator.deploy.parameters import InputMissingError
from generator.deploy.report import Report
from generator.deploy.template import Template
from generator.errors import DeployError, GenError, StillRunningError, UsageError
from generator.names import stack_name

Clouds = Callable[[str], Cloud]  # region → its Cloud, the same one each time


@dataclass(frozen=True)
class Site:
    """Where stacks go: an environment in an account, or on the embedded AWS (``local``).

    ``where`` are the options that lead there (`` --local``), for the commands that messages name.
    """

    environment: Environment
    templates: tuple[Template, ...]  # of all regions, also of stacks that are not selected
    clouds: Clouds
    console: Console
    local: bool
    where: str = ""

    def report(self, one: Template) -> Report:
        """The report of one stack."""
        return Report(self.console, one.key)

    def output(self, key: str, name: str) -> str | None:
        """An output of a deployed stack of this environment; None where it is not there."""
        for one in self.templates:
            if one.key == key:
                stack = self.clouds(one.gen.region).stack(one.gen.stack_name)
                return stack.outputs.get(name) if stack else None
        return None


def select(
    templates: Sequence[Template], regions: Sequence[str], stacks: Sequence[str]
) -> tuple[Template, ...]:
    """The templates of ``regions`` (already checked) with names among ``stacks`` (none: all), in order.

    UsageError for a stack that none of them is, and where there is none at all.
    """
    here = [one for one in templates if one.gen.region in regions]
    known = sorted({one.gen.service for one in here})
    for name in stacks:
        if name not in known:
            raise UsageError(
                f"there is no stack {name!r} in {', '.join(regions)}", f"known: {', '.join(known) or 'none'}"
            )
    if not here:
        raise UsageError(f"there is no stack in {', '.join(regions)}", "choose another --region")
    return order.in_order([one for one in here if not stacks or one.gen.service in stacks])


def check_templates(site: Site) -> None:
    """DeployError where a template was rendered from another environment file than the present one."""
    environment = site.environment
    for one in site.templates:
        expected = stack_name(environment.name, one.gen.region, one.gen.service, environment.suffix)
        if one.gen.production != environment.production or one.gen.stack_name != expected:
            raise DeployError(
                f"{one.path} was rendered before {environment.name}.yml changed (stack {one.gen.stack_name}, "
                f"production {str(one.gen.production).lower()})",
                template.RENDER.format(environment=environment.name),
            )


def check_account(site: Site, cloud: Cloud) -> str:
    """The caller's account, when it is the environment's.

    DeployError for another one, and for production without an account in its file. The embedded AWS is
    nobody's. An environment outside production that names no account deploys to the caller's.
    """
    caller = cloud.identity()
    if site.local:
        return caller.account
    environment = site.environment
    where = f"generator/environments/{environment.name}.yml"
    if environment.account is None and environment.production:
        raise DeployError(
            f"{environment.name} is production, but {where} names no account to compare {caller.account} to",
            f'add to {where}: account: "<12 digits>"; for a trial on this machine: gen deploy --local',
        )
    if environment.account not in {None, caller.account}:
        raise DeployError(
            f"{environment.name} belongs to account {environment.account}, but the credentials are of "
            f"{caller.account} ({caller.arn})",
            "sign in to that account, or set AWS_PROFILE",
        )
    return caller.account


@dataclass(frozen=True)
class Run:
    """One run over several stacks: where, in which account, what was asked for, how packages are built."""

    site: Site
    account: str
    options: Options
    tools: Tools
    build: artifacts.Build


def deploy(
    site: Site, selected: Sequence[Template], *, options: Options, tools: Tools, build: artifacts.Build
) -> tuple[Outcome, ...]:
    """Deploy ``selected`` (in order) one after another.

    A stack that fails stops those that depend on it, which are reported as skipped, and no others. Only a
    detached run ends as a whole.
    """
    check_templates(site)
    parameters.check_known(options.given, selected)
    run_of_all = Run(site, check_account(site, site.clouds(selected[0].gen.region)), options, tools, build)
    unfinished: set[str] = set()
    outcomes: list[Outcome] = []
    for one in selected:
        if any(map(is_detached, outcomes)):
            outcome: Outcome = Skipped(one.key, "we stopped waiting before its turn")
        else:
            outcome = attempt(run_of_all, one, order.blocked_by(one, unfinished))
        if isinstance(outcome, Skipped) or error_of(outcome) is not None:
            unfinished.add(one.key)
        site.report(one).outcome(outcome)
        outcomes.append(outcome)
    return tuple(outcomes)


def is_detached(outcome: Outcome) -> bool:
    """Whether we stopped waiting for a stack: the time is up, credentials expired, or Ctrl-C."""
    return isinstance(outcome, Stopped) and isinstance(outcome.error, StillRunningError)


def attempt(wanted: Run, one: Template, blockers: Sequence[str]) -> Outcome:
    """Deploy one stack; an error that ends it is its outcome, so that other stacks can go on."""
    if blockers:
        return Skipped(one.key, f"it depends on {', '.join(blockers)}")
    wanted.site.report(one).heading(one.gen.stack_name)
    try:
        return run.deploy(prepared(wanted, one))
    except InputMissingError as error:
        # A plan of a new environment cannot know what its first stacks will give.
        return Skipped(one.key, error.message) if wanted.options.plan_only else Stopped(one.key, error)
    except GenError as error:
        return Stopped(one.key, error)


def prepared(wanted: Run, one: Template) -> Job:
    """Everything that the deployment of ``one`` needs: values of its parameters, its code in the bucket."""
    site, options = wanted.site, wanted.options
    cloud, report = site.clouds(one.gen.region), site.report(one)
    content: bytes = one.content
    body: Mapping[str, object] = one.body
    if site.local:
        body, swaps = local_swaps.swapped(one.body)
        local_swaps.tell(one.body, swaps, report.note)
        content = template.compact(body) if swaps else content
    given = {name: value for name, value in options.given.items() if name in one.parameters}
    found = parameters.inputs(one, given, site.output, site.where)
    bucket = {**found, **given}.get(artifacts.BUCKET_PARAMETER, "")
    handlers = artifacts.handlers(one)
    if handlers:
        built = wanted.build(handlers)
        found |= artifacts.parameters(one, built)
        if not options.plan_only:
            sent = artifacts.upload_missing(cloud, bucket=bucket, owner=wanted.account, built=built.values())
            report.note(f"code: {len(sent)} of {len(built)} packages uploaded to {bucket}")
    return Job(
        template=one,
        content=content,
        body=body,
        cloud=cloud,
        report=report,
        options=options,
        tools=wanted.tools,
        account=wanted.account,
        bucket=bucket,
        found=found,
        where=site.where,
    )
