import { z } from "zod";
import type { Choices } from "../choices";

const refusal = z.strictObject({
  status: z.int().min(400).max(599),
  message: z.string(),
  type: z.enum(["api_error", "card_error", "idempotency_error", "invalid_request_error"]).exactOptional(),
  code: z.string().exactOptional(),
  param: z.string().exactOptional(),
});
const refusalOrAccepted = z.union([refusal, z.literal("accepted")]);

/** The choices that differ from the default ones, as JSON. */
export const choicesSchema: z.ZodType<Partial<Choices>> = z.strictObject({
  duplicateLookupKey: refusal.exactOptional(),
  attachedTwice: refusal.exactOptional(),
  attachArchived: refusal.exactOptional(),
  editArchived: refusal.exactOptional(),
  unarchive: refusal.exactOptional(),
  archiveTwice: refusalOrAccepted.exactOptional(),
  attachToInactiveProduct: refusalOrAccepted.exactOptional(),
  deleteProductInUse: refusal.exactOptional(),
  subscribersFollow: z.enum(["nextBillingPeriod", "atOnce"]).exactOptional(),
  listWithoutArchived: z.enum(["active", "all"]).exactOptional(),
  lengthUnit: z.enum(["characters", "utf16", "bytes"]).exactOptional(),
  missingReferenceStatus: z.union([z.literal(400), z.literal(404)]).exactOptional(),
  nouns: z
    .strictObject({
      feature: z.string(),
      productFeature: z.string(),
      product: z.string(),
      customer: z.string(),
      activeEntitlement: z.string(),
    })
    .exactOptional(),
  permissionNames: z
    .strictObject({ account: z.string(), entitlements: z.string(), products: z.string() })
    .exactOptional(),
  publishableKey: refusal.exactOptional(),
  defaultApiVersion: z.string().exactOptional(),
});
