import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineOf, migrationsIn } from "../../src/database/migration-files";
import { temporaryFolder } from "../helpers/temporary-folder";

const folders = temporaryFolder("migration-files");

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(folders, "migrations-"));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

test("migrations are pairs of files, in the order of their names", () => {
  const folder = folderWith({
    "202602010000_b.up.sql": "SELECT 2;",
    "202601010000_a.down.sql": "-- No Transaction\nSELECT -1;",
    "202601010000_a.up.sql": "SELECT 1;",
    ".hidden": "",
  });
  expect(migrationsIn(folder)).toMatchObject([
    {
      name: "202601010000_a",
      up: { file: "202601010000_a.up.sql", sql: "SELECT 1;", inTransaction: true },
      down: { file: "202601010000_a.down.sql", inTransaction: false },
    },
    { name: "202602010000_b", up: { sql: "SELECT 2;" }, down: undefined },
  ]);
});

test("the checksum is of both files, whatever their line ends and byte order marks", () => {
  const checksum = (up: string, down?: string): string | undefined =>
    migrationsIn(
      folderWith({
        "202601010000_a.up.sql": up,
        ...(down !== undefined && { "202601010000_a.down.sql": down }),
      }),
    )[0]?.checksum;
  const plain = checksum("SELECT 1;\nSELECT 2;\n", "SELECT 3;\n");
  expect(checksum("\uFEFFSELECT 1;\r\nSELECT 2;\r\n", "\uFEFFSELECT 3;\r\n")).toBe(plain);
  expect(checksum("SELECT 1;\nSELECT 2;\n", "SELECT 4;\n")).not.toBe(plain);
  expect(checksum("SELECT 1;\nSELECT 4;\n", "SELECT 3;\n")).not.toBe(plain);
  expect(checksum("SELECT 1;\nSELECT 2;\n")).not.toBe(plain);
});

test("the first migration has the checksum of the one file that it was", () => {
  expect(migrationsIn()[0]).toMatchObject({
    name: "202511020001_initial_schema",
    checksum: "aba9c9ff1290a59de2bf1062940e4035df6d3c7058a88635fbce3b5f00b4af96",
  });
});

test.each([
  ["-- No Transaction\nSELECT 1;", false],
  ["-- No Transaction\r\nSELECT 1;", false],
  ["-- No Transaction", false],
  ["-- no transaction\nSELECT 1;", true],
  ["\n-- No Transaction\nSELECT 1;", true],
])("only the exact first line runs a file without a transaction: %j", (sql, inTransaction) => {
  expect(migrationsIn(folderWith({ "202601010000_a.up.sql": sql }))[0]?.up.inTransaction).toBe(inTransaction);
});

test("files that belong to no migration are all reported", () => {
  const folder = folderWith({
    "202601010000_a.down.sql": "",
    "202601010000_b.sql": "",
    "202601010000_C.up.sql": "",
    "202613010000_d.up.sql": "",
  });
  expect(() => migrationsIn(folder)).toThrow(
    /^The migrations cannot be run; nothing was changed\.\n- 202601010000_C\.up\.sql: name it.*\n- 202601010000_b\.sql: name it.*\n- 202613010000_d\.up\.sql: name it.*\n- 202601010000_a\.down\.sql: 202601010000_a\.up\.sql is missing\.$/,
  );
});

test("a position is in the line that has it", () => {
  const sql = { file: "a", sql: "SELECT 1;\nSELECT 2;\n", inTransaction: true };
  expect([1, 9, 10, 11, 20].map((position) => lineOf(sql, position))).toEqual([1, 1, 1, 2, 2]);
});
