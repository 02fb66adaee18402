-- Roles belong to the whole server: another database on it, of the same owner, may have made this one.
DO $$
BEGIN
  CREATE ROLE aleenascuisine_app NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT aleenascuisine_app TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA public TO aleenascuisine_app;

CREATE FUNCTION set_updated_at() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION set_updated_at() IS 'Sets updated_at to the time of the transaction, whatever the statement says';

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  email text NOT NULL,
  full_name text NOT NULL,
  phone text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT customers_public_id_key UNIQUE (public_id),
  CONSTRAINT customers_email_check CHECK (email = lower(email) AND email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' AND char_length(email) <= 254),
  CONSTRAINT customers_full_name_check CHECK (full_name ~ '\S' AND char_length(full_name) <= 200),
  CONSTRAINT customers_phone_check CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
  CONSTRAINT customers_deleted_at_check CHECK (deleted_at >= created_at)
);
COMMENT ON TABLE customers IS 'Who orders. Personal data: nothing of it is logged';
COMMENT ON COLUMN customers.email IS 'In lower case; taken once among customers that are not deleted';
COMMENT ON COLUMN customers.full_name IS 'As the customer writes it';
COMMENT ON COLUMN customers.phone IS 'E.164, such as +919800000000';

CREATE TABLE cakes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  sku text NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  category text NOT NULL,
  weight_grams integer NOT NULL,
  price_amount numeric(10,2) NOT NULL,
  currency char(3) NOT NULL DEFAULT 'INR',
  is_available boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT cakes_public_id_key UNIQUE (public_id),
  CONSTRAINT cakes_sku_check CHECK (sku ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'),
  CONSTRAINT cakes_name_check CHECK (name ~ '\S' AND char_length(name) <= 200),
  CONSTRAINT cakes_category_check CHECK (category IN ('birthday', 'wedding', 'cupcake', 'pastry', 'seasonal')),
  CONSTRAINT cakes_weight_grams_check CHECK (weight_grams > 0),
  -- NaN is greater than every number: here and below, more than 0 is not enough.
  CONSTRAINT cakes_price_amount_check CHECK (price_amount > 0 AND price_amount < 'NaN'),
  CONSTRAINT cakes_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT cakes_deleted_at_check CHECK (deleted_at >= created_at)
);
COMMENT ON TABLE cakes IS 'What is sold';
COMMENT ON COLUMN cakes.sku IS 'Stock keeping unit; taken once among cakes that are not deleted';
COMMENT ON COLUMN cakes.name IS 'As the catalogue shows it';
COMMENT ON COLUMN cakes.description IS 'As the catalogue shows it';
COMMENT ON COLUMN cakes.category IS 'Part of the catalogue that it stands in';
COMMENT ON COLUMN cakes.weight_grams IS 'Weight of one, in grams';
COMMENT ON COLUMN cakes.price_amount IS 'Price of one today. What was paid stands in order_items';
COMMENT ON COLUMN cakes.currency IS 'ISO 4217';
COMMENT ON COLUMN cakes.is_available IS 'False takes it off the catalogue for a while';

