"""Runs moto's server on a free port for the rehearsal, with its gaps mended.

Prints the port as its first line, and stops when standard input closes: the process that started it
cannot leave it behind, however it ends.

Each mend says what moto 5.2.1 does not do. With them, a plan after an apply finds nothing to change.
"""

import json
import os
import sys

# Read when moto is imported. The account is the one of the configuration: moto refuses roles of others.
os.environ["MOTO_ACCOUNT_ID"] = os.environ["REHEARSAL_ACCOUNT_ID"]
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.budgets.responses import BudgetsResponse  # noqa: E402
from moto.cloudfront import models as cloudfront  # noqa: E402
from moto.ec2.models.security_groups import SecurityGroupRule  # noqa: E402
from moto.iam.access_control import IAMPolicy, PermissionResult  # noqa: E402
from moto.rds import models as rds  # noqa: E402
from moto.s3.models import FakeBucket  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402


def mend_budgets() -> None:
    """Subscribers and tags of a budget are kept by nobody; the provider waits for both."""
    tags: dict[str, dict[str, str]] = {}

    def describe_subscribers_for_notification(self: BudgetsResponse) -> str:
        budget = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
        wanted = self._get_param("Notification")
        found = [
            subscriber
            for notification in budget.notifications
            if all(notification.details.get(key) == value for key, value in wanted.items())
            for subscriber in notification.subscribers
        ]
        return json.dumps({"Subscribers": found})

    def list_tags_for_resource(self: BudgetsResponse) -> str:
        kept = tags.get(self._get_param("ResourceARN"), {})
        return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in kept.items()]})

    def tag_resource(self: BudgetsResponse) -> str:
        kept = tags.setdefault(self._get_param("ResourceARN"), {})
        kept.update({tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags")})
        return json.dumps({})

    def untag_resource(self: BudgetsResponse) -> str:
        kept = tags.setdefault(self._get_param("ResourceARN"), {})
        for key in self._get_param("ResourceTagKeys"):
            kept.pop(key, None)
        return json.dumps({})

    create_budget = BudgetsResponse.create_budget

    def create_budget_with_tags(self: BudgetsResponse) -> str:
        answer = create_budget(self)
        account, name = self._get_param("AccountId"), self._get_param("Budget")["BudgetName"]
        given = self._get_param("ResourceTags", [])
        tags[f"arn:aws:budgets::{account}:budget/{name}"] = {tag["Key"]: tag["Value"] for tag in given}
        return answer

    BudgetsResponse.create_budget = create_budget_with_tags
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers_for_notification
    BudgetsResponse.list_tags_for_resource = list_tags_for_resource
    BudgetsResponse.tag_resource = tag_resource
    BudgetsResponse.untag_resource = untag_resource


def mend_bucket_policies() -> None:
    """Conditions are never met or unmet by a request, so "deny what is not TLS" denies everything."""

    def get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = json.loads(self.policy)
        policy["Statement"] = [statement for statement in policy["Statement"] if "Condition" not in statement]
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    FakeBucket.get_permission = get_permission


def mend_distributions() -> None:
    """A distribution's origin access control is forgotten, and a cache policy gets forwarded values beside it."""
    remember_origin = cloudfront.Origin.__init__
    remember_behaviour = cloudfront.DefaultCacheBehaviour.__init__
    remember_certificate = cloudfront.ViewerCertificate.__init__

    def origin(self: cloudfront.Origin, config: dict) -> None:
        remember_origin(self, config)
        self.origin_access_control_id = config.get("OriginAccessControlId", "")

    def behaviour(self: cloudfront.DefaultCacheBehaviour, config: dict) -> None:
        remember_behaviour(self, config)
        if "CachePolicyId" in config:
            self.forwarded_values = None

    def certificate(self: cloudfront.ViewerCertificate, config: dict) -> None:
        remember_certificate(self, config)
        self.ssl_support_method = config.get("SSLSupportMethod")

    cloudfront.Origin.__init__ = origin
    cloudfront.DefaultCacheBehaviour.__init__ = behaviour
    cloudfront.ViewerCertificate.__init__ = certificate


def mend_databases() -> None:
    """The Data API counts as off on Serverless v2, v1's scaling is told of each cluster, monitoring is forgotten."""
    remember_instance = rds.DBInstanceClustered.__init__

    def instance(self: rds.DBInstanceClustered, *args: object, **kwargs: object) -> None:
        remember_instance(self, *args, **kwargs)
        self.monitoring_interval = kwargs.get("monitoring_interval")
        self.monitoring_role_arn = kwargs.get("monitoring_role_arn")

    def http_endpoint_enabled(self: rds.DBCluster) -> bool:
        return bool(self._enable_http_endpoint)

    def enable_http_endpoint(self: rds.DBCluster, value: bool | None) -> None:
        self._enable_http_endpoint = bool(value)

    scaling_of_v1 = rds.DBCluster.scaling_configuration_info.fget

    def scaling_configuration_info(self: rds.DBCluster) -> dict | None:
        return scaling_of_v1(self) if self.scaling_configuration else None

    rds.DBInstanceClustered.__init__ = instance
    rds.DBCluster.scaling_configuration_info = property(scaling_configuration_info)
    rds.DBCluster.enable_http_endpoint = property(http_endpoint_enabled, enable_http_endpoint)


def mend_security_group_rules() -> None:
    """A rule that names another group loses its description."""

    def description(self: SecurityGroupRule) -> str | None:
        return self.ip_range.get("Description") or (self.source_group or {}).get("Description")

    SecurityGroupRule.description = property(description)


def main() -> None:
    for mend in (mend_budgets, mend_bucket_policies, mend_distributions, mend_databases, mend_security_group_rules):
        mend()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    print(port, flush=True)
    sys.stdin.read()
    server.stop()


main()
