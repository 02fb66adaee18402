import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { faultAnswer } from "./fault-answer";
import { bodyOf, readRequest, type SeenRequest } from "./seen-request";

/**
 * What an AWS that is disturbed does with a request: answers that it failed, or that there are too many,
 * takes it and never answers, or hangs up. With `refusal`, connections are refused.
 */
export type Fault = "internal error" | "throttling" | "silence" | "hang up" | "refusal";

/** When a fault begins and ends, and whom it meets. */
export interface Disturbance {
  readonly fault: Fault;
  /** The fault begins once the first request for which this is true was answered. @default - at once */
  readonly after?: (request: SeenRequest) => boolean;
  /** Requests that meet the fault once it has begun; a refusal meets all. @default - all */
  readonly of?: (request: SeenRequest) => boolean;
  /** The fault ends when it has met so many requests. @default - when it is ended */
  readonly times?: number;
}

/** A way to the emulator, on the loopback interface, that can be disturbed. */
export class UnreliableAws {
  readonly #server = createServer((incoming, response) => {
    void this.#serve(incoming, response);
  });
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #disturbance: Disturbance | undefined;
  #begun = false;
  #met = 0;
  #onMet: () => void = () => undefined;

  private constructor(private readonly emulatorUrl: string) {
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /**
   * Listens on a free port.
   *
   * @param emulatorUrl - where the emulator listens
   */
  public static async before(emulatorUrl: string): Promise<UnreliableAws> {
    const aws = new UnreliableAws(emulatorUrl);
    await aws.#listen();
    return aws;
  }

  /** Where it listens; the same for as long as it lives. */
  public get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Requests that met the fault since it was set; unknown for a refusal. */
  public get met(): number {
    return this.#met;
  }

  /**
   * Sets a fault, until {@link UnreliableAws.restore}.
   *
   * @returns ends when the first request meets the fault
   */
  public disturb(disturbance: Disturbance): Promise<void> {
    this.#disturbance = disturbance;
    this.#begun = false;
    this.#met = 0;
    if (disturbance.after === undefined) {
      this.#begin(disturbance);
    }
    return new Promise((resolve) => {
      this.#onMet = resolve;
    });
  }

  /** Ends the fault, and closes the connections of clients that still wait. */
  public async restore(): Promise<void> {
    this.#disturbance = undefined;
    this.#hangUp();
    if (!this.#server.listening) {
      await this.#listen();
    }
  }

  /** Ends the proxy. */
  public stop(): void {
    this.#server.close();
    this.#hangUp();
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #begin({ fault }: Disturbance): void {
    this.#begun = true;
    if (fault === "refusal") {
      this.stop();
    }
  }

  #hangUp(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const seen = readRequest(incoming, body);
    const disturbance = this.#disturbance;
    if (!disturbance || !(this.#begun ? (disturbance.of?.(seen) ?? true) : disturbance.after?.(seen))) {
      this.#passOn(incoming, body, response);
    } else if (this.#begun) {
      this.#meet(disturbance, incoming, response);
    } else {
      response.once("finish", () => {
        this.#begin(disturbance);
      });
      this.#passOn(incoming, body, response);
    }
  }

  #meet({ fault, times = Infinity }: Disturbance, incoming: IncomingMessage, response: ServerResponse): void {
    this.#met += 1;
    this.#onMet();
    if (this.#met >= times) {
      this.#disturbance = undefined;
    }
    if (fault === "internal error" || fault === "throttling") {
      const { status, headers, text } = faultAnswer(fault, incoming.headers);
      response.writeHead(status, headers).end(text);
    } else if (fault === "hang up") {
      incoming.socket.destroy();
    }
  }

  /** Passes a request on as it is: the signature names the host that the client uses. */
  #passOn(incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { headers, method, url = "/" } = incoming;
    const onward = forward(new URL(url, this.emulatorUrl), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once("error", () => incoming.socket.destroy());
    onward.end(body);
  }
}
