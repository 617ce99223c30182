import { attachmentsPath, featurePath, featuresPath, productsPath } from "./case";
import type { Answer, Body, Session } from "./session";

const pageSize = 100;

/** The objects that were removed. */
export interface Swept {
  readonly detached: number;
  readonly products: number;
  readonly archived: number;
}

/** Some objects could not be removed. */
export class SweepError extends Error {
  override readonly name = "SweepError";
}

/**
 * Detaches, deletes and archives all objects that `session` created or that have its prefix. It
 * lists them on the server, because an interrupted request can have created an object without an
 * answer.
 *
 * @throws SweepError if an object stays active.
 */
export async function sweep(session: Session): Promise<Swept> {
  const products = await carrying(session, session.products, productsPath, {}, ({ id }) => id);
  let detached = 0;
  for (const product of products) detached += await detachAll(session, product);
  for (const product of products) await removeProduct(session, product);
  const features = await carrying(session, session.features, featuresPath, { archived: false }, (feature) =>
    String(feature["lookup_key"]),
  );
  let archived = 0;
  for (const feature of features) archived += await archive(session, feature);
  return { detached, products: products.length, archived };
}

/** Returns the ids that the session recorded and those of the list that have its prefix. */
async function carrying(
  session: Session,
  known: ReadonlySet<string>,
  path: string,
  params: object,
  nameOf: (object: Body) => string,
): Promise<readonly string[]> {
  const ids = new Set(known);
  for (const object of await all(session, path, params)) {
    if (nameOf(object).startsWith(session.prefix)) ids.add(object.id);
  }
  return [...ids];
}

async function all(session: Session, path: string, params: object): Promise<readonly Body[]> {
  const found: Body[] = [];
  for (;;) {
    const at = found.at(-1)?.id;
    const page = await session.get(path, {
      ...params,
      limit: pageSize,
      ...(at === undefined ? {} : { starting_after: at }),
    });
    if (page.status !== 200) throw failure(`listing ${path}`, page);
    found.push(...page.body.data);
    if (!page.body.has_more) return found;
  }
}

async function detachAll(session: Session, product: string): Promise<number> {
  const page = await session.get(attachmentsPath(product), { limit: pageSize });
  // A case can have deleted its product itself.
  if (page.status === 404) return 0;
  if (page.status !== 200) throw failure(`listing the features of ${product}`, page);
  for (const { id } of page.body.data) {
    const answer = await session.delete(`${attachmentsPath(product)}/${id}`);
    if (answer.status !== 200 && answer.status !== 404) throw failure(`detaching ${id} from ${product}`, answer);
  }
  return page.body.data.length + (page.body.has_more ? await detachAll(session, product) : 0);
}

async function removeProduct(session: Session, product: string): Promise<void> {
  const deleted = await session.delete(`${productsPath}/${product}`);
  if (deleted.status === 200 || deleted.status === 404) return;
  const archived = await session.post(`${productsPath}/${product}`, { active: false });
  if (archived.status !== 200) throw failure(`archiving the product ${product}`, archived);
}

/** Archives a feature. Returns 1 if it was active, 0 otherwise. */
async function archive(session: Session, feature: string): Promise<number> {
  const { body } = await session.get(featurePath(feature));
  if (body["active"] !== true) return 0;
  const answer = await session.post(featurePath(feature), { active: false });
  if (answer.status !== 200) throw failure(`archiving the feature ${feature}`, answer);
  return 1;
}

function failure(what: string, { status, body }: Answer): SweepError {
  return new SweepError(`${what} was answered ${status}: ${body.error?.message ?? "no message"}`);
}
