import { isMissing, isStripeError, StripeError } from "./errors";

// The largest page that Stripe returns (S52).
const pageSize = 100;
/** How many times to restart a list whose cursor object was deleted during pagination. */
const maxRestarts = 5;

interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
}

/**
 * The parameters that select a page: its size, and the id after which it starts, or before which it
 * ends (S53). Stripe lists the newest objects first.
 */
interface PageParams {
  readonly limit: number;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

export type FetchPage<T> = (params: PageParams) => Promise<Page<T>>;

/** Selects one page of a list. */
export interface PageRequest {
  /** The most items, 1 to 100. Default: 100. */
  readonly limit?: number | undefined;
  /** The cursor that the page before returned. Default: the first page. */
  readonly cursor?: string | undefined;
}

/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Selects the next page. Undefined on the last one. */
  readonly cursor?: string | undefined;
}

/**
 * Returns one page of a list, for a caller that asks for each page itself.
 *
 * @param route named in errors
 * @throws StripeError of kind `invalidRequest` when the list or the object of the cursor does not
 * exist, of kind `unexpectedAnswer` when the server ignores the cursor
 */
export async function fetchListPage<T extends { id: string }>(
  route: string,
  fetchPage: FetchPage<T>,
  { limit = pageSize, cursor }: PageRequest,
): Promise<ListPage<T>> {
  try {
    const { data, has_more } = await fetchPage({ limit, ...(cursor !== undefined && { starting_after: cursor }) });
    const last = data.at(-1)?.id;
    if (has_more && (last === undefined || last === cursor)) throw cursorIgnored(route);
    return { items: data, cursor: has_more ? last : undefined };
  } catch (error) {
    // Not of kind `missing`: without a cursor, that says that the list itself is missing.
    if (cursor === undefined || !isMissing(error)) throw error;
    const message = "the list, or the object after which this page starts, does not exist";
    throw new StripeError(message, { kind: "invalidRequest", route, requestId: error.requestId, cause: error });
  }
}

/**
 * Yields all items of a list, each once. Fetches a page only when its first item is requested.
 *
 * @param route named in errors, such as `GET /v1/entitlements/features`
 * @param near the id of the item that is needed first. After the first page, the pages around it
 * follow, for one or two more requests. Default: the pages follow in Stripe's order
 * @throws StripeError of kind `api` when the list changed during every attempt to read it, of kind
 * `unexpectedAnswer` when the server ignores the cursor
 */
export async function* listItems<T extends { id: string }>(
  route: string,
  fetchPage: FetchPage<T>,
  near?: string,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const page of fetchPages(route, fetchPage, restarts === 0 ? near : undefined)) {
        const newItems = page.filter(({ id }) => !seen.has(id));
        for (const { id } of newItems) seen.add(id);
        yield* newItems;
      }
      return;
    } catch (error) {
      if (!(error instanceof CursorDeletedError)) throw error;
      if (restarts === maxRestarts) throw listKeepsChanging(route, error.cause);
    }
  }
}

async function* fetchPages<T extends { id: string }>(
  route: string,
  fetchPage: FetchPage<T>,
  near: string | undefined,
): AsyncGenerator<readonly T[]> {
  const newest = await fetchPage({ limit: pageSize });
  yield newest.data;
  if (!newest.has_more) return;
  const isNewest = ({ id }: { id: string }) => newest.data.some((item) => item.id === id);
  const before = near === undefined || isNewest({ id: near }) ? undefined : await findPageBefore(near, fetchPage);
  const [first, last] = [before?.data[0], before?.data.at(-1)];
  if (before === undefined || first === undefined || last === undefined) {
    yield* follow(route, fetchPage, "starting_after", newest.data.at(-1)?.id);
    return;
  }
  yield before.data;
  yield* follow(route, fetchPage, "starting_after", last.id);
  if (!before.has_more || before.data.some(isNewest)) return;
  for await (const page of follow(route, fetchPage, "ending_before", first.id)) {
    yield page;
    if (page.some(isNewest)) return;
  }
}

/** Yields the pages from the cursor on, to the end of the list in that direction. */
async function* follow<T extends { id: string }>(
  route: string,
  fetchPage: FetchPage<T>,
  direction: "starting_after" | "ending_before",
  start: string | undefined,
): AsyncGenerator<readonly T[]> {
  if (start === undefined) throw cursorIgnored(route);
  let cursor: string | undefined = start;
  while (cursor !== undefined) {
    const page: Page<T> = await fetchFrom({ [direction]: cursor }, fetchPage);
    yield page.data;
    const edge = page.data.at(direction === "starting_after" ? -1 : 0)?.id;
    if (page.has_more && (edge === undefined || edge === cursor)) throw cursorIgnored(route);
    cursor = page.has_more ? edge : undefined;
  }
}

async function fetchFrom<T>(cursor: Omit<PageParams, "limit">, fetchPage: FetchPage<T>): Promise<Page<T>> {
  try {
    return await fetchPage({ limit: pageSize, ...cursor });
  } catch (error) {
    // Stripe reports a deleted cursor object as missing (S55). Without a cursor, the list itself is
    // missing.
    throw isMissing(error) ? new CursorDeletedError(error) : error;
  }
}

/** Returns the page that ends before the item. Undefined when Stripe refuses the id as a cursor. */
async function findPageBefore<T>(id: string, fetchPage: FetchPage<T>): Promise<Page<T> | undefined> {
  try {
    return await fetchPage({ limit: pageSize, ending_before: id });
  } catch (error) {
    // S55 does not say which of the two. Otherwise, a 404 would mean that the list is missing.
    if (isStripeError(error) && (error.status === 400 || error.status === 404)) return undefined;
    throw error;
  }
}

/** The object at which the next page starts was deleted, so the rest of the list is unknown. */
class CursorDeletedError extends Error {
  constructor(override readonly cause: StripeError) {
    super("the list changed while it was read", { cause });
  }
}

// Not of kind `missing`: callers would treat the list as deleted.
function listKeepsChanging(route: string, cause: StripeError): StripeError {
  const message = `the list changed during each of ${maxRestarts + 1} attempts to read it`;
  return new StripeError(message, { kind: "api", route, requestId: cause.requestId, cause });
}

// Stopping here would hide the objects that follow, continuing would never end.
function cursorIgnored(route: string): StripeError {
  const message = "Stripe reported more items, but returned no further one";
  return new StripeError(message, { kind: "unexpectedAnswer", route });
}
