import {
  type CustomResourceOptions,
  dynamic,
  type ID,
  type Input,
  type Output,
  Resource,
  RunError,
} from "@pulumi/pulumi";
import { providers } from "./dynamic/serialized";
import { Feature } from "./feature";
import type { AdoptionPolicy } from "./lifecycle/ownership";
import { ownerOf } from "./owner";
import { refuseImport } from "./resource-options";

const type = "pulumi-nodejs:dynamic/stripe-entitlements:ProductFeature";

/** An attachment to be: which product (plan) carries which feature. */
export interface ProductFeatureArgs {
  /** The product's id, `prod_…`. A change replaces the attachment, the new one first. */
  readonly product: Input<string>;
  /** The feature's id, `feat_…`: the `id` of a {@link Feature}. A change replaces the attachment, the new one first. */
  readonly entitlementFeature: Input<string>;
  /**
   * What the resource may take over when the feature is attached to the product already: `owned`, where this stack made the feature; `unowned`, also
   * where the feature carries no marker; `any`, also where another stack made it; `never`, nothing. Whatever is not taken over is refused.
   * Default: `stripe-entitlements:adopt`, which is `owned` unless configured. Changed without a request.
   */
  readonly adopt?: Input<AdoptionPolicy>;
}

/**
 * The attachment of a feature to a product: customers who buy the product are entitled to the feature.
 *
 * Deleting it detaches the feature from the product.
 *
 * @example
 * ```ts
 * new ProductFeature("enterprise-sso", { product: "prod_…", entitlementFeature: sso.id });
 * ```
 */
export class ProductFeature extends dynamic.Resource {
  /** @internal */
  static readonly __pulumiType = type;

  declare readonly product: Output<string>;
  declare readonly entitlementFeature: Output<string>;
  /** The lookup key of the attached feature. */
  declare readonly lookupKey: Output<string>;
  /** Whether the attachment lives in live mode. */
  declare readonly livemode: Output<boolean>;

  /** Reads an existing attachment, `prodft_…` of `product`, without managing it. */
  static get(
    name: string,
    id: Input<ID>,
    { product }: { readonly product: Input<string> },
    options?: CustomResourceOptions,
  ): ProductFeature {
    return new ProductFeature(name, { product }, { ...options, id });
  }

  /** Whether the object is a ProductFeature, also when another copy of this package made it. */
  static override isInstance(object: unknown): object is ProductFeature {
    return Resource.isInstance(object) && (object as { __pulumiType?: string }).__pulumiType === type;
  }

  constructor(name: string, args: ProductFeatureArgs, options?: CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: Pick<ProductFeatureArgs, "product">, options: CustomResourceOptions);
  constructor(name: string, args: Partial<ProductFeatureArgs>, options: CustomResourceOptions = {}) {
    refuseImport(`ProductFeature "${name}"`, options);
    refuseDeletedWithFeature(name, options);
    const { product, entitlementFeature, adopt } = args;
    const owner = options.id === undefined ? ownerOf(name) : undefined;
    // As in Feature, `adopt` is no property unless it is given.
    const kept = adopt !== undefined && { adopt };
    const props = { product, entitlementFeature, ...kept, owner, lookupKey: undefined, livemode: undefined };
    super(providers.productFeature, name, props, options, "stripe-entitlements", "ProductFeature");
  }
}

/** With that option the engine forgets the attachment and does not detach it; but archiving a feature detaches it nowhere [docs]. */
function refuseDeletedWithFeature(name: string, { deletedWith }: CustomResourceOptions): void {
  if (!Feature.isInstance(deletedWith)) return;
  throw new RunError(
    `ProductFeature "${name}": deletedWith cannot be a Feature. An archived feature stays attached and goes on granting access, so the attachment ` +
      "has to be deleted itself: take the option off.",
  );
}
