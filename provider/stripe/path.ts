import { StripeError } from "./errors";

export interface ApiPath {
  /** `/v1/products/prod_1/features`, with encoded ids. */
  readonly path: string;
  /** `/v1/products/:id/features`, for rate limits and messages. */
  readonly route: string;
}

/**
 * Returns the path of `` apiPath`/v1/products/${product}/features` ``. Ids are encoded, so that
 * none leads to another endpoint.
 *
 * @throws StripeError of kind `missing` when an id is empty, `.` or `..`
 */
export function apiPath(parts: TemplateStringsArray, ...ids: readonly string[]): ApiPath {
  const route = parts.join(":id");
  return { path: String.raw({ raw: parts }, ...ids.map((id) => encodeId(id, route))), route };
}

function encodeId(id: string, route: string): string {
  // URL parsers remove dot segments, also encoded ones:
  // https://url.spec.whatwg.org/#double-dot-path-segment
  if (id !== "" && id !== "." && id !== "..") return encodeURIComponent(id);
  throw new StripeError(`${JSON.stringify(id)} is not a valid id`, { kind: "missing", route });
}
