import { Provider } from "../../provider/plugin/provider";
import { fromStruct, toStruct } from "../../provider/plugin/wire";
import type { Rules } from "./engine";
import type { ProviderProcess } from "./provider-process";
import type { Properties, ResourceType } from "./resource";

/** Returns the rules as the engine reaches them through the native plugin of the process. */
export function pluginRules({ context }: ProviderProcess): Rules {
  const provider = new Provider({ local: context, provider: context, preview: context }, () => undefined);
  return { Feature: rulesOf("Feature", provider), ProductFeature: rulesOf("ProductFeature", provider) };
}

function rulesOf(type: ResourceType, provider: Provider): Rules[ResourceType] {
  // Only `check` takes the owner from the URN. A stack without markers has none.
  const urn = (owner = "shop/none/resource") => {
    const [project, stack, ...name] = owner.split("/");
    return `urn:pulumi:${stack}::${project}::stripe-entitlements:index:${type}::${name.join("/")}`;
  };
  return {
    check: (_context, { owner, olds, news }) => {
      const { inputs, failures } = provider.check(urn(owner), sent(olds), sent(news));
      return { inputs: sent(inputs), failures };
    },
    diff: (_context, id, olds, news) => {
      const { changes, replaces } = provider.diff(urn(), id, sent(olds), sent(news));
      return { changed: [...changes.keys()], replaces };
    },
    preview: (_context, news, olds) => (olds === undefined ? news : provider.previewUpdate(urn(), olds, news)),
    plan: async () => ({ action: "create" }),
    create: (_context, inputs) => provider.create(urn(), sent(inputs)),
    read: (_context, id, state) => provider.read(urn(), id, sent(state)),
    update: (_context, id, olds, news) => provider.update(urn(), id, sent(olds), sent(news)),
    delete: (_context, id, state) => provider.delete(urn(), id, sent(state)),
  };
}

/** Returns the properties after the encoding of the engine's messages. */
function sent(properties: Properties): Record<string, unknown> {
  return { ...fromStruct(toStruct(properties)) };
}
