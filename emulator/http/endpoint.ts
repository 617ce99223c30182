import { z } from "zod";
import type { PermissionArea } from "../choices";
import { StripeError } from "../errors";
import type { ModeState } from "../store/account";
import type { Page } from "../store/newest-first";
import { checkParameters, list, type Parameters } from "./parameters";

/** What a restricted key must be allowed for an endpoint. */
export interface Permission {
  readonly area: PermissionArea;
  readonly access: "read" | "write";
}

/** A request that has been authorized and decoded. */
export interface Call {
  readonly state: ModeState;
  readonly path: string;
  readonly parameters: Parameters;
  /** The value of a `:name` in the endpoint's path. */
  readonly pathId: (name: string) => string;
}

/** One operation of the API. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /** As in `/v1/products/:product/features`; also the `route` of the request log. */
  readonly path: string;
  readonly permission: Permission;
  /** Checks the parameters, which changes nothing; the function it returns acts and gives the body of the answer. */
  readonly prepare: (call: Call) => () => object;
}

/** Defines an operation: what it takes and what it does. Every operation takes `expand` besides [spec]. */
export function endpoint<Shape extends z.ZodRawShape>(definition: {
  readonly method: Endpoint["method"];
  readonly path: string;
  readonly permission: Permission;
  readonly parameters: Shape;
  /** What Stripe takes here and the emulator does not keep: refused in words of its own. */
  readonly unsupported?: readonly string[];
  /** Properties of the answer that hold an id unless the request expands them; none by default. */
  readonly expandable?: readonly string[];
  readonly handle: (call: Call, parameters: z.infer<z.ZodObject<Shape>>, expanded: readonly string[]) => object;
}): Endpoint {
  const { method, path, permission, unsupported = [], expandable = [], handle } = definition;
  const schema = z.strictObject({ ...definition.parameters });
  return {
    method,
    path,
    permission,
    prepare: (call) => {
      const { expand, ...parameters } = call.parameters;
      const expanded = expandedProperties(expand, expandable);
      assertSupported(unsupported, parameters);
      const checked = checkParameters(schema, parameters);
      return () => handle(call, checked as z.infer<z.ZodObject<Shape>>, expanded);
    },
  };
}

function expandedProperties(expand: unknown, expandable: readonly string[]): readonly string[] {
  if (expand === undefined) return [];
  const expanded = checkParameters(z.object({ expand: list }), { expand }).expand;
  const wrong = expanded.find((property) => !expandable.includes(property));
  if (wrong === undefined) return expanded;
  throw new StripeError(400, { message: `This property cannot be expanded (${wrong}).`, param: "expand" });
}

function assertSupported(unsupported: readonly string[], parameters: Parameters): void {
  const param = unsupported.find((name) => Object.hasOwn(parameters, name));
  if (param === undefined) return;
  throw new StripeError(400, { message: `The emulator does not keep '${param}', which Stripe would take.`, param });
}

/** Stripe's list envelope. */
export function listBody<T>(call: Call, page: Page<T>, body: (item: T, livemode: boolean) => object): object {
  return {
    object: "list",
    data: page.data.map((item) => body(item, call.state.livemode)),
    has_more: page.hasMore,
    url: call.path,
  };
}
