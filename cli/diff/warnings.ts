import type { Changes, KeyChange } from "./changes";
import type { DriftedObject, Note, Report } from "./report";
import type { TextStyle } from "./text-style";

/** The most objects or messages that one warning names. */
const maxNamed = 20;
/** Characters of a message. */
const maxMessage = 600;

export interface Warning {
  readonly kind: Note["kind"] | "archive" | "lookupKey" | "loss";
  readonly text: string;
}

/** Returns what a reader must know before the change, the most important first. */
export function warningsOf({ changes, notes }: Report, style: TextStyle): readonly Warning[] {
  const texts: readonly (readonly [Warning["kind"], string | undefined])[] = [
    ...notes.filter(({ kind }) => kind === "failed").map((note) => [note.kind, noteText(note, style)] as const),
    ["archive", archiveText(changes, style)],
    ...changes.keyChanges.slice(0, maxNamed).map((each) => ["lookupKey", keyText(each, style)] as const),
    ["loss", lossText(changes, style)],
    ...notes.filter(({ kind }) => kind !== "failed").map((note) => [note.kind, noteText(note, style)] as const),
  ];
  return texts.flatMap(([kind, text]) => (text === undefined ? [] : [{ kind, text }]));
}

function archiveText({ features }: Changes, style: TextStyle): string | undefined {
  const keys = features.filter(({ change }) => change === "archived").map(({ key }) => style.key(key));
  if (keys.length === 0) return undefined;
  return `${style.strong("Archiving is final.")} Stripe cannot restore an archived feature: ${listed(keys)}.`;
}

function keyText({ before, after, isGuess }: KeyChange, style: TextStyle): string {
  const [was, is] = [style.key(before), style.key(after)];
  const what = isGuess
    ? `${is} has the name of ${was}, which is archived. If it replaces that feature,`
    : `${was} becomes ${is}, which is another feature to Stripe, so`;
  return (
    `${style.strong("A lookup key changes.")} ${what} the application must accept both keys: existing subscribers ` +
    "keep the old one until their next billing period."
  );
}

function lossText({ plans }: Changes, style: TextStyle): string | undefined {
  const losing = plans.filter(({ loses }) => loses.length > 0);
  if (losing.length === 0) return undefined;
  const texts = losing.map(({ label, loses }) => `${style.plan(label)} ${listed(loses.map(style.key))}`);
  const isRename = plans.some(({ change }) => change === "removed") && plans.some(({ change }) => change === "new");
  const rename = " A plan that was only renamed loses nothing, if it keeps its product: see the preview of Pulumi.";
  return (
    `${style.strong("A loss reaches existing subscribers")} at their next billing period: ${listed(texts, "; ")}.` +
    (isRename ? rename : "")
  );
}

function noteText(note: Note, style: TextStyle): string {
  switch (note.kind) {
    case "failed":
      return `${style.strong("The preview failed,")} so this may not be all: ${listed(
        note.messages.map((text) => messageText(text, style)),
        " · ",
      )}`;
    case "newCatalog":
      return `${style.strong("Everything is new,")} because ${style.text(note.commit)} has no ${style.text(note.file)}.`;
    case "drift":
      return `${style.strong("Changed outside Pulumi:")} ${listed(
        note.objects.map((each) => driftText(each, style)),
        "; ",
      )}. The table shows what \`up\` does about it.`;
    case "warning":
      return `${style.strong("The preview warns:")} ${messageText(note.message, style)}`;
  }
}

function driftText({ key, plan, drift }: DriftedObject, style: TextStyle): string {
  if (plan !== undefined) return `${style.key(key)} is no longer attached to ${style.plan(plan)}`;
  return `${style.key(key)} ${drift === "changed" ? "has another name or metadata" : "is archived, gone or taken over"}`;
}

function messageText(message: string, style: TextStyle): string {
  const line = message.replace(/\s*\n\s*/g, " ");
  const characters = [...line];
  return style.text(characters.length > maxMessage ? `${characters.slice(0, maxMessage).join("")}…` : line);
}

function listed(texts: readonly string[], separator = ", "): string {
  const shown = texts.slice(0, maxNamed).join(separator);
  return texts.length > maxNamed ? `${shown} and ${texts.length - maxNamed} more` : shown;
}
