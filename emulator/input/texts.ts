import { z } from "zod";

const maxLength = 80;

/** A name or lookup key, which Stripe limits to 80 [spec]. */
export const shortText = z.string().min(1, "It is empty").max(maxLength, `It has more than ${maxLength} characters`);
export const id = z.string().min(1, "It is empty");
export const metadata = z.record(z.string(), z.string());
