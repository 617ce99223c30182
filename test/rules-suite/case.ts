import { type Choices, type RuleName, rules } from "../../emulator";
import { redact } from "../../provider/stripe/redact";
import { readFacts } from "./facts";
import { accepted, type Observation } from "./observation";
import { type Answer, type Body, CannotAsk, type Session } from "./session";
import type { Extras } from "./target";

/** A question to a server, with the emulator's answer. */
export interface Case<Seen extends Observation = Observation> {
  /** The rule's name. Further cases of the same rule add a part after a slash. */
  readonly name: string;
  /** The rule as a sentence. */
  readonly rule: string;
  /** Numbers of the facts in `docs/stripe-behavior.md` that it rests on. */
  readonly facts: readonly string[];
  /** Says what the case tries, unless the rule does. */
  readonly question?: string;
  /** The case is skipped unless the target has all of these. */
  readonly needs: readonly (keyof Extras)[];
  /** Asks the question and returns what it observed. It creates its own objects. */
  readonly run: (session: Session) => Promise<Seen>;
  /** Returns the emulator's answer with these choices. */
  readonly expected: (choices: Choices) => Observation;
  /**
   * Returns the choices with which the emulator gives the observed answer. Present if Stripe
   * publishes no answer.
   */
  readonly teaches?: ((seen: Seen) => Partial<Choices>) | undefined;
}

type Given<Seen extends Observation> = Pick<Case<Seen>, "run" | "expected" | "teaches"> &
  Partial<Pick<Case<Seen>, "question" | "needs">>;

/** Defines a case of a rule, by the rule's name or `name/part`. */
export function ofRule<Seen extends Observation>(name: RuleName | `${RuleName}/${string}`, given: Given<Seen>): Case {
  const [ruleName = ""] = name.split("/", 1);
  const { rule, facts } = rules[ruleName as RuleName];
  return untyped({ name, rule, facts, needs: [], ...given });
}

/** Defines a case that belongs to no rule of the emulator. */
export function ofOwn<Seen extends Observation>(
  name: string,
  described: Pick<Case, "rule" | "facts">,
  given: Given<Seen>,
): Case {
  return untyped({ name, ...described, needs: [], ...given });
}

/** Makes the cases one type. Each case only gets what it has observed itself. */
function untyped<Seen extends Observation>(typed: Case<Seen>): Case {
  const { teaches, ...rest } = typed;
  return teaches === undefined ? rest : { ...rest, teaches: (seen) => teaches(seen as Seen) };
}

const certaintyOf = new Map(readFacts().map(({ number, certainty }) => [number, certainty]));

/** Whether the answer is unknown so far: neither published by Stripe nor reported by users. */
export function isUnpublished({ facts: [first = ""], teaches }: Case): boolean {
  return teaches !== undefined || /^(inferred|unpublished)$/.test(certaintyOf.get(first) ?? "");
}

/** Returns the body of a successful answer. */
export function bodyOf(what: string, { status, body }: Answer): Body {
  if (status === accepted.status) return body;
  throw new CannotAsk(`${what} was answered ${status}: ${redact(body.error?.message ?? "no message")}`);
}

export const featuresPath = "/v1/entitlements/features";
export const productsPath = "/v1/products";
export const featurePath = (id: string) => `${featuresPath}/${id}`;
export const attachmentsPath = (product: string) => `${productsPath}/${product}/features`;

export async function createFeature(session: Session, params: object = {}): Promise<Body> {
  const answer = await session.post(featuresPath, { lookup_key: session.unique("key"), name: "Feature", ...params });
  return bodyOf("creating a feature", answer);
}

export async function createArchivedFeature(session: Session, params: object = {}): Promise<Body> {
  const { id } = await createFeature(session, params);
  return bodyOf("archiving a feature", await session.post(featurePath(id), { active: false }));
}

export async function createProduct(session: Session, params: object = {}): Promise<Body> {
  const answer = await session.post(productsPath, { id: session.unique("product"), name: "Product", ...params });
  return bodyOf("creating a product", answer);
}

export async function attach(session: Session, product: string, feature: string): Promise<Body> {
  const answer = await session.post(attachmentsPath(product), { entitlement_feature: feature });
  return bodyOf("attaching a feature", answer);
}

/** Creates a product with `count` features. The attachments are in the order of creation. */
export async function createPlan(session: Session, count: number): Promise<{ product: string; attachments: Body[] }> {
  const { id } = await createProduct(session);
  const attachments: Body[] = [];
  for (let i = 0; i < count; i++) attachments.push(await attach(session, id, (await createFeature(session)).id));
  return { product: id, attachments };
}
