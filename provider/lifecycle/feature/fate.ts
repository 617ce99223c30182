import type { Entitlements } from "../../stripe/entitlements";
import { isRefusal } from "../../stripe/errors";

/** What became of the feature. */
export async function fate(stripe: Entitlements, id: string): Promise<"active" | "archived" | "deleted"> {
  try {
    const { active } = await stripe.retrieveFeature(id);
    return active ? "active" : "archived";
  } catch (error) {
    if (isRefusal(error) && error.kind === "missing") return "deleted";
    throw error;
  }
}
