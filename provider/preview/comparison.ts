import type { CustomResource } from "@pulumi/pulumi";
import type { ProviderContext } from "../lifecycle/context";
import { formatError, toUserError } from "../lifecycle/errors";
import { planCreate as planFeatureCreate } from "../lifecycle/feature/plan-create";
import type { FeatureInputs } from "../lifecycle/feature/properties";
import { adoptionPrefix, type CreatePlan } from "../lifecycle/ownership/create-plan";
import { withCurrentMarker } from "../lifecycle/product-feature/feature-owner";
import { archivedFeature, notFound } from "../lifecycle/product-feature/missing";
import { planCreate as planAttachmentCreate } from "../lifecycle/product-feature/plan-create";
import type { ProductFeatureInputs } from "../lifecycle/product-feature/properties";
import { isOwn, subjectOf } from "../lifecycle/product-feature/state";
import { isMissing, isOfOtherMode } from "../stripe/errors";
import type { StripeFeature } from "../stripe/feature";
import type { StripeProductFeature } from "../stripe/schemas";
import type { PlannedAttachment, PlannedFeature } from "./planned";
import type { Released } from "./released";

/** One line of the report, under the resource that it is about, else under the stack. */
export interface Finding {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  readonly resource?: CustomResource;
}

/** An attachment with the id of its feature. */
interface Declared {
  readonly resource: CustomResource;
  readonly inputs: ProductFeatureInputs;
}

/** An attachment that can be compared. */
interface ComparableAttachment extends Declared {
  /** The Feature of this program whose id was declared, if it was. */
  readonly feature: PlannedAttachment["feature"];
  /** The feature as the program will have adopted it. */
  readonly adopted: StripeFeature | undefined;
}

const keptByDeletes =
  "`up` keeps the features and attachments that it adopts from other resources of this stack: the delete of such a " +
  "resource only changes the state.";
const unlessReplaced = "`up` adopts it only if it is the object that this resource replaces.";

/** The most features that are looked up one by one. A list takes one request for each 100. */
const maxSingleLookups = 2;

/** Compares planned resources with what Stripe holds. Sends only reads. */
export class Comparison {
  /** The feature that each planned Feature will adopt, as it will be then. */
  readonly #adopted = new Map<CustomResource, StripeFeature>();
  readonly #byId = new Map<string, Promise<StripeFeature | undefined>>();
  readonly #warned = new Set<string>();
  #hasReleased = false;
  /** The number of attachments of features whose id cannot be known. */
  incomparable = 0;

  /** @param findings gets the lines */
  constructor(
    private readonly context: ProviderContext,
    private readonly released: Released,
    private readonly findings: Finding[],
  ) {}

