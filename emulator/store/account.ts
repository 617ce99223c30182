import type { Choices } from "../choices";
import { FeatureStore } from "./features";
import { ProductFeatureStore } from "./product-features";
import { ProductStore } from "./products";

/** The objects of one account in one mode. */
export class ModeState {
  readonly features: FeatureStore;
  readonly products: ProductStore;
  readonly productFeatures: ProductFeatureStore;

  constructor(
    readonly account: Account,
    readonly livemode: boolean,
    choices: Choices,
  ) {
    const otherMode = () => account.mode(!livemode);
    this.features = new FeatureStore(livemode, choices, () => otherMode().features);
    this.products = new ProductStore(livemode, choices, () => otherMode().products);
    this.productFeatures = new ProductFeatureStore(livemode, choices, () => otherMode().productFeatures);
  }

  /** A product takes its attachments with it. */
  deleteProduct(id: string): void {
    this.products.delete(id);
    this.productFeatures.detachAll(id);
  }
}

/** An account: two sets of objects, kept apart, that know of each other only for the hint in a 404. */
export class Account {
  /** Seconds since 1970. */
  readonly created = Math.floor(Date.now() / 1000);
  readonly #test: ModeState;
  readonly #live: ModeState;

  constructor(
    readonly id: string,
    readonly displayName: string,
    choices: Choices,
  ) {
    this.#test = new ModeState(this, false, choices);
    this.#live = new ModeState(this, true, choices);
  }

  mode(livemode: boolean): ModeState {
    return livemode ? this.#live : this.#test;
  }
}
