import { randomId } from "../ids";
import type { LoggedRequest } from "../request-log";
import type { ModeState } from "../store/account";
import type { Endpoint } from "./endpoint";
import type { Parameters } from "./parameters";

/** An answer before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How it fails to arrive; absent when it arrives whole. */
  readonly delivery?: { readonly kind: "drop" } | { readonly kind: "cut"; readonly bytes: number };
}

/** One request on its way through the server: what came in, and what is found out about it. */
export class Exchange {
  readonly requestId = randomId("req_", 14);
  readonly startedAt = Date.now();
  readonly #start = performance.now();
  parameters: Parameters = {};
  state: ModeState | undefined;
  replayed = false;
  readonly faults: string[] = [];

  constructor(
    readonly method: string,
    readonly path: string,
    readonly endpoint: Endpoint | undefined,
    readonly header: (name: string) => string | undefined,
    readonly pathId: (name: string) => string,
  ) {}

  get idempotencyKey(): string | undefined {
    return this.header("idempotency-key");
  }

  /** Mode of the state the request met; test while its key is not known. */
  get livemode(): boolean {
    return this.state?.livemode ?? false;
  }

  /** What the request log keeps; `status` is absent when no answer was sent. */
  logged(status: number | undefined): LoggedRequest {
    const stripeVersion = this.header("stripe-version");
    const userAgent = this.header("user-agent");
    return {
      method: this.method,
      path: this.path,
      ...(this.endpoint && { route: this.endpoint.path }),
      // A plain copy: decoded parameters have no prototype, which would make them unequal to literals.
      params: structuredClone(this.parameters),
      ...(status !== undefined && { status }),
      requestId: this.requestId,
      ...(this.state && { account: this.state.account.id, livemode: this.state.livemode }),
      ...(this.idempotencyKey !== undefined && { idempotencyKey: this.idempotencyKey }),
      ...(this.replayed && { replayed: true }),
      ...(stripeVersion !== undefined && { stripeVersion }),
      ...(userAgent !== undefined && { userAgent }),
      ...(this.faults.length > 0 && { faults: [...this.faults] }),
      startedAt: this.startedAt,
      durationMs: performance.now() - this.#start,
    };
  }
}
