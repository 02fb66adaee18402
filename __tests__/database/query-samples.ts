import { publicIdOf, SIZES, TODAY } from "./million-orders";

const YESTERDAY = "2025-12-30T00:00:00Z";
const FIRST_PAGE = ["infinity", 0] as const;

/** Numbers of orders, which are also those of their payments: one of the middle, and the last ones. */
const [MIDDLE, NEXT_TO_LAST, LAST] = [SIZES.orders / 2 + 1, SIZES.orders - 1, SIZES.orders];

/** Parameters for every named query, by its name. Each sample has an answer at every size of the shop. */
export const QUERY_SAMPLES: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  "customer-by-email": [["Customer-5@Example.com"], [`customer-${String(0.77 * SIZES.customers)}@example.com`]],
  "catalogue-by-category": [
    ["birthday", "0", 0, 24],
    ["wedding", "700", 0, 10],
  ],
  "low-stock": [[]],
  "order-by-public-id": [[publicIdOf("orders", MIDDLE)], [publicIdOf("orders", NEXT_TO_LAST)]],
  "orders-of-customer": [
    // The one with the most orders; a page from the middle; and one with fewer orders.
    [1, ...FIRST_PAGE, 20],
    [1, "2024-06-01T00:00:00Z", 0, 20],
    [200, ...FIRST_PAGE, 10],
  ],
  "kitchen-queue": [
    ["confirmed", "2026-01-01T00:00:00Z", 10],
    ["baking", "2026-01-02T00:00:00Z", 3],
  ],
  "orders-placed-between": [
    [YESTERDAY, TODAY],
    ["2024-02-29T00:00:00Z", "2024-02-29T12:00:00Z"],
  ],
  "items-of-order": [[publicIdOf("orders", MIDDLE)], [publicIdOf("orders", 2)]],
  "sales-of-cake": [
    // The best seller, and one of the others.
    [publicIdOf("cakes", 1), "2025-06-01T00:00:00Z", "2025-07-01T00:00:00Z"],
    [publicIdOf("cakes", 1500), "2023-06-01T00:00:00Z", "2024-06-01T00:00:00Z"],
  ],
  "payments-of-order": [[publicIdOf("orders", MIDDLE)], [publicIdOf("orders", 7)]],
  "payment-by-idempotency-key": [["key-77"], [`key-${String(LAST)}`]],
  "payment-by-provider-order": [["order_sample77"], [`order_sample${String(LAST)}`]],
  "attempts-of-payment": [[publicIdOf("payments", 3)], [publicIdOf("payments", NEXT_TO_LAST)]],
  "unsettled-payments": [
    [YESTERDAY, 100],
    ["2023-02-01T00:00:00Z", 5],
  ],
  "audit-of-entity": [
    ["orders", publicIdOf("orders", MIDDLE), 20],
    ["payments", publicIdOf("payments", 3), 20],
  ],
};
