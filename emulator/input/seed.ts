import { z } from "zod";
import type { Seed } from "../seed";
import { id, metadata, shortText } from "./texts";

/** A seed as JSON. */
export const seedSchema: z.ZodType<Seed> = z.strictObject({
  features: z
    .array(
      z.strictObject({
        lookupKey: shortText,
        name: shortText,
        metadata: metadata.exactOptional(),
        archived: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  products: z
    .array(
      z.strictObject({
        id: id.exactOptional(),
        name: id,
        active: z.boolean().exactOptional(),
        features: z.array(shortText).exactOptional(),
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
