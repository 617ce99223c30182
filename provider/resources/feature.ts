import { CustomResource, type CustomResourceOptions, type ID, type Input, type Output, Resource } from "@pulumi/pulumi";
import { featureContract } from "../dynamic/contract";
import type { AdoptionPolicy } from "../lifecycle/ownership/policy";
import { comparedProperties, noteRegistration } from "../preview/registrations";
import { declareLookupKey } from "./declared-keys";
import { rejectImport, warnOfReplaceOnChanges, withHiddenOutputs } from "./options";
import { ownerOf } from "./owner";
import { assertProjectFindsPackage } from "./project-dependency";
import { propertiesOf } from "./properties";
import { noteLookupKey } from "./secret-keys";
import { skipPromiseTraces } from "./stack-traces";
import { withSendableTexts } from "./texts";

/** The arguments of a {@link Feature}. */
export interface FeatureArgs {
  /**
   * The key by which your application asks whether a customer has the feature. 1 to 80 characters,
   * unique among the active features of the account. A change replaces the feature: the new one is
   * created and attached before the old one is detached and archived.
   */
  readonly lookupKey: Input<string>;
  /** The name in the Dashboard: 1 to 80 characters. Updated in place. */
  readonly name: Input<string>;
  /**
   * Your own metadata: at most 49 entries, keys of 1 to 40 characters without `[` and `]`, values
   * of 1 to 500 characters. Updated in place. Entries that are not declared are removed. Default:
   * none.
   */
  readonly metadata?: Input<Readonly<Record<string, Input<string>>>>;
  /**
   * The adoption policy: which active feature with the lookup key the resource adopts. `owned`: a
   * feature that this resource created, as an interrupted run leaves it. `unowned`: also a feature
   * without a marker. `any`: also a feature of another resource or stack. `never`: nothing.
   * Anything else is rejected. Default: the setting `adopt`, or `owned`. A change sends no
   * request.
   */
  readonly adopt?: Input<AdoptionPolicy>;
  /**
   * Whether the feature may be archived while a product still carries it. It then keeps granting
   * access there. Default: false, which rejects the delete and names the products. A change sends
   * no request.
   */
  readonly archiveWhileAttached?: Input<boolean>;
}

/**
 * A feature of Stripe Entitlements.
 *
 * Deleting the resource archives the feature, which is permanent: an archived feature cannot be
 * edited, attached or activated again. Its lookup key can be used again.
 *
 * @see https://docs.stripe.com/api/entitlements/feature
 *
 * @example
 * ```ts
 * const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team:
 * "identity" } });
 * ```
 */
export class Feature extends CustomResource {
  /** @internal */
  static readonly __pulumiType: string = featureContract.type;

  declare readonly lookupKey: Output<string>;
  declare readonly name: Output<string>;
  /** The metadata without the provider's own entry `pulumi_owner`. */
  declare readonly metadata: Output<Readonly<Record<string, string>>>;
  /** Always true: an archived feature is treated as deleted. */
  declare readonly active: Output<boolean>;
  /** Whether the feature is in live mode. */
  declare readonly livemode: Output<boolean>;

  /** Reads an existing feature by its id, `feat_…`, without managing it. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): Feature {
    return new Feature(name, undefined, { ...options, id });
  }

  /** Whether the object is a Feature, also when another copy of this package created it. */
  static override isInstance(object: unknown): object is Feature {
    return Resource.isInstance(object) && (object as { __pulumiType?: string }).__pulumiType === featureContract.type;
  }

  /**
   * Declares a feature.
   *
   * @throws RunError when another Feature of the program declares the same lookup key as a plain
   * string, with the option `import`, or with an argument `__provider`.
   */
  constructor(name: string, args: FeatureArgs, options?: CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, options: CustomResourceOptions);
  constructor(name: string, args: FeatureArgs | undefined, options: CustomResourceOptions = {}) {
    const subject = `Feature "${name}"`;
    rejectImport(subject, options);
    assertProjectFindsPackage();
    const declared = args && declare(name, args, options);
    const properties = declared === undefined ? outputsOfGet : propertiesOfCreate(name, declared);
    const registered = propertiesOf(subject, declared, properties, featureContract.provider);
    skipPromiseTraces();
    super(featureContract.type, name, registered, withHiddenOutputs(options, hiddenOutputs));
    if (args !== undefined) deriveActive(this);
    warnOfReplaceOnChanges(this, options);
    if (args !== undefined) {
      noteLookupKey(this, args.lookupKey);
      noteRegistration({ type: "Feature", owner: ownerOf(name), resource: this, adopt: args.adopt });
    }
  }
}

/** Returns the arguments after the checks that need the program. */
function declare(name: string, args: FeatureArgs, options: CustomResourceOptions): FeatureArgs {
  const lookupKey = declareLookupKey(name, args.lookupKey, options);
  return withSendableTexts(`Feature "${name}"`, { ...args, lookupKey });
}

const hiddenOutputs = ["account", "active", "livemode"];

// A property with the value undefined becomes an output: its value comes from Stripe.
function propertiesOfCreate(name: string, { metadata, adopt }: FeatureArgs) {
  return {
    livemode: undefined,
    metadata,
    ...comparedProperties({ adopt, account: undefined }),
    owner: ownerOf(name),
  };
}

/**
 * Creates the output `active` when it is read. The SDK would track it through the program for every
 * feature, and it is true as soon as the feature exists. Once read, it is a property like the
 * others, so that Pulumi can serialize it.
 */
function deriveActive(feature: Feature): void {
  const define = (descriptor: PropertyDescriptor) =>
    Object.defineProperty(feature, "active", { ...descriptor, enumerable: true, configurable: true });
  const set = (value: unknown) => void define({ value, writable: true });
  const get = () => {
    const active = feature.id.apply(() => true);
    set(active);
    return active;
  };
  define({ get, set });
}

// `get` has no arguments, so each output must be listed here.
const outputsOfGet = {
  lookupKey: undefined,
  name: undefined,
  metadata: undefined,
  active: undefined,
  livemode: undefined,
};
