import type { Choices } from "./choices";

/** Returns a text as it is stored. */
export function storedText(text: string, normalization: Choices["textNormalization"]): string {
  switch (normalization) {
    case "none":
      return text;
    case "trim":
      return text.trim();
    case "nfc":
      return text.normalize("NFC");
  }
}
