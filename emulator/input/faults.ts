import { z } from "zod";
import type { Fault } from "../faults/fault";

const count = z.int().min(0);
const status = z.int().min(200).max(599);
const moment = z.enum(["before", "after"]).exactOptional();

const target = {
  method: z.enum(["GET", "POST", "DELETE"]).exactOptional(),
  route: z.string().exactOptional(),
  account: z.string().exactOptional(),
  livemode: z.boolean().exactOptional(),
  skip: count.exactOptional(),
  times: z.int().min(1).exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
};

/** A fault as JSON. */
export const faultSchema: z.ZodType<Fault> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    ...target,
    status,
    when: moment,
    type: z.enum(["api_error", "card_error", "idempotency_error", "invalid_request_error"]).exactOptional(),
    code: z.string().exactOptional(),
    message: z.string().exactOptional(),
    param: z.string().exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.union([z.string(), z.record(z.string(), z.unknown())]).exactOptional(),
    kept: z.boolean().exactOptional(),
  }),
  z.strictObject({ kind: z.literal("drop"), ...target, when: moment }),
  z.strictObject({ kind: z.literal("cut"), ...target, bytes: count.exactOptional() }),
  z.strictObject({
    kind: z.literal("garbage"),
    ...target,
    body: z.string(),
    status: status.exactOptional(),
    contentType: z.string().exactOptional(),
    when: moment,
  }),
  z.strictObject({
    kind: z.literal("latency"),
    ...target,
    ms: z.number().min(0),
    jitterMs: z.number().min(0).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("rateLimit"),
    ...target,
    requestsPerSecond: z.number().positive(),
    burst: z.number().min(1).exactOptional(),
  }),
  z.strictObject({ kind: z.literal("lockTimeout"), ...target, holdMs: z.number().min(0) }),
]);

export const faultsSchema: z.ZodType<readonly Fault[]> = z.array(faultSchema);
