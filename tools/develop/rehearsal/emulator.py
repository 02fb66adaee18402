"""Runs moto's server on a free port for the rehearsal, with its gaps fixed.

Prints the port as its first line, and stops when standard input closes, so it cannot outlive its parent process.

The docstring of each patch describes a gap in moto 5.2.1. With the patches, a plan after an apply finds no changes.
"""

import json
import os
import sys
from collections.abc import Iterator
from copy import copy
from urllib.parse import parse_qs, urlparse

# Read when moto is imported. This is the account of the configuration: moto refuses roles of other accounts.
os.environ["MOTO_ACCOUNT_ID"] = os.environ["REHEARSAL_ACCOUNT_ID"]
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.apigateway.exceptions import NoIntegrationDefined, NoIntegrationResponseDefined  # noqa: E402
from moto.apigateway.models import (  # noqa: E402
    APIGatewayBackend,
    Integration,
    MethodResponse,
    apigateway_backends,
)
from moto.budgets.responses import BudgetsResponse  # noqa: E402
from moto.ce.responses import CostExplorerResponse  # noqa: E402
from moto.cloudfront import models as cloudfront  # noqa: E402
from moto.core.authorization import ActionAuthenticatorMixin  # noqa: E402
from moto.core.responses import ActionResult  # noqa: E402
from moto.ec2.models.security_groups import SecurityGroupRule  # noqa: E402
from moto.iam.access_control import IAMPolicy, PermissionResult, S3IAMRequest  # noqa: E402
from moto.rds import models as rds  # noqa: E402
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend  # noqa: E402
from moto.s3.models import FakeBucket  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from moto.sns.models import SNSBackend, Subscription  # noqa: E402
from moto.sns.responses import SNSResponse  # noqa: E402


def patch_apis() -> None:
    """For a response or an integration that does not exist, moto fails; AWS answers with an error."""
    find_response = APIGatewayBackend.get_method_response
    find_integration = APIGatewayBackend.get_integration

    def get_method_response(
        self: APIGatewayBackend, function_id: str, resource_id: str, method_type: str, response_code: str
    ) -> MethodResponse:
        response = find_response(self, function_id, resource_id, method_type, response_code)
        if response is None:
            raise NoIntegrationResponseDefined()
        return response

    def get_integration(self: APIGatewayBackend, function_id: str, resource_id: str, method_type: str) -> Integration:
        integration = find_integration(self, function_id, resource_id, method_type)
        if integration is None:
            raise NoIntegrationDefined()
        return integration

    APIGatewayBackend.get_method_response = get_method_response
    APIGatewayBackend.get_integration = get_integration


def patch_budgets() -> None:
    """Moto forgets the subscribers and tags of a budget; the provider waits for both."""
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


def patch_bucket_policies() -> None:
    """Moto ignores conditions, so "deny requests without TLS" denies everything."""

    def get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = json.loads(self.policy)
        policy["Statement"] = [statement for statement in policy["Statement"] if "Condition" not in statement]
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    FakeBucket.get_permission = get_permission


def patch_distributions() -> None:
    """Moto forgets origin access control and certificate, adds forwarded values to a cache policy, has a wrong ARN."""
    make = cloudfront.Distribution.__init__
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

    def distribution(self: cloudfront.Distribution, account_id: str, region_name: str, config: dict) -> None:
        make(self, account_id, region_name, config)
        self.arn = f"arn:aws:cloudfront::{account_id}:distribution/{self.id}"

    def certificate(self: cloudfront.ViewerCertificate, config: dict) -> None:
        remember_certificate(self, config)
        self.ssl_support_method = config.get("SSLSupportMethod")

    cloudfront.Distribution.__init__ = distribution
    cloudfront.Origin.__init__ = origin
    cloudfront.DefaultCacheBehaviour.__init__ = behaviour
    cloudfront.ViewerCertificate.__init__ = certificate


def patch_cost_tags() -> None:
    """Moto has no cost allocation tags. Here every key exists and is inactive until it is activated."""
    active: set[str] = set()

    def list_cost_allocation_tags(self: CostExplorerResponse) -> str:
        request = json.loads(self.body)
        keys = request.get("TagKeys") or sorted(active)
        tags = [
            {"TagKey": key, "Type": "UserDefined", "Status": "Active" if key in active else "Inactive"} for key in keys
        ]
        wanted = request.get("Status")
        return json.dumps({"CostAllocationTags": [tag for tag in tags if wanted in (None, tag["Status"])]})

    def update_cost_allocation_tags_status(self: CostExplorerResponse) -> str:
        for entry in json.loads(self.body)["CostAllocationTagsStatus"]:
            if entry["Status"] == "Active":
                active.add(entry["TagKey"])
            else:
                active.discard(entry["TagKey"])
        return json.dumps({"Errors": []})

    CostExplorerResponse.list_cost_allocation_tags = list_cost_allocation_tags
    CostExplorerResponse.update_cost_allocation_tags_status = update_cost_allocation_tags_status


def patch_databases() -> None:
    """Moto reports the Data API as off on Serverless v2, reports v1's scaling for every cluster, and forgets monitoring."""
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


