import type { Client } from "pg";
import { SESSION_NAME } from "../../src/functions/app/aws";
import { SUPERUSER } from "../../tools/shared/postgres/data";
import { suiteRazorpay } from "../helpers/razorpay";
import { secureDatabase } from "../helpers/secure-database";
import { appInProcess, endSessions, post } from "./app-in-process";
import { creation, type Created } from "./payment-requests";
import { pendingOrders } from "./pending-orders";
import { slowWay } from "./slow-way";

const NAME = "broken_session";

const database = secureDatabase();
const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
const razorpay = suiteRazorpay();
afterAll(() => {
  output.mockRestore();
});

const owner = async (): Promise<Client> => database.server.connect(await database.server.database(NAME));

test("nobody gets the id of an order that Razorpay creates after the search for it", async () => {
  const way = await slowWay(razorpay().url);
  const app = await appInProcess(database, { name: NAME, razorpayUrl: way.url });
  const [order = ""] = await pendingOrders(await owner(), ["1250.00"]);
  const request = creation(order, "1250.00", "late-order-key-0001");
  const first = post(app, request);
  await way.held;
  await endSessions(await owner());
  const second = await post(app, request);
  way.release();
  expect((await first).status).toBe(503);
  await way.close();

  const { payment_id: receipt, razorpay_order_id: id } = second.body as Created;
  const made = razorpay().orders.filter((one) => one.receipt === receipt);
  expect([second.status, made.map((one) => one.id)]).toEqual([201, [id, expect.not.stringMatching(id)]]);
  expect((await post(app, request)).body).toEqual(second.body);
  const { rows } = await (
    await owner()
  ).query("SELECT action FROM audit_log WHERE entity_public_id = $1 ORDER BY id", [receipt]);
  expect(rows).toEqual([{ action: "payment.intended" }, { action: "payment.created" }]);
});

test("a session that is ended while it begins is a 503 with Retry-After", async () => {
  const app = await appInProcess(database, { name: NAME, razorpayUrl: razorpay().url });
  const { host, port } = await database.server.database(NAME);
  const superuser = await database.server.connect({ host, port, user: SUPERUSER, database: NAME });
  await superuser.query(`
    CREATE FUNCTION ended() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_terminate_backend(pg_backend_pid()) WHERE current_setting('application_name') = '${SESSION_NAME}';
    END $$;
    CREATE EVENT TRIGGER ended ON login EXECUTE FUNCTION ended()`);
  const answer = await post(app, creation("00000000-0000-4000-8000-000000000402", "1250.00", "ended-key-00000001"));
  await superuser.query("DROP EVENT TRIGGER ended");
  expect([answer.status, answer.retryAfter]).toEqual([503, expect.any(Number)]);
});
