"""Makes what `take-callbacks` is tested with: reports of Amazon SNS, signed by OpenSSL (through `cryptography`) as Amazon documents it.

Prints JSON: the certificate, and the bodies. The key is thrown away. Usage: python3 tests/python/sns_reports.py > \
functions/take-callbacks/src/tests/sns.json
"""

import base64
import datetime
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
HOST = "https://sns.eu-west-1.amazonaws.com"
NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(4711)
    .not_valid_before(datetime.datetime(2026, 1, 1))
    .not_valid_after(datetime.datetime(2027, 1, 1))
    .sign(key, hashes.SHA256())
)


def signed(fields, **report):
    text = "".join(f"{name}\n{report[name]}\n" for name in fields if name in report)
    version, digest = ("1", hashes.SHA1()) if report.pop("old", False) else ("2", hashes.SHA256())
    signature = key.sign(text.encode(), padding.PKCS1v15(), digest)
    return report | {
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": f"{HOST}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem",
    }


def notification(number, message, **more):
    report = {
        "Type": "Notification",
        "MessageId": f"22b80b92-fdea-4c2c-8f9d-bdfb0c7bf32{number}",
        "TopicArn": TOPIC,
        "Message": json.dumps(message),
        "Timestamp": "2026-06-01T12:00:00.000Z",
    }
    return signed(NOTIFICATION, **(report | more))


def recipients(*addresses, **more):
    return [{"emailAddress": address} | more for address in addresses]


at = "2026-06-01T11:59:58.237Z"
said = {"status": "5.1.1", "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 no such user"}
bounce = {"bounceSubType": "General", "timestamp": at, "feedbackId": "0100", "reportingMTA": "dns; a8-70.smtp-out.amazonses.com"}
complaint = {"timestamp": at, "feedbackId": "0101", "complaintFeedbackType": "abuse"}
headers = [{"name": "From", "value": "noreply@approvals.example"}, {"name": "X-Countersign", "value": "ntf_00000000010000000000000001-0"}]
mail = {"timestamp": at, "messageId": "0102", "source": "noreply@approvals.example", "destination": ["ann@company.example"]}
mail_with_headers = mail | {"headersTruncated": False, "headers": headers}
delivery = {"timestamp": at, "recipients": ["ann@company.example"], "processingTimeMillis": 546, "smtpResponse": "250 ok:  Message 64111812 accepted"}
delivery |= {"reportingMTA": "a8-70.smtp-out.amazonses.com", "remoteMtaIp": "127.0.2.0"}
permanent = bounce | {"bounceType": "Permanent", "bouncedRecipients": recipients("ann@company.example", **said)}
transient = bounce | {"bounceType": "Transient", "bouncedRecipients": recipients("ann@company.example")}
complained = complaint | {"complainedRecipients": recipients("ann@company.example", "bob@company.example")}
made = {
    "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
    "permanent": notification(1, {"notificationType": "Bounce", "bounce": permanent, "mail": mail}),
    "event": notification(2, {"eventType": "Bounce", "bounce": permanent, "mail": mail}, Subject="Amazon SES Email Event Notification"),
    "transient": notification(3, {"notificationType": "Bounce", "bounce": transient, "mail": mail}),
    "complaint": notification(4, {"notificationType": "Complaint", "complaint": complained, "mail": mail}),
    "delivery": notification(5, {"notificationType": "Delivery", "mail": mail_with_headers, "delivery": delivery}),
    "delivery_event": notification("a", {"eventType": "Delivery", "mail": mail_with_headers, "delivery": delivery}),
    "delivery_without_headers": notification("b", {"notificationType": "Delivery", "mail": mail, "delivery": delivery}),
    "returned": notification("c", {"notificationType": "Bounce", "bounce": permanent, "mail": mail_with_headers}),
    "other_topic": notification(6, {"notificationType": "Bounce", "bounce": permanent}, TopicArn=TOPIC + "2"),
    "sha1": notification(7, {"notificationType": "Bounce", "bounce": permanent}, old=True),
    "late": notification(9, {"notificationType": "Bounce", "bounce": permanent}, Timestamp="2027-03-28T12:00:00.000Z"),
    "no_report": notification(8, "Hello"),
    "confirmation": signed(
        CONFIRMATION,
        Type="SubscriptionConfirmation",
        MessageId="165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        Token="2336412f37fb687f5d51e6e2425dacbbaa",
        TopicArn=TOPIC,
        Message=f"You have chosen to subscribe to the topic {TOPIC}.\nTo confirm the subscription, visit the SubscribeURL.",
        SubscribeURL="https://evil.example/?Action=ConfirmSubscription",
        Timestamp="2026-06-01T12:00:00.000Z",
    ),
    "unsubscription": signed(
        CONFIRMATION,
        Type="UnsubscribeConfirmation",
        MessageId="47138184-6831-46b8-8f7c-afc488602d7d",
        Token="2336412f37fb687f5d51e6e2425dacbbaa",
        TopicArn=TOPIC,
        Message="You have chosen to deactivate the subscription.",
        SubscribeURL=f"{HOST}/?Action=ConfirmSubscription",
        Timestamp="2026-06-01T12:00:00.000Z",
    ),
}
print(json.dumps(made, indent=1))
