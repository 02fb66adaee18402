import { subnetCidr } from "../../../src/constructs/network/subnet-cidrs";

const PLACES = [0, 1, 2, 3, 4, 5, 6, 7];
const SIXTEENTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

describe("subnetCidr", () => {
  test.each([
    ["10.0.0.0/16", "public", 0, "10.0.0.0/20"],
    ["10.0.0.0/16", "public", 1, "10.0.16.0/20"],
    ["10.0.0.0/16", "private", 0, "10.0.128.0/20"],
    ["10.0.0.0/16", "private", 1, "10.0.144.0/20"],
    ["172.20.96.0/20", "private", 2, "172.20.106.0/24"],
    ["203.0.113.0/24", "private", 7, "203.0.113.240/28"],
  ] as const)("cuts %s: %s subnet %i is %s", (vpcCidr, kind, index, expected) => {
    expect(subnetCidr(vpcCidr, kind, index)).toBe(expected);
  });

  test.each([
    ["10.0.0.0/16", (place: number) => `10.0.${String(place * 16)}.0/20`],
    ["192.168.240.0/20", (place: number) => `192.168.${String(240 + place)}.0/24`],
    ["172.31.255.0/24", (place: number) => `172.31.255.${String(place * 16)}/28`],
  ])("fills %s without gap or overlap", (vpcCidr, sixteenth) => {
    const subnets = (["public", "private"] as const).flatMap((kind) =>
      PLACES.map((place) => subnetCidr(vpcCidr, kind, place)),
    );
    expect(subnets).toEqual(SIXTEENTHS.map(sixteenth));
  });
});
