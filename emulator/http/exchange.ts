import { randomId } from "../ids";
import type { LoggedRequest } from "../request-log";
import type { ModeState } from "../store/account";
import type { Endpoint } from "./endpoint";
import type { Parameters } from "./parameters";

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How the delivery fails. Absent if the whole answer is sent. */
  readonly delivery?: { readonly kind: "drop" } | { readonly kind: "cut"; readonly bytes: number };
}

/** A request, and what the server has found out about it so far. */
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

  /** Mode of the state that the request acts on. Test mode until its key is known. */
  get livemode(): boolean {
    return this.state?.livemode ?? false;
  }

  /** Returns the entry for the request log. `status` is undefined if no answer was sent. */
  logged(status: number | undefined): LoggedRequest {
    const stripeVersion = this.header("stripe-version");
    const userAgent = this.header("user-agent");
    return {
      method: this.method,
      path: this.path,
      ...(this.endpoint && { route: this.endpoint.path }),
      // A plain copy: decoded parameters have no prototype, so they would not be deeply equal to
      // literals.
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
