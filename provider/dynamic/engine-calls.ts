import type { dynamic } from "@pulumi/pulumi";
import type { ResourceRules, UncheckedInputs } from "../lifecycle/resource-rules";
import { runEngineCall } from "./engine-errors";
import { storeConfiguration } from "../config/configuration";

// Loaded when the engine calls, and not before: these need undici and zod, a program that imports the package does not.
const session = () => (require("../config/session") as typeof import("../config/session")).session();
const connection = () => (require("../config/connection") as typeof import("../config/connection")).connection();

/** The calls that the engine makes by name, over the rules of one resource. */
export function engineCalls<Inputs, State>(rules: () => ResourceRules<Inputs, State>) {
  return {
    configure: (request: dynamic.ConfigureRequest): void => storeConfiguration(request.config),

    check: (olds: UncheckedInputs, news: UncheckedInputs) => runEngineCall(() => rules().check(session(), olds, news)),

    diff: (id: string, olds: State, news: Inputs) => runEngineCall(() => rules().diff(session(), id, olds, news)),

    create: (inputs: Inputs) => runEngineCall(() => rules().create(connection(), inputs)),

    /** An empty answer tells the engine that the object is gone. */
    read: (id: string, state: Partial<State>) =>
      runEngineCall(async () => (await rules().read(connection(), id, state)) ?? {}),

    update: (id: string, olds: State, news: Inputs & { readonly __provider?: string }) =>
      runEngineCall(async () => ({ outs: await rules().update(connection(), id, olds, news) }), {
        id,
        provider: news.__provider,
      }),

    delete: (id: string, state: State) => runEngineCall(() => rules().delete(connection(), id, state)),
  };
}
