import type { LocalContext } from "../session";

/** What a change means for customers, where Stripe's rules surprise. */
export const notes = {
  // Stripe updates entitlements at the start of the next billing period [docs]; users report that an attachment is not back-filled earlier [field].
  attached:
    "Note: customers who have subscribed to these products already are entitled to a newly attached feature with their next billing period, not before.",
  // [docs]
  archivedWhileAttached:
    "Note: a feature that is archived while it is attached to a product goes on granting access there.",
} as const;

/** Says the note, once a run. */
export function tellOnce({ run, log }: LocalContext, note: string): void {
  if (run.isNews(note)) log(note);
}