CREATE TABLE inventory (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  cake_id bigint NOT NULL,
  quantity_on_hand integer NOT NULL DEFAULT 0,
  quantity_reserved integer NOT NULL DEFAULT 0,
  reorder_level integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT inventory_public_id_key UNIQUE (public_id),
  CONSTRAINT inventory_cake_id_fkey FOREIGN KEY (cake_id) REFERENCES cakes (id) ON DELETE CASCADE,
  CONSTRAINT inventory_quantity_on_hand_check CHECK (quantity_on_hand >= 0),
  CONSTRAINT inventory_quantity_reserved_check CHECK (quantity_reserved BETWEEN 0 AND quantity_on_hand),
  CONSTRAINT inventory_reorder_level_check CHECK (reorder_level >= 0),
  CONSTRAINT inventory_deleted_at_check CHECK (deleted_at >= created_at)
);
COMMENT ON TABLE inventory IS 'Stock of a cake: one row a cake among those that are not deleted';
COMMENT ON COLUMN inventory.quantity_on_hand IS 'Pieces that are there, those reserved included';
COMMENT ON COLUMN inventory.quantity_reserved IS 'Pieces that belong to orders already';
COMMENT ON COLUMN inventory.reorder_level IS 'Free pieces at which new ones are baked';
COMMENT ON CONSTRAINT inventory_cake_id_fkey ON inventory IS 'Stock is nothing without its cake: it goes with it';

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  customer_id bigint NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  fulfilment text NOT NULL DEFAULT 'pickup',
  delivery_address text,
  items_amount numeric(10,2) NOT NULL,
  delivery_amount numeric(10,2) NOT NULL DEFAULT 0,
  total_amount numeric(10,2) NOT NULL GENERATED ALWAYS AS (items_amount + delivery_amount) STORED,
  currency char(3) NOT NULL DEFAULT 'INR',
  placed_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  cancelled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT orders_public_id_key UNIQUE (public_id),
  CONSTRAINT orders_id_currency_key UNIQUE (id, currency),
  CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT,
  CONSTRAINT orders_status_check CHECK (status IN ('pending', 'confirmed', 'baking', 'ready', 'delivered', 'cancelled')),
  CONSTRAINT orders_fulfilment_check CHECK (fulfilment IN ('pickup', 'delivery')),
  CONSTRAINT orders_delivery_address_check CHECK ((fulfilment = 'delivery') = (delivery_address IS NOT NULL) AND delivery_address ~ '\S'),
  CONSTRAINT orders_items_amount_check CHECK (items_amount > 0 AND items_amount < 'NaN'),
  CONSTRAINT orders_delivery_amount_check CHECK (delivery_amount >= 0 AND delivery_amount < 'NaN'),
  CONSTRAINT orders_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT orders_due_at_check CHECK (due_at >= placed_at),
  CONSTRAINT orders_cancelled_at_check CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
  CONSTRAINT orders_deleted_at_check CHECK (deleted_at >= created_at)
);
COMMENT ON TABLE orders IS 'What a customer orders at one time';
COMMENT ON COLUMN orders.status IS 'pending until it is paid';
COMMENT ON COLUMN orders.fulfilment IS 'Whether the customer picks it up or has it delivered';
COMMENT ON COLUMN orders.delivery_address IS 'Personal data. Set for deliveries, and for them alone';
COMMENT ON COLUMN orders.items_amount IS 'Sum of its items';
COMMENT ON COLUMN orders.delivery_amount IS 'What the delivery costs';
COMMENT ON COLUMN orders.total_amount IS 'What the customer owes; computed by the database';
COMMENT ON COLUMN orders.currency IS 'ISO 4217; its items and payments have the same';
COMMENT ON COLUMN orders.placed_at IS 'When the customer ordered';
COMMENT ON COLUMN orders.due_at IS 'When it is picked up or delivered';
COMMENT ON COLUMN orders.cancelled_at IS 'Set for cancelled orders, and for them alone';
COMMENT ON CONSTRAINT orders_id_currency_key ON orders IS 'What items and payments refer to, so that none has another currency';
COMMENT ON CONSTRAINT orders_customer_id_fkey ON orders IS 'A customer with orders is deleted softly, never from the table';

CREATE TABLE order_items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  order_id bigint NOT NULL,
  cake_id bigint NOT NULL,
  cake_name text NOT NULL,
  message text,
  quantity integer NOT NULL,
  unit_amount numeric(10,2) NOT NULL,
  line_amount numeric(10,2) NOT NULL GENERATED ALWAYS AS (unit_amount * quantity) STORED,
  currency char(3) NOT NULL DEFAULT 'INR',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT order_items_public_id_key UNIQUE (public_id),
  CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id, currency) REFERENCES orders (id, currency) ON DELETE CASCADE,
  CONSTRAINT order_items_cake_id_fkey FOREIGN KEY (cake_id) REFERENCES cakes (id) ON DELETE RESTRICT,
  CONSTRAINT order_items_cake_name_check CHECK (cake_name ~ '\S'),
  CONSTRAINT order_items_message_check CHECK (char_length(message) <= 100),
  CONSTRAINT order_items_quantity_check CHECK (quantity BETWEEN 1 AND 1000),
  CONSTRAINT order_items_unit_amount_check CHECK (unit_amount > 0 AND unit_amount < 'NaN'),
  CONSTRAINT order_items_deleted_at_check CHECK (deleted_at >= created_at)
);
COMMENT ON TABLE order_items IS 'Cakes of an order, as they were sold';
COMMENT ON COLUMN order_items.cake_name IS 'Name of the cake when it was ordered';
COMMENT ON COLUMN order_items.message IS 'What is written on the cake. Personal data';
COMMENT ON COLUMN order_items.quantity IS 'Pieces';
COMMENT ON COLUMN order_items.unit_amount IS 'Price of one when it was ordered';
COMMENT ON COLUMN order_items.line_amount IS 'Price of all; computed by the database';
COMMENT ON COLUMN order_items.currency IS 'ISO 4217; the order''s';
COMMENT ON CONSTRAINT order_items_order_id_fkey ON order_items IS 'Items are part of their order: they go with it';
COMMENT ON CONSTRAINT order_items_cake_id_fkey ON order_items IS 'A cake that was sold is deleted softly, never from the table';

