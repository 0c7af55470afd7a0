"""The walk-through of the README with a client that was generated from the API document.

Usage: walk_through.py FOLDER_OF_THE_CLIENT URL SETUP_TOKEN. It writes `invitation?` when it needs the token of the
invitation that was mailed, and reads it from standard input.
"""

import hashlib
import importlib
import io
import pkgutil
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, sys.argv[1])

import countersign_client  # noqa: E402
from countersign_client import AuthenticatedClient, Client, models  # noqa: E402
from countersign_client.api.administrators import invite_administrator, set_permissions  # noqa: E402
from countersign_client.api.agents import attach_file, enroll_computer, show_request, submit_request  # noqa: E402
from countersign_client.api.audit import read_unified_audit  # noqa: E402
from countersign_client.api.groups import create_enrollment_key, create_group  # noqa: E402
from countersign_client.api.organizations import create_organization  # noqa: E402
from countersign_client.api.policies import create_policy, deploy_policies  # noqa: E402
from countersign_client.api.requests import decide_request, list_requests, open_request  # noqa: E402
from countersign_client.api.sign_in import accept_invitation, set_up  # noqa: E402
from countersign_client.types import File  # noqa: E402

URL, SETUP_TOKEN = sys.argv[2:4]
PASSWORD = "seven quiet boats at noon"
FILE = b"the bytes of a program"


def import_everything():
    """Python compiles a module when it is imported, and the walk-through needs few of them."""
    found = pkgutil.walk_packages(countersign_client.__path__, "countersign_client.")
    names = [importlib.import_module(module.name).__name__ for module in found]
    assert len([name for name in names if name.startswith("countersign_client.api.")]) > 150, names


def as_(token):
    return AuthenticatedClient(base_url=URL, token=token)


def must(answer, kind):
    """The parsed answer, which must be of this kind and not a problem."""
    assert isinstance(answer, kind), answer
    return answer


def main():
    import_everything()
    nobody = Client(base_url=URL)
    first = models.FirstAdministrator(email="boss@company.example", name="Boss", password=PASSWORD)
    body = models.SetUp(
        setup_token=SETUP_TOKEN, organization=models.RootOrganization(name="Company A"), administrator=first
    )
    done = must(set_up.sync(client=nobody, body=body), models.SetUpDone)
    boss = as_(done.token)

    body = models.NewOrganization(name="Company B", parent_id=done.organization.id)
    company = must(create_organization.sync(client=boss, body=body), models.OrganizationView).id
    group = must(create_group.sync(company, client=boss, body=models.Named(name="Workstations")), models.GroupView).id
    notify = models.NotifyView(enabled=True, addresses=["desk@company.example", "sms:+15550100"])
    body = models.NewPolicy(name="Default", group_id=group, notify=notify)
    policy = must(create_policy.sync(company, client=boss, body=body), models.PolicyView).id
    deployed = must(deploy_policies.sync(company, body=models.Deploy(), client=boss), models.DeployedView)
    assert deployed.policy_version == 1

    body = models.Invite(
        email="clerk@company.example", name="Clerk", organization_id=company, notify_on_request=True
    )
    clerk = must(invite_administrator.sync(client=boss, body=body), models.AdministratorView)
    body = models.SetPermissions(permissions=[models.Permission.APPROVE_FOR_SINGLE_COMPUTER])
    must(set_permissions.sync(clerk.id, client=boss, body=body), models.AdministratorView)
    print("invitation?", flush=True)
    body = models.PasswordFromLink(token=sys.stdin.readline().strip(), password=PASSWORD)
    clerk = as_(must(accept_invitation.sync(client=nobody, body=body), models.SignedIn).token)

    key = must(
        create_enrollment_key.sync(company, group, client=boss, body=models.NewEnrollmentKey()),
        models.EnrollmentKeyView,
    ).key
    body = models.Enrollment(enrollment_key=key, hostname="pc-1", os="Debian 12")
    computer = as_(must(enroll_computer.sync(client=nobody, body=body), models.Enrolled).token)
    subject = models.SubjectBody(path="/usr/bin/env", sha256=hashlib.sha256(FILE).hexdigest(), size=len(FILE))
    body = models.Submission(
        kind=models.RequestKind.APPLICATION,
        policy_id=policy,
        subject=subject,
        reason="I need it for the report",
        requester=models.RequesterBody(username="ann", email="ann@company.example"),
    )
    request = must(submit_request.sync(client=computer, body=body), models.Submitted).id
    sent = attach_file.sync_detailed(request, client=computer, body=File(payload=io.BytesIO(FILE)))
    assert sent.status_code == 204, sent

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(show_request.sync, request, client=computer, wait=25)
        listed = must(list_requests.sync(client=clerk, status="pending"), models.RequestsPage)
        assert [row.id for row in listed.items] == [request]
        opened = must(open_request.sync(request, client=clerk), models.RequestView)
        assert opened.subject.sha256 == subject.sha256, opened
        body = models.NewDecision(outcome=models.Outcome.APPROVED, scope=models.DecisionScope.GROUP)
        refused = must(decide_request.sync(request, client=clerk, body=body), models.ForbiddenProblem)
        assert refused.missing[0][0].permission in models.Permission, refused
        body = models.NewDecision(
            outcome=models.Outcome.APPROVED, scope=models.DecisionScope.COMPUTER, message="go ahead"
        )
        must(decide_request.sync(request, client=clerk, body=body), models.RequestView)
        decided = must(waiting.result(), models.RequestStatusView)
    assert (decided.status, decided.decision.message) == ("approved", "go ahead"), decided

    audit = must(read_unified_audit.sync(client=boss, organization_id=company), models.AuditPage)
    acts = [entry.act for entry in audit.items]
    assert acts[:3] == ["request.decided", "request.opened", "request.attached"], acts


main()
