import { CustomResource, type CustomResourceOptions, type ID, type Input, type Output, Resource } from "@pulumi/pulumi";
import { productFeatureContract } from "../dynamic/contract";
import type { AdoptionPolicy } from "../lifecycle/ownership/policy";
import { comparedProperties, noteRegistration } from "../preview/registrations";
import { deletedWithFeature, withDeletedWithCheck } from "./deleted-with";
import { Feature } from "./feature";
import { unlessNamesake } from "./namesakes";
import { rejectImport, warnOfReplaceOnChanges, withHiddenOutputs } from "./options";
import { ownerOf } from "./owner";
import { assertProjectFindsPackage } from "./project-dependency";
import { propertiesOf } from "./properties";
import { withSecretKey } from "./secret-keys";
import { skipPromiseTraces } from "./stack-traces";

const hiddenOutputs = ["account", "livemode", "lookupKey"];

/** The arguments of a {@link ProductFeature}. */
export interface ProductFeatureArgs {
  /** The product's id, `prod_…`. A change replaces the attachment: the new one is created first. */
  readonly product: Input<string>;
  /**
   * The feature's id, `feat_…`: the `id` of a {@link Feature}. A change replaces the attachment:
   * the new one is created first.
   */
  readonly entitlementFeature: Input<string>;
  /**
   * The adoption policy: when the resource adopts an attachment that already exists. `owned`: where
   * the feature carries this stack's marker. `unowned`: also where the feature has no marker.
   * `any`: also where it carries another stack's marker. `never`: nothing. Anything else is
   * rejected. Default: the setting `adopt`, or `owned`. A change sends no request.
   */
  readonly adopt?: Input<AdoptionPolicy>;
}

/**
 * The attachment of a feature to a product: customers who buy the product are entitled to the
 * feature.
 *
 * Deleting the resource detaches the feature from the product.
 *
 * @see https://docs.stripe.com/api/product-feature
 *
 * @example
 * ```ts
 * new ProductFeature("enterprise-sso", { product: "prod_…", entitlementFeature: sso.id });
 * ```
 */
export class ProductFeature extends CustomResource {
  /** @internal */
  static readonly __pulumiType: string = productFeatureContract.type;

  declare readonly product: Output<string>;
  declare readonly entitlementFeature: Output<string>;
  /** The lookup key of the attached feature. */
  declare readonly lookupKey: Output<string>;
  /** Whether the attachment is in live mode. */
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

  /** Whether the object is a ProductFeature, also when another copy of this package created it. */
  static override isInstance(object: unknown): object is ProductFeature {
    const { type } = productFeatureContract;
    return Resource.isInstance(object) && (object as { __pulumiType?: string }).__pulumiType === type;
  }

  /**
   * Declares an attachment.
   *
   * @throws RunError with the option `import`, or with `deletedWith` a Feature.
   */
  constructor(name: string, args: ProductFeatureArgs, options?: CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: Pick<ProductFeatureArgs, "product">, options: CustomResourceOptions);
  constructor(name: string, args: Partial<ProductFeatureArgs>, options: CustomResourceOptions = {}) {
    const subject = `ProductFeature "${name}"`;
    rejectImport(subject, options);
    assertProjectFindsPackage();
    if (Feature.isInstance(options.deletedWith)) throw deletedWithFeature(name);
    const isRead = options.id !== undefined;
    const outputs = {
      lookupKey: undefined,
      livemode: undefined,
      ...(isRead
        ? { entitlementFeature: undefined }
        : { ...comparedProperties({ adopt: args.adopt }), owner: ownerOf(name) }),
    };
    const { type, provider } = productFeatureContract;
    const { product = "", entitlementFeature, adopt } = args;
    const once = entitlementFeature && unlessNamesake(subject, [product, entitlementFeature]);
    const checked = withSecretKey({ entitlementFeature: once, options: withDeletedWithCheck(options) });
    const declared = { ...args, entitlementFeature: checked.entitlementFeature };
    const registered = propertiesOf(subject, declared, outputs, provider);
    skipPromiseTraces();
    super(type, name, registered, withHiddenOutputs(checked.options, hiddenOutputs));
    warnOfReplaceOnChanges(this, options);
    if (!isRead) {
      noteRegistration({ type: "ProductFeature", owner: ownerOf(name), resource: this, adopt, entitlementFeature });
    }
  }
}
