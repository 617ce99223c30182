/**
 * The words this repository does not use, each with what to write instead. The prose linter reads
 * them for every file.
 */

/** A phrase as it is written, or a regular expression where one entry covers several forms. */
type Entry = readonly [phrase: string | RegExp, replacement: string];

/** Readers understand these only at a second reading. */
const plainEnglish: readonly Entry[] = [
  ["all the same", "still"],
  ["anew", "again"],
  ["as said", "as described"],
  [/(go|goes|going|went)\s+on(?!\s+(?:a|an|the|its|top)\b)/, "continue"],
  ["has to have been", "must be"],
  ["henceforth", "from now on"],
  ["hitherto", "until now"],
  ["in vain", "without success"],
  ["is none", "is not (name what it is not)"],
  ["meanwhile", "in the meantime, or say when"],
  [/mend(ed|s|ing)?/, "fix"],
  ["nobody", "no user, no client, or no resource"],
  ["of which", "whose, with, or a sentence of its own"],
  [/reprieve(d|s)?/, "keep"],
  [/spare(d|s)?/, "keep"],
  [/thereby|thereof|therein|hereby|whereby/, "a verb and its object"],
  ["to be awaited", "the caller must await it"],
  ["to be called", "the caller must call it"],
  [/what\s+stands/, "the current value"],
  ["that which", "what"],
  ["whoever", "the caller, the user, or a client that"],
  [/word\s+for\s+word/, "exactly"],
];

/** Metaphors where the glossary has a term. */
const glossary: readonly Entry[] = [
  [/catalog\s+fault(s)?/, "catalog issue$1"],
  [/half\s+converged/, "partly changed"],
];

/** American spelling, as Stripe and Pulumi write. */
const american: readonly Entry[] = [
  [/analys(e|ed|ing)/, "analyz$1"],
  ["artefact", "artifact"],
  ["artefacts", "artifacts"],
  [/(behavi|col|fav|flav|hon|hum|lab|neighb|rum|vap)our(s|ed|ing|al|able|ite|less|ful)?/, "$1or$2"],
  [/(cancel|label|level|model|signal|total|travel|tunnel)l(ed|ing|er|ers)/, "$1$2"],
  [/catalogue(s|d)?/, "catalog$1"],
  [/cent(re|red|res)/, "center"],
  [/(defen|offen|preten)ce(s)?/, "$1se$2"],
  [/fulfil(s|ment)?/, "fulfill$1"],
  ["grey", "gray"],
  [/licence(s|d)?/, "license$1"],
  [/judgement(s)?/, "judgment$1"],
  [
    /(author|capital|categor|character|custom|emphas|final|general|global|initial|local|material|maxim|memor|minim|modern|normal|optim|organ|parameter|prior|random|real|recogn|sanit|serial|special|stabil|standard|summar|symbol|synchron|token|util|visual)is(e|ed|es|ing|er|ers|ation|ations)/,
    "$1iz$2",
  ],
  [/(deserial|reinitial|unauthor)is(e|ed|es|ing|ation)/, "$1iz$2"],
  ["towards", "toward"],
  [/whilst|amongst/, "while, among"],
];

const source = (phrase: string | RegExp): string =>
  typeof phrase === "string" ? phrase.replaceAll(" ", String.raw`\s+`) : phrase.source;

/**
 * The list in the form of `textlint-rule-terminology`. It matches whole words, also in a phrase on
 * two lines.
 */
export const terms: readonly (readonly [pattern: string, replacement: string])[] = [
  ...plainEnglish,
  ...glossary,
  ...american,
].map(([phrase, replacement]) => [String.raw`(?<![\w-])(?:${source(phrase)})(?![\w-])`, replacement]);
