import { z } from "zod";
import type { Seed } from "../seed";
import { seedFeatureSchema } from "./features";
import { id, lookupKey } from "./texts";

/** A seed as JSON. */
export const seedSchema: z.ZodType<Seed> = z.strictObject({
  features: z.array(seedFeatureSchema).exactOptional(),
  products: z
    .array(
      z.strictObject({
        id: id.exactOptional(),
        name: id,
        active: z.boolean().exactOptional(),
        features: z.array(lookupKey).exactOptional(),
      }),
    )
    .exactOptional(),
  customers: z
    .array(
      z.strictObject({
        id: id.exactOptional(),
        name: z.string().exactOptional(),
        products: z.array(id).exactOptional(),
      }),
    )
    .exactOptional(),
});
