import type { StripeApi } from "../../stripe/api";
import type { StripeFeature } from "../../stripe/feature";
import type { ListCache } from "../../stripe/list-cache";
import type { StripeProductFeature } from "../../stripe/schemas";
import { Sequences } from "../../stripe/sequences";

/** The product and the feature of an attachment. */
interface Pair {
  readonly product: string;
  readonly entitlementFeature: string;
}

/**
 * Finds declared objects that exist already. A create sends its request first. After the first one
 * that is refused, a run looks in lists before it creates, so that adopting many objects costs one
 * list and few refused requests.
 */
export class ExistingObjects {
  #isFeatureListed = false;
  readonly #listedProducts = new Set<string>();
  readonly #sequences = new Sequences();

  constructor(
    private readonly stripe: StripeApi,
    private readonly lists: ListCache,
  ) {}

  /** Returns the active feature with the lookup key if this run has listed it after a refusal. */
  async findListedFeature(lookupKey: string): Promise<StripeFeature | undefined> {
    if (!this.#isFeatureListed) return undefined;
    const features = await this.lists.activeFeatures().catch(() => this.#forgetFeatures());
    return features.find((feature) => feature.active && feature.lookupKey === lookupKey);
  }

  /** Forgets a list that failed. The answer to the next create says what is wrong. */
  #forgetFeatures(): readonly StripeFeature[] {
    this.lists.forgetFeatures();
    this.#isFeatureListed = false;
    return [];
  }

  /** Returns the active feature with the lookup key after its create was refused. */
  async findRefusedFeature(lookupKey: string): Promise<StripeFeature | undefined> {
    // The list must be newer than the refusal.
    if (!this.#isFeatureListed) this.lists.forgetFeatures();
    this.#isFeatureListed = true;
    return (await this.findListedFeature(lookupKey)) ?? this.stripe.findActiveFeature(lookupKey);
  }

  /**
   * Runs the creates of a product's attachments one after another, so that the first refusal is the
   * only one.
   */
  inSequence<T>({ product }: Pair, create: () => Promise<T>): Promise<T> {
    return this.#sequences.run(product, create);
  }

  /** Returns the attachment of the pair if this run has listed its product after a refusal. */
  async findListedAttachment(pair: Pair): Promise<StripeProductFeature | undefined> {
    if (!this.#listedProducts.has(pair.product)) return undefined;
    try {
      return await this.#findAttachment(pair);
    } catch {
      // The answer to the next create says what is wrong.
      this.#listedProducts.delete(pair.product);
      return undefined;
    }
  }

  /** Returns the attachment of the pair after its create failed. */
  findFailedAttachment(pair: Pair): Promise<StripeProductFeature | undefined> {
    this.lists.forgetProductFeatures(pair.product);
    this.#listedProducts.add(pair.product);
    return this.#findAttachment(pair);
  }

  async #findAttachment({ product, entitlementFeature }: Pair): Promise<StripeProductFeature | undefined> {
    const attached = await this.lists.productFeatures(product);
    return attached.find(({ feature }) => feature.id === entitlementFeature);
  }
}
