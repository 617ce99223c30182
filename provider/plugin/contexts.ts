import { createContext, previewSettings } from "../config/context";
import { createLocalContext } from "../config/local-context";
import type { Settings } from "../config/settings";
import type { LocalContext, ProviderContext } from "../lifecycle/context";
import type { Log } from "../lifecycle/run/log";
import { findEngine } from "../processes";
import { placeOf, readProviderSettings } from "./configuration";
import type { ProviderContexts } from "./provider";
import type { Properties } from "./wire";

/** Opens the contexts of one provider resource. The engine runs each in a process of its own. */
export class Contexts implements ProviderContexts {
  #settings: Settings | undefined;
  #local: LocalContext | undefined;
  #provider: ProviderContext | undefined;
  #preview: ProviderContext | undefined;

  /**
   * @param properties of the provider resource
   * @param urn of the provider resource, where the engine sends it
   * @param log shows a line below the stack
   */
  constructor(
    private readonly properties: Properties,
    private readonly urn: string | undefined,
    private readonly log: Log,
  ) {}

  /** The context of `check` and `diff`. Throws when a setting is missing or invalid. */
  get local(): LocalContext {
    this.#settings ??= readProviderSettings(this.properties, this.urn);
    this.#local ??= createLocalContext(this.#settings, this.log, {
      engine: findEngine(),
      place: placeOf(this.urn),
    });
    return this.#local;
  }

  /** The context of the other calls. Throws when a setting is missing or invalid. */
  get provider(): ProviderContext {
    const { local } = this;
    this.#settings ??= readProviderSettings(this.properties, this.urn);
    this.#provider ??= createContext(this.#settings, local);
    return this.#provider;
  }

  /** The context of previews of creates, which do not wait long for Stripe. */
  get preview(): ProviderContext {
    const { local } = this;
    this.#settings ??= readProviderSettings(this.properties, this.urn);
    this.#preview ??= createContext({ ...this.#settings, ...previewSettings }, local);
    return this.#preview;
  }
}
