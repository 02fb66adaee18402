import type { Client } from "pg";

/**
 * Makes orders that wait for their payments.
 *
 * @param amounts - rupees with two decimals, one for each order
 * @returns the `public_id` of each
 */
export async function pendingOrders(client: Client, amounts: readonly string[]): Promise<string[]> {
  await client.query(
    "INSERT INTO customers (email, full_name) VALUES ('orders@example.com', 'Sample') ON CONFLICT DO NOTHING",
  );
  const { rows } = await client.query<{ public_id: string }>(
    `INSERT INTO orders (customer_id, items_amount, due_at)
     SELECT (SELECT min(id) FROM customers), amount, now() + interval '1 day'
     FROM unnest($1::numeric[]) WITH ORDINALITY AS wanted (amount, place) ORDER BY place RETURNING public_id`,
    [amounts],
  );
  return rows.map(({ public_id }) => public_id);
}
