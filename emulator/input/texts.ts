import { z } from "zod";
import { featureProperties } from "../store/feature-properties";

/** A text that is not empty and not too long. */
export const shortText = (maxLength: number) =>
  z.string().min(1, "It is empty").max(maxLength, `It has more than ${maxLength} characters`);

export const lookupKey = shortText(featureProperties.lookup_key.maxLength);

export const featureName = shortText(featureProperties.name.maxLength);

/** An id, or another text that only has to be there. */
export const id = z.string().min(1, "It is empty");

export const metadata = z.record(z.string(), z.string());
