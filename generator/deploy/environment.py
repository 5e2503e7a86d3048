"""The deployment of an environment: the right account, its stacks in order, values from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from generator.config import Environment
from generator.console import Console
from generator.deploy import (
    artifacts,
    attach,
    hints,
    holdings,
    local_patches,
    local_swaps,
    order,
    parameters,
    review,
    run,
    template,
)
from generator.deploy.cloud import Cloud
from generator.deploy.front import Front, Watched, shown
from generator.deploy.graph import Desk, Graph
from generator.deploy.job import Job, Options, Tools, come_back
from generator.deploy.outcome import Deployed, NoChange, Outcome, Skipped, Stopped, with_source
from generator.deploy.parameters import InputMissingError
from generator.deploy.progress import Board
from generator.deploy.report import Report, summarise
from generator.deploy.shared import Outputs, Packages
from generator.deploy.template import Template
from generator.errors import DeployError, GenError, RefusedError, UsageError
from generator.names import stack_name

Clouds = Callable[[str], Cloud]  # region → its Cloud, the same one each time


def no_sources(_one: Template) -> Mapping[str, str]:
    """Nobody knows which line of a service makes a resource."""
    return {}


@dataclass(frozen=True)
class Site:
    """Where stacks go: an environment in an account, or on the embedded AWS (``local``).

    ``where`` are the options that lead there (`` --local --out x``), for the commands that messages name;
    ``folders`` those of them that lead to the files of this run, ``checks`` those of `gen deploy` that leave
    out its checks. ``sources`` tells which line of a service makes each resource (logical id → file:line),
    which only services know.
    """

    environment: Environment
    templates: tuple[Template, ...]  # of all regions, also of stacks that are not selected
    clouds: Clouds
    console: Console
    local: bool
    where: str = ""
    folders: str = ""
    checks: str = ""
    sources: Callable[[Template], Mapping[str, str]] = no_sources

    def report(self, one: Template) -> Report:
        """The report of one stack."""
        return Report(self.console, one.key)

    def outputs(self, key: str) -> Mapping[str, str] | None:
        """The outputs of a deployed stack of this environment; None where it is not there."""
        for one in self.templates:
            if one.key == key:
                stack = self.clouds(one.gen.region).stack(one.gen.stack_name)
                return stack.outputs if stack else None
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
                f"there is no stack {name!r} in {', '.join(regions)}; known: {', '.join(known) or 'none'}",
                hints.choose(name, known),
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
                template.RENDER.format(environment=environment.name, folders=site.folders),
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
    where = f"{environment.name}.yml"
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


def check_accounts(site: Site, selected: Sequence[Template]) -> str:
    """As ``check_account`` for every region of ``selected``: each then holds its answers to the account."""
    regions = sorted({one.gen.region for one in selected})
    accounts = [check_account(site, site.clouds(region)) for region in regions]
    return accounts[0]


def check_replaceable(site: Site, selected: Sequence[Template], names: Collection[str]) -> None:
    """UsageError for a logical id that no selected template has, and none of their stacks has or had.

    What a template no longer has may be just what is to be removed, also by a run before this one.
    """
    types = {name: found["Type"] for one in selected for name, found in one.resources.items()}
    # What is in a nested stack is Nested/Resource; which resources that has is not looked up.
    wanted = {name: name.partition("/")[0] for name in names}
    if not types.keys() >= set(wanted.values()):
        for one in selected:
            cloud = site.clouds(one.gen.region)
            if stack := cloud.stack(one.gen.stack_name):
                types |= {found.logical_id: found.type for found in holdings.resources(cloud, stack)}
                events = cloud.events(stack.id, after=None)
                types |= {event.logical_id: event.type for event in events if not event.of_stack}
    of_data = sorted(name for name, kind in types.items() if kind in review.STATEFUL)
    for name in sorted(name for name, outer in wanted.items() if outer not in types):
        raise UsageError(
            f"--allow-replace {name}: no selected stack has such a resource, and none had; those with data: "
            + (", ".join(of_data) or "none"),
            hints.choose(name, of_data),
        )


@dataclass(frozen=True)
class Run:
    """One run over several stacks: where, in which account, what was asked for, what they share."""

    site: Site
    account: str
    options: Options
    tools: Tools
    build: artifacts.Build
    outputs: Outputs
    board: Board
    several: bool

    def report(self, one: Template) -> Report:
        """The report of one stack. Where several run side by side, each line names its own."""
        console = self.site.console
        watched = Watched(self.board, one.key, self.site.clouds(one.gen.region), live=console.screen.live)
        return Report(console, one.key, f"{one.key}  " if self.several else "  ", watched)


def deploy(
    site: Site, selected: Sequence[Template], *, options: Options, tools: Tools, build: artifacts.Build
) -> tuple[Outcome, ...]:
    """Deploy ``selected`` (in order), independent ones side by side.

    A stack that fails stops those that depend on it, which are reported as skipped, and no others. Only a
    detached run ends as a whole.
    """
    check_templates(site)
    parameters.check_known(options.given, selected)
    account = check_accounts(site, selected)
    check_replaceable(site, selected, options.allow_replace)
    board = Board((one.key for one in selected), tools.clock.now)
    several = len(selected) > 1
    with shown(site.console, board) as console:
        here = replace(site, console=console)
        outputs = Outputs(here.outputs)
        wanted = Run(here, account, options, tools, Packages(build), outputs, board, several)
        outcomes = side_by_side(wanted, selected)
        if several:
            summarise(console, outcomes)
    return outcomes


def side_by_side(wanted: Run, selected: Sequence[Template]) -> tuple[Outcome, ...]:
    """The outcomes of ``selected``, in their order."""
    tools, where = wanted.tools, wanted.site.where
    reports = {one.key: wanted.report(one) for one in selected}
    front = Front(
        console=wanted.site.console,
        reports=reports,
        ask=tools.ask,
        everything=wanted.site.environment.name,
        come_back=lambda one: come_back(one.gen, where),
        again=lambda one: bare(wanted, one, reports[one.key]).again,
        heard=wanted.outputs.heard,
    )
    desk = Desk()
    graph = Graph(selected, at_once=wanted.options.at_once, desk=desk, board=wanted.board, front=front)

    def work(one: Template) -> Outcome:
        ask = tools.ask if tools.answered else partial(desk.ask, one.key)
        outcome = attempt(replace(wanted, tools=replace(tools, ask=ask)), one, reports[one.key])
        return with_source(outcome, partial(wanted.site.sources, one))

    return graph.run(work, tools.stop)


def attempt(wanted: Run, one: Template, report: Report) -> Outcome:
    """Deploy one stack; an error that ends it is its outcome, so that other stacks can go on."""
    report.heading(one.gen.stack_name)
    try:
        if wanted.options.attach_only:
            return attach.attach(bare(wanted, one, report))
        return deploy_one(prepared(wanted, one, report), local=wanted.site.local)
    except InputMissingError as error:
        # A plan of a new environment cannot know what its first stacks will give.
        return Skipped(one.key, error.message) if wanted.options.plan_only else Stopped(one.key, error)
    except GenError as error:
        return Stopped(one.key, error)
    except KeyboardInterrupt:
        # Once something has begun, the wait for it makes this a StillRunningError.
        job = bare(wanted, one, report)
        return Stopped(one.key, RefusedError(f"{one.key}: interrupted while nothing was running", job.again))


def deploy_one(job: Job, *, local: bool) -> Outcome:
    """Deploy one stack, and on the embedded AWS what its CloudFormation leaves out."""
    outcome = run.deploy(job)
    if local and isinstance(outcome, (Deployed, NoChange)) and not job.options.plan_only:
        local_patches.apply(job)
    return outcome


def prepared(wanted: Run, one: Template, report: Report) -> Job:
    """Everything that the deployment of ``one`` needs: values of its parameters, its code in the bucket."""
    site, options = wanted.site, wanted.options
    job = bare(wanted, one, report)
    if site.local:
        local_swaps.tell(local_swaps.swapped(one.body)[1], report.note)
    given = {name: value for name, value in options.given.items() if name in one.parameters}
    found = parameters.inputs(one, given, wanted.outputs.value, site.where)
    bucket = {**found, **given}.get(artifacts.BUCKET_PARAMETER, "")
    handlers = artifacts.handlers(one)
    if handlers:
        built = wanted.build(handlers)
        found |= artifacts.parameters(one, built)
        if not options.plan_only:
            sent = artifacts.upload_missing(
                job.cloud, bucket=bucket, owner=wanted.account, built=built.values()
            )
            report.note(f"code: {len(sent)} of {len(built)} packages uploaded to {bucket}")
    return replace(job, bucket=bucket, found=found)


def bare(wanted: Run, one: Template, report: Report) -> Job:
    """The job of ``one`` before anything was found out for it."""
    body, swaps = local_swaps.swapped(one.body) if wanted.site.local else (one.body, ())
    return Job(
        template=one,
        content=template.compact(body) if swaps else one.content,
        body=body,
        cloud=wanted.site.clouds(one.gen.region),
        report=report,
        options=wanted.options,
        tools=wanted.tools,
        account=wanted.account,
        bucket="",
        found={},
        where=wanted.site.where,
        checks=wanted.site.checks,
    )
