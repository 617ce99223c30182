import type { dynamic } from "@pulumi/pulumi";
import type { ResourceRules, UncheckedInputs } from "../lifecycle/resource-rules";
import { runEngineCall } from "./engine-errors";
import { storeConfiguration } from "./stored-configuration";

// Loaded at the engine's first call: the contexts need undici and zod, which a program that imports
// the package does not load.
function checkContext() {
  const { getCheckContext }: typeof import("./process-context") = require("./process-context");
  return getCheckContext();
}

function localContext() {
  const { getLocalContext }: typeof import("./process-context") = require("./process-context");
  return getLocalContext();
}

function providerContext() {
  const { getProviderContext }: typeof import("./process-context") = require("./process-context");
  return getProviderContext();
}

/**
 * Properties as the engine sends them: with the provider's code, which is not a property of the
 * resource.
 */
type Sent<Properties> = Properties & { readonly __provider?: string };

/**
 * Returns the methods that Pulumi's dynamic provider calls by name, over the rules of one resource.
 */
export function engineCalls<Inputs extends object, State extends object>(rules: () => ResourceRules<Inputs, State>) {
  return {
    configure: (request: dynamic.ConfigureRequest): void => storeConfiguration(request.config),

    check: (olds: UncheckedInputs, sent: UncheckedInputs) =>
      runEngineCall(async () => {
        const { owner, ...news } = withoutProvider(sent);
        const context = checkContext();
        // The program's classes set the owner, as text.
        const result = rules().check(context, { owner: owner as string | undefined, olds, news });
        await context.otherProcesses.announce();
        return result;
      }),

    diff: (id: string, olds: Sent<State>, news: Sent<Inputs>) =>
      runEngineCall(() => {
        const { changed, replaces } = rules().diff(localContext(), id, withoutProvider(olds), withoutProvider(news));
        return { changes: changed.length > 0, replaces };
      }),

    create: (inputs: Sent<Inputs>) => runEngineCall(() => rules().create(providerContext(), withoutProvider(inputs))),

    /** Returns `{}` for an object that is treated as deleted. */
    read: (id: string, state: Sent<Partial<State>>) =>
      runEngineCall(async () => (await rules().read(providerContext(), id, withoutProvider(state))) ?? {}),

    update: (id: string, olds: Sent<State>, news: Sent<Inputs>) =>
      runEngineCall(
        async () => ({
          outs: await rules().update(providerContext(), id, withoutProvider(olds), withoutProvider(news)),
        }),
        { id, provider: news.__provider },
      ),

    delete: (id: string, state: Sent<State>) =>
      runEngineCall(() => rules().delete(providerContext(), id, withoutProvider(state))),
  };
}

function withoutProvider<Properties extends object>(sent: Properties): Properties {
  const { __provider, ...properties } = sent as Sent<Properties>;
  return properties as Properties;
}
