/**
 * The part of zod that the provider uses. The build bundles it into one file: zod's own entry loads
 * 90 files, half of them translations, which takes longer than the rest of this package.
 */

export type { core, infer, ZodObject, ZodString, ZodType } from "zod";
export {
  array,
  boolean,
  discriminatedUnion,
  enum,
  literal,
  looseObject,
  number,
  object,
  preprocess,
  record,
  strictObject,
  string,
  unknown,
} from "zod";
