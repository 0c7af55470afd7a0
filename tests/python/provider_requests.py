"""What the providers' own SDKs send for one message, for the tests of `send-notification` to compare with.

Usage: provider_requests.py FOLDER. It writes one file for each provider into the folder
(functions/send-notification/src/provider/tests/contracts), and checks the MIME message that the tests keep there. Nothing is sent: the
SDKs' requests are caught. `pip install -r tests/python/providers.txt` installs the SDKs.
"""

import asyncio
import base64
import email
import email.policy
import json
import sys
from datetime import datetime, timezone
from html import escape
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qsl

FOLDER = Path(sys.argv[1])
SUBJECT = "Müller & Söhne: ann on pc-1 asks for env"
TEXT = "ann asks.\n\nOpen the request:\nhttps://approvals.example/requests/req_1\n"
HTML = "<!doctype html>\n<html><body>\n<p>ann asks – „bitte“.</p>\n</body></html>\n"
SHORT = "Company B: pc-1 asks for env. https://approvals.example/requests/req_1"
FROM_NAME, FROM = "Müller Zulassung", "noreply@approvals.example"
TO, PHONE, REPLY_TO = "clerk@company.example", "+15550123", "desk@company.example"
HEADERS = {"Auto-Submitted": "auto-generated", "List-Id": "<requests.approvals.example>"}
# The key of the message, and the name under which providers keep it.
NAME, KEY = "countersign", "ntf_1-0"
AT = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)
# What chats and PagerDuty are sent.
BUTTON, LINK = "Open the request", "https://approvals.example/requests/req_1"
REQUEST, ORGANIZATION = "req_01ARZ3NDEKTSV4RRFFQ69G5FAV", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV"


def record(name, method, url, headers, body, form=False):
    """Writes a request. Of the headers, those that the provider's contract is about."""
    headers = {key.lower(): value if isinstance(value, str) else value.decode() for key, value in headers.items()}
    kept = ["authorization", "content-type", "idempotency-key", "x-amz-date", "x-postmark-server-token"]
    if isinstance(body, bytes):
        body = body.decode()
    if form:
        body = dict(parse_qsl(body, keep_blank_values=True)) if isinstance(body, str) else body
    elif isinstance(body, str):
        body = json.loads(body)
    found = {"method": method, "url": url, "headers": {key: headers[key] for key in kept if key in headers}, "body": body}
    text = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (FOLDER / f"{name}.json").write_text(text)


class Caught(Exception):
    """Ends an SDK's call where it would go to the network."""


def caught_requests(call):
    """The request of an SDK that is built on `requests`, as it would go to the network."""
    found = []

    def send(_, request, **__):
        found.append(request)
        raise Caught

    with mock.patch("requests.adapters.HTTPAdapter.send", send):
        try:
            call()
        except Exception as error:  # SDKs wrap it
            assert found, error
    return found[0]


def postmark():
    from postmarker.core import PostmarkClient

    request = caught_requests(
        lambda: PostmarkClient(server_token="the-key").emails.send(
            From=f"{FROM_NAME} <{FROM}>", To=TO, Subject=SUBJECT, TextBody=TEXT, HtmlBody=HTML, ReplyTo=REPLY_TO,
            Headers=HEADERS, TrackOpens=False, TrackLinks="None", MessageStream="outbound", Metadata={NAME: KEY},
        )
    )
    # It also names what is not given.
    body = {name: value for name, value in json.loads(request.body).items() if value not in (None, [])}
    record("postmark", request.method, request.url, dict(request.headers), json.dumps(body))


def sendgrid():
    import python_http_client
    from sendgrid import SendGridAPIClient
    from sendgrid.helpers import mail

    message = mail.Mail(mail.From(FROM, FROM_NAME), mail.To(TO), mail.Subject(SUBJECT))
    message.content = [mail.Content("text/plain", TEXT), mail.Content("text/html", HTML)]
    message.reply_to = mail.ReplyTo(REPLY_TO)
    for name, value in HEADERS.items():
        message.header = mail.Header(name, value)
    message.custom_arg = mail.CustomArg(NAME, KEY)
    message.tracking_settings = mail.TrackingSettings(
        click_tracking=mail.ClickTracking(False, False), open_tracking=mail.OpenTracking(False)
    )
    found = []

    def make(_, __, request, **___):
        found.append(request)
        raise Caught

    with mock.patch.object(python_http_client.Client, "_make_request", make):
        try:
            SendGridAPIClient("the-key").send(message)
        except Caught:
            pass
    request = found[0]
    record("sendgrid", request.get_method(), request.full_url, dict(request.header_items()), request.data)


