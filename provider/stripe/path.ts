import { StripeError } from "./errors";

/** A path of the API, and its route: the same with `:id` where the ids stood. */
export interface ApiPath {
  readonly path: string;
  readonly route: string;
}

/** `` apiPath`/v1/products/${product}/features` ``, each id encoded, so that no id reaches another endpoint. */
export function apiPath(parts: TemplateStringsArray, ...ids: readonly string[]): ApiPath {
  const route = parts.join(":id");
  return { path: String.raw({ raw: parts }, ...ids.map((id) => encodeId(id, route))), route };
}

function encodeId(id: string, route: string): string {
  // Dot segments would be resolved away even when encoded (URL Standard, "double-dot URL path segment").
  if (id !== "" && id !== "." && id !== "..") return encodeURIComponent(id);
  throw new StripeError(`${JSON.stringify(id)} is not an id`, { kind: "missing", route });
}
