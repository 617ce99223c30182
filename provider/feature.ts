import { type CustomResourceOptions, dynamic, type ID, type Input, type Output, Resource } from "@pulumi/pulumi";
import { declareLookupKey } from "./declared-keys";
import { providers } from "./dynamic/serialized";
import type { AdoptionPolicy } from "./lifecycle/ownership";
import { ownerOf } from "./owner";
import { refuseImport } from "./resource-options";

const type = "pulumi-nodejs:dynamic/stripe-entitlements:Feature";

/** A feature to be: what one of your plans can include. */
export interface FeatureArgs {
  /**
   * The key by which your application asks whether a customer has the feature. 1 to 80 characters, unique among the active features of the
   * account. A change replaces the feature: the new one is made and attached before the old one is detached and archived.
   */
  readonly lookupKey: Input<string>;
  /** What people read in the Dashboard: 1 to 80 characters. Changed in place. */
  readonly name: Input<string>;
  /**
   * Entries of your own: at most 49, keys of 1 to 40 characters without `[` and `]`, values of 1 to 500 characters. Changed in
   * place; entries that are not declared are removed. Default: none.
   */
  readonly metadata?: Input<Readonly<Record<string, Input<string>>>>;
  /**
   * What the resource may take over when an active feature has the lookup key already: `owned`, what this very resource made, as an
   * interrupted run leaves it; `unowned`, also what carries no marker; `any`, also what another resource or stack made; `never`, nothing.
   * Whatever is not taken over is refused. Default: `stripe-entitlements:adopt`, which is `owned` unless configured. Changed without a request.
   */
  readonly adopt?: Input<AdoptionPolicy>;
  /**
   * Whether the feature may be archived while a product still carries it; it then goes on granting access there. Default: false, which
   * refuses, naming the products. Changed without a request.
   */
  readonly archiveWhileAttached?: Input<boolean>;
}

/**
 * A feature of Stripe Entitlements.
 *
 * Deleting it archives it in Stripe, which is final: an archived feature cannot be edited, attached or brought back, but its
 * lookup key may be used again.
 *
 * @example
 * ```ts
 * const sso = new Feature("sso", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
 * ```
 */
export class Feature extends dynamic.Resource {
  /** @internal */
  static readonly __pulumiType = type;

  declare readonly lookupKey: Output<string>;
  declare readonly name: Output<string>;
  /** Without the entry by which the provider recognises its own features. */
  declare readonly metadata: Output<Readonly<Record<string, string>>>;
  /** Always true: an archived feature counts as gone. */
  declare readonly active: Output<boolean>;
  /** Whether the feature lives in live mode. */
  declare readonly livemode: Output<boolean>;

  /** Reads an existing feature, `feat_…`, without managing it. */
  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): Feature {
    return new Feature(name, undefined, { ...options, id });
  }

  /** Whether the object is a Feature, also when another copy of this package made it. */
  static override isInstance(object: unknown): object is Feature {
    return Resource.isInstance(object) && (object as { __pulumiType?: string }).__pulumiType === type;
  }

  constructor(name: string, args: FeatureArgs, options?: CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, options: CustomResourceOptions);
  constructor(name: string, args: FeatureArgs | undefined, options: CustomResourceOptions = {}) {
    refuseImport(`Feature "${name}"`, options);
    super(
      providers.feature,
      name,
      { ...(args === undefined ? nothingDeclared : declared(name, args)), ...outputsOnly },
      options,
      "stripe-entitlements",
      "Feature",
    );
  }
}

// A property that is not named here would be no output of what `get` reads.
const nothingDeclared = { lookupKey: undefined, name: undefined, metadata: undefined };
const outputsOnly = { active: undefined, livemode: undefined };

function declared(resource: string, { lookupKey, name, metadata, adopt, archiveWhileAttached }: FeatureArgs) {
  return {
    // A key that is known now is declared now, so both resources of a conflict are refused before anything is registered; one that is an
    // output is looked at by the check.
    lookupKey: typeof lookupKey === "string" ? declareLookupKey(lookupKey, resource) : lookupKey,
    name,
    metadata,
    // The SDK follows each property through the program, an undefined one too, at four stack traces each.
    ...(adopt !== undefined && { adopt }),
    ...(archiveWhileAttached !== undefined && { archiveWhileAttached }),
    owner: ownerOf(resource),
  };
}
