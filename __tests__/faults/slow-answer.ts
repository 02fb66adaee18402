import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf, readRequest, type SeenRequest } from "./seen-request";

/** Which answer is kept back. */
export type Moment = (request: SeenRequest) => boolean;

/** True of the first request that fits and comes behind another one. */
export function behind(first: Moment, then: Moment): Moment {
  let passed = false;
  return (request) => {
    const fits = passed && then(request);
    passed ||= first(request);
    return fits;
  };
}

/**
 * A way to the emulator on which an answer can be kept back: AWS has done the work, and the client
 * does not know yet. So a test acts at a moment, and not at a time.
 */
export class SlowAnswer {
  readonly #server = createServer((incoming, response) => {
    void this.#serve(incoming, response);
  });
  #moment: Moment | undefined;
  #reached: () => void = () => undefined;
  #release: () => void = () => undefined;

  private constructor(private readonly emulatorUrl: string) {}

  /**
   * Listens on a free port of the loopback interface.
   *
   * @param emulatorUrl - where the emulator listens
   */
  public static async before(emulatorUrl: string): Promise<SlowAnswer> {
    const proxy = new SlowAnswer(emulatorUrl);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  public get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /**
   * Keeps the answer to the first request of a kind back, until {@link SlowAnswer.release}.
   *
   * @returns ends when the emulator has answered it
   */
  public keep(moment: Moment): Promise<void> {
    this.#moment = moment;
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }

  /** Sends the answer to the client that waits for it. */
  public release(): void {
    this.#moment = undefined;
    this.#release();
  }

  /** Ends the proxy. */
  public stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const kept = this.#moment?.(readRequest(incoming, body)) === true;
    if (kept) {
      this.#moment = undefined;
    }
    const { headers, method, url = "/" } = incoming;
    const onward = forward(new URL(url, this.emulatorUrl), { method, headers }, (answer) => {
      const give = (): void => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      };
      if (kept) {
        this.#release = give;
        this.#reached();
      } else {
        give();
      }
    });
    onward.once("error", () => incoming.socket.destroy());
    onward.end(body);
  }
}