def mailgun():
    from mailgun.client import Client

    data = {"from": f'"{FROM_NAME}" <{FROM}>', "to": TO, "subject": SUBJECT, "text": TEXT, "html": HTML, "o:tracking": "no"}
    data |= {"h:Reply-To": REPLY_TO} | {f"h:{name}": value for name, value in HEADERS.items()} | {f"v:{NAME}": KEY}
    client = Client(auth=("api", "the-key"))
    request = caught_requests(lambda: client.messages.create(data=data, domain="approvals.example"))
    record("mailgun", request.method, request.url, dict(request.headers), request.body, form=True)


def resend():
    import resend as sdk

    sdk.api_key = "the-key"
    params = {"from": f'"{FROM_NAME}" <{FROM}>', "to": [TO], "subject": SUBJECT, "text": TEXT, "html": HTML}
    params |= {"reply_to": REPLY_TO, "headers": HEADERS, "tags": [{"name": NAME, "value": KEY}]}
    request = caught_requests(lambda: sdk.Emails.send(params, {"idempotency_key": KEY}))
    record("resend", request.method, request.url, dict(request.headers), request.body)


def vonage():
    from vonage import Auth, Vonage
    from vonage_sms import SmsMessage

    client = Vonage(Auth(api_key="the-account", api_secret="the-key"))
    message = SmsMessage(to=PHONE.lstrip("+"), from_="15550000", text=SHORT, type="text", client_ref=KEY)
    request = caught_requests(lambda: client.sms.send(message))
    form = "form" in request.headers["content-type"]
    record("vonage", request.method, request.url, dict(request.headers), request.body, form=form)


def twilio():
    from twilio.rest import Client

    client = Client("AC123", "the-key")
    request = caught_requests(lambda: client.messages.create(to=PHONE, from_="+15550000", body=SHORT))
    record("twilio", request.method, request.url, dict(request.headers), request.body, form=True)


def slack():
    from slack_sdk.models.blocks import ActionsBlock, ButtonElement, HeaderBlock, PlainTextObject, SectionBlock
    from slack_sdk.webhook import WebhookClient

    plain = lambda text: PlainTextObject(text=text, emoji=False)  # noqa: E731
    button = ButtonElement(text=plain(BUTTON), url=LINK, style="primary")
    blocks = [HeaderBlock(text=plain(SUBJECT)), SectionBlock(text=plain("ann asks.")), ActionsBlock(elements=[button])]
    for block in blocks:
        block.validate_json()
    found = []

    def perform(_, url, request):
        found.append(request)
        raise Caught

    with mock.patch.object(WebhookClient, "_perform_http_request_internal", perform):
        try:
            client = WebhookClient("https://hooks.slack.com/services/T0/B0/x")
            client.send(text=escape(SUBJECT, quote=False), blocks=blocks)
        except Caught:
            pass
    request = found[0]
    record("slack", request.get_method(), request.full_url, dict(request.header_items()), request.data)


def pagerduty():
    from pagerduty import EventsApiV2Client

    payload = {"summary": SUBJECT, "source": ORGANIZATION, "severity": "info", "timestamp": AT.isoformat().replace("+00:00", "Z")}
    payload |= {"class": "request-submitted", "custom_details": {"text": TEXT}}
    found = []

    def send(_, request, **__):
        found.append(request)
        raise Caught

    with mock.patch("httpx2.HTTPTransport.handle_request", send):
        try:
            EventsApiV2Client("the-key").send_event(
                "trigger", dedup_key=REQUEST, client="Countersign", client_url=LINK,
                links=[{"href": LINK, "text": BUTTON}], payload=payload,
            )
        except Exception as error:
            assert found, error
    request = found[0]
    record("pagerduty", request.method, str(request.url), dict(request.headers), request.content)


def amazon(service, region, call):
    import botocore.session

    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "the-key")
    client = session.create_client(service, region_name=region)
    found = []

    def before_send(request, **_):
        found.append(request)
        raise Caught

    client.meta.events.register("before-send", before_send)
    try:
        call(client)
    except Caught:
        pass
    return found[0]


def ses():
    headers = [{"Name": name, "Value": value} for name, value in (HEADERS | {"X-Countersign": KEY}).items()]
    sender = f"=?UTF-8?B?{base64.b64encode(FROM_NAME.encode()).decode()}?= <{FROM}>"
    text = lambda text: {"Data": text, "Charset": "UTF-8"}  # noqa: E731
    simple = {"Subject": text(SUBJECT), "Body": {"Text": text(TEXT), "Html": text(HTML)}, "Headers": headers}
    request = amazon(
        "sesv2",
        "eu-west-1",
        lambda client: client.send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [TO]},
            ReplyToAddresses=[REPLY_TO],
            Content={"Simple": simple},
        ),
    )
    record("ses", request.method, request.url, {}, request.body)


