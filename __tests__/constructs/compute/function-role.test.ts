import { ACCOUNT } from "../../fixtures/environments";
import { functionArn } from "../../../src/constructs/compute/function-arn";
import { executionRole, grantedTo } from "../../helpers/role";

describe("FunctionRole", () => {
  const role = executionRole();
  role.allow({ Sid: "ShopRead", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" });
  role.grantRun("app");
  role.grantRun("migrate");

  test("needs nothing until a function runs as it", () => {
    expect(grantedTo(executionRole())).toEqual([]);
  });

  test("needs the traces and the network interfaces once for all functions, after what it is granted", () => {
    expect(grantedTo(role).filter(({ Effect }) => Effect === "Allow")).toEqual([
      { Sid: "ShopRead", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" },
      {
        Sid: "FunctionTracing",
        Effect: "Allow",
        Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        Resource: "*",
      },
      {
        Sid: "FunctionInterfaces",
        Effect: "Allow",
        Action: [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:UnassignPrivateIpAddresses",
        ],
        Resource: "arn:aws:ec2:ap-south-1:498192039865:*/*",
      },
      {
        Sid: "FunctionInterfaceLookups",
        Effect: "Allow",
        Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
        Resource: "*",
      },
    ]);
  });

  test("denies the code of each function the calls about interfaces that Lambda needs", () => {
    const [interfaces, lookups, denial] = grantedTo(role).slice(2);
    expect(denial).toEqual({
      Sid: "FunctionCodeMakesNoInterfaces",
      Effect: "Deny",
      Action: [interfaces?.Action, lookups?.Action].flat(),
      Resource: "*",
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": ["app", "migrate"].map((name) => functionArn(ACCOUNT, name)) },
      },
    });
  });
});

test("functionArn follows the account and the region", () => {
  expect(functionArn({ id: "111122223333", region: "eu-west-1" }, "app:live")).toBe(
    "arn:aws:lambda:eu-west-1:111122223333:function:app:live",
  );
});
