import { z } from "zod";
import type { Fault } from "../faults/fault";

const faultKinds = [
  "status",
  "drop",
  "cut",
  "garbage",
  "latency",
  "rateLimit",
  "lockTimeout",
  "lostDelivery",
  "lateDelivery",
  "duplicateDelivery",
  "reorderedDelivery",
] as const satisfies readonly Fault["kind"][];
const statusesWithoutBody: readonly number[] = [204, 205, 304];
/** The server sets these headers itself: they describe how the body is sent. */
const framingHeaders = ["content-length", "transfer-encoding", "trailer"];
/** The longest time of a timer in Node. */
const maxMs = 2 ** 31 - 1;

const count = z.int().min(0);
const ms = z.number().min(0).max(maxMs);
const status = z
  .int()
  .min(200)
  .max(599)
  .refine(
    (value) => !statusesWithoutBody.includes(value),
    `Answers with status ${statusesWithoutBody.join(", ")} have no body. Use another status from 200 to 599`,
  );
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "A header name has letters, digits and !#$%&'*+-.^_`|~ only")
  .refine((name) => !framingHeaders.includes(name.toLowerCase()), `A fault cannot set ${framingHeaders.join(" or ")}`);
const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "A header value has printable Latin-1 characters, spaces and tabs only");
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

const deliveryTarget = {
  type: z.string().exactOptional(),
  account: target.account,
  livemode: target.livemode,
  skip: target.skip,
  times: target.times,
  probability: target.probability,
};

/** A fault as JSON. */
export const faultSchema: z.ZodType<Fault> = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("status"),
      ...target,
      status,
      when: moment,
      type: z.enum(["api_error", "card_error", "idempotency_error", "invalid_request_error"]).exactOptional(),
      code: z.string().exactOptional(),
      message: z.string().exactOptional(),
      param: z.string().exactOptional(),
      headers: z.record(headerName, headerValue).exactOptional(),
      body: z.union([z.string(), z.looseObject({}), z.array(z.unknown())]).exactOptional(),
      kept: z.boolean().exactOptional(),
    }),
    z.strictObject({ kind: z.literal("drop"), ...target, when: moment }),
    z.strictObject({ kind: z.literal("cut"), ...target, bytes: count.exactOptional() }),
    z.strictObject({
      kind: z.literal("garbage"),
      ...target,
      body: z.string(),
      status: status.exactOptional(),
      contentType: headerValue.exactOptional(),
      when: moment,
    }),
    z.strictObject({
      kind: z.literal("latency"),
      ...target,
      ms,
      jitterMs: ms.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal("rateLimit"),
      ...target,
      requestsPerSecond: z.number().positive("It is not above 0. To refuse every request, use a status fault"),
      burst: z.number().min(1).exactOptional(),
    }),
    z.strictObject({ kind: z.literal("lockTimeout"), ...target, holdMs: ms }),
    z.strictObject({ kind: z.literal("lostDelivery"), ...deliveryTarget }),
    z.strictObject({ kind: z.literal("lateDelivery"), ...deliveryTarget, ms, jitterMs: ms.exactOptional() }),
    z.strictObject({
      kind: z.literal("duplicateDelivery"),
      ...deliveryTarget,
      copies: z.int().min(1).exactOptional(),
    }),
    z.strictObject({ kind: z.literal("reorderedDelivery"), ...deliveryTarget, maxMs: ms.exactOptional() }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? `It is not one of ${faultKinds.join(", ")}` : undefined) },
);

export const faultsSchema: z.ZodType<readonly Fault[]> = z.array(faultSchema);
