DROP TABLE audit_log, payments, order_items, orders, inventory, cakes, customers;
DROP FUNCTION set_updated_at();
REVOKE USAGE ON SCHEMA public FROM aleenascuisine_app;
DO $$
BEGIN
  DROP ROLE aleenascuisine_app;
EXCEPTION
  -- Another database of the server uses it.
  WHEN dependent_objects_still_exist THEN NULL;
END
$$;