def patch_mail_subscriptions() -> None:
    """Moto confirms mail subscriptions at once. Here they stay pending; no mail is sent, so any token confirms one."""
    confirm = SNSResponse.confirm_subscription
    by_topic = SNSBackend.list_subscriptions_by_topic

    def confirm_subscription(self: SNSResponse) -> ActionResult:
        answer = confirm(self)
        for subscription in self.backend.subscriptions.values():
            if subscription.topic_arn == self._get_param("TopicArn"):
                subscription.confirmed = True
        return answer

    def list_subscriptions_by_topic(
        self: SNSBackend, topic_arn: str, next_token: str | None = None
    ) -> tuple[list[Subscription], int | None]:
        found, token = by_topic(self, topic_arn, next_token)
        return [pending(subscription) for subscription in found], token

    def pending(subscription: Subscription) -> Subscription:
        if subscription.protocol != "email" or subscription.confirmed:
            return subscription
        shown = copy(subscription)
        shown.arn = "PendingConfirmation"
        return shown

    SNSResponse.confirm_subscription = confirm_subscription
    SNSBackend.list_subscriptions_by_topic = list_subscriptions_by_topic


def patch_security_group_rules() -> None:
    """Moto loses the description of a rule that refers to another group."""

    def description(self: SecurityGroupRule) -> str | None:
        return self.ip_range.get("Description") or (self.source_group or {}).get("Description")

    SecurityGroupRule.description = property(description)


def patch_tagged_resources() -> None:
    """GetResources lacks types. AWS returns all types except IAM's users and roles.

    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
    """
    known_to_moto = ResourceGroupsTaggingAPIBackend._get_resources_generator

    def tagged(self: ResourceGroupsTaggingAPIBackend) -> Iterator[tuple[str, dict[str, str]]]:
        apis = apigateway_backends[self.account_id][self.region_name]
        gateway = f"arn:aws:apigateway:{self.region_name}:"
        for api in apis.apis.values():
            yield f"{gateway}:/restapis/{api.id}", api.tags
            for stage in api.stages.values():
                yield f"{gateway}:/restapis/{api.id}/stages/{stage.name}", stage.tags or {}
        for plan in apis.usage_plans.values():
            yield f"{gateway}:/usageplans/{plan.id}", plan.tags or {}

        ec2 = self.ec2_backend
        rules = {
            rule.id: rule
            for groups in ec2.groups.values()
            for group in groups.values()
            for rule in (*group.ingress_rules, *group.egress_rules)
        }
        kinds = {
            "elastic-ip": [address.allocation_id for address in ec2.addresses],
            "security-group-rule": rules,
            "vpc-endpoint": ec2.vpc_end_points,
        }
        for kind, ids in kinds.items():
            for id in ids:
                yield f"arn:aws:ec2:{self.region_name}:{self.account_id}:{kind}/{id}", ec2.tags.get(id, {})

        for group in (*self.rds_backend.subnet_groups.values(), *self.rds_backend.db_cluster_parameter_groups.values()):
            yield group.arn, {tag["Key"]: tag["Value"] for tag in group.get_tags()}

    def get_resources(
        self: ResourceGroupsTaggingAPIBackend,
        tag_filters: list[dict] | None = None,
        resource_type_filters: list[str] | None = None,
    ) -> Iterator[dict]:
        yield from known_to_moto(self, tag_filters, resource_type_filters)
        for arn, tags in tagged(self):
            if all(
                wanted["Key"] in tags and (not wanted.get("Values") or tags[wanted["Key"]] in wanted["Values"])
                for wanted in tag_filters or []
            ):
                yield {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    ResourceGroupsTaggingAPIBackend._get_resources_generator = get_resources


def record_requests(file: str) -> None:
    """Appends a line of JSON for each request that the caller's policy must allow."""
    authorize = ActionAuthenticatorMixin._authenticate_and_authorize_action

    def record(self: ActionAuthenticatorMixin, iam_request_cls: type, resource: str = "*") -> None:
        uri = urlparse(self.uri)
        signature = self.headers.get("Authorization", "")
        request = {
            "service": signature.partition("Credential=")[2].split("/")[3] if signature else self.service_name,
            # S3's operations have no name; method, path and query identify them.
            "operation": "" if iam_request_cls is S3IAMRequest else self._get_action(),
            "method": self.method,
            "path": uri.path,
            "query": sorted(parse_qs(uri.query, keep_blank_values=True)),
            "terraform": "Terraform/" in self.headers.get("User-Agent", ""),
        }
        with open(file, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(request) + "\n")
        authorize(self, iam_request_cls, resource)

    ActionAuthenticatorMixin._authenticate_and_authorize_action = record


def patch_moto() -> None:
    """Fixes all of moto, for every server that this process starts."""
    for part in (
        patch_apis,
        patch_budgets,
        patch_bucket_policies,
        patch_cost_tags,
        patch_databases,
        patch_distributions,
        patch_mail_subscriptions,
        patch_security_group_rules,
        patch_tagged_resources,
    ):
        part()


def start(requests_file: str | None) -> int:
    """Starts a server in a thread and returns its port. Records requests if there is a file for them."""
    if requests_file is not None:
        record_requests(requests_file)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    return port


def main() -> None:
    patch_moto()
    print(start(os.environ.get("REHEARSAL_REQUESTS")), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
