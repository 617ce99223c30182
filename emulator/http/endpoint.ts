import { z } from "zod";
import { StripeError } from "../errors";
import type { Permission } from "../keys";
import type { ModeState } from "../store/account";
import type { Page } from "../store/newest-first";
import { checkParameters, list, type Parameters } from "./parameters";

/** A request that has been authorized and decoded. */
export interface Call {
  readonly state: ModeState;
  readonly path: string;
  readonly parameters: Parameters;
  /** Returns the value of a `:name` in the endpoint's path. */
  readonly pathId: (name: string) => string;
}

/** One operation of the API. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /**
   * A pattern such as `/v1/products/:product/features`. It is also the `route` in the request log.
   */
  readonly path: string;
  readonly permission: Permission;
  /**
   * Checks the parameters without changing anything. Returns a function that carries the request
   * out and returns the body.
   */
  readonly prepare: (call: Call) => () => object;
}

/**
 * Defines an operation by its parameters and its handler. Every operation also takes `expand`
 * (S61).
 */
export function endpoint<Shape extends z.ZodRawShape>(definition: {
  readonly method: Endpoint["method"];
  readonly path: string;
  readonly permission: Permission;
  readonly parameters: Shape;
  /**
   * Parameters that Stripe accepts and the emulator does not support. They are refused with a
   * message of its own.
   */
  readonly unsupported?: readonly string[];
  /** Properties of the answer that a request can expand. None by default. */
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
  throw new StripeError(400, { message: `The emulator does not support '${param}', which Stripe does.`, param });
}

/** Returns a page as Stripe answers it. */
export function listBody<T>(call: Call, page: Page<T>, body: (item: T, livemode: boolean) => object): object {
  return {
    object: "list",
    data: page.data.map((item) => body(item, call.state.livemode)),
    has_more: page.hasMore,
    url: call.path,
  };
}