  async addFeatures(planned: readonly PlannedFeature[]): Promise<void> {
    const find = await this.#featureFinder(planned.length);
    await Promise.all(planned.map(async (each) => this.#addFeature(each, await find(each.inputs.lookupKey))));
    // Beside the lines of adoption, the engine shows the deletes of the former resources.
    if (this.#hasReleased) this.findings.push({ severity: "info", text: keptByDeletes });
  }

  async addAttachments(planned: readonly PlannedAttachment[]): Promise<void> {
    const byProduct = Map.groupBy(planned, ({ inputs }) => inputs.product);
    await Promise.all([...byProduct.values()].map((ofProduct) => this.#addProduct(ofProduct)));
  }

  async #featureFinder(count: number) {
    if (count <= maxSingleLookups) return (key: string) => this.context.stripe.findActiveFeature(key);
    const features = await this.context.lists.activeFeatures();
    const byKey = new Map(features.map((feature) => [feature.lookupKey, feature]));
    return (key: string) => byKey.get(key);
  }

  async #addFeature(
    { resource, inputs: known, unknown, secrets }: PlannedFeature,
    existing: StripeFeature | undefined,
  ): Promise<void> {
    if (existing === undefined) return;
    const isReleased = await this.released.isReleased(existing, known.owner);
    if (isReleased === undefined) return;
    const inputs = withUnknown(known, unknown, existing);
    const facts = { adopt: this.context.adopt, isReleased, secrets };
    const plan = planFeatureCreate(inputs, existing, facts);
    if (plan.action === "adopt") {
      this.#noteAdopted(resource, inputs, existing);
      this.#hasReleased ||= isReleased;
    }
    this.#addUnlessReplaced(resource, plan, existing.marker === inputs.owner);
  }

  #noteAdopted(resource: CustomResource, { owner }: FeatureInputs, existing: StripeFeature): void {
    this.#adopted.set(resource, { ...existing, marker: owner });
    if (owner !== undefined) this.context.stackMarkers.recordOwnedFeature(existing.id);
  }

  /** Compares the planned attachments of one product. */
  async #addProduct(planned: readonly PlannedAttachment[]): Promise<void> {
    const [first] = planned;
    const attached = first && (await this.#findAttached(first));
    if (attached === undefined) return;
    const byFeature = new Map(attached.map((each) => [each.feature.id, each]));
    const comparable = planned.flatMap((each) => this.#withFeature(each) ?? []);
    await Promise.all(comparable.map((each) => this.#addPair(each, byFeature.get(each.inputs.entitlementFeature))));
  }

  /** Returns the attachments of the product. Undefined, with a warning, when it does not exist. */
  async #findAttached(planned: PlannedAttachment): Promise<readonly StripeProductFeature[] | undefined> {
    try {
      return await Array.fromAsync(this.context.stripe.productFeatures(planned.inputs.product));
    } catch (error) {
      // A product may have the same id in both modes (S34).
      if (!isMissing(error) && !isOfOtherMode(error)) throw error;
      this.#warnOfMissing(planned, "product");
      return undefined;
    }
  }

  /**
   * Returns the attachment with the id of its feature. Undefined when the feature will be new, or
   * is not known.
   */
  #withFeature({ resource, inputs, feature }: PlannedAttachment): ComparableAttachment | undefined {
    const adopted = feature && this.#adopted.get(feature.resource);
    const entitlementFeature = inputs.entitlementFeature ?? adopted?.id;
    if (entitlementFeature !== undefined) {
      return { resource, inputs: { ...inputs, entitlementFeature }, feature, adopted };
    }
    if (feature === undefined || feature.plan === "unknown") this.incomparable += 1;
    return undefined;
  }

  async #addPair(
    { resource, inputs, feature, adopted }: ComparableAttachment,
    attached: StripeProductFeature | undefined,
  ): Promise<void> {
    if (attached !== undefined) {
      // The feature will carry the marker of the resource that adopts it.
      const listed = adopted === undefined ? attached : { ...attached, feature: adopted };
      const existing = withCurrentMarker(this.context, listed, inputs);
      const plan = planAttachmentCreate(inputs, existing, this.context);
      this.#addUnlessReplaced(resource, plan, isOwn(existing.feature.marker, inputs.owner));
    } else if (feature === undefined) await this.#addFeatureById({ resource, inputs });
  }

  /** Reports a feature that is given by its id and cannot be attached. */
  async #addFeatureById(attachment: Declared): Promise<void> {
    const { resource, inputs } = attachment;
    try {
      const found = await this.#findById(inputs.entitlementFeature);
      if (found === undefined) this.#warnOfMissing(attachment, "feature");
      else if (!found.active) this.#add(resource, { action: "reject", error: archivedFeature(inputs) });
    } catch (error) {
      if (!isOfOtherMode(error)) throw error;
      this.#add(resource, { action: "reject", error: toUserError(subjectOf(inputs), error, this.context.place) });
    }
  }

  #findById(id: string): Promise<StripeFeature | undefined> {
    const found = this.#byId.get(id) ?? this.context.lists.findFeature(id);
    this.#byId.set(id, found);
    return found;
  }

  #add(resource: CustomResource, plan: CreatePlan): void {
    if (plan.action === "adopt") {
      this.findings.push({ severity: "info", text: `${adoptionPrefix}${plan.line}`, resource });
    }
    if (plan.action === "reject") this.findings.push({ severity: "error", text: formatError(plan.error), resource });
  }

  /**
   * Adds the plan. The engine does not tell a create from a replacement, which may adopt its own
   * object.
   */
  #addUnlessReplaced(resource: CustomResource, plan: CreatePlan, mayBeOwn: boolean): void {
    const mayBeReplaced = plan.action === "reject" && mayBeOwn;
    if (mayBeReplaced) this.#warn(resource, `${formatError(plan.error)}\n${unlessReplaced}`);
    else this.#add(resource, plan);
  }

  /** Warns once of each object. Another provider may create it in the same run. */
  #warnOfMissing({ resource, inputs }: Declared | PlannedAttachment, what: "product" | "feature"): void {
    const id = what === "product" ? inputs.product : inputs.entitlementFeature;
    if (id === undefined || this.#warned.has(id)) return;
    this.#warned.add(id);
    this.#warn(resource, formatError(notFound(inputs, what)));
  }

  #warn(resource: CustomResource, text: string): void {
    this.findings.push({ severity: "warning", text, resource });
  }
}

/** Returns the inputs. A value that is not known yet counts as the one that exists. */
function withUnknown(
  known: PlannedFeature["inputs"],
  unknown: PlannedFeature["unknown"],
  { name, metadata }: StripeFeature,
): FeatureInputs {
  return { name, ...(unknown.has("metadata") && { metadata }), ...known };
}
