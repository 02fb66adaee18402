import type { Client } from "pg";

/** Part of a plan, as PostgreSQL reports it. @see https://www.postgresql.org/docs/17/using-explain.html */
export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  /** In one loop. */
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  /** In one loop. */
  readonly "Rows Removed by Filter"?: number;
  /** In one loop. */
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** A query that was run, and how. */
export interface Explained {
  /** Every part of the plan, the whole first. */
  readonly nodes: readonly [PlanNode, ...PlanNode[]];
  readonly milliseconds: number;
}

/** Runs a query, and says how. */
export async function explain(client: Client, sql: string, parameters: readonly unknown[]): Promise<Explained> {
  const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: PlanNode; "Execution Time": number }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${sql}`,
    [...parameters],
  );
  const [report] = rows;
  if (report === undefined) {
    throw new Error("EXPLAIN says nothing");
  }
  const [{ Plan: plan, "Execution Time": milliseconds }] = report["QUERY PLAN"];
  return { nodes: [plan, ...partsOf(plan)], milliseconds };
}

/** Plan of a statement that is prepared once for whatever values come. */
export async function explainPrepared(client: Client, sql: string): Promise<readonly PlanNode[]> {
  const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`,
  );
  return rows.flatMap(({ "QUERY PLAN": [{ Plan: plan }] }) => [plan, ...partsOf(plan)]);
}

function partsOf({ Plans: parts = [] }: PlanNode): PlanNode[] {
  return parts.flatMap((part) => [part, ...partsOf(part)]);
}

/** Indexes that a plan uses. */
export function indexesOf(nodes: readonly PlanNode[]): string[] {
  return nodes.flatMap((node) => node["Index Name"] ?? []);
}

/** Tables that a plan reads from their first row to their last. */
export function readWhole(nodes: readonly PlanNode[]): string[] {
  return nodes.filter((node) => node["Node Type"].endsWith("Seq Scan")).flatMap((node) => node["Relation Name"] ?? []);
}

/** How many rows of some tables a plan looked at, those included that it did not want. */
export function rowsTouched(nodes: readonly PlanNode[], tables: readonly string[]): number {
  return scansOf(nodes, tables)
    .map((node) => {
      const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
      // A mean below a half is reported as none.
      return Math.max(node["Actual Rows"] + removed, 1) * node["Actual Loops"];
    })
    .reduce((sum, rows) => sum + rows, 0);
}

/** Parts of a plan that read some tables. */
export function scansOf(nodes: readonly PlanNode[], tables: readonly string[]): PlanNode[] {
  return nodes.filter((node) => tables.includes(node["Relation Name"] ?? ""));
}

/** Pages that a query read. */
export function pages({ nodes: [whole] }: Explained): number {
  return whole["Shared Hit Blocks"] + whole["Shared Read Blocks"];
}
