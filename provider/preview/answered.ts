import type { CustomResource, Input } from "@pulumi/pulumi";
import type { AdoptionPolicy } from "../lifecycle/ownership/policy";

/** A resource of this package that a program has registered. */
export interface Registration {
  readonly type: "Feature" | "ProductFeature";
  /** `<project>/<stack>/<resource name>`, also where the stack writes no markers. */
  readonly owner: string;
  readonly resource: CustomResource;
  /** The adoption policy, as it was declared. */
  readonly adopt?: Input<AdoptionPolicy> | undefined;
  /** The feature of an attachment, as it was declared. */
  readonly entitlementFeature?: Input<string> | undefined;
}

/** A registration that the engine has answered. */
export interface Answered extends Registration {
  /**
   * The plan of the preview. The engine does not tell a replacement from a create, and says nothing
   * about resources that `--target` skips.
   *
   * - `create`: a create, or a replacement
   * - `exists`: nothing, or an update
   * - `unknown`: a create whose inputs are not known yet, or nothing because it is skipped
   */
  readonly plan: "create" | "exists" | "unknown";
}
