import { ACCOUNT } from "../../fixtures/environments";
import { functionArn, grantRunning } from "../../../src/constructs/compute/function-role";
import { askedOf, executionRole } from "../../helpers/role";

describe("grantRunning", () => {
  const role = executionRole();
  grantRunning(role, ACCOUNT, ["app", "migrate"]);

  test("asks once for the traces and the network interfaces of all functions", () => {
    expect(askedOf(role).filter(({ Effect }) => Effect === "Allow")).toEqual([
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

  test("refuses the code of each function what it lets Lambda do about interfaces", () => {
    const [interfaces, lookups, denial] = askedOf(role).slice(1);
    expect(denial).toEqual({
      Sid: "FunctionCodeMakesNoInterfaces",
      Effect: "Deny",
      Action: [interfaces?.Action, lookups?.Action].flat(),
      Resource: "*",
      Condition: {
        ArnEquals: {
          "lambda:SourceFunctionArn": [
            "arn:aws:lambda:ap-south-1:498192039865:function:app",
            "arn:aws:lambda:ap-south-1:498192039865:function:migrate",
          ],
        },
      },
    });
  });
});

test("functionArn follows the account and the region", () => {
  expect(functionArn({ id: "111122223333", region: "eu-west-1" }, "app:live")).toBe(
    "arn:aws:lambda:eu-west-1:111122223333:function:app:live",
  );
});