CREATE TABLE payments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  order_id bigint NOT NULL,
  idempotency_key text NOT NULL,
  status text NOT NULL DEFAULT 'created',
  amount numeric(10,2) NOT NULL,
  currency char(3) NOT NULL DEFAULT 'INR',
  provider text NOT NULL DEFAULT 'razorpay',
  provider_order_id text,
  provider_payment_id text,
  failure_code text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payments_public_id_key UNIQUE (public_id),
  CONSTRAINT payments_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT payments_provider_order_id_key UNIQUE (provider_order_id),
  CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id, currency) REFERENCES orders (id, currency) ON DELETE RESTRICT,
  CONSTRAINT payments_idempotency_key_check CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
  CONSTRAINT payments_status_check CHECK (status IN ('created', 'authorized', 'captured', 'refunded', 'failed')),
  CONSTRAINT payments_amount_check CHECK (amount > 0 AND amount < 'NaN'),
  CONSTRAINT payments_provider_check CHECK (provider IN ('razorpay')),
  CONSTRAINT payments_provider_payment_id_check CHECK (status IN ('created', 'failed') OR provider_payment_id IS NOT NULL),
  CONSTRAINT payments_failure_code_check CHECK (failure_code IS NULL OR status = 'failed')
);
COMMENT ON TABLE payments IS 'Payments of orders. Never deleted, not even softly: they are the books. No card data';
COMMENT ON COLUMN payments.idempotency_key IS 'Chosen by the caller: a request that is repeated is the same payment';
COMMENT ON COLUMN payments.status IS 'As far as the provider has told';
COMMENT ON COLUMN payments.provider IS 'Who takes the money';
COMMENT ON COLUMN payments.amount IS 'What is asked for';
COMMENT ON COLUMN payments.currency IS 'ISO 4217; the order''s';
COMMENT ON COLUMN payments.provider_order_id IS 'The provider''s id of what is to be paid; its receipt is this row''s public_id';
COMMENT ON COLUMN payments.provider_payment_id IS 'The provider''s id of what was paid';
COMMENT ON COLUMN payments.failure_code IS 'The provider''s word for why it failed';
COMMENT ON CONSTRAINT payments_order_id_fkey ON payments IS 'An order that somebody paid for cannot be deleted';

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid(),
  actor text NOT NULL,
  action text NOT NULL,
  entity_type text NOT NULL,
  entity_public_id uuid NOT NULL,
  request_id text,
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT audit_log_public_id_key UNIQUE (public_id),
  CONSTRAINT audit_log_actor_check CHECK (actor ~ '\S'),
  CONSTRAINT audit_log_action_check CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
  CONSTRAINT audit_log_entity_type_check CHECK (entity_type IN ('customers', 'cakes', 'inventory', 'orders', 'order_items', 'payments')),
  CONSTRAINT audit_log_details_check CHECK (jsonb_typeof(details) = 'object')
);
COMMENT ON TABLE audit_log IS 'Who did what, in the order of happening. The app adds to it and reads it, and may do nothing else';
COMMENT ON COLUMN audit_log.actor IS 'Part of the system, or public_id of a person. No names';
COMMENT ON COLUMN audit_log.action IS 'Such as payment.created';
COMMENT ON COLUMN audit_log.entity_type IS 'Table that the action was about';
COMMENT ON COLUMN audit_log.entity_public_id IS 'Row that the action was about. No foreign key: the log outlives it';
COMMENT ON COLUMN audit_log.request_id IS 'As the function and the API log it';
COMMENT ON COLUMN audit_log.details IS 'What changed. No personal data, no card data';

CREATE UNIQUE INDEX customers_email_key ON customers (email) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX cakes_sku_key ON cakes (sku) WHERE deleted_at IS NULL;
CREATE INDEX cakes_category_price_amount_idx ON cakes (category, price_amount, id) WHERE deleted_at IS NULL AND is_available;
CREATE UNIQUE INDEX inventory_cake_id_key ON inventory (cake_id) WHERE deleted_at IS NULL;
-- Of all orders: the foreign key asks it too.
CREATE INDEX orders_customer_id_placed_at_idx ON orders (customer_id, placed_at DESC, id DESC);
CREATE INDEX orders_status_due_at_idx ON orders (status, due_at) WHERE deleted_at IS NULL;
CREATE INDEX orders_placed_at_idx ON orders (placed_at) WHERE deleted_at IS NULL;
CREATE INDEX order_items_order_id_idx ON order_items (order_id, currency);
CREATE INDEX order_items_cake_id_created_at_idx ON order_items (cake_id, created_at);
CREATE INDEX payments_order_id_created_at_idx ON payments (order_id, created_at DESC);
CREATE INDEX payments_unsettled_idx ON payments (created_at) WHERE status IN ('created', 'authorized');
CREATE INDEX audit_log_entity_idx ON audit_log (entity_type, entity_public_id, created_at DESC);

CREATE TRIGGER customers_set_updated_at BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER cakes_set_updated_at BEFORE UPDATE ON cakes FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER inventory_set_updated_at BEFORE UPDATE ON inventory FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER orders_set_updated_at BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER order_items_set_updated_at BEFORE UPDATE ON order_items FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER payments_set_updated_at BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- No DELETE anywhere: the app deletes softly.
GRANT SELECT, INSERT, UPDATE ON customers, cakes, inventory, orders, order_items, payments TO aleenascuisine_app;
-- Who adds to the log chooses neither the number nor the time.
GRANT SELECT, INSERT (actor, action, entity_type, entity_public_id, request_id, details) ON audit_log TO aleenascuisine_app;