def sns():
    attributes = {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.MM.SMS.OriginationNumber": {"DataType": "String", "StringValue": "+15550000"},
    }
    request = amazon(
        "sns",
        "eu-west-1",
        lambda client: client.publish(PhoneNumber=PHONE, Message=SHORT, MessageAttributes=attributes),
    )
    record("sns", request.method, request.url, {}, request.body, form=True)


def signatures():
    """What botocore signs for requests of our shape."""
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    cases = [
        ("ses", "https://email.eu-west-1.amazonaws.com", "/v2/email/outbound-emails", "application/json", '{"a":"ü"}'),
        ("sns", "https://sns.us-gov-west-1.amazonaws.com", "/", "application/x-www-form-urlencoded", "Action=Publish"),
    ]
    found = []
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: AT.replace(tzinfo=None)):
        for service, origin, path, kind, body in cases:
            headers = {"Content-Type": kind}
            request = AWSRequest("POST", origin + path, headers=headers, data=body.encode())
            region = origin.split(".")[1]
            botocore.auth.SigV4Auth(Credentials("AKIDEXAMPLE", "the-key"), service, region).add_auth(request)
            found.append({
                "service": service, "origin": origin, "region": region, "path": path, "content_type": kind, "body": body,
                "authorization": request.headers["Authorization"],
            })
    (FOLDER / "signatures.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def graph_token():
    from azure.core.pipeline.transport import HttpTransport
    from azure.identity import ClientSecretCredential

    found = []

    class Transport(HttpTransport):
        def open(self):
            pass

        def close(self):
            pass

        def __exit__(self, *_):
            pass

        def send(self, request, **_):
            if request.method == "POST":
                found.append(request)
                raise Caught
            login = "https://login.microsoftonline.com/the-tenant"
            body = {
                "token_endpoint": f"{login}/oauth2/v2.0/token",
                "authorization_endpoint": f"{login}/oauth2/v2.0/authorize",
                "issuer": f"{login}/v2.0",
                "tenant_discovery_endpoint": f"{login}/v2.0/.well-known/openid-configuration",
            }
            answer = mock.Mock(status_code=200, headers={"Content-Type": "application/json"}, content_type="application/json")
            answer.text = lambda *_, **__: json.dumps(body)
            answer.body = lambda: json.dumps(body).encode()
            return answer

    credential = ClientSecretCredential("the-tenant", "the-client", "the-key", transport=Transport())
    try:
        credential.get_token("https://graph.microsoft.com/.default")
    except Exception as error:
        assert found, error
    request = found[0]
    body = request.data if isinstance(request.data, (str, bytes)) else dict(request.data)
    record("graph_token", request.method, request.url, dict(request.headers), body, form=True)


async def graph_url():
    """Where the SDK sends a mail."""
    from msgraph import GraphServiceClient

    from kiota_abstractions.authentication import AnonymousAuthenticationProvider
    from msgraph import GraphRequestAdapter
    from msgraph.generated.users.item.send_mail.send_mail_post_request_body import SendMailPostRequestBody

    client = GraphServiceClient(request_adapter=GraphRequestAdapter(AnonymousAuthenticationProvider()))
    builder = client.users.by_user_id(FROM).send_mail
    info = builder.to_post_request_information(SendMailPostRequestBody())
    info.path_parameters["baseurl"] = "https://graph.microsoft.com/v1.0"
    found = {"method": info.http_method.value, "url": info.url}
    (FOLDER / "graph.json").write_text(json.dumps(found, indent=2) + "\n")


def mime():
    """The message that the tests keep is the one that was to be said."""
    path = FOLDER / "graph.eml"
    raw = path.read_bytes()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b""), "lines"
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not message.defects, message.defects
    sender = message["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (FROM_NAME, FROM), sender
    assert (message["To"], message["Reply-To"], message["Subject"]) == (TO, REPLY_TO, SUBJECT)
    assert {name: message[name] for name in HEADERS} == HEADERS
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    lines = lambda part: part.get_content().replace("\r\n", "\n")  # noqa: E731
    assert (lines(plain), lines(html)) == (TEXT, HTML)


for each in (postmark, twilio, slack, pagerduty, sendgrid, mailgun, resend, vonage, ses, sns, signatures, graph_token):
    each()
asyncio.run(graph_url())
if (FOLDER / "graph.eml").exists():
    mime()
