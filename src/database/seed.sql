-- Sample data to explore. Every row has a fixed public_id: seeding again adds nothing, and overwrites no changes.
-- Addresses and numbers are samples: example.com belongs to nobody.

INSERT INTO customers (public_id, email, full_name, phone) VALUES
  ('00000000-0000-4000-8000-000000000101', 'asha@example.com', 'Sample Asha', '+919800000001'),
  ('00000000-0000-4000-8000-000000000102', 'binu@example.com', 'Sample Binu', '+919800000002'),
  ('00000000-0000-4000-8000-000000000103', 'chitra@example.com', 'Sample Chitra', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO cakes (public_id, sku, name, description, category, weight_grams, price_amount) VALUES
  ('00000000-0000-4000-8000-000000000201', 'CHOC-TRUFFLE-1KG', 'Chocolate truffle', 'Dark chocolate, three layers', 'birthday', 1000, 1450.00),
  ('00000000-0000-4000-8000-000000000202', 'BLACK-FOREST-1KG', 'Black forest', 'Cherries and cream', 'birthday', 1000, 1250.00),
  ('00000000-0000-4000-8000-000000000203', 'WEDDING-3TIER', 'Three-tier vanilla', 'For eighty guests', 'wedding', 6000, 12500.00),
  ('00000000-0000-4000-8000-000000000204', 'CUPCAKE-RED-6', 'Red velvet cupcakes', 'A box of six', 'cupcake', 480, 540.00),
  ('00000000-0000-4000-8000-000000000205', 'PLUM-750G', 'Plum cake', 'Soaked since August', 'seasonal', 750, 899.50)
ON CONFLICT DO NOTHING;

INSERT INTO inventory (public_id, cake_id, quantity_on_hand, quantity_reserved, reorder_level)
SELECT sample.public_id::uuid, cakes.id, sample.on_hand, sample.reserved, sample.reorder_level
FROM (VALUES
  ('00000000-0000-4000-8000-000000000301', '00000000-0000-4000-8000-000000000201', 12, 1, 4),
  ('00000000-0000-4000-8000-000000000302', '00000000-0000-4000-8000-000000000202', 8, 0, 4),
  ('00000000-0000-4000-8000-000000000303', '00000000-0000-4000-8000-000000000203', 1, 0, 1),
  ('00000000-0000-4000-8000-000000000304', '00000000-0000-4000-8000-000000000204', 30, 2, 10),
  ('00000000-0000-4000-8000-000000000305', '00000000-0000-4000-8000-000000000205', 40, 0, 15)
) AS sample (public_id, cake, on_hand, reserved, reorder_level)
JOIN cakes ON cakes.public_id = sample.cake::uuid
ON CONFLICT DO NOTHING;

INSERT INTO orders (public_id, customer_id, status, fulfilment, delivery_address, items_amount, delivery_amount, placed_at, due_at)
SELECT sample.public_id::uuid, customers.id, sample.status, sample.fulfilment, sample.address, sample.items, sample.delivery,
  sample.placed_at::timestamptz, sample.due_at::timestamptz
FROM (VALUES
  ('00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000101', 'confirmed', 'delivery', '1 Sample Street, Kochi',
    2530.00, 80.00, '2025-11-02T09:00:00Z', '2025-11-05T12:00:00Z'),
  ('00000000-0000-4000-8000-000000000402', '00000000-0000-4000-8000-000000000102', 'pending', 'pickup', NULL,
    1250.00, 0.00, '2025-11-02T10:30:00Z', '2025-11-04T06:30:00Z')
) AS sample (public_id, customer, status, fulfilment, address, items, delivery, placed_at, due_at)
JOIN customers ON customers.public_id = sample.customer::uuid
ON CONFLICT DO NOTHING;

INSERT INTO order_items (public_id, order_id, cake_id, cake_name, message, quantity, unit_amount)
SELECT sample.public_id::uuid, orders.id, cakes.id, cakes.name, sample.message, sample.quantity, sample.unit_amount
FROM (VALUES
  ('00000000-0000-4000-8000-000000000501', '00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000201', 'Happy birthday', 1, 1450.00),
  ('00000000-0000-4000-8000-000000000502', '00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000204', NULL, 2, 540.00),
  ('00000000-0000-4000-8000-000000000503', '00000000-0000-4000-8000-000000000402', '00000000-0000-4000-8000-000000000202', NULL, 1, 1250.00)
) AS sample (public_id, order_public_id, cake, message, quantity, unit_amount)
JOIN orders ON orders.public_id = sample.order_public_id::uuid
JOIN cakes ON cakes.public_id = sample.cake::uuid
ON CONFLICT DO NOTHING;

INSERT INTO payments (public_id, order_id, idempotency_key, status, amount, provider_order_id, provider_payment_id)
SELECT '00000000-0000-4000-8000-000000000601', orders.id, 'sample-key-1', 'captured', 2610.00, 'order_sample0000001', 'pay_sample00000001'
FROM orders
WHERE orders.public_id = '00000000-0000-4000-8000-000000000401'
ON CONFLICT DO NOTHING;

INSERT INTO audit_log (public_id, actor, action, entity_type, entity_public_id, details)
VALUES ('00000000-0000-4000-8000-000000000701', 'seed', 'payment.captured', 'payments', '00000000-0000-4000-8000-000000000601', '{"sample": true}')
ON CONFLICT DO NOTHING;
