import { type Choices, type RuleName, rules } from "../../emulator";
import { redact } from "../../provider/stripe/redact";
import { readFacts } from "./facts";
import { accepted, type Observation } from "./observation";
import { type Answer, type Body, CannotAsk, type Session } from "./session";
import type { Extras } from "./target";

/** One question to a server, with the answer that the emulator gives. */
export interface Case<Seen extends Observation = Observation> {
  /** The rule's name, and what tells this case from others of the same rule after a slash. */
  readonly name: string;
  /** The rule in words. */
  readonly rule: string;
  /** Numbers of the facts in `docs/stripe-behavior.md` that it rests on. */
  readonly facts: readonly string[];
  /** What is tried, as far as the rule's own words do not say it. */
  readonly question?: string;
  /** Without all of these the case is left out. */
  readonly needs: readonly (keyof Extras)[];
  /** Asks, and says what came back. It makes its own objects. */
  readonly run: (session: Session) => Promise<Seen>;
  /** The emulator's answer under these choices. */
  readonly expected: (choices: Choices) => Observation;
  /**
   * Present where Stripe publishes no answer: the choices by which an emulator answers as was
   * observed.
   */
  readonly teaches?: ((seen: Seen) => Partial<Choices>) | undefined;
}

type Given<Seen extends Observation> = Pick<Case<Seen>, "run" | "expected" | "teaches"> &
  Partial<Pick<Case<Seen>, "question" | "needs">>;

/** A case of one of the emulator's rules, by the rule's name or `name/part`. */
export function ofRule<Seen extends Observation>(name: RuleName | `${RuleName}/${string}`, given: Given<Seen>): Case {
  const [ruleName = ""] = name.split("/", 1);
  const { rule, facts } = rules[ruleName as RuleName];
  return untyped({ name, rule, facts, needs: [], ...given });
}

/** A case of something that the emulator's list does not hold. */
export function ofOwn<Seen extends Observation>(
  name: string,
  described: Pick<Case, "rule" | "facts">,
  given: Given<Seen>,
): Case {
  return untyped({ name, ...described, needs: [], ...given });
}

/** Cases of all kinds are kept in one list; each is only ever shown what it has itself observed. */
function untyped<Seen extends Observation>(typed: Case<Seen>): Case {
  const { teaches, ...rest } = typed;
  return teaches === undefined ? rest : { ...rest, teaches: (seen) => teaches(seen as Seen) };
}

const certaintyOf = new Map(readFacts().map(({ number, certainty }) => [number, certainty]));

/**
 * Whether neither Stripe has published the answer nor users have reported it, so that any answer is
 * news.
 */
export function isUnpublished({ facts: [first = ""], teaches }: Case): boolean {
  return teaches !== undefined || /^(inferred|unpublished)$/.test(certaintyOf.get(first) ?? "");
}

/** The body of an answer that must be a success. */
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

/** A product with so many features on it, the attachments in the order in which they were made. */
export async function createPlan(session: Session, count: number): Promise<{ product: string; attachments: Body[] }> {
  const { id } = await createProduct(session);
  const attachments: Body[] = [];
  for (let i = 0; i < count; i++) attachments.push(await attach(session, id, (await createFeature(session)).id));
  return { product: id, attachments };
}
