import type { EnvironmentConfig } from "../../src/config/schema";
import { dev, prod } from "../fixtures/environments";
import { EnvironmentStack } from "../../src/stacks/environment-stack";
import { warningsFor } from "../../src/stacks/environment-warnings";
import { testApp } from "../helpers/app";

test("dev has no warning", () => {
  expect(warningsFor(dev)).toEqual([]);
});

test("prod has the handover's placeholder as its origin, and a warning about it", () => {
  expect(warningsFor(prod)).toEqual([
    expect.stringContaining("https://app.aleenascuisine.com, the handover's placeholder"),
  ]);
});

const confirmed: EnvironmentConfig = { ...prod, apiAllowedOrigin: "https://shop.example.com" };

test("carrier-grade addresses are private enough", () => {
  expect(warningsFor({ ...dev, network: { ...dev.network, vpcCidr: "100.64.0.0/16" } })).toEqual([]);
});

test("a protected environment with its own origin has no warning", () => {
  expect(warningsFor(confirmed)).toEqual([]);
});

test.each<[string, EnvironmentConfig, string]>([
  [
    "localhost as origin",
    { ...prod, apiAllowedOrigin: "http://localhost:3000" },
    "customers' browsers will be refused",
  ],
  ["plain http where data is disposable", { ...dev, apiAllowedOrigin: "http://shop.example.com" }, "Use https"],
  [
    "a public address range",
    { ...dev, network: { ...dev.network, vpcCidr: "8.8.0.0/16" } },
    "network.vpcCidr is 8.8.0.0/16, which is not a private range",
  ],
  ["plain http as origin", { ...prod, apiAllowedOrigin: "http://shop.example.com" }, "Use https"],
  [
    "images in a class that CloudFront cannot serve",
    { ...confirmed, storage: { ...confirmed.storage, imagesArchiveClass: "GLACIER" } },
    "CloudFront cannot serve such objects, so images vanish after 365 days",
  ],
  [
    "no edge in India",
    { ...confirmed, storage: { ...confirmed.storage, cdnPriceClass: "PriceClass_100" } },
    "no edge in India",
  ],
  [
    "no last backup where data is protected",
    { ...confirmed, database: { ...confirmed.database, finalSnapshot: false } },
    "deletes the last backup too",
  ],
  [
    "secrets through one zone's NAT gateway",
    { ...confirmed, network: { ...confirmed.network, interfaceEndpoints: [] } },
    "lacks secretsmanager",
  ],
])("warns about %s", (_, config, words) => {
  expect(warningsFor(config)).toEqual([expect.stringContaining(words)]);
});

test("a warning is on the stack, where cdktf prints it", () => {
  const stack = new EnvironmentStack(testApp(), prod);
  expect(stack.node.metadata).toEqual([
    expect.objectContaining({
      type: "@cdktf/warn",
      data: expect.stringContaining("placeholder") as unknown,
    }),
  ]);
});
