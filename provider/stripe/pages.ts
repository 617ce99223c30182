import { isMissing, StripeError } from "./errors";

// The largest page that Stripe returns (S52).
const pageSize = 100;
/** How many times to restart a list whose cursor object was deleted during pagination. */
const maxRestarts = 5;

interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
}

/** The parameters that select a page: its size, and the id after which it starts. */
interface PageParams {
  readonly limit: number;
  readonly starting_after: string | undefined;
}

export type FetchPage<T> = (params: PageParams) => Promise<Page<T>>;

/**
 * Yields all items of a list, each once. Fetches a page only when its first item is requested.
 *
 * @param route named in errors, such as `GET /v1/entitlements/features`
 * @throws StripeError of kind `api` when the list changed during every attempt to read it, of kind
 * `unexpectedAnswer` when the server ignores the cursor
 */
export async function* listItems<T extends { id: string }>(route: string, fetchPage: FetchPage<T>): AsyncGenerator<T> {
  const seen = new Set<string>();
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const page of fetchPages(route, fetchPage)) {
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
): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined;
  do {
    const page = await fetchAfter(cursor, fetchPage);
    yield page.data;
    const last = page.data.at(-1)?.id;
    if (page.has_more && (last === undefined || last === cursor)) throw cursorIgnored(route);
    cursor = page.has_more ? last : undefined;
  } while (cursor !== undefined);
}

async function fetchAfter<T>(cursor: string | undefined, fetchPage: FetchPage<T>): Promise<Page<T>> {
  try {
    return await fetchPage({ limit: pageSize, starting_after: cursor });
  } catch (error) {
    // Stripe reports a deleted cursor object as missing (S55). Without a cursor, the list itself is
    // missing.
    throw cursor !== undefined && isMissing(error) ? new CursorDeletedError(error) : error;
  }
}

/** The object after which the next page starts was deleted, so the rest of the list is unknown. */
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
